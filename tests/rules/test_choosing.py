"""Who may choose among own rights, when and how often, and until when a choice can be taken back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.period import Period
from app.rules.choosing import Chooser, binds_from, choices_on, refusal_of
from app.rules.elections import Election
from app.rules.priority import HeldRight
from app.rules.schemes import EntitlementRank, Scheme

LGO, SSO, UCS, PENSION = Scheme.LGO, Scheme.SSO, Scheme.UCS, Scheme.CSMBS_PENSION
DAY = timedelta(days=1)
OCTOBER, TODAY = date(2026, 10, 5), date(2026, 11, 20)


def own(*schemes: Scheme, since: date = date(2015, 1, 1), rank=EntitlementRank.PRIMARY) -> tuple[HeldRight, ...]:
    return tuple(HeldRight(scheme, rank, Period(since), None, number) for number, scheme in enumerate(schemes))


BOTH = Chooser(own(LGO, SSO), (), TODAY)


def code(scheme: Scheme, day: date, chooser: Chooser = BOTH) -> str | None:
    refusal = refusal_of(scheme, day, chooser)
    return None if refusal is None else refusal.code


@pytest.mark.parametrize(
    ("held", "choices"),
    [
        (own(LGO, SSO), {LGO, SSO}),
        (own(LGO, PENSION), {LGO, PENSION}),
        (own(LGO, PENSION, SSO), {LGO, PENSION, SSO}),
        (own(LGO, SSO, UCS), {LGO, SSO}),
        (own(LGO), set()),
        ((), set()),
        (own(LGO, UCS), set()),
        (own(LGO) + own(SSO, rank=EntitlementRank.SECONDARY), set()),  # through the family nobody chooses
        (own(LGO, Scheme.CSMBS), set()),  # no rule orders these: the NHSO decides by hand
        (own(LGO) + own(SSO, since=OCTOBER + DAY), set()),
        (own(LGO, SSO) + own(Scheme.CSMBS, rank=EntitlementRank.SECONDARY), {LGO, SSO}),
        (own(LGO, SSO) + own(PENSION, since=OCTOBER + DAY), {LGO, SSO}),
    ],
)
def test_one_chooses_between_own_rights_of_which_the_word_gives_another_order(held, choices):
    assert choices_on(held, OCTOBER) == choices


def test_a_choice_is_made_in_october_of_the_year_that_runs():
    assert code(SSO, OCTOBER) is None and code(LGO, OCTOBER) is None
    assert code(SSO, TODAY + DAY) == "DATE_IN_FUTURE"
    assert code(SSO, date(2026, 9, 30)) == code(SSO, date(2025, 10, 5)) == "ELECTION_YEAR_OVER"
    assert code(SSO, date(2026, 10, 1)) is None and code(SSO, OCTOBER, replace(BOTH, today=OCTOBER)) is None
    in_spring = replace(BOTH, today=date(2027, 4, 1))
    assert code(SSO, OCTOBER, in_spring) is None, "a paper of October that comes in late"
    refusal = refusal_of(SSO, date(2027, 3, 1), in_spring)
    assert (refusal.code, refusal.facts["next"], refusal.field) == (
        "ELECTION_NOT_IN_OCTOBER", date(2027, 10, 1), "declared_on",
    )  # fmt: skip
    assert code(SSO, OCTOBER, replace(BOTH, today=date(2027, 9, 30))) is None
    assert code(SSO, OCTOBER, replace(BOTH, today=date(2027, 10, 1))) == "ELECTION_YEAR_OVER"


def test_a_right_that_began_after_october_opens_a_choice():
    for since, expected in ((date(2026, 11, 1), None), (date(2026, 10, 31), "ELECTION_NOT_IN_OCTOBER")):
        chooser = Chooser(own(LGO) + own(SSO, since=since), (), TODAY)
        assert code(SSO, date(2026, 11, 10), chooser) == expected
        assert code(LGO, date(2026, 11, 10), chooser) == expected


def test_who_has_nothing_to_choose_chooses_nothing():
    refusal = refusal_of(Scheme.CSMBS, OCTOBER, BOTH)
    assert (refusal.code, refusal.field, refusal.facts["date"]) == ("NOTHING_TO_ELECT", "scheme", OCTOBER)
    assert code(LGO, OCTOBER, Chooser(own(LGO), (), TODAY)) == "NOTHING_TO_ELECT"


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (date(2026, 10, 1), "ELECTION_MADE"),
        (date(2026, 11, 10), "ELECTION_MADE"),
        (date(2026, 9, 30), None),
        (date(2025, 10, 5), None),
    ],
)
def test_one_chooses_once_a_fiscal_year(made, expected):
    chooser = replace(BOTH, chosen=(Election(LGO, date(2024, 10, 1)), Election(LGO, made)))
    assert code(SSO, OCTOBER, chooser) == expected
    if expected:
        assert refusal_of(SSO, OCTOBER, chooser).facts == {"scheme": LGO, "date": made}


def test_a_choice_of_january_is_of_the_year_that_began_in_october():
    in_spring = replace(BOTH, today=date(2027, 4, 1), chosen=(Election(LGO, date(2027, 1, 5)),))
    assert code(SSO, OCTOBER, in_spring) == "ELECTION_MADE"
    assert code(SSO, OCTOBER, replace(in_spring, chosen=(Election(LGO, date(2026, 1, 5)),))) is None


@pytest.mark.parametrize(
    ("declared", "recorded", "binds"),
    [
        (date(2026, 10, 5), date(2026, 10, 5), date(2026, 11, 1)),
        (date(2026, 10, 31), date(2026, 10, 31), date(2026, 11, 1)),
        (date(2026, 10, 5), date(2026, 11, 20), date(2026, 11, 21)),
        (date(2026, 12, 1), date(2026, 12, 2), date(2027, 1, 1)),
    ],
)
def test_a_choice_can_be_taken_back_while_its_month_lasts_or_the_day_it_was_recorded(declared, recorded, binds):
    assert binds_from(declared, recorded) == binds

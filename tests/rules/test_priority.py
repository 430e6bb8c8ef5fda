"""In which order rights are used: every worked case, each rule of the tables, and what holds of any rights whatever."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.period import Period
from app.rules import priority, priority_table
from app.rules.decision import OK
from app.rules.priority import HeldRight, PriorityFlag, Resolution, Use, resolve, standby_changes
from app.rules.priority_rule import Collision, Outcome
from app.rules.priority_table import RESIDUAL, RULES, Match, rule_between
from app.rules.schemes import LGO_GROUP, EntitlementRank, Scheme
from tests.rules.judged import FILES, fails, verdict

DAY = date(2020, 6, 1)
OWN, FAMILY = EntitlementRank.PRIMARY, EntitlementRank.SECONDARY
OVERRIDDEN = {rule.overrides for rule in RULES}


def right(
    scheme: Scheme, rank: EntitlementRank = OWN, since: int = 2015, until: date | None = None, no: int = 1
) -> HeldRight:
    return HeldRight(scheme, rank, Period(date(2010, 1, 1), until), datetime(since, 1, 1, tzinfo=UTC), no)


def test_every_worked_case():
    verdicts = [verdict(file) for file in FILES if file.stem.startswith("priority")]
    assert [found.differences for found in verdicts] == [()] * 4
    assert sum(found.total for found in verdicts) > 80


@pytest.mark.parametrize(
    "left_out", [rule for rule in RULES if rule.rule_id not in OVERRIDDEN], ids=lambda rule: rule.rule_id
)
def test_each_rule_has_a_case_that_fails_without_it(left_out, monkeypatch):
    monkeypatch.setattr(priority_table, "RULES", tuple(rule for rule in RULES if rule is not left_out))
    assert fails("priority_cases")


def test_only_the_rule_that_the_decree_overrides_never_decides():
    for held in Scheme:
        for colliding in Scheme:
            match = rule_between(Collision.SECONDARY_SECONDARY, held, colliding, DAY)
            assert match.rule.rule_id not in OVERRIDDEN
    assert OVERRIDDEN - {""} == {"SS02"}


@pytest.mark.parametrize("kind", [Collision.MAIN_SECONDARY, Collision.SECONDARY_SECONDARY])
def test_a_right_through_the_family_meets_exactly_one_rule(kind, monkeypatch):
    for held in set(Scheme) - {Scheme.UCS}:
        for colliding in set(Scheme) - {Scheme.UCS}:
            found = rule_between(kind, held, colliding, DAY)
            monkeypatch.setattr(priority_table, "RULES", tuple(rule for rule in RULES if rule is not found.rule))
            assert rule_between(kind, held, colliding, DAY) is None
            monkeypatch.setattr(priority_table, "RULES", RULES)


def test_analogy_is_said():
    assert not rule_between(Collision.MAIN_SECONDARY, Scheme.SSO, Scheme.LGO, DAY).by_analogy
    assert rule_between(Collision.MAIN_SECONDARY, Scheme.SSO, Scheme.LGO_PENSION, DAY).by_analogy
    assert rule_between(Collision.MAIN_SECONDARY, Scheme.BKK, Scheme.LGO, DAY).by_analogy
    assert not rule_between(Collision.SECONDARY_SECONDARY, Scheme.LGO_PENSION, Scheme.BKK, DAY).by_analogy
    assert rule_between(Collision.SECONDARY_SECONDARY, Scheme.LGO, Scheme.LGO, DAY).by_analogy
    assert not rule_between(Collision.SECONDARY_SECONDARY, Scheme.CSMBS, Scheme.CSMBS, DAY).by_analogy


def test_a_rule_holds_on_its_days_only(monkeypatch):
    rule = rule_between(Collision.MAIN_MAIN, Scheme.LGO, Scheme.SSO, DAY).rule
    until = replace(rule, valid=Period(date(2013, 10, 1), DAY))
    monkeypatch.setattr(priority_table, "RULES", (until,))
    assert rule_between(Collision.MAIN_MAIN, Scheme.LGO, Scheme.SSO, DAY - timedelta(days=1)).rule is until
    assert rule_between(Collision.MAIN_MAIN, Scheme.LGO, Scheme.SSO, DAY) is None


def test_each_rule_is_cited_as_people_cite_it():
    cgd, moi, slides = "ระเบียบกรมบัญชีกลาง ม.10 ว.", "ระเบียบ มท. ข้อ 16", "แนวทางการจัดลำดับสิทธิ ของ สปสช. พ.ศ. 2561"
    cited = {f"MM{no:02d}": f"{cgd}1; ระเบียบประกันสังคม ม.62, 63" for no in range(1, 10)} | {
        **{"MM10": slides, "MM11": f"{cgd}1; {moi} ว.1"},
        **{"MS01": f"{cgd}2", "MS02": f"{cgd}2", "MS03": f"{cgd}2", "MS04": f"{moi} ว.2", "MS05": f"{cgd}2"},
        **{"MS06": f"{cgd}2; ร่าง{moi}", "MS07": f"ร่าง{moi}", "MS08": f"ร่าง{moi}", "SS01": slides, "SS02": slides},
        "SS03": "พระราชกฤษฎีกา พ.ศ. 2556 มาตรา 5 (2) ซึ่งศักดิ์สูงกว่าระเบียบ มท. พ.ศ. 2557",
    }
    assert {rule.clause.code: rule.clause.citation for rule in RULES} == cited
    assert {rule.clause.says for rule in RULES} == set(Outcome)
    assert RESIDUAL.clause.citation == "พ.ร.บ.หลักประกันสุขภาพแห่งชาติ พ.ศ. 2545 มาตรา 9 และ 10"


def test_of_two_residual_rights_one_is_used():
    first, second = right(Scheme.UCS, no=1), right(Scheme.UCS, FAMILY, no=2)
    answer = resolve([second, first], None, DAY)
    assert [used.right for used in answer.order] == [first]
    assert [(unused.right, unused.behind, unused.because) for unused in answer.not_used] == [
        (second, first, Match(RESIDUAL, by_analogy=False))
    ]


def test_the_answer_says_why_each_right_is_where_it_is():
    own, sso, wife = right(Scheme.LGO), right(Scheme.SSO), right(Scheme.LGO, FAMILY)
    mother = right(Scheme.CSMBS, FAMILY, no=2)
    answer = resolve([own, sso, wife, mother], None, DAY)
    assert [(used.right, used.use, used.because and used.because.rule.rule_id) for used in answer.order] == [
        (own, Use.FULL, None),
        (sso, Use.PRIVATE_PROVIDERS, "MM03"),
    ]
    assert [(unused.right, unused.behind, unused.because.rule.rule_id) for unused in answer.not_used] == [
        (wife, own, "MS07"),
        (mother, own, "MS08"),
    ]
    assert [clause.code for clause in answer.clauses] == ["MM03", "MS07", "MS08"]
    assert (answer.code, answer.undecided, answer.on, answer.election) == (OK, (), DAY, None)


def test_the_state_scheme_is_settled_before_it_meets_social_security():
    rights = [right(Scheme.LGO, no=1), right(Scheme.SSO, no=2), right(Scheme.CSMBS_PENSION, no=3)]
    assert [clause.code for clause in resolve(rights, None, DAY).clauses] == ["MM02", "MM11"]
    assert [clause.code for clause in resolve(rights, Scheme.LGO, DAY).clauses] == ["MM03", "MM11"]


def test_a_beaten_family_right_stands_behind_the_chosen_one():
    father, mother = right(Scheme.CSMBS, FAMILY, 2016, no=1), right(Scheme.CSMBS, FAMILY, 2015, no=2)
    answer = resolve([father, mother, right(Scheme.SSO), right(Scheme.UCS)], None, DAY)
    assert [(unused.right.scheme, unused.behind.scheme, unused.because.rule.rule_id) for unused in answer.not_used] == [
        (Scheme.CSMBS, Scheme.CSMBS, "SS01"),
        (Scheme.UCS, Scheme.SSO, "RESIDUAL"),
    ]
    assert answer.order[1].right is mother


def test_what_is_undecided_keeps_every_right_and_names_the_rule():
    rights = [right(Scheme.CSMBS_PENSION), right(Scheme.LGO_PENSION), right(Scheme.LGO, FAMILY), right(Scheme.UCS)]
    answer = resolve(rights, None, DAY)
    assert answer.code == PriorityFlag.IMPOSSIBLE_PAIR
    assert sorted(answer.undecided, key=id) == sorted(rights, key=id)
    assert [clause.code for clause in answer.clauses] == ["MM10"]
    assert (
        resolve([right(Scheme.SSO), right(Scheme.PRIVATE_TEACHER)], None, DAY).code == PriorityFlag.UNRESOLVED_MAIN_MAIN
    )


def test_the_same_registration_day_goes_by_record_and_then_by_label():
    twins = [
        HeldRight(Scheme.LGO, FAMILY, Period(date(2010, 1, 1)), datetime(2015, 1, 1, tzinfo=UTC), record_id, label)
        for record_id, label in [(10, "a"), (9, "z"), (9, "y")]
    ]
    assert resolve(twins, None, DAY).order[0].right.label == "y"
    assert resolve(twins[:2], None, DAY).order[0].right.label == "z"


def test_an_end_or_the_next_october_is_when_the_order_may_change():
    ends, begins = date(2020, 9, 15), date(2020, 8, 1)
    rights = [right(Scheme.LGO, until=ends), HeldRight(Scheme.SSO, OWN, Period(begins))]
    assert resolve(rights, None, DAY).holds_until == begins
    assert resolve(rights, None, begins).holds_until == ends
    assert resolve(rights, None, ends).holds_until is None
    assert resolve(rights, Scheme.SSO, ends).holds_until == date(2020, 10, 1)
    assert resolve([], None, DAY) == Resolution(DAY, None)


# The right that stands by comes forward when the one in front of it ends.


def test_the_next_right_is_promoted_when_the_blocking_one_ends():
    first = right(Scheme.LGO, FAMILY, 2015, until=DAY, no=1)
    second, third = right(Scheme.LGO, FAMILY, 2016, no=2), right(Scheme.LGO, FAMILY, 2017, no=3)
    before = resolve([first, second, third], None, DAY - timedelta(days=1))
    after = resolve([first, second, third], None, DAY)
    changes = standby_changes(before, after)
    assert (changes.promoted, changes.stood_down) == ((second,), ())


def test_a_new_own_right_puts_the_familys_on_standby():
    family, own = right(Scheme.LGO, FAMILY), right(Scheme.CSMBS)
    changes = standby_changes(resolve([family], None, DAY), resolve([family, own], None, DAY))
    assert (changes.promoted, changes.stood_down) == ((), (family,))


def test_an_election_brings_one_right_forward_and_sends_the_other_back():
    pension, office = right(Scheme.CSMBS_PENSION), right(Scheme.LGO)
    silent, elected = resolve([pension, office], None, DAY), resolve([pension, office], Scheme.LGO, DAY)
    changes = standby_changes(silent, elected)
    assert (changes.promoted, changes.stood_down) == ((office,), (pension,))


def test_what_merely_stays_on_standby_or_ends_there_is_no_change():
    own, family = right(Scheme.LGO), right(Scheme.CSMBS, FAMILY, until=DAY, no=2)
    other = right(Scheme.CSMBS, FAMILY, 2018, no=3)
    before = resolve([own, family, other], None, DAY - timedelta(days=1))
    assert standby_changes(before, resolve([own, family, other], None, DAY)) == priority.StandbyChanges((), ())


def test_a_right_whose_end_was_moved_is_still_the_same_right():
    blocking, waiting = right(Scheme.LGO, FAMILY, 2015, no=1), right(Scheme.LGO, FAMILY, 2016, no=2)
    before = resolve([blocking, waiting], None, DAY)
    moved = right(Scheme.LGO, FAMILY, 2016, until=date(2030, 1, 1), no=2)
    assert standby_changes(before, resolve([moved], None, DAY)).promoted == (moved,)


periods = st.builds(
    lambda start, days: Period(start, start + timedelta(days=days) if days else None),
    st.dates(date(2019, 1, 1), date(2021, 1, 1)),
    st.integers(0, 900),
)
held = st.builds(
    HeldRight,
    scheme=st.sampled_from(Scheme),
    rank=st.sampled_from(EntitlementRank),
    period=periods,
    principal_registered_at=st.none()
    | st.datetimes(datetime(2010, 1, 1), datetime(2012, 1, 1), timezones=st.just(UTC)),
    record_id=st.integers(0, 5),
)
# A record exists once.
anyones = st.lists(held, max_size=6, unique_by=lambda right: right.identity)
elections = st.none() | st.sampled_from(Scheme)


@given(anyones, elections)
def test_each_right_in_force_is_named_exactly_once(rights, election):
    answer = resolve(rights, election, DAY)
    named = [used.right for used in answer.order] + [unused.right for unused in answer.not_used] + [*answer.undecided]
    in_force = [right for right in rights if right.period.contains(DAY)]
    assert sorted(named, key=id) == sorted(in_force, key=id)
    assert not answer.undecided or not (answer.order or answer.not_used)
    assert bool(answer.undecided) == (answer.code != OK)


@given(anyones, elections, st.randoms())
def test_the_order_of_input_means_nothing(rights, election, random):
    mixed = random.sample(rights, len(rights))
    assert resolve(mixed, election, DAY) == resolve(rights, election, DAY)


@given(anyones, elections)
def test_one_right_leads_in_full_and_at_most_one_follows(rights, election):
    answer = resolve(rights, election, DAY)
    uses = [used.use for used in answer.order]
    assert uses.count(Use.FULL) == bool(uses) and uses[:1] in ([], [Use.FULL]) and len(uses) <= 2
    schemes = {used.right.scheme for used in answer.order}
    assert Scheme.UCS not in schemes or len(uses) == 1
    own = [
        right for right in rights if right.rank is OWN and right.scheme is not Scheme.UCS and right.period.contains(DAY)
    ]
    if own and answer.order:
        assert answer.order[0].right.rank is OWN


@given(st.lists(held, min_size=1, max_size=6, unique_by=lambda right: right.identity))
def test_who_has_only_family_rights_uses_another_before_the_lgo_right_else_the_earliest(rights):
    family = [right for right in rights if right.rank is FAMILY and right.scheme is not Scheme.UCS]
    family = [right for right in family if right.period.contains(DAY)]
    if family:
        others = [right for right in family if right.scheme not in LGO_GROUP]
        chosen = resolve(family, None, DAY).order[0].right
        assert chosen.seniority == min(right.seniority for right in others or family)


def test_of_one_instant_and_decision_the_smaller_number_of_request_goes_first_whatever_the_rights_are_called():
    first, second = (
        replace(right(Scheme.LGO, FAMILY, no=no), principal_request_no=f"CR2569-04110101-{request:06d}")
        for no, request in ((9, 1), (2, 2))
    )
    assert resolve((second, first), None, DAY).order[0].right is first
    late = replace(first, principal_decided_at=datetime(2015, 1, 2, tzinfo=UTC))
    early = replace(second, principal_decided_at=datetime(2015, 1, 1, tzinfo=UTC))
    assert resolve((late, early), None, DAY).order[0].right is early


@given(anyones, elections)
def test_nothing_changes_by_itself_before_the_day_it_says(rights, election):
    answer = resolve(rights, election, DAY)
    last_day = (answer.holds_until or date(2024, 1, 1)) - timedelta(days=1)
    later = resolve(rights, election, last_day)
    assert (later.order, later.not_used, later.flags) == (answer.order, answer.not_used, answer.flags)

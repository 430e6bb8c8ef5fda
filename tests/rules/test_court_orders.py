"""คำสั่งศาล: the right that an adult child has by the order of a court alone needs that order, or the promise of it."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.people import Relation, Sex, ToFollow
from app.domain.period import Period
from app.rules.around import Around
from app.rules.decision import Need, Slot
from app.rules.family_law import decide
from app.rules.family_refusals import refusals_of
from app.rules.papers import Paper
from app.rules.relatives import Relative
from app.rules.told import Told

TODAY, START, ORDERED = date(2026, 11, 23), date(2015, 10, 1), date(2018, 1, 1)
MOTHER = Around(TODAY, Sex.F, date(1967, 4, 5), (Period(START),))
WEDDED = Told(marriage_date=date(1992, 1, 1), incompetent_from=ORDERED, in_care=True)
FILED = frozenset({Paper.BIRTH_CERT_CHILD, Paper.MARRIAGE_CERT_TH})
ORDER = Paper.COURT_ORDER_INCOMPETENT


def child(
    born: date = date(1997, 1, 1), papers: frozenset[Paper] = FILED, period: Period | None = None, **told
) -> Relative:
    return Relative("c", Relation.CHILD, born, Sex.F, replace(WEDDED, **told), papers, period=period)


@pytest.mark.parametrize("sex", Sex)
@pytest.mark.parametrize("born", [date(1997, 1, 1), date(2010, 1, 1)], ids=["grown", "minor"])
def test_days_that_only_the_order_of_a_court_gives_are_refused_without_it(sex, born):
    relative = child(born)
    found = decide(relative, replace(MOTHER, principal_sex=sex))
    assert (found.code, found.accepted, found.period) == ("EVIDENCE_NOT_ACCEPTED", False, None)
    assert found.missing == (Need(Slot.EVENT, (ORDER,)),) and found.is_curable
    (refusal,) = refusals_of(found, relative)
    assert (refusal.code, refusal.field) == ("EVIDENCE_NOT_ACCEPTED", "evidence_ids")
    assert refusal.facts["needs"] == (ORDER,) and "28" in refusal.citation


@pytest.mark.parametrize("relative", [
    child(papers=FILED | {ORDER}),
    child(to_follow=ToFollow.PAPERS),
    child(papers=frozenset(), to_follow=ToFollow.PAPERS),
])  # fmt: skip
def test_the_order_filed_or_promised_gives_them(relative):
    found = decide(relative, MOTHER)
    assert (found.code, found.period, found.missing) == ("OK", Period(ORDERED), ())


def test_what_a_list_tells_is_taken_over_until_the_order_comes():
    found = decide(child(to_follow=ToFollow.FACTS), MOTHER)
    assert found.accepted and found.is_owed and Need(Slot.EVENT, (ORDER,)) in found.missing


def test_an_order_that_changes_nothing_of_the_days_is_not_asked_for():
    lifted = child(date(2010, 1, 1), incompetent_until=date(2020, 1, 1))
    assert decide(lifted, MOTHER).period == Period(START, date(2030, 1, 1))


def test_the_order_with_which_a_child_stands_is_not_asked_for_again_another_one_is():
    stood = (child(period=Period(ORDERED)),)
    assert decide(child(), MOTHER, stood).accepted
    assert decide(child(incompetent_from=date(2019, 1, 1)), MOTHER, stood).code == "EVIDENCE_NOT_ACCEPTED"


@pytest.mark.parametrize("owed", ToFollow)
@pytest.mark.parametrize("first", [{"incompetent_from": None}, {"incompetent_from": date(2019, 1, 1)}])
def test_what_was_promised_of_who_stands_carries_no_new_order(owed, first):
    stood = (child(period=Period(START), to_follow=owed, **first),)
    assert decide(child(to_follow=owed), MOTHER, stood).code == "EVIDENCE_NOT_ACCEPTED"
    assert decide(child(papers=FILED | {ORDER}, to_follow=owed), MOTHER, stood).period == Period(ORDERED)
    assert decide(child(to_follow=owed), MOTHER, (child(period=Period(ORDERED), to_follow=owed),)).accepted


def test_who_has_no_right_even_with_the_order_is_told_why_instead():
    assert decide(child(adopted_out_date=date(2019, 1, 1)), MOTHER).code == "ADOPTED_OUT"

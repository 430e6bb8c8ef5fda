"""What the law makes of a relative whom an agency's own list names: facts are owed, the law is not."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.people import Relation, Sex, ToFollow
from app.domain.period import Period
from app.rules.family_law import decide
from app.rules.papers import Paper
from app.rules.relatives import Relative
from app.rules.told import Told
from tests.rules.test_family_law import FATHER, MARRIED, START, child, spouse


def test_a_list_owes_facts_but_brings_in_nobody_whom_the_law_shuts_out():
    owing = Told(to_follow=ToFollow.FACTS)
    found = decide(child(told=owing, papers=frozenset()), FATHER)
    assert found.accepted and found.is_owed and found.period == Period(date(2016, 5, 1), date(2036, 5, 1))
    assert decide(spouse(told=owing, papers=frozenset()), FATHER).period == Period(START)
    assert decide(child(told=owing, papers=frozenset(), birth_order=4), FATHER).code == "BEYOND_ORDER_3"
    assert decide(
        spouse("b", told=owing, papers=frozenset()), replace(FATHER, others=(spouse("a", place=1),))
    ).code == ("ONE_SPOUSE_ONLY")
    assert decide(child(told=replace(owing, is_adopted=True)), FATHER).code == "ADOPTED_CHILD"


def test_a_list_brings_in_a_grown_child_with_its_past_days_because_it_keeps_its_place():
    grown = child(born=date(2000, 1, 1), told=Told(to_follow=ToFollow.FACTS))
    assert decide(grown, FATHER).period == Period(START, date(2020, 1, 1))
    younger = [child(f"y{n}", date(2010 + n, 1, 1), place=n + 1) for n in range(3)]
    stands = replace(grown, period=Period(START, date(2020, 1, 1)), legitimate_from=date(2000, 1, 1))
    assert decide(younger[2], replace(FATHER, others=(*younger[:2], stands))).code == "BEYOND_ORDER_3"


def test_a_list_that_names_nikah_certificates_brings_in_four_wives_and_no_fifth():
    owing = Told(to_follow=ToFollow.FACTS)
    wives = [spouse(f"w{n}", told=owing, papers=frozenset({Paper.NIKAH_CERT_TH}), place=n) for n in range(1, 6)]
    found = [decide(wife, replace(FATHER, others=tuple(w for w in wives if w is not wife))).code for wife in wives]
    assert found == ["OK"] * 4 + ["MAX_FOUR"]


@pytest.mark.parametrize(
    ("values", "code"),
    [({"birth_order": 4}, "BEYOND_ORDER_3"), ({"told": {"is_adopted": True}}, "ADOPTED_CHILD")],
)  # fmt: skip
def test_a_missing_identity_paper_opens_no_door_for_a_child_from_a_list(values, code):
    told = replace(MARRIED, to_follow=ToFollow.FACTS, **values.get("told", {}))
    asked = {name: value for name, value in values.items() if name != "told"}
    found = decide(child(told=told, papers=frozenset({Paper.MARRIAGE_CERT_TH}), **asked), FATHER)
    assert (found.code, found.accepted, found.is_curable) == (code, False, False)


def test_whom_a_list_calls_dead_or_divorced_has_no_open_right():
    owing = Told(to_follow=ToFollow.FACTS, death_date=date(2020, 3, 4))
    mother = Relative("m", Relation.MOTHER, date(1955, 1, 1), Sex.F, told=owing)
    assert decide(mother, FATHER).period == Period(START, date(2020, 3, 5))
    divorced = Told(to_follow=ToFollow.FACTS, marriage_end_date=date(2019, 1, 1))
    assert decide(spouse(told=divorced, papers=frozenset()), FATHER).period == Period(START, date(2019, 1, 1))
    assert not decide(replace(mother, told=replace(owing, death_date=date(2014, 1, 1))), FATHER).accepted

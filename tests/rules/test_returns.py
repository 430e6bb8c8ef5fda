"""Who has the place that a right would take again: one father, one mother, one spouse at a time."""

from datetime import date

import pytest

from app.domain.people import Relation
from app.domain.period import Period
from app.rules import citations, returns
from app.rules.returns import Held

BACK_ON = Period(date(2020, 1, 1))


def _held(person: str, relation: Relation = Relation.SPOUSE, since: int = 2021, **more) -> Held:
    return Held(person, relation, Period(date(since, 1, 1)), **more)


def _codes(back: Held, *others: Held, days: Period = BACK_ON) -> list[str]:
    return [one.code for one in returns.refusals(back, days, others)]


@pytest.mark.parametrize("relation", [Relation.FATHER, Relation.MOTHER, Relation.SPOUSE])
def test_nobody_returns_beside_who_has_the_place(relation):
    back, other = _held("A", relation, 2010), _held("B", relation, agency="ก")
    (refused,) = returns.refusals(back, BACK_ON, [_held("B", relation, 2022, agency="ข"), other])
    cited = citations.BIGAMY if relation is Relation.SPOUSE else citations.NHSO_PARENTS
    assert (refused.code, refused.citation) == ("GIVEN_SINCE", cited.text)
    assert refused.facts == {"relation": relation, "since": date(2021, 1, 1), "agency": "ก"}


def test_who_had_the_place_on_other_days_is_in_nobodys_way():
    back = _held("A", since=2010)
    assert _codes(back, _held("B"), days=Period(date(2020, 1, 1), date(2021, 1, 1))) == []
    assert _codes(back, _held("B"), days=Period(date(2020, 1, 1), date(2021, 1, 2))) == ["GIVEN_SINCE"]


@pytest.mark.parametrize(
    "other", [_held("A"), _held("B", Relation.MOTHER), _held("B", Relation.CHILD)], ids=["himself", "mother", "child"]
)
def test_other_places_are_in_nobodys_way(other):
    assert _codes(_held("A", Relation.FATHER, 2010), other) == []


def test_children_are_no_place_of_one():
    assert _codes(_held("A", Relation.CHILD, 2010), _held("B", Relation.CHILD)) == []


def test_wives_by_nikah_stand_beside_each_other_up_to_four():
    first = _held("A", since=2010)
    further = [_held(name, by_nikah=True) for name in "BCDE"]
    assert _codes(first, *further[:3]) == []
    assert _codes(first, *further) == ["GIVEN_SINCE"]
    assert _codes(first, *further[:2], _held("F")) == ["GIVEN_SINCE"]
    assert _codes(_held("A", since=2010, by_nikah=True), _held("B")) == ["GIVEN_SINCE"]

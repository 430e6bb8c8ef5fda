"""A birth date that turns out to be another cuts the days of a right, and adds none."""

from datetime import date

import pytest

from app.domain.people import Relation
from app.rules.majority import birth_cut

BORN, START = date(2010, 5, 1), date(2015, 10, 1)
OF_AGE, EARLIER, LATER = date(2030, 5, 1), date(2029, 1, 1), date(2031, 1, 1)


@pytest.mark.parametrize(
    ("relation", "born", "until", "ordered", "left"),
    [
        (Relation.CHILD, BORN, None, None, (START, OF_AGE)),
        (Relation.CHILD, BORN, LATER, None, (START, OF_AGE)),
        (Relation.CHILD, BORN, EARLIER, None, (START, EARLIER)),  # what ended earlier is not drawn out
        (Relation.CHILD, BORN, LATER, date(2028, 1, 1), (START, LATER)),
        (Relation.CHILD, BORN, None, date(2028, 1, 1), (START, None)),
        (Relation.SPOUSE, BORN, None, None, (START, None)),
        (Relation.SPOUSE, BORN, LATER, None, (START, LATER)),
        (Relation.CHILD, date(2016, 1, 1), EARLIER, None, (date(2016, 1, 1), EARLIER)),
        (Relation.CHILD, date(1995, 10, 1), None, None, None),  # of age on the very day of the start
        (Relation.CHILD, date(1995, 10, 2), None, None, (START, date(2015, 10, 2))),
        (Relation.SPOUSE, EARLIER, EARLIER, None, None),
        (Relation.SPOUSE, EARLIER, None, None, (EARLIER, None)),
    ],
)
def test_the_days_that_are_left(relation, born, until, ordered, left):
    assert birth_cut(relation, born, START, until, ordered) == left

"""Which reasons end whose right, the first day without it, and the day of retirement (spec 2.6, 3.8)."""

from datetime import date, timedelta

import pytest

from app.domain.people import PersonnelType, Relation, TerminationReason
from app.rules.ends import SYSTEM_REASONS, TABLE, end_by, first_day_without, reasons_for
from app.rules.retirement import retirement_date, retires_by_age

DAY = timedelta(days=1)
OFFICER = PersonnelType.MUNICIPAL_OFFICER


@pytest.mark.parametrize(
    ("birth", "last_day"),
    [
        (date(1949, 10, 1), date(2009, 9, 30)),  # LC34
        (date(1949, 10, 2), date(2010, 9, 30)),  # LC35
        (date(1949, 9, 30), date(2009, 9, 30)),
        (date(1950, 1, 1), date(2010, 9, 30)),
        (date(1952, 2, 29), date(2012, 9, 30)),
        (date(1949, 12, 31), date(2010, 9, 30)),
    ],
)
def test_retirement_by_age_is_on_1_october_after_60_years_are_complete(birth, last_day):
    assert retirement_date(birth) - DAY == last_day


def test_executives_and_pensioners_do_not_retire_by_age():
    never = {PersonnelType.POLITICAL_EXECUTIVE, PersonnelType.PENSIONER}
    assert {personnel_type for personnel_type in PersonnelType if not retires_by_age(personnel_type)} == never


def test_each_reason_ends_the_rights_of_its_relations():
    assert [end.reason for end in TABLE] and {end.reason for end in TABLE} == set(TerminationReason)
    assert all(end_by(end.reason) is end for end in TABLE)
    other = TerminationReason.OTHER
    dead = TerminationReason.DECEASED
    assert reasons_for(Relation.MOTHER) == reasons_for(Relation.FATHER) == (dead, other)
    assert reasons_for(Relation.SPOUSE) == (dead, TerminationReason.DIVORCED, other)
    assert set(reasons_for(Relation.CHILD)) == {
        dead, TerminationReason.AGE_OF_MAJORITY, TerminationReason.CHILD_MARRIED, TerminationReason.ADOPTED_OUT,
        TerminationReason.INCOMPETENCE_LIFTED, other,
    }  # fmt: skip
    assert reasons_for(Relation.SELF, PersonnelType.PENSIONER) == (dead, other)
    assert TerminationReason.TERM_ENDED in reasons_for(Relation.SELF, PersonnelType.POLITICAL_EXECUTIVE)
    assert TerminationReason.TERM_ENDED not in reasons_for(Relation.SELF, OFFICER)
    assert TerminationReason.RETIRED_LUMP_SUM not in reasons_for(Relation.SELF, PersonnelType.POLITICAL_EXECUTIVE)
    assert set(reasons_for(Relation.SELF, OFFICER)) == {
        TerminationReason.RETIRED_LUMP_SUM, TerminationReason.RESIGNED_NO_PENSION, TerminationReason.DISMISSED,
        TerminationReason.MOVED_OUT_OF_SCHEME, dead, other,
    }  # fmt: skip
    assert set(reasons_for(Relation.SELF, PersonnelType.POLITICAL_EXECUTIVE)) == {
        TerminationReason.RESIGNED_NO_PENSION, TerminationReason.DISMISSED, TerminationReason.TERM_ENDED, dead, other,
    }  # fmt: skip
    assert not SYSTEM_REASONS & {reason for relation in Relation for reason in reasons_for(relation, OFFICER)}


@pytest.mark.parametrize("reason", TerminationReason)
def test_only_the_day_of_death_still_counts(reason):
    day = date(2020, 2, 29)
    assert first_day_without(reason, day) == (date(2020, 3, 1) if reason is TerminationReason.DECEASED else day)

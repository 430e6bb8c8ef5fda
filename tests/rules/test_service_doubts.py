"""What hardly anybody's service is: named for the registrar, never refused."""

from dataclasses import dataclass
from datetime import date

import pytest

from app.domain.people import PersonnelType
from app.rules.service_doubts import TABLE, doubts_of

P = PersonnelType
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Asked:
    birth_date: date | None
    service_start_date: date | None
    personnel_type: PersonnelType | None = P.MUNICIPAL_OFFICER


def codes(*asked):
    return [clause.code for clause in doubts_of(Asked(*asked), TODAY)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ((date(2000, 5, 1), date(2018, 5, 1)), []),
        ((date(2000, 5, 1), date(2018, 4, 30)), ["SERVICE_UNDER_18"]),
        ((date(2000, 5, 1), date(2018, 4, 30), P.PENSIONER), ["PENSIONER_UNDER_28"]),
        ((date(1990, 5, 1), date(2018, 4, 30), P.PENSIONER), ["PENSIONER_UNDER_28"]),
        ((date(1990, 5, 1), date(2018, 5, 1), P.PENSIONER), []),
        ((date(1966, 10, 2), date(1990, 5, 1)), []),  # retires on 1 October 2027
        ((date(1966, 10, 1), date(1990, 5, 1)), ["SERVICE_PAST_RETIREMENT"]),  # on 1 October 2026
        ((date(1966, 10, 1), date(1990, 5, 1), P.POLITICAL_EXECUTIVE), []),
        ((date(1940, 1, 1), date(2001, 5, 1), P.PENSIONER), []),
        ((date(1967, 1, 1), date(2027, 10, 1)), ["SERVICE_PAST_RETIREMENT"]),  # a start that lies ahead
        ((None, date(2018, 4, 30)), []), ((date(2000, 5, 1), None), []), ((date(2000, 5, 1), date(2018, 4, 30), None), []),
        ((date(2000, 5, 1), date(2000, 5, 1)), []),  # refused by the plain days
    ],
)  # fmt: skip
def test_the_ages_of_a_service(asked, found):
    assert codes(*asked) == found


def test_each_has_a_source_and_waits_for_the_registrar():
    assert all(row.clause.citation and row.clause.flag for row in TABLE)

"""Rights at another agency that lie ahead of a death; set ahead behind the register's back, so its rules are not asked."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.models.database import db
from app.services import endings
from app.services.endings import EndForm
from tests.services.conftest import nid
from tests.services.lifecycle_desk import CHILD, FATHER, database, on_both  # noqa: F401 - a fixture
from tests.services.rights_register import agency, right
from tests.services.test_facts_of_a_person import WIFE_THERE, R, desk  # noqa: F401 - a fixture

pytest_generate_tests = on_both(frozenset({"test_of_two_reports_of_one_death_the_earlier_day_holds_at_a_third_agency"}))


def test_rights_elsewhere_that_were_to_begin_after_the_death_are_void_with_those_that_lean_on_them(desk):  # noqa: F811 - the fixture
    here, there = desk.people.clerk.agency_id, desk.people.other_clerk.agency_id
    with db.writer.begin() as connection:
        later = (
            "UPDATE entitlement SET entitled_from = '2018-09-20', entitled_until = NULL WHERE agency_id = :there"
            " AND principal_id = (SELECT id FROM person WHERE national_id = :father)"
        )
        connection.execute(sa.text(later), {"there": there, "father": FATHER})
    desk.at("2018-09-04 09:00")
    right = next(one for one in desk.rights(FATHER) if one.agency_id == here)
    desk.approve(
        endings.report_end(EndForm(right.id, R.DECEASED, date(2018, 9, 3)), actor=desk.people.clerk).request_ids
    ).at("2018-09-04 11:00")
    with db.engine.connect() as connection:
        query = "SELECT n.national_id, e.voided FROM entitlement e JOIN person n ON n.id = e.person_id WHERE e.agency_id = :there"
        void = {number for number, voided in connection.execute(sa.text(query), {"there": there}) if voided}
    assert void == {FATHER, WIFE_THERE}


@pytest.mark.parametrize("earlier", [0, 1])
def test_of_two_reports_of_one_death_the_earlier_day_holds_at_a_third_agency(desk, earlier):  # noqa: F811 - the fixture
    third = agency("06900102", "อบต.ที่สาม")
    right(nid(77), agency_id=third, entitled_from=date(2018, 1, 1))
    right(CHILD, through=nid(77), agency_id=third, relation="CHILD", entitled_from=date(2018, 1, 1))
    reported = [date(2018, 9, 3), date(2018, 9, 3)]
    reported[earlier] = date(2018, 9, 2)
    desk.at("2018-09-04 09:00")
    people = desk.people
    for one, clerk, registrar, day in zip(
        [one for one in desk.rights(CHILD) if one.agency_id != third], (people.clerk, people.other_clerk),
        (people.registrar, people.other_registrar), reported, strict=True,
    ):  # fmt: skip
        assert one.agency_id == clerk.agency_id
        desk.approve(endings.report_end(EndForm(one.id, R.DECEASED, day), actor=clerk).request_ids, registrar)
    desk.at("2018-09-04 11:00")
    assert {one.entitled_until for one in desk.rights(CHILD)} == {date(2018, 9, 3)}
    assert desk.right(CHILD).person.death_date == date(2018, 9, 2)

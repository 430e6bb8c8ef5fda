"""The NHSO code of a family's right is that of the service it leans on, whatever its principal serves as by now (spec 2.4)."""

from datetime import date

import pytest

from app.domain.people import Relation, RequestType
from app.services import change_requests
from tests.services.conftest import family, nid, relative
from tests.services.lifecycle_desk import OWN, Desk, database, on_both  # noqa: F401 - a fixture

pytest_generate_tests = on_both(frozenset())


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people).family()


def parent(desk: Desk, since: date) -> tuple[int, ...]:
    mother = relative(Relation.MOTHER, nid(5), birth_date=date(1955, 1, 1), entitled_from=since)
    form = family(mother, principal_national_id=OWN)
    return change_requests.record(form, actor=desk.people.clerk, submit=True).request_ids


def test_who_is_registered_for_days_before_a_pension_has_the_code_of_that_service(desk):
    desk.at("2018-10-10 09:00").approve(desk.go_on(RequestType.PENSION, date(2018, 12, 1))).at("2018-10-10 11:00")
    desk.approve(parent(desk, date(2018, 9, 15))).at("2018-10-10 15:00")
    mother = desk.right(nid(5))
    assert (mother.sub_inscl, mother.entitled_until, desk.right(OWN).sub_inscl) == ("L2", date(2018, 12, 1), "L3")


def test_a_pension_that_took_effect_since_the_form_was_sent_gives_its_code(desk):
    sent = parent(desk.at("2018-10-10 09:00"), date(2018, 10, 5))
    desk.approve(desk.go_on(RequestType.PENSION, date(2018, 10, 1))).at("2018-10-10 11:00")
    desk.approve(sent).at("2018-10-10 15:00")
    mother = desk.right(nid(5))
    assert (mother.sub_inscl, mother.entitled_until) == ("L4", None)

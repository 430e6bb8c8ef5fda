"""What comes back to an agency after its succession was carried out goes over as well."""

from datetime import date

from app.domain.people import SuccessionState, TerminationReason
from app.models.database import db
from app.services import endings, succession_jobs
from app.services.endings import EndForm
from app.services.invariants import findings
from tests.services.lifecycle_desk import database, on_both  # noqa: F401 - a fixture
from tests.services.test_successions import D, _queued, approved, desk, nhso, own, row, work  # noqa: F401 - fixtures

pytest_generate_tests = on_both(frozenset())


def test_a_right_that_comes_back_to_an_agency_that_is_no_more_goes_over_too(desk, nhso):  # noqa: F811 - the fixtures
    there = desk.people.other_clerk
    desk.at("2018-09-03 09:00")
    left = endings.report_end(
        EndForm(own(desk, 1)[0].id, TerminationReason.RESIGNED_NO_PENSION, date(2018, 9, 3)), actor=there
    )
    desk.approve(left.request_ids, desk.people.other_registrar).at("2018-09-03 11:00")
    approved(nhso)
    desk.at("2018-10-01 10:00")
    work()
    desk.at("2018-10-01 11:00")
    work()
    assert row().state is SuccessionState.DONE and (row().counts["left"], row().counts["suspended"]) == (0, 0)
    succession_jobs.start_due()
    assert list(_queued()) == []
    back = endings.take_back_end(own(desk, 1)[0].id, "คำสั่งถูกเพิกถอน", actor=there)
    desk.approve(back.request_ids, desk.people.other_registrar).at("2018-10-01 15:00")
    with db.engine.connect() as connection:
        lost = next(iter(findings(connection, only="RIGHT_OUTLASTS_AGENCY")))
    assert lost.count == 3  # the official, a child and the mother
    work()
    desk.at("2018-10-02 11:00")
    rights = own(desk, 1)
    assert [(one.agency_id == row().successor_id, one.entitled_until) for one in rights] == [(False, D), (True, None)]
    work()
    assert list(_queued()) == [] and row().state is SuccessionState.DONE
    with db.engine.connect() as connection:
        assert next(iter(findings(connection, only="RIGHT_OUTLASTS_AGENCY"))).count == 0

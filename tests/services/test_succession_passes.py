"""The passes of a succession: each right is asked for once, a pass that is over does nothing, what rounds refuse twice stays."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, Scope, ScopeKind
from app.domain.people import RequestStatus, RequestType, SuccessionState
from app.models import ChangeRequest, Entitlement
from app.models.database import db
from app.services import jobs, succession_jobs, withdrawals
from app.services.transaction import reading, transaction
from tests.services.lifecycle_desk import database, on_both  # noqa: F401 - a fixture
from tests.services.test_successions import approved, desk, nhso, own, row, work  # noqa: F401 - fixtures

pytest_generate_tests = on_both(frozenset())


_REFUSE = sa.text("""
    UPDATE change_request SET status = 'ROUND_ERROR', round_error = 'CONFLICT', version = version + 1
    WHERE status = 'APPROVED' AND succession_id IS NOT NULL AND target_entitlement_id IN (
        SELECT f.id FROM entitlement e JOIN entitlement f ON f.principal_id = e.person_id WHERE e.id = :right)""")


_REFUSE_END = sa.text("""
    UPDATE change_request SET status = 'ROUND_ERROR', round_error = 'CONFLICT', version = version + 1
    WHERE status = 'APPROVED' AND succession_id IS NOT NULL AND type = 'TERMINATE'""")


def asked() -> list[ChangeRequest]:
    with reading(NATION) as session:
        return list(session.scalars(sa.select(ChangeRequest).where(ChangeRequest.succession_id.is_not(None))))


@pytest.mark.parametrize(
    "struck", [60, 130]
)  # in the second family, and behind the executive's, whose spouse goes with him
def test_a_pass_that_dies_between_two_families_goes_on_behind_them(desk, nhso, monkeypatch, struck):  # noqa: F811 - the fixtures
    monkeypatch.setattr(succession_jobs, "FAMILIES_AT_ONCE", 1)
    approved(nhso)
    desk.at("2018-10-01 08:00")
    work(kill=struck)
    assert len(asked()) == len({one.target_entitlement_id for one in asked()}) == 7
    assert {one.status for one in asked()} == {RequestStatus.APPROVED} and row().passes == 1
    with transaction(succession_jobs.ROBOT) as session:  # who comes late with a pass that is over
        late = jobs.add(
            session, "succession", "late", {"succession_id": row().id, "pass": 0}, actor=succession_jobs.ROBOT
        )
        session.flush()
        job = (late.id, late.attempt)
    assert jobs.run(*job)
    assert (len(asked()), row().passes) == (7, 1)


def test_what_rounds_refuse_twice_is_left_to_the_officers(desk, nhso):  # noqa: F811 - the fixtures
    approved(nhso)
    desk.at("2018-10-01 08:00")
    (right,) = own(desk, 1)
    for hour in ("11:00", "15:00"):
        work()
        with db.writer.begin() as connection:
            connection.execute(_REFUSE, {"right": right.id})
        desk.at(f"2018-10-01 {hour}")
    work()
    tries = [one for one in asked() if one.target_entitlement_id == right.id]
    assert [one.status for one in tries] == [RequestStatus.ROUND_ERROR] * 2
    assert row().state is SuccessionState.DONE and row().counts["left"] > 0
    assert [one.id for one in own(desk, 1)] == [right.id]


def test_the_family_of_an_executive_is_not_asked_for_where_rounds_refuse_his_end(desk, nhso):  # noqa: F811 - the fixtures
    approved(nhso)
    desk.at("2018-10-01 08:00")
    for hour in ("11:00", "15:00"):
        work()
        with db.writer.begin() as connection:
            connection.execute(_REFUSE_END)
        desk.at(f"2018-10-01 {hour}")
    work()
    ends = [one for one in asked() if one.type is RequestType.TERMINATE]
    assert [one.status for one in ends] == [RequestStatus.ROUND_ERROR] * 2
    with reading(NATION) as session:
        head = session.get_one(Entitlement, ends[0].target_entitlement_id).person_id
        family = set(session.scalars(sa.select(Entitlement.id).where(Entitlement.principal_id == head)))
    leaning = family - {ends[0].target_entitlement_id}
    assert leaning and not [one for one in asked() if one.target_entitlement_id in leaning]
    assert row().counts["left"] == 1


def test_what_two_officers_of_the_nhso_approved_no_registrar_of_the_new_agency_takes_back(desk, nhso):  # noqa: F811 - the fixtures
    approved(nhso)
    desk.at("2018-10-01 08:00")
    work()
    (request, *_rest) = asked()
    registrar = replace(
        desk.people.registrar, scope=Scope(ScopeKind.AGENCY, request.agency_id), agency_id=request.agency_id
    )
    (outcome,) = withdrawals.withdraw([request.id], actor=registrar, seen_versions={request.id: request.version})
    assert outcome.error is not None and outcome.error.code == "PART_OF_SUCCESSION"
    desk.at("2018-10-01 11:00")
    assert {one.status for one in asked()} == {RequestStatus.EFFECTIVE}

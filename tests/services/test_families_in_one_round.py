"""A family that moves, draws a pension or returns, and what else a round brings for one of them: nobody loses a right by it."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.domain.actor import NATION
from app.domain.errors import WrongState
from app.domain.people import Relation, RequestStatus, RequestType, Sex, TerminationReason
from app.models import Entitlement
from app.models.database import db
from app.services import change_requests, endings, withdrawals
from app.services.round_sql import CLAIM_TABLE
from app.services.transaction import reading
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_approvals import versions
from tests.services.test_changes_of_rights import change, desk  # noqa: F401 - a fixture

pytest_generate_tests = on_both(frozenset({"test_who_ends_in_the_round_of_a_move_keeps_nobody_back"}))
FIRST = date(2018, 10, 1)


def test_who_ends_in_the_round_of_a_move_keeps_nobody_back(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-10-01 08:00")
    end = desk.end(FATHER, TerminationReason.DECEASED, date(2018, 9, 20))
    desk.approve(end).approve(desk.move(FIRST)[:1], desk.people.other_registrar).at("2018-10-01 11:00")
    assert desk.request(end[0]).status is RequestStatus.EFFECTIVE
    assert desk.states() == ["ACTIVE", "ACTIVE", "ENDED", "ACTIVE"]
    assert [desk.right(number).entitled_from for number in (OWN, SPOUSE, CHILD)] == [FIRST] * 3
    assert desk.right(FATHER).termination_reason is TerminationReason.DECEASED


def test_whom_the_law_cannot_take_along_any_more_holds_the_family_back(desk):  # noqa: F811 - a fixture
    """The mother's entry of the child is changed in the round in which the father moves with it."""
    desk.family().at("2018-09-20 09:00")
    mother = official(
        nid(5), birth_date=date(1981, 1, 1), service_start_date=date(2018, 9, 1), sex=Sex.F, first_name_th="สมศรี",
        title_th="",
    )  # fmt: skip
    form = family(mother, relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 1)))
    desk.approve(change_requests.record(form, actor=desk.people.clerk, submit=True).request_ids)
    desk.at("2018-09-20 15:00").at("2018-10-01 09:00")
    with reading(NATION) as session:
        through = (
            sa.select(Entitlement).join(Entitlement.principal).options(joinedload(Entitlement.person))
            .where(Entitlement.relation == Relation.CHILD, Entitlement.principal.has(national_id=nid(5)))
        )  # fmt: skip
        hers = session.scalars(through).one()
    changed = change(desk, CHILD, right=hers, birth_date=date(2012, 2, 1))
    ids = desk.move(FIRST)
    desk.approve(changed).approve(ids[:1], desk.people.other_registrar).at("2018-10-01 11:00")
    assert desk.request(changed[0]).status is RequestStatus.EFFECTIVE
    assert desk.request(ids[0]).round_error == "FAMILY_CHANGED"
    with reading(NATION) as session:
        assert set(session.scalars(sa.select(Entitlement.termination_reason))) == {None}


def test_who_was_taken_out_of_a_return_keeps_nobody_back(desk):  # noqa: F811 - a fixture
    desk.family().at("2019-02-01 10:00").approve(desk.end(OWN, None, date(2019, 2, 1))).at("2019-02-01 11:00")
    desk.at("2019-08-02 09:00")
    ids = desk.go_on(RequestType.REINSTATE, date(2019, 8, 1))
    fathers = next(i for i in ids if desk.request(i).target_entitlement_id == desk.right(FATHER).id)
    change_requests.cancel((fathers,), actor=desk.people.clerk)
    desk.approve([i for i in ids if i != fathers]).at("2019-08-02 11:00")
    assert desk.states() == ["ACTIVE", "ACTIVE", "ENDED", "ACTIVE"]


def test_nobody_is_taken_out_of_a_return_that_is_approved(desk):  # noqa: F811 - a fixture
    """The registrar has let the others come back, and looks at the child again: one officer alone ends no right by that."""
    desk.family().at("2019-02-01 10:00").approve(desk.end(OWN, None, date(2019, 2, 1))).at("2019-02-01 11:00")
    desk.at("2019-08-02 09:00")
    ids = desk.go_on(RequestType.REINSTATE, date(2019, 8, 1))
    childs = next(i for i in ids if desk.request(i).target_entitlement_id == desk.right(CHILD).id)
    desk.approve(ids)
    withdrawals.withdraw([childs], actor=desk.people.registrar, seen_versions=versions(childs))
    with pytest.raises(WrongState) as refused:
        change_requests.cancel((childs,), actor=desk.people.clerk)
    assert refused.value.code == "PRINCIPAL_APPROVED"
    withdrawals.withdraw(ids[:1], actor=desk.people.registrar, seen_versions=versions(*ids[:1]))
    change_requests.cancel((childs,), actor=desk.people.clerk)
    assert desk.request(childs).status is RequestStatus.CANCELLED


def test_a_death_beside_a_suspension_outlives_its_taking_back(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-20 09:00")
    away = desk.end(OWN, None, date(2018, 9, 12))
    death = desk.end(CHILD, TerminationReason.DECEASED, date(2018, 9, 18))
    desk.approve(away).approve(death).at("2018-09-21 15:00")
    back = endings.take_back_end(desk.right(OWN).id, "ไม่ได้พักราชการ", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-09-22 15:00")
    assert desk.states() == ["ACTIVE", "ACTIVE", "ACTIVE", "ENDED"]
    child = desk.right(CHILD)
    assert (child.entitled_until, child.termination_reason) == (date(2018, 9, 19), TerminationReason.DECEASED)
    assert child.person.death_date == date(2018, 9, 18)


def test_the_law_is_asked_once_for_a_family_that_moves(desk):  # noqa: F811 - a fixture
    """Once before the principal goes, and not again when he has gone: a second answer would leave somebody behind."""
    desk.family().at("2018-10-01 08:00").approve(desk.move(FIRST), desk.people.other_registrar)
    older, asked = sa.text("UPDATE change_request SET rules_version = 'older' WHERE status = 'APPROVED'"), []
    with db.writer.begin() as connection:
        connection.execute(older)

    def look(connection, cursor, statement, *_):
        if "FROM proposal JOIN" in statement and CLAIM_TABLE in statement:
            asked.append(statement)

    sa.event.listen(db.writer, "before_cursor_execute", look)
    try:
        desk.at("2018-10-01 11:00")
    finally:
        sa.event.remove(db.writer, "before_cursor_execute", look)
    assert desk.states() == ["ACTIVE"] * 4
    assert len(asked) == 2  # for the family, and for the principal

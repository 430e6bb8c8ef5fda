"""An อบต. becomes a municipality and keeps its row: two officers, its day, and the rounds that give each service its new name."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, Actor
from app.domain.errors import Conflict, InvalidForm, NotAllowed, Refused
from app.domain.people import AgencyType, PersonnelType, RequestStatus, RequestType, SuccessionState, TerminationReason
from app.domain.roles import powers_of
from app.models import Agency, AuditEvent, ChangeRequest, Entitlement
from app.models.database import db
from app.services import agencies, agency_lists, change_requests, clerk_desk, continuations, endings, successions
from app.services.agencies import AgencyFacts
from app.services.continuations import ContinuationForm
from app.services.endings import EndForm
from app.services.invariants import findings
from app.services.succession_returns import SentBack
from app.services.transaction import reading
from tests.services.conftest import family, nid, official
from tests.services.lifecycle_desk import database, on_both  # noqa: F401 - a fixture
from tests.services.test_successions import OLD, D, _officer, desk, own, row, work  # noqa: F401 - fixtures

pytest_generate_tests = on_both(frozenset({"test_an_upgrade_keeps_every_right_and_names_each_service_anew"}))
CODE, NAME = "05900101", "เทศบาลตำบลตัวอย่าง"
TAO, MUNICIPAL = PersonnelType.TAO_OFFICER, PersonnelType.MUNICIPAL_OFFICER


@pytest.fixture
def nhso(people) -> tuple[Actor, Actor]:
    return _officer("n1"), _officer("n2")


def approved(nhso) -> None:
    number = successions.propose(OLD, CODE, D, "ประกาศกระทรวงมหาดไทย", NAME, actor=nhso[0])
    with pytest.raises(NotAllowed, match="FOUR_EYES"):
        successions.approve(number, seen_version=row().version, actor=nhso[0])
    successions.approve(number, seen_version=row().version, actor=nhso[1])


def agency() -> Agency:
    with reading(NATION) as session:
        return session.scalars(sa.select(Agency).where(Agency.dla_code.in_([OLD, CODE]))).one()


def kinds(desk) -> list[PersonnelType | None]:  # noqa: F811 - the fixture
    return [own(desk, number)[-1].personnel_type for number in (1, 2, 3)]


def test_an_upgrade_keeps_every_right_and_names_each_service_anew(desk, nhso):  # noqa: F811 - the fixture
    clerk, registrar, before = desk.people.other_clerk, desk.people.other_registrar, agency()
    found = successions.foresee(OLD, CODE, D, NAME, actor=nhso[0])
    assert (found.officials, found.executives, found.open_requests) == (2, 1, 0) and not found.refusals
    approved(nhso)
    left = official(nid(4), first_name_th="ลาออก", personnel_type=TAO, birth_date=date(1975, 1, 4))
    desk.approve(change_requests.record(family(left), actor=clerk, submit=True).request_ids, registrar)
    desk.at("2018-09-02 11:00")
    gone = EndForm(own(desk, 4)[0].id, TerminationReason.RESIGNED_NO_PENSION, date(2018, 9, 10))
    desk.approve(endings.report_end(gone, actor=clerk).request_ids, registrar).at("2018-09-20 09:00")
    leaving = EndForm(own(desk, 2)[0].id, TerminationReason.RESIGNED_NO_PENSION, date(2018, 11, 1))
    away = EndForm(own(desk, 1)[0].id, None, date(2018, 9, 20))
    for form in (leaving, away):
        desk.approve(endings.report_end(form, actor=clerk).request_ids, registrar)
    desk.at("2018-09-20 11:00")
    newcomer = official(nid(9), first_name_th="ใหม่", personnel_type=TAO, birth_date=date(1990, 1, 1))
    waits = change_requests.record(family(newcomer), actor=clerk, submit=True).request_ids
    work()
    assert (agency().dla_code, kinds(desk)[0]) == (OLD, TAO)  # its day has not come
    desk.at("2018-10-01 08:00")
    work(kill=20)
    upgraded = agency()
    assert (upgraded.dla_code, upgraded.name_th, upgraded.agency_type) == (
        CODE, NAME, AgencyType.SUBDISTRICT_MUNICIPALITY,
    )  # fmt: skip
    with reading(NATION) as session:  # what it was called until then is told by nothing else any more
        (told,) = session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "change_agency")).all()
    assert told.detail["was"] == f"{OLD} {before.name_th}"
    desk.at("2018-10-01 11:00")
    assert kinds(desk) == [MUNICIPAL, MUNICIPAL, PersonnelType.POLITICAL_EXECUTIVE]
    assert [one.entitled_until for one in (*own(desk, 2), *own(desk, 3), *own(desk, 13))] == [date(2018, 11, 1), D, D]
    assert own(desk, 2)[0].until_before_end is None  # his end taken back, he has what the law gives
    assert {len(own(desk, number)) for number in (1, 2, 3, 11, 12, 21, 22)} == {1}  # nobody's right was begun anew
    assert desk.request(waits[0]).status is RequestStatus.RETURNED
    (returned,) = clerk_desk.came_back(actor=clerk)
    assert returned.sent_back == SentBack(D, NAME, is_upgrade=True)  # the order alone tells nobody what to do
    (group,) = clerk_desk.my_work(actor=clerk).to_do
    assert group.items == (returned,)
    work()
    done = row()
    told = {"carried": 3, "officials": 3, "left": 0, "on_its_way": 0, "returned": 1, "suspended": 0}
    assert (done.state, done.counts) == (SuccessionState.DONE, told)
    back = ContinuationForm(own(desk, 1)[0].id, RequestType.REINSTATE, date(2018, 10, 2))
    desk.approve(continuations.go_on(back, actor=clerk).request_ids, registrar).at("2018-10-02 11:00")
    assert [one.personnel_type for one in own(desk, 1)] == [MUNICIPAL, MUNICIPAL] and desk.state(nid(11)) == "ACTIVE"
    assert own(desk, 4)[0].personnel_type is TAO  # who had left before it
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []


def test_what_is_wrong_about_an_upgrade_is_said_at_once(desk, nhso):  # noqa: F811 - the fixture
    with pytest.raises(InvalidForm) as refused:
        successions.propose(OLD, "04110101", D, "ประกาศ", NAME, actor=nhso[0])
    assert {(e.code, e.field) for e in refused.value.errors} == {
        ("AGENCY_CODE_PROVINCE", "successor_code"), ("AGENCY_CODE_TAKEN", "successor_code"),
    }  # fmt: skip
    with pytest.raises(InvalidForm) as refused:
        successions.propose(OLD, "99900101", D, "ประกาศ", NAME, actor=nhso[0])
    assert [e.code for e in refused.value.errors] == ["AGENCY_TYPE_UNKNOWN"]


def test_the_code_of_an_open_upgrade_is_kept_for_it(desk, nhso):  # noqa: F811 - the fixture
    successions.propose(OLD, CODE, D, "ประกาศกระทรวงมหาดไทย", NAME, actor=nhso[0])
    facts = AgencyFacts(CODE, "เทศบาลตำบลอื่น", AgencyType.SUBDISTRICT_MUNICIPALITY, CODE[2:4], date(2010, 1, 1))
    with pytest.raises(Conflict, match="AGENCY_CODE_PROMISED"):
        agencies.create_agency(facts, actor=nhso[0])


def test_neither_the_list_nor_an_administrator_changes_the_type_over_peoples_heads(desk, nhso):  # noqa: F811 - the fixture
    before = agency()
    facts = AgencyFacts(CODE, NAME, AgencyType.SUBDISTRICT_MUNICIPALITY, "90", before.valid_from)
    with pytest.raises(Refused, match="UPGRADE_BY_TWO"):
        agencies.change_agency(before.id, before.version, facts, actor=nhso[0])
    listed = f"รหัส อปท.,ชื่อ อปท.,รหัสเดิม\n{CODE},{NAME},{OLD}\n"
    robot = Actor("cli", NATION, powers_of(("nhso_admin",)))
    for _ in range(2):  # the same list once more changes nothing
        plan = agency_lists.load(listed.encode(), actor=robot, day=date(2018, 9, 5))
        assert [(c.verb, c.code) for c in plan.changes] == [("propose", OLD)] and not plan.faults
        with reading(NATION) as session:
            standing = session.scalar(sa.select(sa.func.count(Agency.id)).where(Agency.valid_until.is_(None)))
        assert plan.missing == standing - 1  # the list knows the agency that stands under its old code until its day
    assert (agency().dla_code, row().new_code, row().proposed_by_id) == (OLD, CODE, None)
    approved(nhso)
    desk.at("2018-10-01 08:00")
    work()
    with reading(NATION) as session:
        asked = session.scalars(sa.select(ChangeRequest).where(ChangeRequest.succession_id.is_not(None))).all()
        assert {one.type for one in asked} == {RequestType.CERTIFY_EDIT, RequestType.TERMINATE}
        assert session.scalar(sa.select(sa.func.count(Entitlement.id)).where(Entitlement.voided)) == 0

"""The demo data of `make run`: families with requests in every state, made through the officers' own verbs."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.clock import bangkok_day
from app.domain.people import PersonnelType, Relation, Sex
from app.models.change_request import ChangeRequest
from app.models.entitlement import Entitlement
from app.services import approvals, change_requests
from app.services.clock import business_now
from app.services.demo import claims, lives, world
from app.services.demo.accounts import EXAMPLE_ID, TAO, TOWN
from app.services.demo.people import FIRST_SERIAL, Census
from app.services.demo.world import Office
from app.services.family_forms import FamilyForm, Member
from app.services.transaction import reading

FAMILIES_IN_FORCE = 12
# Whom the README asks for: the same on every day, unlike the others, whose birth dates follow the calendar.
EXAMPLE = Member(
    relation=Relation.SELF, national_id=EXAMPLE_ID, title_th="นาย", first_name_th="สมชาย", last_name_th="ตัวอย่างดี",
    birth_date=date(1980, 5, 4), sex=Sex.M, personnel_type=PersonnelType.MUNICIPAL_OFFICER,
    service_start_date=date(2010, 10, 1),
)  # fmt: skip


def seed(*, production: bool, uploads: Path | None = None) -> bool:
    """Build the demo once; False when it stands already. Claims need the folder of `uploads` for their papers.

    Raises NotAllowed('DEMO_IN_PRODUCTION').
    """
    world.refuse_production(production)
    if world.is_built():
        return False
    world.build()
    if not world.is_unused():
        return True
    census = Census(seed=2569, first_serial=FIRST_SERIAL + 1)
    town, tao = world.office(TOWN, "clerk1", "registrar1"), world.office(TAO, "clerk_b", "registrar_b")
    steps: list[Callable[[], None]] = [
        lambda: _everything_in_force(town, tao, census),
        lambda: _fails_at_its_round(town, census),
        lambda: lives.go_on(town, tao),
    ]
    for position, _pause in enumerate(world.days_of_the_past()):
        if position < len(steps):
            steps[position]()
    for office in (town, tao):
        _at_work(office, census)
    _recorded_in_error(town)
    lives.at_work(town, tao)
    if uploads is not None:
        claims.seed(uploads)
    return True


def _everything_in_force(town: Office, tao: Office, census: Census) -> None:
    sent = change_requests.record(FamilyForm((EXAMPLE,)), actor=town.clerk, submit=True)
    _approve(town, sent.request_ids)
    sent = change_requests.record(lives.soon_of_age(census), actor=town.clerk, submit=True)
    _approve(town, sent.request_ids)
    for office in (town, tao):
        _in_force(office, census, FAMILIES_IN_FORCE)


def _family(office: Office, census: Census) -> FamilyForm:
    return census.family(office.agency.agency_type, _today())


def _today() -> date:
    return bangkok_day(business_now())


def _in_force(office: Office, census: Census, count: int) -> None:
    for _ in range(count):
        sent = change_requests.record(_family(office, census), actor=office.clerk, submit=True)
        _approve(office, sent.request_ids)


def _approve(office: Office, request_ids: Sequence[int]) -> None:
    outcomes = approvals.approve(request_ids, actor=office.registrar, seen_versions=_versions(request_ids))
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error


def _versions(request_ids: Sequence[int]) -> dict[int, int]:
    with reading(NATION) as session:
        query = sa.select(ChangeRequest.id, ChangeRequest.version).where(ChangeRequest.id.in_(request_ids))
        return {id_: version for id_, version in session.execute(query)}


def _fails_at_its_round(office: Office, census: Census) -> None:
    """A relative approved before the principal: the round refuses him (PRINCIPAL_NOT_EFFECTIVE)."""
    form = _family_with_relatives(office, census)
    sent = change_requests.record(form, actor=office.clerk, submit=True)
    _approve(office, sent.request_ids[1:])


def _family_with_relatives(office: Office, census: Census) -> FamilyForm:
    while True:
        form = _family(office, census)
        if len(form.members) > 1:
            return form


def _at_work(office: Office, census: Census) -> None:
    """What an officer finds on his desk: drafts, waiting, returned, rejected, approved, cancelled."""
    clerk, registrar = office.clerk, office.registrar
    change_requests.record(_family(office, census), actor=clerk)
    for _ in range(5):
        change_requests.record(_family(office, census), actor=clerk, submit=True)
    for verb, reason in (
        (approvals.return_, "ภาพถ่ายสูติบัตรไม่ชัด กรุณาแนบใหม่"),
        (approvals.reject, "ชื่อไม่ตรงกับทะเบียนราษฎร"),
    ):
        sent = change_requests.record(_family_with_relatives(office, census), actor=clerk, submit=True)
        verb(sent.request_ids, reason, actor=registrar, seen_versions=_versions(sent.request_ids))
    approved = change_requests.record(_family(office, census), actor=clerk, submit=True)
    _approve(office, approved.request_ids)
    cancelled = change_requests.record(_family(office, census), actor=clerk, submit=True)
    change_requests.cancel(cancelled.request_ids, actor=clerk)


def _recorded_in_error(office: Office) -> None:
    """An entry that the clerk has reported as a mistake and that waits for the registrar."""
    with reading(office.clerk.scope) as session:
        query = sa.select(Entitlement.id).where(Entitlement.relation != Relation.SELF).order_by(Entitlement.id)
        entitlement_id = session.scalars(query.limit(1)).first()
    if entitlement_id is not None:
        change_requests.report_error(entitlement_id, "บันทึกเลขประจำตัวประชาชนผิดคน", actor=office.clerk)

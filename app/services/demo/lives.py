"""What goes on in the demo after the first families are in force: ends, a suspension, a transfer, and what waits for officers."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.domain.actor import NATION
from app.domain.clock import bangkok_day
from app.domain.people import PersonnelType, Relation, Sex, TerminationReason, ToFollow
from app.domain.thai_calendar import add_years
from app.models.change_request import ChangeRequest
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules.told import Told
from app.services import approvals, endings, transfers
from app.services.clock import business_now
from app.services.demo.accounts import EXAMPLE_ID
from app.services.demo.people import Census
from app.services.demo.world import Office
from app.services.endings import EndForm
from app.services.family_forms import FamilyForm, Member
from app.services.judging import judge_all
from app.services.transaction import reading
from app.services.transfers import TransferForm

NOTE = "ตรวจสอบกับต้นฉบับแล้ว"


def soon_of_age(census: Census) -> FamilyForm:
    """An official whose child comes of age in two weeks: the look-ahead shows it, and one click reports it."""
    today = bangkok_day(business_now())
    child = add_years(today, -20) + timedelta(days=14)
    return FamilyForm(
        (
            Member(
                relation=Relation.SELF, national_id=census.national_id(date(1978, 2, 3)), title_th="นาย",
                first_name_th="ประสงค์", last_name_th="รอวันเกิด", birth_date=date(1978, 2, 3), sex=Sex.M,
                personnel_type=PersonnelType.PERMANENT_EMPLOYEE, service_start_date=date(2004, 10, 1),
            ),
            Member(
                relation=Relation.CHILD, national_id=census.national_id(child), title_th="นางสาว", first_name_th="ใกล้บรรลุ",
                last_name_th="รอวันเกิด", birth_date=child, sex=Sex.F, birth_order=1, told=Told(to_follow=ToFollow.FACTS),
            ),
        )
    )  # fmt: skip


def go_on(town: Office, tao: Office) -> None:
    """Approved in one go: an official resigns, one is suspended, a relative dies, and a family moves to the other agency."""
    officials = _officials(town)
    today = bangkok_day(business_now())
    for right, reason in zip(officials, (TerminationReason.RESIGNED_NO_PENSION, None), strict=False):
        approve(town, _report(town, right, reason, today - timedelta(days=3)))
    for right in _relatives(town, besides=officials[:3])[:1]:
        approve(town, _report(town, right, TerminationReason.DECEASED, today - timedelta(days=4)))
    for right in officials[2:3]:
        approve(tao, _take_over(tao, right, today - timedelta(days=2)))


def at_work(town: Office, tao: Office) -> None:
    """What officers find: an end that waits for the registrar, one that is begun, a transfer that the old agency is told of."""
    today = bangkok_day(business_now())
    relatives, officials = _relatives(town, besides=()), _officials(town)
    for right, submit in zip(relatives, (True, False), strict=False):
        _report(town, right, TerminationReason.DECEASED, today - timedelta(days=1), submit=submit)
    for right in officials[-1:]:
        _take_over(tao, right, today + timedelta(days=10))


def _report(
    office: Office, right: Entitlement, reason: TerminationReason | None, on: date, *, submit: bool = True
) -> Sequence[int]:
    form = EndForm(right.id, reason, on, "ตัวอย่าง")
    return endings.report_end(form, actor=office.clerk, submit=submit).request_ids


def _take_over(office: Office, right: Entitlement, on: date) -> Sequence[int]:
    form = TransferForm(right.id, on, PersonnelType.TAO_OFFICER)
    (done,) = transfers.take_over([form], actor=office.clerk)
    return done.request_ids


def approve(office: Office, request_ids: Sequence[int]) -> None:
    """The office's registrar approves these, with a note on whatever is doubtful."""
    with reading(NATION) as session:
        requests = list(session.scalars(sa.select(ChangeRequest).where(ChangeRequest.id.in_(request_ids))))
        doubts = {
            key: [c.code for c in one.doubts]
            for key, one in judge_all(session, requests, business_now(session)).items()
        }
    seen = {request.id: request.version for request in requests}
    outcomes = approvals.approve(
        request_ids, actor=office.registrar, seen_versions=seen, note=NOTE, seen_doubts=doubts
    )  # fmt: skip
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error


def _officials(office: Office) -> list[Entitlement]:
    """Officials whose rights run without a known end and through whom somebody has a right, but for the README's example."""
    family, holder = aliased(Entitlement), aliased(Person)
    query = (
        _running(office)
        .join(holder, holder.id == Entitlement.person_id)
        .where(
            Entitlement.relation == Relation.SELF, holder.national_id != EXAMPLE_ID, holder.last_name_th != "รอวันเกิด"
        )
        .where(
            sa.select(family.id)
            .where(family.principal_id == Entitlement.person_id, family.id != Entitlement.id)
            .exists()
        )
    )
    with reading(office.clerk.scope) as session:
        return list(session.scalars(query))


def _relatives(office: Office, besides: Sequence[Entitlement]) -> list[Entitlement]:
    """Parents and spouses who are not of these officials."""
    query = _running(office).where(
        Entitlement.relation.in_((Relation.FATHER, Relation.MOTHER, Relation.SPOUSE)),
        Entitlement.principal_id.not_in([right.person_id for right in besides]),
    )
    with reading(office.clerk.scope) as session:
        return list(session.scalars(query))


def _running(office: Office) -> sa.Select[tuple[Entitlement]]:
    query = sa.select(Entitlement).where(
        Entitlement.agency_id == office.agency.id, sa.not_(Entitlement.voided), Entitlement.entitled_until.is_(None)
    )
    return query.order_by(Entitlement.id)

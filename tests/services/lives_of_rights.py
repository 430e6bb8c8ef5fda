"""What officers of three agencies may do in any order, and what must hold after each step: random lives of rights."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.orm import joinedload

from app.domain.actor import NATION, Actor
from app.domain.clock import bangkok_day
from app.domain.errors import PortalError
from app.domain.people import (
    CORRECTABLE_STATUSES,
    ENDING_TYPES,
    Relation,
    RequestStatus,
    RequestType,
    TerminationReason,
)
from app.models import AuditEvent, ChangeRequest, Entitlement, RequestEditor
from app.rules.ends import reasons_for
from app.rules.told import Told
from app.services import approvals, change_requests, continuations, edits, endings, transfers, withdrawals
from app.services.clock import business_now
from app.services.continuations import ContinuationForm
from app.services.edits import EditForm
from app.services.endings import EndForm
from app.services.judging import judge_all
from app.services.transaction import reading
from app.services.transfers import TransferForm
from tests.services import rights_differences, rights_world
from tests.services.conftest import family
from tests.services.rights_world import HEADS, Office

RELATIVES = ("spouse", "child", "youth", "mother", "late")
A_DAY = st.integers(-40, 40)
TURN = st.integers(0, 30)
_OWN = sa.and_(Entitlement.relation == Relation.SELF, sa.not_(Entitlement.voided))


class Lives(RuleBasedStateMachine):
    """What officers may try in any order; what the verbs refuse changes nothing and is no fault."""

    fresh: Callable[[], None]
    lived: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        type(self).fresh()
        self.offices, self.seen = rights_world.offices(), 0
        self.lived["lives"] += 1

    def teardown(self) -> None:
        """What became of this life's requests, counted with those of all lives of the run."""
        with reading(NATION) as session:
            kinds = session.execute(sa.select(ChangeRequest.type, ChangeRequest.status)).all()
        self.lived.update(f"{kind} {status}" for kind, status in kinds)

    # --- what there is ---
    def _pick(self, turn: int, *conditions: object, kind: type = ChangeRequest) -> list:
        with reading(NATION) as session:
            query = sa.select(kind).where(*conditions).order_by(kind.id)
            if kind is Entitlement:
                query = query.options(joinedload(Entitlement.person))
            else:
                query = query.options(joinedload(ChangeRequest.proposal))
            found = list(session.scalars(query))
        return found[turn % len(found) :] + found[: turn % len(found)] if found else []

    def _office(self, agency_id: int) -> Office:
        return next(one for one in self.offices if one.agency_id == agency_id)

    def _today(self) -> date:
        return bangkok_day(business_now())

    def _right(self, turn: int) -> tuple[Entitlement, Office] | None:
        found = self._pick(turn, sa.not_(Entitlement.voided), kind=Entitlement)
        return (found[0], self._office(found[0].agency_id)) if found else None

    # --- clerks ---
    @rule(number=st.sampled_from(HEADS), at=st.integers(0, 2), sent=st.booleans(),
          who=st.sets(st.sampled_from(RELATIVES)))  # fmt: skip
    def record(self, number: int, at: int, sent: bool, who: set[str]) -> None:
        members = [one for name, one in sorted(rights_world.family_of(number).items()) if name in who]
        form = family(rights_world.head(number, self.offices[at]), *members)
        with suppress(PortalError):
            change_requests.record(form, actor=self.offices[at].clerks[number % 2], submit=sent)

    @rule(
        number=st.sampled_from(HEADS),
        at=st.integers(0, 2),
        who=st.sampled_from(RELATIVES),
    )
    def add_to_family(self, number: int, at: int, who: str) -> None:
        from tests.services.conftest import nid

        form = family(rights_world.family_of(number)[who], principal_national_id=nid(number))
        with suppress(PortalError):
            change_requests.record(form, actor=self.offices[at].clerks[0], submit=True)

    @rule(turn=TURN, why=st.integers(0, 10), days=A_DAY, sent=st.booleans())
    def report_end(self, turn: int, why: int, days: int, sent: bool) -> None:
        if found := self._right(turn):
            right, office = found
            reasons = (TerminationReason.DECEASED, None, *reasons_for(right.relation, right.personnel_type))
            reason = reasons[why % len(reasons)]
            form = EndForm(right.id, reason, self._today() + timedelta(days=days), "เหตุอื่น")
            with suppress(PortalError):
                endings.report_end(form, actor=office.clerks[turn % 2], submit=sent)

    @rule(turn=TURN, days=A_DAY)
    def suspend(self, turn: int, days: int) -> None:
        for right in self._pick(turn, _OWN, kind=Entitlement)[:1]:
            with suppress(PortalError):
                form = EndForm(right.id, None, self._today() + timedelta(days=days))
                endings.report_end(form, actor=self._office(right.agency_id).clerks[turn % 2])

    @rule(turn=TURN)
    def take_back(self, turn: int) -> None:
        found = self._pick(turn, Entitlement.ended_by_request_id.is_not(None), kind=Entitlement)
        if found:
            with suppress(PortalError):
                endings.take_back_end(found[0].id, "แจ้งผิด", actor=self._office(found[0].agency_id).clerks[0])

    @rule(turn=TURN)
    def recorded_in_error(self, turn: int) -> None:
        if found := self._right(turn):
            with suppress(PortalError):
                change_requests.report_error(found[0].id, "บันทึกผิดคน", actor=found[1].clerks[0])

    @rule(turn=TURN, kind=st.sampled_from((RequestType.PENSION, RequestType.REINSTATE)), days=A_DAY)
    def go_on(self, turn: int, kind: RequestType, days: int) -> None:
        conditions = [_OWN]
        if kind is RequestType.REINSTATE:
            conditions.append(Entitlement.suspended)
        for right in self._pick(turn, *conditions, kind=Entitlement)[:1]:
            form = ContinuationForm(right.id, kind, self._today() + timedelta(days=days))
            with suppress(PortalError):
                continuations.go_on(form, actor=self._office(right.agency_id).clerks[turn % 2])

    @rule(turn=TURN, at=st.integers(0, 2), days=A_DAY, leave=st.booleans())
    def transfer(self, turn: int, at: int, days: int, leave: bool) -> None:
        office = self.offices[at]
        away = Entitlement.agency_id != office.agency_id
        for right in self._pick(turn, _OWN, away, kind=Entitlement)[:1]:
            leaning = self._pick(0, Entitlement.principal_id == right.person_id, sa.not_(_OWN), kind=Entitlement)
            left = {one.id: "อยู่กับญาติ" for one in leaning[:1]} if leave else {}
            form = TransferForm(right.id, self._today() + timedelta(days=days), office.kind, left)
            with suppress(PortalError):
                transfers.take_over([form], actor=office.clerks[turn % 2])

    @rule(turn=TURN, years=st.sampled_from((0, 0, -1, 1)), name=st.sampled_from(("ก", "ข")))
    def change(self, turn: int, years: int, name: str) -> None:
        if found := self._right(turn):
            right, office = found
            with suppress(PortalError):
                edits.change(edited(right, years, name), actor=office.clerks[turn % 2])

    @rule(turn=TURN)
    def cancel(self, turn: int) -> None:
        for request in self._pick(turn, ChangeRequest.status.in_(change_requests.CANCELLABLE))[:1]:
            with suppress(PortalError):
                change_requests.cancel([request.id], actor=self._office(request.agency_id).clerks[0])

    @rule(turn=TURN)
    def correct(self, turn: int) -> None:
        for request in self._pick(turn, ChangeRequest.status.in_(CORRECTABLE_STATUSES))[:1]:
            with suppress(PortalError):
                change_requests.correct(request.id, actor=self._office(request.agency_id).clerks[turn % 2])

    @rule(turn=TURN)
    def submit_drafts(self, turn: int) -> None:
        drafts = (ChangeRequest.status == RequestStatus.DRAFT, ChangeRequest.type == RequestType.CERTIFY_NEW)
        for request in self._pick(turn, *drafts)[:1]:
            with suppress(PortalError):
                change_requests.submit(request.submission_no, actor=self._office(request.agency_id).clerks[turn % 2])

    @rule(turn=TURN, days=A_DAY)
    def write_anew(self, turn: int, days: int) -> None:
        """A draft about a right that stands, kept or come back, is written anew and sent: an end, a change, a move."""
        drafts = (ChangeRequest.status == RequestStatus.DRAFT, ChangeRequest.target_entitlement_id.is_not(None))
        for draft in self._pick(turn, *drafts)[:1]:
            office, on = self._office(draft.agency_id), self._today() + timedelta(days=days)
            with suppress(PortalError):
                self._send_anew(draft, office, office.clerks[turn % 2], on)

    def _send_anew(self, draft: ChangeRequest, office: Office, clerk: Actor, on: date) -> None:
        right_id, number = draft.target_entitlement_id or 0, draft.submission_no
        if draft.type in ENDING_TYPES:
            form = EndForm(right_id, draft.proposal.termination_reason, on, "เหตุอื่น", (), draft.id, draft.version)
            endings.report_end(form, actor=clerk)
        elif draft.type is RequestType.CERTIFY_EDIT:
            (right,) = self._pick(0, Entitlement.id == right_id, kind=Entitlement)
            edits.change(replace(edited(right, 0, "ค"), request_id=draft.id, seen_version=draft.version), actor=clerk)
        elif draft.type is RequestType.TRANSFER_IN:
            own_id = transfers.official_of(number, actor=clerk)
            transfers.take_over([TransferForm(own_id, on, office.kind, submission_no=number)], actor=clerk)
        else:
            continuations.go_on(ContinuationForm(right_id, draft.type, on, submission_no=number), actor=clerk)

    # --- registrars ---
    @rule(turn=TURN, many=st.integers(1, 12), second=st.booleans())
    def approve(self, turn: int, many: int, second: bool) -> None:
        for office in self.offices:
            pending = (
                ChangeRequest.status == RequestStatus.PENDING_APPROVAL,
                ChangeRequest.agency_id == office.agency_id,
            )
            some = self._pick(turn, *pending)[:many]
            if some:
                self._approve([one.id for one in some], office.registrars[second])

    @rule(second=st.booleans(), kill=st.integers(0, 150))
    def all_is_approved_and_carried(self, second: bool, kill: int) -> None:
        self.approve(0, 50, second)
        if kill:
            rights_world.killed_round(0.25, kill)
        else:
            rights_world.forward(0.25)

    @rule(turn=TURN)
    def approve_ones_own(self, turn: int) -> None:
        """A registrar records and tries to decide it himself: never."""
        office = self.offices[turn % 3]
        number = HEADS[turn % 4]
        with suppress(PortalError):
            change_requests.record(family(rights_world.head(number, office)), actor=office.registrars[0], submit=True)
        with reading(NATION) as session:
            mine = sa.select(RequestEditor.request_id).where(RequestEditor.user_id == office.registrars[0].user_id)
            ids = list(session.scalars(mine.distinct()))
        for outcome in self._approve(ids, office.registrars[0]) if ids else ():
            assert outcome.error is not None or outcome.request_id not in ids

    def _approve(self, ids: list[int], registrar: Actor) -> list[approvals.Outcome]:
        with reading(NATION) as session:
            rows = list(session.scalars(sa.select(ChangeRequest).where(ChangeRequest.id.in_(ids))))
            told = judge_all(session, rows, business_now(session))
            doubts = {key: [clause.code for clause in one.doubts] for key, one in told.items()}
        seen = {row.id: row.version for row in rows}
        return approvals.approve(ids, actor=registrar, seen_versions=seen, note="ตรวจแล้ว", seen_doubts=doubts)

    @rule(turn=TURN, back=st.booleans())
    def refuse(self, turn: int, back: bool) -> None:
        for request in self._pick(turn, ChangeRequest.status == RequestStatus.PENDING_APPROVAL)[:1]:
            verb = approvals.return_ if back else approvals.reject
            verb([request.id], "เอกสารไม่ครบ", actor=self._office(request.agency_id).registrars[turn % 2],
                 seen_versions={request.id: request.version})  # fmt: skip

    @rule(turn=TURN)
    def withdraw(self, turn: int) -> None:
        for request in self._pick(turn, ChangeRequest.status == RequestStatus.APPROVED)[:1]:
            registrar = self._office(request.agency_id).registrars[turn % 2]
            withdrawals.withdraw([request.id], actor=registrar, seen_versions={request.id: request.version})

    # --- time ---
    @rule(days=st.sampled_from((0.25, 0.25, 0.5, 1, 30)))
    def time_passes(self, days: float) -> None:
        rights_world.forward(days)

    @rule(days=st.sampled_from((0.25, 1)), after=st.integers(1, 120))
    def a_round_is_killed(self, days: float, after: int) -> None:
        rights_world.killed_round(days, after)

    @invariant()
    def the_register_is_whole(self) -> None:
        if not hasattr(self, "offices"):
            return
        with reading(NATION) as session:
            deeds = session.scalar(sa.select(sa.func.max(AuditEvent.id)))
        if deeds != self.seen:  # what was refused left nothing behind to look at
            self.seen = deeds
            wrong = [*rights_world.broken(), *rights_differences.differences()]
            assert not wrong, wrong


def edited(right: Entitlement, years: int, name: str) -> EditForm:
    """The entry as it stands but for the last name, and born so many years later."""
    person = right.person
    return EditForm(
        right.id, right.version + person.version, person.first_name_th, name, sex=person.sex,
        birth_date=person.birth_date and person.birth_date.replace(year=person.birth_date.year + years),
        told=Told(to_follow=right.to_follow), personnel_type=right.personnel_type, birth_order=right.birth_order,
        service_start_date=right.service_start_date,
    )  # fmt: skip

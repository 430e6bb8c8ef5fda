"""Bills whose right changed after they were sent: computed from register and claims at each look, never kept (spec 5.7).

A bill is at risk where its day of service lies in what a termination, a death or a correction took away later, or where
the right only stands by on it; the other way round, a claim that was refused for want of a right is looked at anew where
a right stands now. Whoever closes a row says why; another change of that right lists the bill again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor, Scope
from app.domain.bills import BillRisk
from app.domain.claims import ClaimReason, ClaimStatus, RightGone
from app.domain.errors import BadInput, NotFound
from app.domain.ledger import Account, EntryKind
from app.domain.period import Period
from app.domain.powers import Power
from app.domain.refunds import RefundMethod
from app.models.bill_closure import BillClosure
from app.models.claim import ReceiptClaim
from app.models.entitlement import Entitlement
from app.models.ledger import LedgerEntry
from app.models.person import Person
from app.models.refund import RefundRequest
from app.models.scoping import in_scope
from app.rules.refund_statuses import STANDING
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.money import fund_accounts, refunds, rights_now
from app.services.money.claim_rows import own as own_claim
from app.services.money.claim_rows import with_names
from app.services.money.refunds import WORDS_LENGTH, RefundForm
from app.services.money.rights_now import covers
from app.services.transaction import reading, transaction

PAGE, MOST_IN_FILE, AT_ONCE = 50, 10_000, 500
# The refund that is drafted from here gives this reason, where the list of reasons still has it.
NO_RIGHT = "ผู้ป่วยไม่มีสิทธิ ณ วันรับบริการ"
_SENT = (ClaimStatus.SUBMITTED, ClaimStatus.APPROVED, ClaimStatus.PAID)
_C, _T = ReceiptClaim, Entitlement


@dataclass(frozen=True)
class Bill:
    """A claim on the list with the right as it stands now; `satang` can come back, or was asked for; `gone` is why."""

    claim: ReceiptClaim
    right: Entitlement
    satang: int
    gone: RightGone | None = None

    @property
    def right_last_day(self) -> date | None:
        """The last day of the right, None while no end is known."""
        return Period(self.right.entitled_from, self.right.entitled_until).last_day


@dataclass(frozen=True)
class Bills:
    """A page of the list, the newest claim first."""

    rows: Sequence[Bill]
    page: int
    has_more: bool


def listed(risk: BillRisk, page: int, *, actor: Actor) -> Bills:
    """A page of the bills in scope that are looked at anew. Raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        query = _query(risk, actor.scope).options(*with_names()).order_by(_C.id.desc())
        rows = _bills(session, query.offset(page * PAGE).limit(PAGE + 1))
        session.expunge_all()
    return Bills(rows[:PAGE], page, len(rows) > PAGE)


def for_file(risk: BillRisk, *, actor: Actor) -> Sequence[Bill]:
    """The whole list in scope, at most MOST_IN_FILE."""
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        rows = _bills(
            session, _query(risk, actor.scope).options(*with_names()).order_by(_C.id.desc()).limit(MOST_IN_FILE)
        )
        session.expunge_all()
    return rows


def draft(claim_id: int, *, actor: Actor) -> int:
    """Write the refund of all that a paid bill at risk can still give back; returns its id, to be looked at and confirmed.

    Raises NotFound('BILL_NOT_FOUND') for one that is not on the list, and what `refunds.record` raises.
    """
    actor.require(Power.RECORD_REFUND)
    with reading(actor.scope) as session:
        row = session.execute(
            _query(BillRisk.LOST, actor.scope).where(_C.id == claim_id, _C.status == ClaimStatus.PAID)
        ).one_or_none()
        if row is None:
            raise NotFound("BILL_NOT_FOUND")
        amount = int(row[2])
    known = refunds.reasons(actor=actor)
    reason = next((key for key, name in known if name == NO_RIGHT), None)
    accounts = fund_accounts.offered(actor=actor)
    way = RefundMethod.TRANSFER if accounts else RefundMethod.CHEQUE
    form = RefundForm(amount, reason, way, accounts[0].id if accounts else None)
    return refunds.record(claim_id, form, actor=actor)


def close(claim_id: int, risk: BillRisk, reason: str, *, actor: Actor) -> None:
    """Take a bill off the list as its right stands now, with a reason.

    Raises BadInput('REQUIRED', 'TOO_LONG'), NotFound('BILL_NOT_FOUND', 'CLAIM_NOT_FOUND').
    """
    actor.require(Power.DECIDE_CLAIM)
    text = reason.replace("\0", "").strip()
    if not text:
        raise BadInput("REQUIRED", field="reason")
    if len(text) > WORDS_LENGTH:
        raise BadInput("TOO_LONG", field="reason", longest=WORDS_LENGTH)
    with transaction(actor) as session:
        own_claim(session, claim_id)
        row = session.execute(_query(risk, actor.scope).where(_C.id == claim_id)).one_or_none()
        if row is None:
            raise NotFound("BILL_NOT_FOUND")
        claim, right, _satang = row
        closure = BillClosure(
            claim_id=claim.id, agency_id=claim.agency_id, risk=risk, entitlement_id=right.id, right_from=right.entitled_from,
            right_until=right.entitled_until, right_voided=right.voided, right_standby=right.standby_since,
            died_on=session.get_one(Person, claim.patient_id).death_date, reason=text, closed_by_id=actor.user_id,
            closed_by=actor.name, closed_at=business_now(session),
        )  # fmt: skip
        session.add(closure)
        session.flush()
        audit(session, actor, "close_bill", "receipt_claim", claim.id, agency_id=claim.agency_id)


def closures_of(claim_id: int, *, actor: Actor) -> Sequence[BillClosure]:
    """What was closed of a claim in scope, with who and why, the oldest first."""
    with reading(actor.scope) as session:
        rows = session.scalars(sa.select(BillClosure).where(BillClosure.claim_id == claim_id).order_by(BillClosure.id))
        found = rows.all()
        session.expunge_all()
    return found


def _bills(session: Session, query: sa.Select[Any]) -> list[Bill]:
    rows = session.execute(query).all()
    gone: dict[int, RightGone] = {}
    ids = [row[0].id for row in rows]
    for start in range(0, len(ids), AT_ONCE):
        gone |= rights_now.gone(session, ids[start : start + AT_ONCE])
    return [Bill(claim, right, int(satang or 0), gone.get(claim.id)) for claim, right, satang in rows]


def _query(risk: BillRisk, scope: Scope) -> sa.Select[Any]:
    """Claim, right and satang of each bill on the list, in one statement whatever its length."""
    death = sa.select(Person.death_date).where(Person.id == _C.patient_id).correlate(_C).scalar_subquery()
    closed = sa.select(BillClosure.id).where(
        BillClosure.claim_id == _C.id, BillClosure.risk == risk, BillClosure.entitlement_id == _T.id,
        BillClosure.right_from == _T.entitled_from, BillClosure.right_until.is_not_distinct_from(_T.entitled_until),
        BillClosure.right_voided == _T.voided, BillClosure.right_standby.is_not_distinct_from(_T.standby_since),
        BillClosure.died_on.is_not_distinct_from(death),
    )  # fmt: skip
    if risk is BillRisk.GAINED:
        other = sa.orm.aliased(Entitlement)
        stands = sa.select(other.id).where(
            other.person_id == _C.patient_id, other.agency_id == _C.agency_id, covers(other, _C.served_on)
        )
        died = sa.select(Person.id).where(Person.id == _C.patient_id, Person.death_date < _C.served_on)
        first = stands.order_by(other.id).limit(1).correlate(_C).scalar_subquery()
        return sa.select(_C, _T, _C.claimable).join(_T, _T.id == first).where(
            _C.status == ClaimStatus.DENIED, _C.reason == ClaimReason.NOT_ENTITLED, sa.not_(closed.exists()),
            sa.not_(died.exists()),
        )  # fmt: skip
    satang = sa.case((_C.status == ClaimStatus.PAID, _left()), else_=sa.func.coalesce(_C.approved, _C.claimable))
    return sa.select(_C, _T, satang).join(_T, _T.id == _C.entitlement_id).where(
        _C.id.in_(_lost(scope)), sa.not_(closed.exists()), sa.or_(_C.status != ClaimStatus.PAID, _left() > 0),
    )  # fmt: skip


def _lost(scope: Scope) -> sa.CompoundSelect[Any]:
    """Claims whose right does not pay for their day any more, and those of the dead: each leg one join over its tables."""
    claim, right, person = ReceiptClaim.__table__, Entitlement.__table__, Person.__table__
    other = right.alias("other")
    mine = (claim.c.status.in_(_SENT), in_scope(claim.c.agency_id, scope))
    stands = sa.select(other.c.id).where(
        other.c.person_id == claim.c.patient_id, other.c.agency_id == claim.c.agency_id,
        covers(other.c, claim.c.served_on),
    )  # fmt: skip
    ended = (
        sa.select(claim.c.id)
        .join(right, right.c.id == claim.c.entitlement_id)
        .where(*mine, sa.not_(covers(right.c, claim.c.served_on)), sa.not_(stands.exists()))
    )
    died = (
        sa.select(claim.c.id)
        .join(person, person.c.id == claim.c.patient_id)
        .where(*mine, person.c.death_date.is_not(None), person.c.death_date < claim.c.served_on)
    )
    return sa.union(ended, died)


def _left() -> sa.ColumnElement[int]:
    """What was transferred for a claim less the refunds of it that stand."""
    signed = sa.case((LedgerEntry.credit == Account.BANK, LedgerEntry.satang), else_=-LedgerEntry.satang)
    paid = sa.select(sa.func.coalesce(sa.func.sum(signed), 0)).where(
        LedgerEntry.claim_id == _C.id, LedgerEntry.kind == EntryKind.PAYMENT
    )
    given = sa.select(sa.func.coalesce(sa.func.sum(RefundRequest.amount), 0)).where(
        RefundRequest.claim_id == _C.id, RefundRequest.status.in_(STANDING)
    )
    return paid.correlate(_C).scalar_subquery() - given.correlate(_C).scalar_subquery()

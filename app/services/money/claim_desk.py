"""What the pages of claims show: one claim with everything on it, near twins, and what waits for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.claims import ClaimStatus, ClaimVerb, RightGone
from app.domain.clock import bangkok_day
from app.domain.errors import NotFound
from app.domain.ledger import Standing
from app.domain.period import Period
from app.domain.powers import Power
from app.models.bill_closure import BillClosure
from app.models.claim import ClaimPaper, ClaimStep, ReceiptClaim
from app.models.entitlement import Entitlement
from app.models.ledger import LedgerEntry
from app.models.person import Person
from app.rules import receipts
from app.rules.claim_statuses import OPEN_TO_CLERK, TABLE
from app.rules.receipts import Fault
from app.services.audit import person_hash, record_reads
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID
from app.services.money import claim_twins, ledger, rights_now
from app.services.money.claim_review import needs_two
from app.services.money.claim_rows import with_names
from app.services.money.claim_twins import NearClaim
from app.services.money.claims import facts_of
from app.services.money.paid_there import PaidThere, paid_there
from app.services.officers import names_of_accounts
from app.services.transaction import reading

PURPOSE = "CLAIM"
PAGE, COUNTED = 50, 1_000


@dataclass(frozen=True)
class ClaimDesk:
    """A claim with its papers, story and money; `verbs` is what the reader may do now.

    `faults` stand against sending it today, `warning` that its year is nearly over; `near` are claims that look much alike,
    `gone` says why the right pays no more for a claim that waits for money, `gaps` are days of a stay that no right here covers,
    `closures` what was closed of it on the list of bills at risk, `paid_there` what the hospital got for the same days.
    """

    claim: ReceiptClaim
    right: Entitlement | None
    papers: Sequence[ClaimPaper]
    steps: Sequence[ClaimStep]
    entries: Sequence[LedgerEntry]
    standing: Standing
    near: Sequence[NearClaim]
    gone: RightGone | None
    faults: tuple[Fault, ...]
    warning: Fault | None
    verbs: frozenset[ClaimVerb]
    needs_two: bool
    gaps: Sequence[Period] = ()
    closures: Sequence[BillClosure] = ()
    paid_there: Sequence[PaidThere] = ()
    people: Mapping[str, str] = field(default_factory=dict)  # who did the steps, by the name of the account

    @property
    def attached(self) -> Sequence[ClaimPaper]:
        """What is attached now."""
        return [one for one in self.papers if one.withdrawn_at is None]

    @property
    def withdrawn(self) -> Sequence[ClaimPaper]:
        """What was sent once and was taken off afterwards."""
        sent = [step.at for step in self.steps if step.verb is ClaimVerb.SUBMIT]
        gone = [one for one in self.papers if one.withdrawn_at is not None]
        return [one for one in gone if any(one.uploaded_at <= at <= one.withdrawn_at for at in sent)]

    @property
    def may_write(self) -> bool:
        """Whether the reader may change what the claim says."""
        return ClaimVerb.RECORD in self.verbs


@dataclass(frozen=True)
class Waiting:
    """A page of claims that wait for the NHSO: how many, what they come to in satang; more than COUNTED are not summed.

    `near` has for each the claims that look much like it, `gone` why a right pays no more, `gaps` the days of a stay
    that no right of the agency covers, `paid_there` what the hospital itself got for the same days.
    """

    rows: Sequence[ReceiptClaim]
    count: int
    satang: int
    page: int
    near: Mapping[int, Sequence[NearClaim]]
    gone: Mapping[int, RightGone]
    gaps: Mapping[int, Sequence[Period]]
    paid_there: Mapping[int, Sequence[PaidThere]]

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return (self.page + 1) * PAGE < min(self.count, COUNTED)


def open_claim(claim_id: int, *, actor: Actor, hash_key: str) -> ClaimDesk:
    """One claim in scope, its opening written down first. Raises NotAllowed, NotFound('CLAIM_NOT_FOUND')."""
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        query = sa.select(ReceiptClaim).options(*with_names()).where(ReceiptClaim.id == claim_id)
        claim = session.scalars(query).one_or_none() if 0 < claim_id <= LARGEST_ID else None
        if claim is None:
            raise NotFound("CLAIM_NOT_FOUND")
        today = bangkok_day(business_now(session))
        facts = facts_of(claim, claim.patient, today)
        entries = ledger.of_claim(session, claim.id)
        right = session.get(Entitlement, claim.entitlement_id) if claim.entitlement_id else None
        steps, closures = _of(session, ClaimStep, claim), _of(session, BillClosure, claim)
        found = ClaimDesk(
            claim, right, _of(session, ClaimPaper, claim), steps, entries,
            ledger.standing(entries), claim_twins.near(session, [claim.id]).get(claim.id, ()),
            rights_now.at_risk(session, claim),
            receipts.faults(facts) if claim.status in OPEN_TO_CLERK else (), receipts.warning(facts),
            TABLE.verbs(claim.status, actor.powers), needs_two(claim.claimable, today),
            rights_now.stay_gaps(session, [claim.id]).get(claim.id, ()), closures,
            paid_there(session, [claim.id]).get(claim.id, ()) if Power.DECIDE_CLAIM in actor.powers else (),
            names_of_accounts(session, {step.by_name for step in steps} | {one.closed_by for one in closures}),
        )  # fmt: skip
        read = {
            "person_hash": person_hash(claim.patient.national_id, hash_key),
            "object_type": "receipt_claim", "object_id": str(claim.id),
        }  # fmt: skip
        session.expunge_all()
    record_reads([read], actor=actor, purpose=PURPOSE)
    return found


def waiting(status: ClaimStatus, page: int, *, actor: Actor, signed: bool = False) -> Waiting:
    """What waits in scope to be decided (SUBMITTED; with `signed` for the second signature) or paid (APPROVED), oldest first."""
    actor.require(Power.DECIDE_CLAIM if status is ClaimStatus.SUBMITTED else Power.PAY_CLAIM)
    fits = [ReceiptClaim.status == status]
    if status is ClaimStatus.SUBMITTED:
        fits.append(ReceiptClaim.signed_by_id.is_not(None) if signed else ReceiptClaim.signed_by_id.is_(None))
    amount = ReceiptClaim.claimable if status is ClaimStatus.SUBMITTED else ReceiptClaim.approved
    first = sa.select(amount.label("satang")).where(*fits).limit(COUNTED + 1).subquery()
    query = sa.select(ReceiptClaim).options(*with_names()).where(*fits)
    with reading(actor.scope) as session:
        count, satang = session.execute(sa.select(sa.func.count(), sa.func.sum(first.c.satang))).one()
        rows = session.scalars(
            query.order_by(ReceiptClaim.submitted_at, ReceiptClaim.id).offset(page * PAGE).limit(PAGE)
        ).all()
        ids = [row.id for row in rows]
        twins, gone = claim_twins.near(session, ids), rights_now.gone(session, ids)
        gaps, there = rights_now.stay_gaps(session, ids), paid_there(session, ids)
        session.expunge_all()
    return Waiting(rows, count, int(satang or 0), page, twins, gone, gaps, there)


def count_waiting(*, actor: Actor) -> int:
    """How many claims wait for a first decision, for the menu; counted no further than COUNTED."""
    actor.require(Power.DECIDE_CLAIM)
    return _count((ReceiptClaim.status == ClaimStatus.SUBMITTED, ReceiptClaim.signed_by_id.is_(None)), actor)


def count_returned(*, actor: Actor) -> int:
    """How many claims came back to whoever records them, counted no further than COUNTED; 0 for all others."""
    actor.require(Power.VIEW_CLAIMS)
    if Power.RECORD_CLAIM not in actor.powers:
        return 0
    return _count((ReceiptClaim.status == ClaimStatus.RETURNED,), actor)


def _count(fits: Sequence[Any], actor: Actor) -> int:
    with reading(actor.scope) as session:
        first = sa.select(ReceiptClaim.id).where(*fits).limit(COUNTED).subquery()
        return session.scalar(sa.select(sa.func.count()).select_from(first)) or 0


def find_patient(national_id: str, *, actor: Actor, hash_key: str) -> int:
    """The id of the person with this number in scope, under which his claims are listed; asking is written down.

    Raises NotFound('PERSON_NOT_FOUND').
    """
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        found = session.scalars(sa.select(Person.id).where(Person.national_id == national_id)).one_or_none()
    read = {"person_hash": person_hash(national_id, hash_key), "answer": "FOUND" if found else "NOT_FOUND"}
    record_reads([read], actor=actor, purpose=PURPOSE)
    if found is None:
        raise NotFound("PERSON_NOT_FOUND", field="national_id")
    return found


def _of(session: Session, kind: type, claim: ReceiptClaim) -> Sequence[object]:
    return session.scalars(sa.select(kind).where(kind.claim_id == claim.id).order_by(kind.id)).all()

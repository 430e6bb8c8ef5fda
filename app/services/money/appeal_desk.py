"""What the pages of appeals show: one appeal with its claim and papers, and what waits for the NHSO."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor
from app.domain.appeals import AppealStatus, AppealVerb
from app.domain.claims import RightGone
from app.domain.clock import bangkok_day
from app.domain.errors import NotFound
from app.domain.powers import Power
from app.models.appeal import Appeal, AppealPaper
from app.models.audit import AuditEvent
from app.models.claim import ReceiptClaim
from app.models.claimed_receipt import ClaimedReceipt
from app.models.hospital import Hospital
from app.rules.appeal_statuses import TABLE
from app.services.audit import person_hash, record_reads
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID
from app.services.money import claim_twins, held_receipts
from app.services.money.appeal_review import RECALLED
from app.services.money.appeals import granted_before
from app.services.money.claim_review import needs_two
from app.services.money.claim_twins import NearClaim, OwnTwin
from app.services.money.paid_there import PaidThere, paid_there
from app.services.money.rights_now import appeals_lost
from app.services.officers import officer_names
from app.services.transaction import reading

PURPOSE = "APPEAL"
MOST = 100


@dataclass(frozen=True)
class AppealDesk:
    """An appeal with everything on it; `before` is what the claim brought without it, `verbs` what the reader may do now."""

    appeal: Appeal
    papers: Sequence[AppealPaper]
    before: int
    verbs: frozenset[AppealVerb]
    needs_two: bool
    further: Sequence[ClaimedReceipt]
    near: Sequence[NearClaim]
    own_twins: Sequence[OwnTwin]  # its further receipts that look like another one of its own claim
    gone: RightGone | None  # why it can neither pass nor be paid
    taken_back_by: str  # that it had passed, as the audit has it; empty where nobody did
    paid_there: Sequence[PaidThere]  # what the hospital itself got for the days of the claim, for who decides


@dataclass(frozen=True)
class Waiting:
    """Appeals that wait, and by their ids why some of them can neither pass nor be paid, and what looks alike of their own claim.

    `near` has by the id of the claim the other claims that look much like it, `paid_there` what its hospital got itself.
    """

    rows: Sequence[Appeal]
    gone: Mapping[int, RightGone]
    own_twins: Mapping[int, Sequence[OwnTwin]]
    near: Mapping[int, Sequence[NearClaim]]
    paid_there: Mapping[int, Sequence[PaidThere]]


def open_appeal(appeal_id: int, *, actor: Actor, hash_key: str) -> AppealDesk:
    """One appeal in scope, its opening written down first. Raises NotAllowed, NotFound('APPEAL_NOT_FOUND')."""
    actor.require(Power.VIEW_CLAIMS)
    with reading(actor.scope) as session:
        query = sa.select(Appeal).options(*_names()).where(Appeal.id == appeal_id)
        appeal = session.scalars(query).one_or_none() if 0 < appeal_id <= LARGEST_ID else None
        if appeal is None:
            raise NotFound("APPEAL_NOT_FOUND")
        verbs = set(TABLE.verbs(appeal.status, actor.powers))
        if not appeal.waits_for_money:
            verbs.discard(AppealVerb.PAY)
        if appeal.paid_on is not None:
            verbs.discard(AppealVerb.RECALL)
        papers = session.scalars(
            sa.select(AppealPaper)
            .where(AppealPaper.appeal_id == appeal.id, AppealPaper.withdrawn_at.is_(None))
            .order_by(AppealPaper.id)
        )
        before = granted_before(session, appeal.claim) - (appeal.granted or 0)
        found = AppealDesk(
            appeal, papers.all(), before, frozenset(verbs),
            appeal.additional is not None and needs_two(before + appeal.additional, bangkok_day(business_now(session))),
            held_receipts.further_of(session, appeal.id),
            claim_twins.near(session, [appeal.claim_id]).get(appeal.claim_id, ()),
            claim_twins.within(session, [appeal]).get(appeal.id, ()),
            appeals_lost(session, [appeal]).get(appeal.id), _taken_back_by(session, appeal),
            paid_there(session, [appeal.claim_id]).get(appeal.claim_id, ()) if Power.DECIDE_CLAIM in actor.powers else (),
        )  # fmt: skip
        hashed = person_hash(appeal.claim.patient.national_id, hash_key)
        session.expunge_all()
    read = {"person_hash": hashed, "object_type": "appeal", "object_id": str(appeal_id)}
    record_reads([read], actor=actor, purpose=PURPOSE)
    return found


def of_claim(claim_id: int, *, actor: Actor) -> Sequence[Appeal]:
    """The appeals of a claim in scope, the oldest first, with the hospitals that they name."""
    with reading(actor.scope) as session:
        query = sa.select(Appeal).options(joinedload(Appeal.hospital)).where(Appeal.claim_id == claim_id)
        rows = session.scalars(query.order_by(Appeal.id)).all()
        session.expunge_all()
    return rows


def waiting(to_be_paid: bool, *, actor: Actor) -> Waiting:
    """The oldest appeals that wait to be decided, or to be paid."""
    actor.require(Power.DECIDE_CLAIM)
    money = (Appeal.status == AppealStatus.PASSED, Appeal.additional.is_not(None), Appeal.paid_on.is_(None))
    fits = money if to_be_paid else (Appeal.status == AppealStatus.SUBMITTED,)
    with reading(actor.scope) as session:
        query = sa.select(Appeal).options(*_names()).where(*fits).order_by(Appeal.submitted_at, Appeal.id).limit(MOST)
        rows = session.scalars(query).all()
        claims = {one.claim_id for one in rows}
        near, there = claim_twins.near(session, claims), paid_there(session, claims)
        found = Waiting(rows, appeals_lost(session, rows), claim_twins.within(session, rows), near, there)
        session.expunge_all()
    return found


def count_waiting(*, actor: Actor) -> int:
    """How many appeals wait to be decided, for the menu; counted no further than MOST."""
    actor.require(Power.DECIDE_CLAIM)
    with reading(actor.scope) as session:
        first = sa.select(Appeal.id).where(Appeal.status == AppealStatus.SUBMITTED).limit(MOST).subquery()
        return session.scalar(sa.select(sa.func.count()).select_from(first)) or 0


def _taken_back_by(session: Session, appeal: Appeal) -> str:
    """Who took back that it had passed, when it was decided last."""
    if appeal.status is not AppealStatus.NOT_PASSED:
        return ""
    query = sa.select(AuditEvent).where(
        AuditEvent.object_type == "appeal", AuditEvent.object_id == str(appeal.id), AuditEvent.verb == RECALLED
    )
    found = session.scalars(query.limit(1)).one_or_none()
    return officer_names(session, [found.actor_id]).get(found.actor_id, found.actor_name) if found else ""


def _names() -> tuple[object, ...]:
    claim = joinedload(Appeal.claim)
    return (
        claim.joinedload(ReceiptClaim.patient), claim.joinedload(ReceiptClaim.hospital).joinedload(Hospital.province),
        joinedload(Appeal.hospital), joinedload(Appeal.agency),
    )  # fmt: skip

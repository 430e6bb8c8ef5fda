"""Whether a claim's right still pays for its day and its receipt is its own: asked when money is approved, signed and paid."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.appeals import AppealKind, AppealStatus
from app.domain.claims import RightGone
from app.domain.errors import Refused
from app.domain.period import Period, uncovered
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.claimed_receipt import ClaimedReceipt
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules import citations
from app.rules.claim_statuses import AT_RISK
from app.services.money.held_receipts import sum_held


def gone(session: Session, claim_ids: Collection[int]) -> Mapping[int, RightGone]:
    """Of these claims in scope those whose right has gone since they were sent, and why; what is paid or closed is left out.

    Any right of the patient at the claim's agency that covers the day does: an entry that was replaced by another one pays on.
    A claim that waits for money holds its receipt, but where an upgrade found that another one holds it.
    """
    query = (
        sa.select(
            ReceiptClaim.id, ReceiptClaim.served_on, Person.death_date, Entitlement.voided, Entitlement.entitled_from,
            Entitlement.entitled_until, Entitlement.standby_since,
        )
        .join(Person, Person.id == ReceiptClaim.patient_id)
        .join(Entitlement, Entitlement.id == ReceiptClaim.entitlement_id)
        .where(ReceiptClaim.id.in_(claim_ids))
    )  # fmt: skip
    found = {row.id: why for row in session.execute(query) if (why := _why(row))}
    others = [claim_id for claim_id, why in found.items() if why is not RightGone.DIED]
    for claim_id in session.scalars(_covered_otherwise(others)) if others else ():
        del found[claim_id]
    return {claim_id: RightGone.RECEIPT_HELD for claim_id in session.scalars(_without_receipt(claim_ids))} | found


def covers(right: Any, day: Any) -> sa.ColumnElement[bool]:
    """SQL: this entry of the register, as it stands now, pays for the day."""
    return sa.and_(
        sa.not_(right.voided), right.entitled_from <= day,
        sa.or_(right.entitled_until.is_(None), right.entitled_until > day),
        sa.or_(right.standby_since.is_(None), right.standby_since > day),
    )  # fmt: skip


def stay_gaps(session: Session, claim_ids: Collection[int]) -> Mapping[int, list[Period]]:
    """Of stays in hospital among these claims in scope the days on which no right of the agency pays.

    The right on the day of admission decides about the claim (the slides are silent); who reviews it sees these days.
    """
    right = Entitlement
    query = (
        sa.select(
            ReceiptClaim.id, ReceiptClaim.served_on, ReceiptClaim.discharged_on, right.entitled_from, right.entitled_until,
            right.standby_since,
        )
        .outerjoin(
            right,
            sa.and_(
                right.person_id == ReceiptClaim.patient_id, right.agency_id == ReceiptClaim.agency_id, sa.not_(right.voided)
            ),
        )
        .where(ReceiptClaim.id.in_(claim_ids), ReceiptClaim.discharged_on > ReceiptClaim.served_on)
    )  # fmt: skip
    stays: dict[int, Period] = {}
    parts: dict[int, list[Period]] = {}
    for row in session.execute(query):
        stays[row.id] = Period.from_last_day(row.served_on, row.discharged_on)
        parts.setdefault(row.id, []).extend(_pays(row.entitled_from, row.entitled_until, row.standby_since))
    found = {claim_id: uncovered(stay, parts[claim_id]) for claim_id, stay in stays.items()}
    return {claim_id: gaps for claim_id, gaps in found.items() if gaps}


def gaps_of(session: Session, person_id: int, agency_id: int, stay: Period) -> list[Period]:
    """The same for a stay that is only typed yet."""
    right = Entitlement
    query = sa.select(right.entitled_from, right.entitled_until, right.standby_since).where(
        right.person_id == person_id, right.agency_id == agency_id, sa.not_(right.voided)
    )
    return uncovered(stay, [part for row in session.execute(query) for part in _pays(*row)])


def _pays(first: date | None, until: date | None, standby_since: date | None) -> list[Period]:
    """The days of an entry on which it is not only standing by; none for no entry."""
    if first is None:
        return []
    end = min((day for day in (until, standby_since) if day is not None), default=None)
    return [Period(first, end)] if end is None or end > first else []


def without_receipts(session: Session, appeal_ids: Collection[int]) -> set[int]:
    """Of these appeals in scope those that add a receipt which they do not hold, as an upgrade may find it of another one's.

    The claim's own receipt under another hospital may be held for the same claim by an appeal that came before.
    """
    if not appeal_ids:
        return set()
    held = aliased(ClaimedReceipt)
    same = sa.select(held.id).where(
        held.claim_id == ClaimedReceipt.claim_id, held.held, held.issuer_key == ClaimedReceipt.issuer_key,
        held.receipt_key == ClaimedReceipt.receipt_key, held.total == ClaimedReceipt.total,
    )  # fmt: skip
    lost = sa.select(ClaimedReceipt.appeal_id).where(
        ClaimedReceipt.appeal_id.in_(appeal_ids), sa.not_(ClaimedReceipt.held),
        sa.or_(ClaimedReceipt.is_further, ~same.exists()),
    )  # fmt: skip
    return {appeal_id for appeal_id in session.scalars(lost) if appeal_id is not None}


def over_receipts(session: Session, appeal_ids: Collection[int]) -> Mapping[int, int]:
    """Of these appeals in scope those that passed for money though their claim brings more than the receipts it holds come to.

    By how much, in satang: what was approved of the claim and all that passed, against its receipts but those of appeals that
    still wait. None of such a claim is paid, whichever comes first, until what is too much is taken back.
    """
    if not appeal_ids:
        return {}
    passed = aliased(Appeal)
    brought = sa.select(sa.func.sum(passed.additional)).where(
        passed.claim_id == ReceiptClaim.id, passed.status == AppealStatus.PASSED
    )
    over = (
        sa.func.coalesce(ReceiptClaim.approved, 0)
        + brought.scalar_subquery()
        - sum_held(ReceiptClaim.id, is_certain=True)
    )
    query = (
        sa.select(Appeal.id, over.label("over"))
        .join(ReceiptClaim, ReceiptClaim.id == Appeal.claim_id)
        .where(
            Appeal.id.in_(appeal_ids), Appeal.status == AppealStatus.PASSED, Appeal.additional.is_not(None), over > 0,
        )
    )  # fmt: skip
    return {row.id: int(row.over) for row in session.execute(query)}


def lost(session: Session, pairs: Collection[tuple[int, int | None]]) -> Mapping[tuple[int, int | None], RightGone]:
    """Of claims in scope, each alone or with an appeal for money, those for which nothing may be paid any more, and why."""
    claims = gone(session, {claim_id for claim_id, _appeal_id in pairs})
    appeals = {appeal_id for _claim_id, appeal_id in pairs if appeal_id is not None}
    bare = dict.fromkeys(over_receipts(session, appeals), RightGone.RECEIPTS_SHORT)
    bare |= dict.fromkeys(without_receipts(session, appeals), RightGone.RECEIPT_HELD)
    found = {pair: claims.get(pair[0]) or bare.get(pair[1] or 0) for pair in pairs}
    return {pair: why for pair, why in found.items() if why is not None}


def appeals_lost(session: Session, appeals: Collection[Appeal]) -> Mapping[int, RightGone]:
    """Of these appeals in scope those that can neither pass nor be paid, and why; one for details needs its receipts alone."""
    waits = [
        one for one in appeals
        if one.status is AppealStatus.SUBMITTED or (one.status is AppealStatus.PASSED and one.paid_on is None)
    ]  # fmt: skip
    money = {one.id: (one.claim_id, one.id) for one in waits if one.kind is AppealKind.AMOUNT}
    why = lost(session, list(money.values()))
    bare = without_receipts(session, {one.id for one in waits if one.id not in money})
    return {appeal_id: why[pair] for appeal_id, pair in money.items() if pair in why} | dict.fromkeys(
        bare, RightGone.RECEIPT_HELD
    )


def require_receipts(session: Session, appeal: Appeal) -> None:
    """Raise Refused('APPEAL_RECEIPT_HELD') where another claim holds what the appeal adds."""
    if without_receipts(session, [appeal.id]):
        raise Refused("APPEAL_RECEIPT_HELD", citation=citations.NHSO_RECEIPTS.text, appeal_no=appeal.appeal_no)


def require_cover(session: Session, appeal: Appeal, claim: ReceiptClaim) -> None:
    """Raise Refused('APPEAL_OVER_RECEIPTS') where the claim brings more with what passed than its receipts come to."""
    if over := over_receipts(session, [appeal.id]).get(appeal.id):
        told = {"appeal_no": appeal.appeal_no, "claim_no": claim.claim_no, "over": over}
        raise Refused("APPEAL_OVER_RECEIPTS", citation=citations.NHSO_APPEALS.text, **told)


def require_right(session: Session, claim: ReceiptClaim) -> None:
    """Raise Refused('RIGHT_GONE') where nothing may be approved or paid of this claim any more."""
    why = gone(session, [claim.id]).get(claim.id)
    if why is not None:
        cite = citations.NHSO_RECEIPTS.text
        raise Refused("RIGHT_GONE", citation=cite, claim_no=claim.claim_no, on=claim.served_on, gone=why)


def at_risk(session: Session, claim: ReceiptClaim) -> RightGone | None:
    """Why no money may go out for this claim, where it waits for some."""
    return gone(session, [claim.id]).get(claim.id) if claim.status in AT_RISK else None


def _why(row: Any) -> RightGone | None:
    if row.death_date is not None and row.death_date < row.served_on:
        return RightGone.DIED
    if row.voided:
        return RightGone.VOIDED
    if row.served_on < row.entitled_from or (row.entitled_until is not None and row.served_on >= row.entitled_until):
        return RightGone.ENDED
    if row.standby_since is not None and row.standby_since <= row.served_on:
        return RightGone.STANDS_BY
    return None


def _without_receipt(claim_ids: Collection[int]) -> sa.Select[Any]:
    own = sa.select(ClaimedReceipt.id).where(
        ClaimedReceipt.claim_id == ReceiptClaim.id, ClaimedReceipt.appeal_id.is_(None), ClaimedReceipt.held
    )
    waits = ReceiptClaim.id.in_(claim_ids), ReceiptClaim.status.in_(AT_RISK)
    return sa.select(ReceiptClaim.id).where(*waits, ~own.exists())


def _covered_otherwise(claim_ids: Collection[int]) -> sa.Select[Any]:
    on = ReceiptClaim.served_on
    return (
        sa.select(ReceiptClaim.id)
        .join(Entitlement, Entitlement.person_id == ReceiptClaim.patient_id)
        .where(
            ReceiptClaim.id.in_(claim_ids), Entitlement.agency_id == ReceiptClaim.agency_id, covers(Entitlement, on),
        )
        .distinct()
    )  # fmt: skip

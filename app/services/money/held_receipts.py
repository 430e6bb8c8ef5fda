"""One receipt is claimed once in the whole country: by who issued it, its number and its amount (spec 5.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from app.domain import names
from app.domain.actor import Actor
from app.domain.appeals import AppealStatus
from app.domain.claims import is_listed, receipt_key, strange_letter
from app.domain.errors import BadInput, Conflict
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.claimed_receipt import ClaimedReceipt
from app.models.hospital import Hospital
from app.rules import citations, receipts
from app.services.money import issuers
from app.services.money.issuers import issuer_now, issuer_of
from app.services.transaction import reading

MOST_FURTHER = 20
ISSUER_LENGTH, NUMBER_LENGTH = 300, 100


@dataclass(frozen=True)
class FurtherReceipt:
    """A receipt that an appeal adds: who issued it (a hospital's code or name, or a private unit), number, amount in satang."""

    issuer: str = ""
    receipt_no: str = ""
    total: int | None = None


def hold(session: Session, claim: ReceiptClaim) -> None:
    """Let the claim hold its receipt, and only as it says it now.

    Raises Conflict('RECEIPT_ALREADY_CLAIMED'), with the other claim where it may be told; the database refuses the others.
    """
    release(session, claim)
    session.execute(
        sa.delete(ClaimedReceipt).where(ClaimedReceipt.claim_id == claim.id, ClaimedReceipt.appeal_id.is_(None))
    )
    hospital = session.get_one(Hospital, claim.hospital_id)
    _hold(session, [_row(claim, issuer_of(session, hospital, claim.private_unit or ""))])


def places_of_appeal(appeal_id: int, *, actor: Actor) -> issuers.Places | None:
    """The hospitals for `hold_of_appeal`, read before the writing begins where a receipt of the draft needs them."""
    query = sa.select(ClaimedReceipt.issuer, ClaimedReceipt.issuer_key).where(ClaimedReceipt.appeal_id == appeal_id)
    with reading(actor.scope) as session:
        noted = [row.issuer for row in session.execute(query) if not is_listed(row.issuer_key)]
    return issuers.read_before(actor.scope, noted)


def release(session: Session, claim: ReceiptClaim) -> None:
    """Let anybody claim the receipt of this claim anew; what its appeals hold stays."""
    _let_go(session, ClaimedReceipt.claim_id == claim.id, ClaimedReceipt.appeal_id.is_(None))


def note_of_appeal(session: Session, claim: ReceiptClaim, appeal: Appeal, further: Sequence[FurtherReceipt]) -> None:
    """Note what a draft of an appeal adds: its further receipts, or the claim's own under the hospital that is put right."""
    session.execute(sa.delete(ClaimedReceipt).where(ClaimedReceipt.appeal_id == appeal.id))
    rows = []
    for one in further:
        assert one.total is not None
        issuer = issuer_of(session, None, one.issuer)
        rows.append(
            ClaimedReceipt(
                claim_id=claim.id, appeal_id=appeal.id, agency_id=appeal.agency_id, issuer=issuer[0], issuer_key=issuer[1],
                receipt_no=names.tidy(one.receipt_no), receipt_key=receipt_key(one.receipt_no), total=one.total,
                is_further=True, held=False,
            )
        )  # fmt: skip
    if appeal.hospital_id is not None and claim.private_unit is None:
        hospital = session.get_one(Hospital, appeal.hospital_id)
        rows.append(_row(claim, issuer_of(session, hospital, ""), appeal.id))
    session.add_all(rows)


def hold_of_appeal(session: Session, appeal: Appeal) -> None:
    """Let the appeal hold what it adds; raises as `hold`, and BadInput('FURTHER_RECEIPT_LETTER', 'RECEIPT_OVER_MOST').

    What was noted before a number's letters were asked for is asked now, and known by its key of today.
    """
    mine = sa.select(ClaimedReceipt).where(ClaimedReceipt.appeal_id == appeal.id).order_by(ClaimedReceipt.id)
    rows = session.scalars(mine).all()
    for number, row in enumerate((row for row in rows if row.is_further), start=1):
        if sign := strange_letter(row.receipt_no):
            raise BadInput("FURTHER_RECEIPT_LETTER", field="further", row=number, receipt_no=row.receipt_no, sign=sign)
        if row.total > (most := receipts.largest(None)):
            raise BadInput("RECEIPT_OVER_MOST", field="further", row=number, most_baht=most)
    _hold(session, [_known_now(session, row) for row in rows])


def release_of_appeal(session: Session, appeal: Appeal) -> None:
    """Let anybody claim what an appeal added that did not pass, but for what a later one of the same claim says too."""
    mine = sa.select(ClaimedReceipt).where(ClaimedReceipt.appeal_id == appeal.id, ClaimedReceipt.held)
    held = session.scalars(mine.order_by(ClaimedReceipt.id)).all()
    _let_go(session, ClaimedReceipt.appeal_id == appeal.id)
    for row in held:
        also = (
            sa.select(ClaimedReceipt.id)
            .join(Appeal, Appeal.id == ClaimedReceipt.appeal_id)
            .where(
                ClaimedReceipt.claim_id == row.claim_id, ClaimedReceipt.appeal_id != appeal.id,
                ClaimedReceipt.issuer_key == row.issuer_key, ClaimedReceipt.receipt_key == row.receipt_key,
                ClaimedReceipt.total == row.total, Appeal.status.in_((AppealStatus.SUBMITTED, AppealStatus.PASSED)),
            )
            .order_by(ClaimedReceipt.id)
        )  # fmt: skip
        if (heir := session.scalars(also.limit(1)).first()) is not None:
            session.execute(sa.update(ClaimedReceipt).where(ClaimedReceipt.id == heir).values(held=True))


def further_of(session: Session, appeal_id: int) -> Sequence[ClaimedReceipt]:
    """The further receipts of an appeal."""
    query = sa.select(ClaimedReceipt).where(ClaimedReceipt.appeal_id == appeal_id, ClaimedReceipt.is_further)
    return session.scalars(query.order_by(ClaimedReceipt.id)).all()


def cost_of(
    session: Session, claim: ReceiptClaim, further: Sequence[FurtherReceipt], *, is_certain: bool = False
) -> int:
    """What the treatment cost by its receipts, in satang: those that the claim and its appeals hold, and these.

    `is_certain`: without those of appeals that still wait, which are gone where one does not pass.
    """
    held = sum_held(ReceiptClaim.id, is_certain=is_certain)
    found = session.scalar(sa.select(held).select_from(ReceiptClaim).where(ReceiptClaim.id == claim.id))
    return int(found or 0) + sum(one.total or 0 for one in further)


def sum_held(claim_id: Any, *, is_certain: bool) -> sa.ScalarSelect[Any]:
    """SQL: satang of the receipts that a claim and its appeals hold, as `cost_of`; its own under another hospital counts once."""
    held, appeal = aliased(ClaimedReceipt), aliased(Appeal)
    query = (
        sa.select(sa.func.coalesce(sa.func.sum(held.total), 0))
        .outerjoin(appeal, appeal.id == held.appeal_id)
        .where(held.claim_id == claim_id, held.held, sa.or_(held.appeal_id.is_(None), held.is_further))
    )
    if is_certain:
        query = query.where(sa.or_(held.appeal_id.is_(None), appeal.status != AppealStatus.SUBMITTED))
    return query.scalar_subquery()


def faults_of(further: Sequence[FurtherReceipt]) -> list[BadInput]:
    """What is missing from further receipts, or too much of them; `row` (from 1) and `box` of each say where."""
    found = [BadInput("TOO_MANY_RECEIPTS", field="further", most=MOST_FURTHER)] if len(further) > MOST_FURTHER else []
    keys = set()
    for row, one in enumerate(further, start=1):
        key = (names.tidy(one.issuer), receipt_key(one.receipt_no), one.total)
        if fault := _fault_of(one, *key[:2]):
            code, box, facts = fault
            found.append(BadInput(code, field="further", row=row, box=box, **facts))
        elif key in keys:
            found.append(BadInput("FURTHER_RECEIPT_TWICE", field="further", row=row, box="receipt_no"))
        keys.add(key)
    return found


def _fault_of(one: FurtherReceipt, issuer: str, key: str) -> tuple[str, str, dict[str, Any]] | None:
    """Code, box and facts of the first fault of one further receipt."""
    if not issuer or not key:
        return "FURTHER_RECEIPT_INCOMPLETE", "receipt_no" if issuer else "issuer", {}
    if one.total is None or one.total <= 0:
        return "FURTHER_RECEIPT_INCOMPLETE", "total", {}
    if len(issuer) > ISSUER_LENGTH or len(one.receipt_no) > NUMBER_LENGTH:
        is_long = len(issuer) > ISSUER_LENGTH
        return (
            "TOO_LONG",
            "issuer" if is_long else "receipt_no",
            {"longest": ISSUER_LENGTH if is_long else NUMBER_LENGTH},
        )
    if sign := strange_letter(one.receipt_no):
        return "RECEIPT_LETTER", "receipt_no", {"sign": sign}
    if one.total > (most := receipts.largest(None)):
        return "RECEIPT_OVER_MOST", "total", {"most_baht": most}
    return None


def _known_now(session: Session, row: ClaimedReceipt) -> ClaimedReceipt:
    """The row under its keys of today: a row of facts is never changed, one of a draft is written anew."""
    key, (issuer, by) = receipt_key(row.receipt_no), issuer_now(session, row)
    if (key, by) == (row.receipt_key, row.issuer_key):
        return row
    facts = {column.key: getattr(row, column.key) for column in ClaimedReceipt.__table__.columns if column.key != "id"}
    session.delete(row)
    return ClaimedReceipt(**facts | {"receipt_key": key, "issuer": issuer, "issuer_key": by})


def _row(claim: ReceiptClaim, issuer: tuple[str, str], appeal_id: int | None = None) -> ClaimedReceipt:
    return ClaimedReceipt(
        claim_id=claim.id, appeal_id=appeal_id, agency_id=claim.agency_id, issuer=issuer[0], issuer_key=issuer[1],
        receipt_no=claim.receipt_no, receipt_key=claim.receipt_key, total=claim.total, is_further=False, held=False,
    )  # fmt: skip


def _hold(session: Session, rows: Sequence[ClaimedReceipt]) -> None:
    for row in rows:
        with session.no_autoflush:
            twin = _twin_of(session, row)
        is_his = twin is not None and twin.id == row.claim_id
        if is_his and not row.is_further and not twin.ClaimedReceipt.is_further:
            continue  # an earlier appeal put the same hospital right
        if twin is None:
            twin = _held_now(session, row)
        if twin is not None:
            cite = citations.REGISTER_CLAIMS.text
            raise Conflict("RECEIPT_ALREADY_CLAIMED", field="receipt_no", claim_no=twin.claim_no, citation=cite)
    session.flush()


def _twin_of(session: Session, row: ClaimedReceipt) -> Any | None:
    """The claim in scope that holds this receipt, also under a spelling of its issuer that was another one once."""
    same = (
        sa.select(ClaimedReceipt, ReceiptClaim.claim_no, ReceiptClaim.id)
        .join(ReceiptClaim, ClaimedReceipt.claim_id == ReceiptClaim.id)
        .where(ClaimedReceipt.receipt_key == row.receipt_key, ClaimedReceipt.total == row.total, ClaimedReceipt.held)
        .order_by(ClaimedReceipt.id)
    )
    found = session.execute(same).all()
    exact = (one for one in found if one.ClaimedReceipt.issuer_key == row.issuer_key)
    return next(exact, None) or next(
        (one for one in found if issuer_now(session, one.ClaimedReceipt)[1] == row.issuer_key), None
    )


def _held_now(session: Session, row: ClaimedReceipt) -> Any | None:
    """Hold it; gives the claim in scope that came first in this very moment, whose clerk would be told of another agency else."""
    try:
        with session.begin_nested():
            row.held = True
            session.add(row)
    except IntegrityError as error:
        with session.no_autoflush:
            twin = _twin_of(session, row)
        if twin is None:
            raise error
        return twin
    return None


def _let_go(session: Session, *which: sa.ColumnElement[bool]) -> None:
    session.execute(sa.update(ClaimedReceipt).where(*which).values(held=False))

"""One receipt is claimed once in the whole country: by who issued it, its number and its amount (spec 5.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain import names
from app.domain.claims import CLINIC, is_listed, issuer_key, place_key, receipt_key, strange_letter
from app.domain.errors import BadInput, Conflict
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.claimed_receipt import ClaimedReceipt
from app.models.hospital import Hospital
from app.rules import citations, receipts

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
    _hold(session, [_row(claim, _issuer(session, hospital, claim.private_unit or ""))])


def release(session: Session, claim: ReceiptClaim) -> None:
    """Let anybody claim the receipt of this claim anew; what its appeals hold stays."""
    _let_go(session, ClaimedReceipt.claim_id == claim.id, ClaimedReceipt.appeal_id.is_(None))


def note_of_appeal(session: Session, claim: ReceiptClaim, appeal: Appeal, further: Sequence[FurtherReceipt]) -> None:
    """Note what a draft of an appeal adds: its further receipts, or the claim's own under the hospital that is put right."""
    session.execute(sa.delete(ClaimedReceipt).where(ClaimedReceipt.appeal_id == appeal.id))
    rows = []
    for one in further:
        assert one.total is not None
        issuer = _issuer(session, None, one.issuer)
        rows.append(
            ClaimedReceipt(
                claim_id=claim.id, appeal_id=appeal.id, agency_id=appeal.agency_id, issuer=issuer[0], issuer_key=issuer[1],
                receipt_no=names.tidy(one.receipt_no), receipt_key=receipt_key(one.receipt_no), total=one.total,
                is_further=True, held=False,
            )
        )  # fmt: skip
    if appeal.hospital_id is not None and claim.private_unit is None:
        hospital = session.get_one(Hospital, appeal.hospital_id)
        rows.append(_row(claim, _issuer(session, hospital, ""), appeal.id))
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
    """Let anybody claim what an appeal added that did not pass."""
    _let_go(session, ClaimedReceipt.appeal_id == appeal.id)


def further_of(session: Session, appeal_id: int) -> Sequence[ClaimedReceipt]:
    """The further receipts of an appeal."""
    query = sa.select(ClaimedReceipt).where(ClaimedReceipt.appeal_id == appeal_id, ClaimedReceipt.is_further)
    return session.scalars(query.order_by(ClaimedReceipt.id)).all()


def cost_of(session: Session, claim: ReceiptClaim, further: Sequence[FurtherReceipt]) -> int:
    """What the treatment cost by its receipts, in satang: the claim's, those of appeals that passed, and these."""
    held = sa.select(sa.func.sum(ClaimedReceipt.total)).where(
        ClaimedReceipt.claim_id == claim.id, ClaimedReceipt.is_further, ClaimedReceipt.held
    )
    return claim.total + int(session.scalar(held) or 0) + sum(one.total or 0 for one in further)


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
    key, (issuer, by) = receipt_key(row.receipt_no), _issuer_now(session, row)
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


def _issuer(session: Session, hospital: Hospital | None, elsewhere: str) -> tuple[str, str]:
    """Name and key of who issued a receipt: a place elsewhere that is a listed hospital is that hospital; a clinic is none."""
    text = names.tidy(elsewhere)
    if not text:
        assert hospital is not None
        return hospital.name_th, issuer_key(hospital.code)
    known = text.replace("รพ.", "โรงพยาบาล", 1) if text.startswith("รพ.") else text
    by_name = (text, known, known.replace(" ", ""), f"โรงพยาบาล{text}")
    fits = sa.or_(Hospital.code == text.split(" ")[0].upper(), Hospital.name_th.in_(by_name))
    columns = sa.select(Hospital.code, Hospital.name_th).order_by(Hospital.id)
    listed = session.execute(columns.where(fits).limit(1)).one_or_none()
    if listed is None and CLINIC not in text and (wanted := place_key(text)):
        alike = [one for one in session.execute(columns) if place_key(one.name_th) == wanted]
        listed = alike[0] if len(alike) == 1 else None  # of several with one name none is known to be meant
    return (listed.name_th, issuer_key(listed.code)) if listed else (text, issuer_key("", text))


def _issuer_now(session: Session, row: ClaimedReceipt) -> tuple[str, str]:
    """Name and key of a row's issuer as they are found today: a place may have been noted under another spelling."""
    return (row.issuer, row.issuer_key) if is_listed(row.issuer_key) else _issuer(session, None, row.issuer)


def _hold(session: Session, rows: Sequence[ClaimedReceipt]) -> None:
    for row in rows:
        with session.no_autoflush:
            twin = _twin_of(session, row)
        if twin is not None and twin.id == row.claim_id and not row.is_further:
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
        (one for one in found if _issuer_now(session, one.ClaimedReceipt)[1] == row.issuer_key), None
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

"""What looks like one receipt claimed twice: pointed at on the page and in the queues, for many claims in few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.appeals import AppealStatus
from app.domain.claims import ClaimStatus, look_key
from app.models.appeal import Appeal, AppealPaper
from app.models.claim import ClaimPaper, ReceiptClaim
from app.models.claimed_receipt import ClaimedReceipt
from app.models.dialects import days_between

MOST_NEAR = 5
DAYS_NEAR = 7


class Twin(StrEnum):
    """By what another claim looks like this one."""

    NUMBER = "NUMBER"  # the number, with the amount, the patient or the hospital
    READS = "READS"  # this patient's receipt whose number differs in letters only that look alike, as 0 and O
    FILE = "FILE"  # the very same file is attached there
    DAY = "DAY"  # this patient's amount on the same day of service or of the receipt, whatever its issuer is called
    AMOUNT = "AMOUNT"  # this patient's amount within a week: often two visits


# Such a claim is decided on its own page only, never among ticked ones.
BY_ITSELF = frozenset({Twin.NUMBER, Twin.READS, Twin.FILE, Twin.DAY})


@dataclass(frozen=True)
class NearClaim:
    """A claim that looks like another one, and by what."""

    id: int
    claim_no: str
    receipt_no: str
    total: int
    status: str
    by: Twin


@dataclass(frozen=True)
class OwnTwin:
    """A further receipt of an appeal that looks like another receipt of its own claim, and by what."""

    receipt: ClaimedReceipt
    other: ClaimedReceipt
    by: Twin


def near(session: Session, claim_ids: Collection[int]) -> Mapping[int, Sequence[NearClaim]]:
    """For each of these claims the others in scope that may be of its receipts, at most MOST_NEAR, the most alike first.

    Further receipts and papers of appeals count on both sides, but not what an appeal set free again. Claims without any are
    not in the answer.
    """
    found: dict[int, dict[int, NearClaim]] = defaultdict(dict)
    amounts = _amounts(session.get_bind().dialect.name)
    _add(found, Twin.NUMBER, _rows(session, _NUMBERS, claim_ids))
    _add(found, Twin.READS, _reading_alike(session, claim_ids))
    for by, legs in ((Twin.FILE, _FILES), (Twin.DAY, (_DAYS,)), (Twin.AMOUNT, (amounts,))):
        _add(found, by, _rows(session, legs, claim_ids))
    return {mine: list(others.values()) for mine, others in found.items()}


def within(session: Session, appeals: Collection[Appeal]) -> Mapping[int, Sequence[OwnTwin]]:
    """For each of these appeals in scope its further receipts that look like another one of the same claim.

    The same number or one that reads alike, whoever is said to have issued it: a receipt of the claim itself, or of its appeals.
    """
    query = sa.select(_RA).where(
        _RA.claim_id.in_({one.claim_id for one in appeals}),
        sa.or_(_RA.appeal_id.is_(None), _RA.is_further),
        _stands(_RA),
    )
    alike: dict[tuple[int, str], list[ClaimedReceipt]] = defaultdict(list)
    for row in session.scalars(query.order_by(_RA.id)):
        alike[row.claim_id, look_key(row.receipt_no)].append(row)
    found: dict[int, list[OwnTwin]] = defaultdict(list)
    asked = {one.id for one in appeals}
    for rows in alike.values():
        for row in rows:
            other = next((one for one in rows if one.id != row.id), None)
            if other is not None and row.appeal_id in asked:
                by = Twin.NUMBER if other.receipt_key == row.receipt_key else Twin.READS
                found[row.appeal_id].append(OwnTwin(row, other, by))
    return found


def _rows(session: Session, legs: Sequence[sa.Select[Any]], claim_ids: Collection[int]) -> Iterator[tuple[int, Any]]:
    for leg in legs:
        for row in session.execute(leg, {"ids": list(claim_ids)}):
            yield row.mine, row


def _add(found: dict[int, dict[int, NearClaim]], by: Twin, rows: Iterable[tuple[int, Any]]) -> None:
    for mine, row in rows:
        known = found[mine]
        if len(known) < MOST_NEAR:
            known.setdefault(row.id, NearClaim(row.id, row.claim_no, row.receipt_no, row.total, row.status, by))


def _reading_alike(session: Session, claim_ids: Collection[int]) -> Iterator[tuple[int, Any]]:
    """Of the receipts of one patient those whose numbers read alike, as pairs of an asked claim and another one."""
    asked = set(claim_ids)
    alike: dict[tuple[int, str], dict[int, Any]] = defaultdict(dict)
    for leg in _OF_PATIENTS:
        for row in session.execute(leg, {"ids": list(asked)}):
            alike[row.patient_id, look_key(row.number)][row.id] = row
    for rows in alike.values():
        for mine in asked & rows.keys() if len(rows) > 1 else ():
            yield from ((mine, rows[other]) for other in sorted(rows.keys() - {mine}))


_A, _B = aliased(ReceiptClaim), aliased(ReceiptClaim)
_RA, _RB = aliased(ClaimedReceipt), aliased(ClaimedReceipt)
_PA, _PB = aliased(ClaimPaper), aliased(ClaimPaper)
_QA, _QB = aliased(AppealPaper), aliased(AppealPaper)
_XA, _XB = aliased(Appeal), aliased(Appeal)


def _leg(*joins: tuple[Any, Any]) -> sa.Select[Any]:
    """From the claims asked about over these joins to the other claims, at most MOST_NEAR for each."""
    place = sa.func.row_number().over(partition_by=_A.id, order_by=_B.id).label("place")
    query = sa.select(_A.id.label("mine"), _B.id, _B.claim_no, _B.receipt_no, _B.total, _B.status, place).select_from(
        _A
    )
    for entity, on in joins:
        query = query.join(entity, on)
    asked = _A.id.in_(sa.bindparam("ids", expanding=True))
    ranked = query.where(asked, _B.id != _A.id, _B.status != ClaimStatus.CANCELLED).subquery()
    return sa.select(ranked).where(ranked.c.place <= MOST_NEAR).order_by(ranked.c.mine, ranked.c.id)


def _stands(row: Any) -> sa.ColumnElement[bool]:
    """Whether a receipt is claimed or about to be: what an appeal named that was cancelled or did not pass is free again."""
    over = sa.select(Appeal.id).where(Appeal.id == row.appeal_id, Appeal.status.in_(_SET_FREE))
    return sa.or_(row.appeal_id.is_(None), row.held, sa.not_(over.exists()))


_SET_FREE = (AppealStatus.CANCELLED, AppealStatus.NOT_PASSED)
_SAME_PLACE = sa.or_(_B.hospital_id == _A.hospital_id, _B.private_unit == _A.private_unit)
_HIS = _B.patient_id == _A.patient_id
_NUMBERS = (
    _leg((_B, sa.and_(_B.receipt_key == _A.receipt_key, sa.or_(_B.total == _A.total, _HIS, _SAME_PLACE)))),
    _leg(  # a further receipt of an appeal here
        (_RA, sa.and_(_RA.claim_id == _A.id, _RA.is_further, _stands(_RA))),
        (_B, sa.and_(_B.receipt_key == _RA.receipt_key, sa.or_(_B.total == _RA.total, _HIS, _SAME_PLACE))),
    ),
    _leg(  # or there
        (_RA, sa.and_(_RA.claim_id == _A.id, _stands(_RA))),
        (_RB, sa.and_(_RB.receipt_key == _RA.receipt_key, _RB.is_further, _stands(_RB))),
        (_B, sa.and_(_B.id == _RB.claim_id, sa.or_(_RB.total == _RA.total, _HIS, _RB.issuer_key == _RA.issuer_key))),
    ),
)  # fmt: skip
_DAYS = _leg(
    (_B, sa.and_(_HIS, _B.total == _A.total, sa.or_(_B.served_on == _A.served_on, _B.receipt_on == _A.receipt_on)))
)
# A join, not a list of patients: with that SQLite reads the whole agency where it has no statistics.
_HIS_ALL = (
    sa.select(_B.id, _B.claim_no, _B.receipt_no, _B.total, _B.status, _B.patient_id)
    .distinct()
    .select_from(_A)
    .join(_B, _HIS)
    .where(_A.id.in_(sa.bindparam("ids", expanding=True)), _B.status != ClaimStatus.CANCELLED)
)
_OF_PATIENTS = (
    _HIS_ALL.add_columns(_B.receipt_no.label("number")),
    _HIS_ALL.add_columns(_RB.receipt_no.label("number")).join(
        _RB, sa.and_(_RB.claim_id == _B.id, _RB.is_further, _stands(_RB))
    ),
)
_MINE_OF_CLAIM, _MINE_OF_APPEAL = (
    ((_PA, _PA.claim_id == _A.id),),
    ((_XA, sa.and_(_XA.claim_id == _A.id, _XA.status != AppealStatus.CANCELLED)), (_QA, _QA.appeal_id == _XA.id)),
)
_FILES = tuple(
    _leg(*mine, *theirs)
    for mine, paper in ((_MINE_OF_CLAIM, _PA), (_MINE_OF_APPEAL, _QA))
    for theirs in (
        ((_PB, _PB.sha256 == paper.sha256), (_B, _B.id == _PB.claim_id)),
        (
            (_QB, _QB.sha256 == paper.sha256),
            (_XB, sa.and_(_XB.id == _QB.appeal_id, _XB.status != AppealStatus.CANCELLED)),
            (_B, _B.id == _XB.claim_id),
        ),
    )
)


@cache
def _amounts(dialect: str) -> sa.Select[Any]:
    apart = days_between(_A.served_on, _B.served_on, dialect)
    return _leg((_B, sa.and_(_HIS, _B.total == _A.total, apart.between(-DAYS_NEAR, DAYS_NEAR))))

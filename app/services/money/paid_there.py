"""What the NHSO has paid to the hospital itself for the days of a claim, by the statements that were brought in (spec 8.3).

A statement points at claims that stand when it is read; this looks the other way round, so it sees a claim that came later.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.hospital_statements import StatementState
from app.models.claim import ReceiptClaim
from app.models.hospital import Hospital
from app.models.hospital_statement import HospitalStatement, HospitalStatementLine
from app.services.money.hospital_reversals import left_of

MOST = 5


@dataclass(frozen=True)
class PaidThere:
    """A transaction of a statement: its days and the amount in satang (None: unreadable)."""

    tran_id: str
    served_on: date
    discharged_on: date | None
    satang: int | None


def paid_there(session: Session, claim_ids: Collection[int]) -> Mapping[int, Sequence[PaidThere]]:
    """For each of these claims what its patient's hospital got for days that meet its own, at most MOST lines, the newest
    first, but those of which money is left before all others.

    A transaction counts once, in however many statements it stands. A claim is in the answer where something is left of one of
    these payments once what was taken back of it is gone; an amount that cannot be read counts as paid.
    """
    line, claim = HospitalStatementLine, ReceiptClaim
    query = (
        sa.select(
            claim.id.label("claim_id"), line.id, line.person_id, line.tran_id, line.served_on, line.discharged_on, line.satang,
        )
        .join(Hospital, Hospital.id == claim.hospital_id)
        .join(line, sa.and_(line.person_id == claim.patient_id, line.hospital_code == Hospital.code))
        .join(HospitalStatement, HospitalStatement.id == line.statement_id)
        .where(
            claim.id.in_(claim_ids), HospitalStatement.state == StatementState.READ,
            line.served_on <= sa.func.coalesce(claim.discharged_on, claim.served_on),
            sa.func.coalesce(line.discharged_on, line.served_on) >= claim.served_on,
        )
        .order_by(line.id.desc())
    )  # fmt: skip
    rows = session.execute(query).all()
    left = left_of(session, {row.person_id for row in rows}, in_doubt_paid=True)
    found: dict[int, dict[tuple[str, int | None], PaidThere]] = defaultdict(dict)
    is_left = {row.id: row.satang is None or left.get(row.id, 0) > 0 for row in rows}
    paid = {row.claim_id for row in rows if is_left[row.id]}
    for claim_id, _line, _person, *facts in sorted(rows, key=lambda row: not is_left[row.id]):
        there = PaidThere(*facts)
        found[claim_id].setdefault((there.tran_id, there.satang), there)
    return {claim_id: list(lines.values())[:MOST] for claim_id, lines in found.items() if claim_id in paid}

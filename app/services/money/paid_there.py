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

MOST = 5


@dataclass(frozen=True)
class PaidThere:
    """A line of a statement: its transaction, its days, the amount in satang (None: unreadable) and when it was brought in."""

    tran_id: str
    served_on: date
    discharged_on: date | None
    satang: int | None
    file: str


def paid_there(session: Session, claim_ids: Collection[int]) -> Mapping[int, Sequence[PaidThere]]:
    """For each of these claims what its patient's hospital got for days that meet its own, at most MOST lines, the newest first.

    Claims without any are not in the answer.
    """
    line, claim = HospitalStatementLine, ReceiptClaim
    query = (
        sa.select(
            claim.id, line.tran_id, line.served_on, line.discharged_on, line.satang, HospitalStatement.original_name
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
    found: dict[int, list[PaidThere]] = defaultdict(list)
    for claim_id, *facts in session.execute(query):
        if len(found[claim_id]) < MOST:
            found[claim_id].append(PaidThere(*facts))
    return dict(found)

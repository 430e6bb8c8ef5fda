"""What the NHSO has paid to the hospital itself for the days of a claim, by the statements that were brought in (spec 8.3).

A statement points at claims that stand when it is read; this looks the other way round, so it sees a claim that came later.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.appeals import AppealKind, AppealStatus
from app.domain.hospital_statements import StatementState
from app.domain.national_id import mask
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.hospital import Hospital
from app.models.hospital_statement import HospitalStatement, HospitalStatementLine
from app.models.person import Person
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
    these payments once what was taken back of it is gone; an amount that cannot be read counts as paid. A line of nobody whom
    the register knew then is the patient's where all that is kept of its national ID is his.
    """
    claims = session.execute(_claims(claim_ids)).all()
    places = hospitals(session, claim_ids)
    lines = _lines(session, claims, {code for codes in places.values() for code in codes})
    patients = {claim.patient_id for claim in claims}
    left = left_of(session, patients, lines={line.id for line in lines}, in_doubt_paid=True)
    is_left = {line.id: line.satang is None or left.get(line.id, 0) > 0 for line in lines}
    of_patient: dict[Any, list[Any]] = defaultdict(list)
    for line in lines:
        of_patient[line.person_id or line.masked_id].append(line)
    found: dict[int, Sequence[PaidThere]] = {}
    for claim in claims:
        his = [*of_patient[claim.patient_id], *of_patient[mask(claim.national_id)]]
        met = [line for line in his if line.hospital_code in places[claim.id] and meets(claim, line)]
        if any(is_left[line.id] for line in met):
            told: dict[tuple[str, int | None], PaidThere] = {}
            for line in sorted(met, key=lambda line: (not is_left[line.id], -line.id)):
                told.setdefault((line.tran_id, line.satang), _told(line))
            found[claim.id] = list(told.values())[:MOST]
    return found


def hospitals(session: Session, claim_ids: Collection[int]) -> Mapping[int, Collection[str]]:
    """The codes of each claim's hospital, and of those that its appeals which wait or passed put in its place."""
    by_claim = sa.select(ReceiptClaim.id, ReceiptClaim.hospital_id).where(ReceiptClaim.id.in_(claim_ids))
    by_appeal = sa.select(Appeal.claim_id, Appeal.hospital_id).where(
        Appeal.claim_id.in_(claim_ids), Appeal.kind == AppealKind.DETAILS,
        Appeal.status.in_((AppealStatus.SUBMITTED, AppealStatus.PASSED)),
    )  # fmt: skip
    named = sa.union(by_claim, by_appeal).subquery()
    query = sa.select(named.c[0], Hospital.code).join(Hospital, Hospital.id == named.c[1])
    found: dict[int, set[str]] = defaultdict(set)
    for claim_id, code in session.execute(query):
        found[claim_id].add(code)
    return found


def meets(claim: Any, line: Any) -> bool:
    """Whether the days of a line meet those of a claim; a discharge before the admission is a slip of one of both."""
    days = [line.served_on, line.discharged_on or line.served_on]
    return bool(claim.served_on <= max(days) and (claim.discharged_on or claim.served_on) >= min(days))


def _claims(claim_ids: Collection[int]) -> sa.Select[Any]:
    claim = ReceiptClaim
    query = sa.select(claim.id, claim.patient_id, claim.served_on, claim.discharged_on, Person.national_id)
    return query.join(Person, Person.id == claim.patient_id).where(claim.id.in_(claim_ids))


def _lines(session: Session, claims: Sequence[Any], places: Collection[str]) -> Sequence[Any]:
    """What statements say of these patients at these hospitals for about the days of their claims."""
    if not claims:
        return []
    line = HospitalStatementLine
    masked = {mask(claim.national_id) for claim in claims}
    his = line.person_id.in_({claim.patient_id for claim in claims})
    first = min(claim.served_on for claim in claims)
    last = max(claim.discharged_on or claim.served_on for claim in claims)
    query = (
        sa.select(
            line.id, line.person_id, line.masked_id, line.tran_id, line.served_on, line.discharged_on, line.satang,
            line.hospital_code,
        )
        .join(HospitalStatement, HospitalStatement.id == line.statement_id)
        .where(
            HospitalStatement.state == StatementState.READ, line.hospital_code.in_(places), line.served_on.is_not(None),
            sa.or_(line.served_on <= last, line.discharged_on <= last),
            sa.or_(line.served_on >= first, line.discharged_on >= first),
        )
    )  # fmt: skip
    unknown = sa.and_(line.person_id.is_(None), line.masked_id.in_(masked))
    return [row for which in (his, unknown) for row in session.execute(query.where(which))]


def _told(line: Any) -> PaidThere:
    return PaidThere(line.tran_id, line.served_on, line.discharged_on, line.satang)

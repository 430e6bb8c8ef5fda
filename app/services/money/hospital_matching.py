"""Compares lines of a hospital-side statement with the register and its claims, some hundred with each question."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.claims import ClaimStatus
from app.domain.clock import bangkok_day
from app.domain.hospital_statements import Finding, LineFault
from app.domain.names import tidy
from app.domain.national_id import mask
from app.models.agency import Agency
from app.models.claim import ReceiptClaim
from app.models.entitlement import Entitlement
from app.models.hospital import Hospital
from app.models.hospital_statement import HospitalStatementLine
from app.models.person import Person
from app.services.clock import business_now
from app.services.money.hospital_sheets import SheetLine
from app.services.money.paid_there import hospitals, meets

_LIVING = (ClaimStatus.SUBMITTED, ClaimStatus.APPROVED, ClaimStatus.PAID)
_claim, _right, _line = ReceiptClaim.__table__, Entitlement.__table__, HospitalStatementLine.__table__


def matched(session: Session, statement_id: int, lines: Sequence[SheetLine]) -> list[dict[str, Any]]:
    """The rows of these lines, each with its person, its claim and what differs."""
    people = _people(session, {line.national_id for line in lines if line.national_id})
    ids = [person.id for person in people.values()]
    rights, claims = _rights(session, ids), _claims(session, ids)
    at = hospitals(session, {claim.id for some in claims.values() for claim in some})
    before = _listed_before(session, {line.tran_id for line in lines if line.tran_id})
    known = _known(session, Agency.dla_code, {line.agency_code for line in lines})
    places = _known(session, Hospital.code, {line.hospital_code for line in lines})
    today = bangkok_day(business_now(session))
    rows = []
    for line in lines:
        person = people.get(line.national_id)
        claim_id = _claim_of(line, claims.get(person.id, ()), at) if person else None
        # Nobody is paid where money is taken back, so neither right nor claim stands against it.
        is_back = line.satang is not None and line.satang < 0
        known_line = _transaction(line.tran_id, line.hospital_code, line.satang)
        differs = _unreadable(line) if is_back else _findings(line, person, rights, claim_id, known)
        findings = [*([Finding.LISTED_BEFORE] if known_line in before else []), *differs]
        findings.sort(key=list(Finding).index)
        faults = _faults(line, places, known, today)
        if line.tran_id:
            before.add(known_line)
        rows.append(
            {
                "statement_id": statement_id, "excel_row": line.excel_row, "rep_no": line.rep_no, "tran_id": line.tran_id,
                "masked_id": mask(line.national_id) if line.national_id else "",
                "name_there": line.name if Finding.NAME_DIFFERS in findings else None, "patient_type": line.patient_type,
                "served_on": line.served_on, "discharged_on": line.discharged_on, "satang": line.satang,
                "hospital_code": line.hospital_code, "agency_code": line.agency_code, "rest": line.rest,
                "person_id": person.id if person else None, "claim_id": claim_id,
                "finding": (findings or ([Finding.UNREADABLE] if faults else [Finding.MATCHES]))[0],
                "findings": [one.value for one in (*findings, *faults)],
            }
        )  # fmt: skip
    return rows


def _findings(
    line: SheetLine, person: Any, rights: Mapping[int, Sequence[Any]], claim_id: int | None, known: Collection[str]
) -> list[Finding]:
    """All that differs in a payment."""
    found = []
    if claim_id is not None:
        found.append(Finding.CLAIMED_TOO)
    if person is None and line.national_id:
        found.append(Finding.PERSON_UNKNOWN)
    if person is not None and line.served_on is not None:
        agencies = {right.dla_code for right in rights.get(person.id, ()) if _pays(right, line.served_on)}
        if not agencies or (person.death_date is not None and person.death_date < line.served_on):
            found.append(Finding.NOT_ENTITLED)
        elif line.agency_code in known and line.agency_code not in agencies:
            found.append(Finding.OTHER_AGENCY)
    if person is not None and line.name and not _same_name(line.name, person):
        found.append(Finding.NAME_DIFFERS)
    return found + _unreadable(line)


def _unreadable(line: SheetLine) -> list[Finding]:
    is_read = line.national_id and line.served_on is not None and line.satang is not None
    return [] if is_read else [Finding.UNREADABLE]


def _faults(line: SheetLine, places: Collection[str], agencies: Collection[str], today: date) -> list[LineFault]:
    """What cannot be in a line, whoever it is about."""
    days = [day for day in (line.served_on, line.discharged_on) if day is not None]
    stands = {
        LineFault.HOSPITAL_UNKNOWN: line.hospital_code not in places,
        LineFault.AGENCY_UNKNOWN: line.agency_code not in agencies,
        LineFault.DAY_AHEAD: any(day > today for day in days),
        LineFault.DISCHARGE_FIRST: days != sorted(days),
        LineFault.AMOUNT_NOT_POSITIVE: line.satang == 0,
    }
    return [fault for fault, is_so in stands.items() if is_so]


def _known(session: Session, column: Any, codes: Collection[str]) -> set[str]:
    return set(session.execute(sa.select(column).where(column.in_(codes))).scalars())


def _pays(right: Any, day: Any) -> bool:
    begins, ends, standby = right.entitled_from, right.entitled_until, right.standby_since
    return begins <= day and (ends is None or day < ends) and (standby is None or day < standby)


def _same_name(there: str, person: Any) -> bool:
    """First and last name stand there in this order, whatever title is written before them."""
    wanted = tidy(f"{person.first_name_th}{person.last_name_th}").replace(" ", "")
    return tidy(there).replace(" ", "").endswith(wanted)


def _claim_of(line: SheetLine, claims: Sequence[Any], at: Mapping[int, Collection[str]]) -> int | None:
    """A living claim of the same patient at the same hospital whose days meet those of the line."""
    if line.served_on is None:
        return None
    return next((int(one.id) for one in claims if line.hospital_code in at[one.id] and meets(one, line)), None)


def _people(session: Session, numbers: Collection[str]) -> dict[str, Any]:
    columns = (Person.id, Person.national_id, Person.first_name_th, Person.last_name_th, Person.death_date)
    return {row.national_id: row for row in session.execute(sa.select(*columns).where(Person.national_id.in_(numbers)))}


def _rights(session: Session, ids: Collection[int]) -> dict[int, list[Any]]:
    query = (
        sa.select(
            _right.c.person_id, _right.c.entitled_from, _right.c.entitled_until, _right.c.standby_since, Agency.dla_code
        )
        .join(Agency, Agency.id == _right.c.agency_id)
        .where(_right.c.person_id.in_(ids), sa.not_(_right.c.voided))
    )
    return _by_person(session, query)


def _claims(session: Session, ids: Collection[int]) -> dict[int, list[Any]]:
    query = (
        sa.select(_claim.c.id, _claim.c.patient_id.label("person_id"), _claim.c.served_on, _claim.c.discharged_on)
        .where(_claim.c.patient_id.in_(ids), _claim.c.status.in_(_LIVING))
        .order_by(_claim.c.id)
    )
    return _by_person(session, query)


def _by_person(session: Session, query: sa.Select[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in session.execute(query):
        found.setdefault(row.person_id, []).append(row)
    return found


def _transaction(tran_id: str, hospital: str, satang: int | None) -> tuple[str, str, int]:
    """What is listed once: a transaction at a hospital; of one payment several parts may be taken back, each amount once."""
    return tran_id, hospital, min(satang or 0, 0)


def _listed_before(session: Session, numbers: Collection[str]) -> set[tuple[str, str, int]]:
    """What other statements paid or took back, and this one in lines that were written already."""
    columns = sa.select(_line.c.tran_id, _line.c.hospital_code, _line.c.satang)
    rows = session.execute(columns.where(_line.c.tran_id.in_(numbers)))
    return {_transaction(*row) for row in rows}

"""ใบเสร็จรับเงิน: what a receipt must be to be claimed (spec 2.8, 5.5; seed 001, since 2018)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain import names
from app.domain.claims import PatientType
from app.rules import citations
from app.rules.decision import Clause
from app.rules.parameters import DAYS_BEFORE_CLAIM_WARNING, DAYS_TO_CLAIM, LARGEST_RECEIPT, in_force


@dataclass(frozen=True)
class ReceiptFacts:
    """What the receipt and the register say; amounts in satang, `discharged_on` the last day in hospital."""

    today: date
    patient_type: PatientType
    served_on: date
    discharged_on: date | None
    receipt_on: date
    claimable: int
    total: int
    birth_date: date | None = None
    death_date: date | None = None
    is_late_allowed: bool = False


@dataclass(frozen=True)
class Fault:
    """Why the receipt cannot be claimed: the clause, the field at fault, and the facts behind it."""

    clause: Clause
    field: str
    facts: dict[str, Any]

    @property
    def code(self) -> str:
        """The clause's code."""
        return self.clause.code


def _clause(code: str, says: str, source: citations.Citation = citations.NHSO_RECEIPTS) -> Clause:
    return Clause(code, says, source)


SERVICE_IN_FUTURE = _clause("SERVICE_IN_FUTURE", "A claim is for a service that has been given.")
RECEIPT_IN_FUTURE = _clause("RECEIPT_IN_FUTURE", "A receipt is never of a day to come.")
SERVICE_BEFORE_BIRTH = _clause("SERVICE_BEFORE_BIRTH", "Nobody is treated before birth.")
SERVICE_AFTER_DEATH = _clause("SERVICE_AFTER_DEATH", "Nobody is treated after the day of death.")
DISCHARGE_MISSING = _clause("DISCHARGE_MISSING", "An in-patient has a day of discharge.")
DISCHARGE_OF_OUTPATIENT = _clause("DISCHARGE_OF_OUTPATIENT", "An out-patient comes and goes on one day.")
DISCHARGE_BEFORE_ADMISSION = _clause("DISCHARGE_BEFORE_ADMISSION", "Discharge follows admission.")
RECEIPT_BEFORE_SERVICE = _clause("RECEIPT_BEFORE_SERVICE", "A receipt follows the service.")
AMOUNT_NOT_POSITIVE = _clause("AMOUNT_NOT_POSITIVE", "The amount is more than nothing.")
CLAIMABLE_OVER_TOTAL = _clause("CLAIMABLE_OVER_TOTAL", "No more can be claimed than the receipt comes to.")
OVER_MOST = _clause(
    "RECEIPT_OVER_MOST",
    "No receipt of a treatment comes to so much: the amount is mistyped.",
    citations.REGISTER_CLAIMS,
)
RECEIPT_TOO_OLD = _clause(
    "RECEIPT_TOO_OLD", "A receipt can be claimed for one year from its date.", citations.ONE_YEAR_TO_CLAIM
)
RECEIPT_AGES = _clause(
    "RECEIPT_AGES", "The year within which this receipt can be claimed is nearly over.", citations.REGISTER_CLAIMS
)
NAME_DIFFERS = _clause("RECEIPT_NAME_DIFFERS", "The name on the receipt is the patient's.")

CLAUSES = (
    SERVICE_IN_FUTURE, RECEIPT_IN_FUTURE, SERVICE_BEFORE_BIRTH, SERVICE_AFTER_DEATH, DISCHARGE_MISSING,
    DISCHARGE_OF_OUTPATIENT, DISCHARGE_BEFORE_ADMISSION, RECEIPT_BEFORE_SERVICE, AMOUNT_NOT_POSITIVE,
    CLAIMABLE_OVER_TOTAL, OVER_MOST, RECEIPT_TOO_OLD, RECEIPT_AGES, NAME_DIFFERS,
)  # fmt: skip


def faults(facts: ReceiptFacts) -> tuple[Fault, ...]:
    """Everything that stands against the claim, in the order of the form; whether the patient is entitled is asked elsewhere."""
    return (*_of_days(facts), *_of_amounts(facts), *_of_age(facts))


def largest(on: date | None) -> int:
    """Up to how many satang one receipt of the day may come; None: by the newest figure."""
    return in_force(LARGEST_RECEIPT, on or date.max)


def warning(facts: ReceiptFacts) -> Fault | None:
    """That the year is nearly over; None while there is time, or when it is too late."""
    age = (facts.today - facts.receipt_on).days
    last = in_force(DAYS_TO_CLAIM, facts.receipt_on)
    if in_force(DAYS_BEFORE_CLAIM_WARNING, facts.receipt_on) <= age <= last:
        return Fault(RECEIPT_AGES, "receipt_on", {"days_left": last - age})
    return None


def is_same_patient(name_on_receipt: str, title: str, full_name: str, titles: Iterable[str] = ()) -> bool:
    """Whether the name on the receipt is the patient's: spelling as the register's, with any title or none before it.

    `titles` are those that the register knows beside the common ones; several may follow each other (ว่าที่ ร.ต. ดร.).
    """
    bare = full_name.removeprefix(title)
    written = names.tidy(name_on_receipt)
    if any(names.same_name(written, one) for one in (full_name, bare)):
        return True
    return _has_titles_before(written, bare, sorted({*COMMON_TITLES, *titles}, key=len, reverse=True))


COMMON_TITLES = (
    "เด็กชาย", "เด็กหญิง", "ด.ช.", "ด.ญ.", "นางสาว", "น.ส.", "นาย", "นาง", "คุณ", "หญิง", "พระ", "ม.ร.ว.", "ม.ล.", "ว่าที่",
    "ดร.", "ศ.", "รศ.", "ผศ.", "นพ.", "พญ.", "ทพ.", "ภญ.",
    "ส.ต.", "ส.ท.", "ส.อ.", "จ.ส.ต.", "จ.ส.ท.", "จ.ส.อ.", "ร.ต.", "ร.ท.", "ร.อ.", "พ.ต.", "พ.ท.", "พ.อ.",
    "ส.ต.ต.", "ส.ต.ท.", "ส.ต.อ.", "ด.ต.", "ร.ต.ต.", "ร.ต.ท.", "ร.ต.อ.", "พ.ต.ต.", "พ.ต.ท.", "พ.ต.อ.",
)  # fmt: skip
_MOST_TITLES = 3


def _has_titles_before(written: str, bare: str, titles: Sequence[str]) -> bool:
    """Whether nothing but titles stands before the name; with and without spaces."""
    left, name = written.replace(" ", ""), bare.replace(" ", "")
    if not names.same_name(left[-len(name) :], name):
        return False
    before = left[: len(left) - len(name)]
    for _more in range(_MOST_TITLES):
        before = next(
            (before.removeprefix(one) for one in map(_plain, titles) if one and before.startswith(one)), before
        )
    return not before


def _plain(title: str) -> str:
    return title.replace(" ", "")


def _of_days(facts: ReceiptFacts) -> Iterator[Fault]:
    if facts.served_on > facts.today:
        yield Fault(SERVICE_IN_FUTURE, "served_on", {"day": facts.served_on})
    if facts.birth_date is not None and facts.served_on < facts.birth_date:
        yield Fault(SERVICE_BEFORE_BIRTH, "served_on", {"birth_date": facts.birth_date})
    if facts.death_date is not None and facts.served_on > facts.death_date:
        yield Fault(SERVICE_AFTER_DEATH, "served_on", {"death_date": facts.death_date})
    if facts.patient_type is PatientType.IP and facts.discharged_on is None:
        yield Fault(DISCHARGE_MISSING, "discharged_on", {})
    if facts.patient_type is PatientType.OP and facts.discharged_on not in (None, facts.served_on):
        yield Fault(DISCHARGE_OF_OUTPATIENT, "discharged_on", {})
    if facts.discharged_on is not None:
        yield from _of_discharge(facts, facts.discharged_on)
    if facts.receipt_on > facts.today:
        yield Fault(RECEIPT_IN_FUTURE, "receipt_on", {"day": facts.receipt_on})
    elif facts.receipt_on < facts.served_on:
        yield Fault(RECEIPT_BEFORE_SERVICE, "receipt_on", {"served_on": facts.served_on})


def _of_discharge(facts: ReceiptFacts, discharged_on: date) -> Iterator[Fault]:
    if discharged_on < facts.served_on:
        yield Fault(DISCHARGE_BEFORE_ADMISSION, "discharged_on", {"served_on": facts.served_on})
    elif discharged_on > facts.today:
        yield Fault(SERVICE_IN_FUTURE, "discharged_on", {"day": discharged_on})


def _of_amounts(facts: ReceiptFacts) -> Iterator[Fault]:
    for name, amount in (("total", facts.total), ("claimable", facts.claimable)):
        if amount <= 0:
            yield Fault(AMOUNT_NOT_POSITIVE, name, {})
    if facts.total > (most := largest(facts.receipt_on)):
        yield Fault(OVER_MOST, "total", {"most_baht": most})
    if facts.claimable > facts.total:
        yield Fault(CLAIMABLE_OVER_TOTAL, "claimable", {"total": facts.total})


def _of_age(facts: ReceiptFacts) -> Iterator[Fault]:
    age, last = (facts.today - facts.receipt_on).days, in_force(DAYS_TO_CLAIM, facts.receipt_on)
    if age > last and not facts.is_late_allowed:
        yield Fault(RECEIPT_TOO_OLD, "receipt_on", {"days": age, "most": last})

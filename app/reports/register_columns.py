"""What a line of the register is and what may be asked for; how Excel shows it (spec 8.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self

from app.domain.people import BirthPrecision, PersonnelType, Relation, RequestStatus, Sex, TerminationReason
from app.reports.workbook import Column, Kind


class RegisterStatus(StrEnum):
    """Where a person of the register stands today: the state of a spell, or that of a request without effect yet."""

    ACTIVE = "ACTIVE"  # มีสิทธิ
    STANDBY = "STANDBY"  # สิทธิสำรอง
    SUSPENDED = "SUSPENDED"  # พักราชการ
    SCHEDULED = "SCHEDULED"  # ยังไม่ถึงวันเกิดสิทธิ
    ENDED = "ENDED"  # หมดสิทธิ
    VOIDED = "VOIDED"  # บันทึกผิด: shown only to who asks for it
    DRAFT = "DRAFT"  # ร่าง
    PENDING_APPROVAL = "PENDING_APPROVAL"  # รออนุมัติ
    APPROVED = "APPROVED"  # อนุมัติแล้วรอประมวลผล
    RETURNED = "RETURNED"  # ส่งกลับแก้ไข
    REJECTED = "REJECTED"  # ไม่อนุมัติ
    ROUND_ERROR = "ROUND_ERROR"  # ประมวลผลไม่ผ่าน


REQUEST_STATUSES = frozenset(status for status in RegisterStatus if status in RequestStatus.__members__)


@dataclass(frozen=True)
class RegisterFilters:
    """What was asked for; None means everything, but for voided spells, which have to be asked for by status.

    `national_id` is exact (13 digits); each word of `name` must occur in the full name (spelt as `names.tidy` does).
    `rows` names single rows by (is_spell, id).
    """

    status: RegisterStatus | None = None
    national_id: str | None = None
    name: str | None = None
    agency_id: int | None = None
    relation: Relation | None = None
    personnel_type: PersonnelType | None = None
    rows: tuple[tuple[bool, int], ...] | None = None

    def as_json(self) -> dict[str, Any]:
        """What was asked for as plain JSON values, without what was not."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The filters that `as_json` wrote, after a trip through JSON."""
        kinds: dict[str, Any] = {"status": RegisterStatus, "relation": Relation, "personnel_type": PersonnelType}
        kinds["rows"] = lambda rows: tuple((bool(is_spell), int(id)) for is_spell, id in rows)
        return cls(**{name: kinds.get(name, lambda value: value)(value) for name, value in stored.items()})


class RegisterRow(NamedTuple):
    """One line of the register in the order of spec 8.2, after the keys by which the portal knows it."""

    is_spell: bool
    id: int  # of the entitlement, else of the change request
    family_id: int | None  # the principal's person id, None while the register does not know the principal
    submission_no: str
    sort_key: str
    national_id: str
    title: str
    first_name: str
    last_name: str
    birth_date: date | None
    birth_date_precision: BirthPrecision
    sex: Sex | None
    relation: Relation
    principal_national_id: str
    principal_name: str | None
    personnel_type: PersonnelType | None
    sub_inscl: str
    agency_name: str
    province_name: str
    service_start_date: date | None
    entitled_from: date | None
    entitled_until: date | None
    termination_reason: TerminationReason | None
    status: RegisterStatus
    approved_at: datetime | None
    round_at: datetime | None


# Name of the word that is the column's title, what the column holds, its width in characters; the order of spec 8.2.
COLUMNS: tuple[tuple[str, Kind, int], ...] = (
    ("number", Kind.NUMBER, 7),
    ("national_id", Kind.ID, 19),
    ("title", Kind.TEXT, 10),
    ("first_name", Kind.TEXT, 18),
    ("last_name", Kind.TEXT, 20),
    ("birth_date", Kind.DATE, 13),
    ("sex", Kind.TEXT, 7),
    ("relation", Kind.TEXT, 12),
    ("principal_national_id", Kind.ID, 19),
    ("principal_name", Kind.TEXT, 28),
    ("personnel_type", Kind.TEXT, 24),
    ("sub_inscl", Kind.TEXT, 8),
    ("agency_name", Kind.TEXT, 30),
    ("province_name", Kind.TEXT, 16),
    ("service_start_date", Kind.DATE, 15),
    ("entitled_from", Kind.DATE, 13),
    ("entitled_until", Kind.DATE, 13),
    ("termination_reason", Kind.TEXT, 26),
    ("status", Kind.TEXT, 20),
    ("approved_at", Kind.INSTANT, 18),
    ("round_at", Kind.INSTANT, 18),
)


def workbook_columns(words: Mapping[str, str]) -> list[Column]:
    """The columns of the Excel file; `words` holds the title of each by its name."""
    return [Column(words[name], kind, width) for name, kind, width in COLUMNS]


def workbook_rows(rows: Iterator[RegisterRow], words: Mapping[str, str]) -> Iterator[list[Any]]:
    """The numbered cells of each row; `words` holds the word of each code under `word_key`."""
    names = [name for name, _, _ in COLUMNS[1:]]
    for number, row in enumerate(rows, start=1):
        values = [getattr(row, name) for name in names]
        yield [number, *(words[word_key(value)] if isinstance(value, StrEnum) else value for value in values)]


def word_key(code: StrEnum) -> str:
    """The key under which the word for a code is kept: `Relation.SELF`."""
    return f"{type(code).__name__}.{code.value}"

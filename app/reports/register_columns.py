"""What a line of the register is and what may be asked for; how Excel shows it (spec 8.2)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, Self

from app.domain.people import BirthPrecision, PersonnelType, Relation, RequestStatus, Sex, TerminationReason
from app.reports.cells import known_of
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


RANGES = ("born_from", "born_until", "begins_from", "begins_until", "ends_from", "ends_until")
REQUEST_STATUSES = frozenset(status for status in RegisterStatus if status in RequestStatus.__members__)


@dataclass(frozen=True)
class RegisterFilters:
    """What was asked for; None means everything, but for voided spells, which have to be asked for by status.

    `national_id` is exact (13 digits); each word of `name` must occur in the full name (spelt as `names.tidy` does),
    or, with `name_begins`, first name and surname begin with it.
    `rows` names single rows by (is_spell, id). `birth_month` is 1 to 12, `birth_year` of the Common Era. The ranges of days,
    of the birth and of the dates on which a right begins and ends, are half-open.
    """

    status: RegisterStatus | None = None
    national_id: str | None = None
    name: str | None = None
    name_begins: bool | None = None
    agency_id: int | None = None
    relation: Relation | None = None
    personnel_type: PersonnelType | None = None
    rows: tuple[tuple[bool, int], ...] | None = None
    birth_month: int | None = None
    birth_year: int | None = None
    born_from: date | None = None
    born_until: date | None = None
    begins_from: date | None = None
    begins_until: date | None = None
    ends_from: date | None = None
    ends_until: date | None = None

    def as_json(self) -> dict[str, Any]:
        """What was asked for as plain JSON values, without what was not."""
        asked = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The filters that `as_json` wrote, after a trip through JSON."""
        kinds: dict[str, Any] = {"status": RegisterStatus, "relation": Relation, "personnel_type": PersonnelType}
        kinds |= dict.fromkeys(RANGES, date.fromisoformat)
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

CODED = ("sex", "relation", "personnel_type", "termination_reason", "status")  # codes, shown by their words


def workbook_columns(words: Mapping[str, str], chosen: Collection[str] | None = None) -> list[Column]:
    """The columns of the Excel file, all or the `chosen` ones; `words` holds the title of each by its name."""
    return [Column(words[name], kind, width) for name, kind, width in _chosen(chosen)]


def workbook_rows(
    rows: Iterator[RegisterRow], words: Mapping[str, str], chosen: Collection[str] | None = None
) -> Iterator[list[Any]]:
    """The numbered cells of each row; `words` holds the word of each code under `word_key`."""
    names = ["number", *[name for name, _, _ in _chosen(chosen)[1:]]]
    places = [RegisterRow._fields.index(name) for name in names[1:]]
    coded = [names.index(name) for name in CODED if name in names]
    born = names.index("birth_date") if "birth_date" in names else None
    # By its kind too: codes of two kinds may be the same word.
    word_of = cache(lambda _kind, code: words[word_key(code)])
    for number, row in enumerate(rows, start=1):
        values: list[Any] = [number, *[row[place] for place in places]]
        if born is not None and row.birth_date_precision is not BirthPrecision.DAY:
            values[born] = known_of(row.birth_date, row.birth_date_precision)
        for at in coded:
            if (code := values[at]) is not None:
                values[at] = word_of(type(code), code)
        yield values


def _chosen(names: Collection[str] | None) -> list[tuple[str, Kind, int]]:
    """The columns in their order; the number of the row is always there."""
    return [column for column in COLUMNS if names is None or column[0] == "number" or column[0] in names]


def word_key(code: StrEnum) -> str:
    """The key under which the word for a code is kept: `Relation.SELF`."""
    return f"{type(code).__name__}.{code.value}"

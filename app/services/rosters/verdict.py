"""What a judged roster comes to: the rows to accept as typed records, the rows to refuse, and what the law adds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.people import DocType, PersonnelType, Relation, Sex


@dataclass(frozen=True, slots=True)
class PrincipalRow:
    """An accepted line of the staff sheet."""

    sheet: str
    excel_row: int
    national_id: str
    title: str
    first_name: str
    last_name: str
    birth_date: date
    sex: Sex
    personnel_type: PersonnelType
    service_start_date: date


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """An accepted line of the family sheet; `birth_order` only where the file gives one.

    `holder_sex` is set where file and register leave no doubt of it; a line that is only read says nothing of it.
    """

    sheet: str
    excel_row: int
    holder_national_id: str
    relation: Relation
    national_id: str
    title: str
    first_name: str
    last_name: str
    birth_date: date
    doc_type: DocType
    doc_no: str
    issue_date: date
    birth_order: int | None
    holder_sex: Sex | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused line: its first fault, the field at fault and its heading in the file; never an ID in `facts` or `name`."""

    sheet: str
    excel_row: int
    code: str
    field: str
    heading: str
    facts: Mapping[str, Any]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the law, or a reader, should look at in an accepted line; it never moves the counts."""

    sheet: str
    excel_row: int
    code: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate of every person line of a roster; staff before family, each in the order of the file."""

    principals: tuple[PrincipalRow, ...]
    family: tuple[FamilyRow, ...]
    refusals: tuple[Refusal, ...]
    law: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """Counts and refused rows for a machine; the key `law` stands only where there is a finding."""
        verdict: dict[str, Any] = {
            "principals_ok": len(self.principals),
            "family_ok": len(self.family),
            "errors": [_place(refusal) for refusal in self.refusals],
        }
        if self.law:
            verdict["law"] = [_place(finding) for finding in self.law]
        return verdict


def _place(row: Refusal | Finding) -> dict[str, Any]:
    return {"sheet": row.sheet, "excel_row": row.excel_row, "code": row.code}

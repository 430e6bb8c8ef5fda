"""The lines of an import in the ledger: written from their fates, read back as records, asked for by page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.domain import people
from app.domain.imports import Decision, Fate
from app.domain.people import Relation
from app.models.roster_import import RosterImport, RosterLine
from app.services.roster_fates import RowFate, holder_of
from app.services.rosters.verdict import FamilyRow, PrincipalRow

Record = PrincipalRow | FamilyRow
_KINDS: dict[str, type[StrEnum]] = {k.__name__: k for k in vars(people).values() if isinstance(k, type)}


@dataclass(frozen=True)
class Line:
    """A line as it is shown: its fate with its reasons, what stands beside it, and what a clerk decided."""

    id: int
    row: RowFate
    decision: Decision | None


def as_rows(fates: Sequence[RowFate], *, import_id: int, check_no: int, agency_id: int) -> list[dict[str, Any]]:
    """The lines as rows of the ledger, in the order of the file."""
    first: dict[str, int] = {}  # of each principal, where his family is kept together
    for place, fate in enumerate(fates):
        if fate.record is not None and not isinstance(fate.record, FamilyRow):
            first.setdefault(fate.record.national_id, place)
    for place, fate in enumerate(fates):
        if fate.record is not None:
            first.setdefault(holder_of(fate.record), place)
    common = {"import_id": import_id, "check_no": check_no, "agency_id": agency_id}
    return [common | _as_row(fate, place, first) for place, fate in enumerate(fates)]


def _as_row(fate: RowFate, place: int, first: Mapping[str, int]) -> dict[str, Any]:
    record = fate.record
    reason = reason_of(fate.code, fate.citation, fate.facts, heading=fate.heading, remark=fate.remark, name=fate.name)
    return {
        "place": place,
        "sheet": fate.sheet,
        "excel_row": fate.excel_row,
        "fate": fate.fate,
        "reason": reason,
        "relation": _relation(record),
        "national_id": record.national_id if record else None,
        "holder_national_id": holder_of(record) if record else None,
        "family_place": first[holder_of(record)] if record else None,
        "record": {name: _packed(getattr(record, name)) for name in _own_fields(record)} if record else None,
        "beside": list(fate.beside) or None,
    }


def reason_of(
    code: str | None, citation: str | None, facts: Mapping[str, Any], **more: str | None
) -> dict[str, Any] | None:
    """Why a line stays out, in the ledger's own writing; None where there is nothing to say."""
    reason: dict[str, Any] = {"code": code, "citation": citation} | more
    reason = {name: value for name, value in reason.items() if value}
    if facts:
        reason["facts"] = _packed(dict(facts))
    return reason or None


def record_of(line: RosterLine) -> Record:
    """The typed record of a line that could be read."""
    kept = {name: _unpacked(value) for name, value in (line.record or {}).items()}
    kind = PrincipalRow if line.relation is Relation.SELF else FamilyRow
    if kind is FamilyRow:
        kept |= {"relation": line.relation, "holder_national_id": line.holder_national_id}
    return kind(sheet=line.sheet, excel_row=line.excel_row, national_id=line.national_id, **kept)


def as_line(line: RosterLine) -> Line:
    """A row of the ledger as it is shown."""
    reason = line.reason or {}
    row = RowFate(
        line.sheet, line.excel_row, line.fate, record_of(line) if line.record else None, reason.get("code"),
        reason.get("heading", ""), reason.get("citation"), _unpacked(reason.get("facts", {})), reason.get("remark"),
        tuple(line.beside or ()), reason.get("name", ""),
    )  # fmt: skip
    return Line(line.id, row, line.decision)


def of_check(note: RosterImport) -> sa.ColumnElement[bool]:
    """The lines that count for this import now."""
    return sa.and_(RosterLine.import_id == note.id, RosterLine.check_no == note.check_no)


def going() -> sa.ColumnElement[bool]:
    """The lines that become requests: the new ones, those whom a clerk told apart, unless the holder's line stays out, and the
    changes that he takes over."""
    holder = aliased(RosterLine)
    holder_stays = (
        sa.select(holder.id)
        .where(
            holder.import_id == RosterLine.import_id,
            holder.check_no == RosterLine.check_no,
            holder.national_id == RosterLine.holder_national_id,
            holder.relation == Relation.SELF,
            holder.fate == Fate.DOUBT,
            sa.or_(holder.decision.is_(None), holder.decision != Decision.DIFFERENT),
        )
        .correlate(RosterLine)
        .exists()
    )
    told_apart = sa.and_(RosterLine.fate == Fate.DOUBT, RosterLine.decision == Decision.DIFFERENT)
    taken = sa.and_(RosterLine.fate == Fate.CHANGED, RosterLine.decision == Decision.TAKE)
    return sa.or_(taken, sa.and_(sa.or_(RosterLine.fate == Fate.NEW, told_apart), sa.not_(holder_stays)))


def counts_of(fates: Iterable[RowFate]) -> dict[str, int]:
    """How many lines have each fate."""
    counts = dict.fromkeys(map(str, Fate), 0)
    for fate in fates:
        counts[fate.fate] += 1
    return counts


def _relation(record: Record | None) -> Relation | None:
    if record is None:
        return None
    return record.relation if isinstance(record, FamilyRow) else Relation.SELF


def _own_fields(record: Record) -> list[str]:
    columns = {"sheet", "excel_row", "national_id", "holder_national_id", "relation"}
    return [field.name for field in fields(record) if field.name not in columns]


def _packed(value: Any) -> Any:
    """Days and codes as JSON that finds its way back."""
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, StrEnum):
        return {"code": [type(value).__name__, value.value]}
    if isinstance(value, dict):
        return {"facts": {name: _packed(each) for name, each in value.items()}}
    return [_packed(each) for each in value] if isinstance(value, list | tuple) else value


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_unpacked(each) for each in value)
    if not isinstance(value, dict) or not value:
        return value
    ((kind, inner),) = value.items()
    if kind == "day":
        return date.fromisoformat(inner)
    if kind == "code":
        return _KINDS[inner[0]](inner[1])
    return {name: _unpacked(each) for name, each in cast(dict[str, Any], inner).items()}

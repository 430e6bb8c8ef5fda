"""Turns one line of a roster into a typed record, or stops at its first fault."""

from datetime import date

from app.domain import names, national_id
from app.domain.errors import BadInput
from app.domain.people import Sex
from app.services.rosters.cells import birth_order_of, date_of, typed_of
from app.services.rosters.columns import FULL_NAME, NAME_PARTS, SheetKind, needed
from app.services.rosters.one_cell import Split
from app.services.rosters.titles import is_bare_rank, sex_of_title
from app.services.rosters.verdict import FamilyRow, PrincipalRow
from app.services.rosters.words import (
    EVIDENCE,
    PERSONNEL_TYPES,
    RELATIONS,
    SEXES,
    Code,
    WordList,
    title_of,
)
from app.services.rosters.workbook import RosterRow, RosterSheet

Role = tuple[str, ...]


def read_principal(sheet: RosterSheet, row: RosterRow, split: Split) -> PrincipalRow:
    """A line of the staff sheet; BadInput with the first of REQUIRED, national ID, date, name and UNKNOWN_CODE faults."""
    _require(SheetKind.PRINCIPALS, row)
    _refuse_hidden_signs(row)
    nid = _national_id(row, "national_id")
    birth_date = _date(row, "birth_date")
    service_start_date = _date(row, "service_start_date")
    name = split(row.texts)
    return PrincipalRow(
        sheet=sheet.name,
        excel_row=row.excel_row,
        national_id=nid,
        title=title_of(name["title"]),
        first_name=name["first_name"],
        last_name=name["last_name"],
        birth_date=birth_date,
        sex=_code(SEXES, row, "sex") if "sex" in row.texts else _sex_told_by(title_of(name["title"]), row),
        personnel_type=_code(PERSONNEL_TYPES, row, "personnel_type"),
        service_start_date=service_start_date,
    )


def read_dependent(sheet: RosterSheet, row: RosterRow, split: Split) -> FamilyRow:
    """A line of the family sheet; faults as `read_principal`, the holder's national ID before the dependent's."""
    texts = row.texts
    _require(SheetKind.FAMILY, row)
    _refuse_hidden_signs(row)
    holder = _national_id(row, "holder_national_id")
    nid = _national_id(row, "national_id")
    birth_date = _date(row, "birth_date")
    issue_date = _date(row, "issue_date")
    name = split(texts)
    return FamilyRow(
        sheet=sheet.name,
        excel_row=row.excel_row,
        holder_national_id=holder,
        relation=_code(RELATIONS, row, "relation"),
        national_id=nid,
        title=title_of(name["title"]),
        first_name=name["first_name"],
        last_name=name["last_name"],
        birth_date=birth_date,
        doc_type=_code(EVIDENCE, row, "doc_type"),
        doc_no=texts["doc_no"],
        issue_date=issue_date,
        birth_order=birth_order_of(texts.get("birth_order", "")),
    )


def role_in(kind: SheetKind, row: RosterRow) -> Role | None:
    """Who stands on the line and as whose what, even if the line is refused; None where that cannot be read.

    In the family sheet one person may stand under two holders, and under one holder in two relations.
    """
    try:
        if kind is SheetKind.PRINCIPALS:
            return (_national_id(row, "national_id"),)
        holder, relation = _national_id(row, "holder_national_id"), _code(RELATIONS, row, "relation")
        return (holder, relation, _national_id(row, "national_id"))
    except BadInput:
        return None


def _require(kind: SheetKind, row: RosterRow) -> None:
    for field in needed(kind, row.texts.keys()):
        if not row.texts[field]:
            raise BadInput("REQUIRED", field=field)


def _sex_told_by(title: str, row: RosterRow) -> Sex:
    sex = sex_of_title(title)
    if sex and not is_bare_rank(title):  # a guess would propose that a woman who stands is a man
        return sex
    raise BadInput("SEX_UNTOLD", field="title" if "title" in row.texts else FULL_NAME)


def _refuse_hidden_signs(row: RosterRow) -> None:
    for field in (*NAME_PARTS, FULL_NAME):
        if sign := names.hidden_sign(str(row.cells.get(field, ""))):
            raise BadInput("NAME_HIDDEN_SIGN", field=field, sign=sign)


def _national_id(row: RosterRow, field: str) -> str:
    cell = row.cells[field]
    if isinstance(cell, int | float) and cell < 0:
        raise BadInput("NOT_DIGITS", field=field)  # the sign of a negative number is no dash between digits
    return national_id.parse(typed_of(cell), field=field)


def _date(row: RosterRow, field: str) -> date:
    return date_of(row.cells[field], field=field)


def _code(words: WordList[Code], row: RosterRow, field: str) -> Code:
    code = words.code(row.texts[field])
    if code is None:
        raise BadInput("UNKNOWN_CODE", field=field, word=row.texts[field], accepted=words.labels)
    return code

"""Judges a roster: one code for each refused line, a typed record for each accepted one; touches no database."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.domain.errors import BadInput
from app.domain.names import holds_number
from app.domain.people import AgencyType
from app.rules.principals import type_fits_agency
from app.services.rosters.columns import FULL_NAME, NAME_PARTS, SheetKind
from app.services.rosters.one_cell import Split, splitter
from app.services.rosters.rows import Role, read_dependent, read_principal, role_in
from app.services.rosters.verdict import FamilyRow, Finding, PrincipalRow, Refusal, Verdict
from app.services.rosters.workbook import Roster, RosterRow, RosterSheet

KnownHolders = Callable[[set[str]], set[str]]
_LONGEST_NAME = 120


def judge(
    roster: Roster, *, agency_type: AgencyType, known_holders: KnownHolders, titles: Iterable[str] = ()
) -> Verdict:
    """The fate of every person line of a workbook.

    A refused line has one code, the first in the order REQUIRED, NAME_HIDDEN_SIGN, national ID (spec 2.2), INVALID_DATE or
    YEAR_NOT_BE, NAME_NO_TITLE, NAME_NOT_WHOLE or NAME_UNSURE (a name in one cell), UNKNOWN_CODE, HOLDER_NOT_FOUND,
    DUPLICATE_IN_FILE.
    `titles` are the titles that the portal knows, besides the usual ones.

    `known_holders` is asked at most once, with the holders that stand in no accepted line, and answers which of them
    the agency's register has. Personnel type against agency type is law (spec 2.4): a finding, never a refusal.
    """
    split = splitter(titles)
    staff = _cases(roster, SheetKind.PRINCIPALS, split)
    _refuse_duplicates(staff)
    family = _cases(roster, SheetKind.FAMILY, split)
    _refuse_without_holder(family, staff, known_holders)
    _refuse_duplicates(family)
    cases = (*staff, *family)
    return Verdict(
        principals=tuple(case.record for case in cases if isinstance(case.record, PrincipalRow)),
        family=tuple(case.record for case in cases if isinstance(case.record, FamilyRow)),
        refusals=tuple(_refusal(case, case.fault) for case in cases if case.fault),
        law=tuple(_findings(cases, agency_type)),
    )


@dataclass(slots=True)
class _Case:
    """One line before the judge: its record until a fault is found, who it speaks of even then."""

    sheet: RosterSheet
    row: RosterRow
    role: Role | None
    record: PrincipalRow | FamilyRow | None = None
    fault: BadInput | None = None

    def refuse(self, fault: BadInput) -> None:
        self.record, self.fault = None, fault


def _cases(roster: Roster, kind: SheetKind, split: Split) -> list[_Case]:
    read = read_principal if kind is SheetKind.PRINCIPALS else read_dependent
    cases = []
    for sheet in roster.sheets:
        for row in sheet.rows if sheet.kind is kind else ():
            case = _Case(sheet, row, role_in(kind, row))
            try:
                case.record = read(sheet, row, split)
            except BadInput as fault:
                case.refuse(fault)
            cases.append(case)
    return cases


def _refuse_duplicates(cases: list[_Case]) -> None:
    """The first line of a person in a role stands for him even if refused: of two lines we never choose the better."""
    first: dict[Role, _Case] = {}
    for case in cases:
        if case.role is None:
            continue
        earlier = first.setdefault(case.role, case)
        if case.record and earlier is not case:
            sheet, excel_row = earlier.sheet.name, earlier.row.excel_row
            case.refuse(BadInput("DUPLICATE_IN_FILE", field="national_id", sheet=sheet, excel_row=excel_row))


def _refuse_without_holder(family: list[_Case], staff: list[_Case], known_holders: KnownHolders) -> None:
    accepted = {case.record.national_id for case in staff if case.record}
    asked = {case.record.holder_national_id for case in family if isinstance(case.record, FamilyRow)} - accepted
    found = accepted | (known_holders(asked) if asked else set())
    refused_at = {case.role[0]: case.row.excel_row for case in staff if case.role and case.fault}
    for case in family:
        if isinstance(case.record, FamilyRow) and case.record.holder_national_id not in found:
            # Where the holder stands in this very file, mending that line mends this one too.
            refused_row = refused_at.get(case.record.holder_national_id)
            case.refuse(BadInput("HOLDER_NOT_FOUND", field="holder_national_id", holder_excel_row=refused_row))


def _refusal(case: _Case, fault: BadInput) -> Refusal:
    field = fault.field or "national_id"
    heading = case.sheet.headings[field]
    return Refusal(case.sheet.name, case.row.excel_row, fault.code, field, heading, fault.facts, _name_in(case.row))


def _name_in(row: RosterRow) -> str:
    """By what a clerk knows a refused line again: the name as it stands there, unless a number was typed into it."""
    written = " ".join(filter(None, (row.texts.get(field, "") for field in (*NAME_PARTS, FULL_NAME))))
    return "" if holds_number(written) else written[:_LONGEST_NAME]


def _findings(cases: Iterable[_Case], agency_type: AgencyType) -> Iterable[Finding]:
    for case in cases:
        match case.record:
            case PrincipalRow(personnel_type=personnel_type) if not type_fits_agency(personnel_type, agency_type):
                yield Finding(case.sheet.name, case.row.excel_row, "TYPE_AGENCY_MISMATCH")
            case FamilyRow(birth_order=None) if case.row.texts.get("birth_order"):
                # An optional column has no refusal of its own; what stands there must still not vanish unseen.
                yield Finding(case.sheet.name, case.row.excel_row, "BIRTH_ORDER_UNREADABLE")

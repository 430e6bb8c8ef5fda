"""What becomes of each line of a judged roster: new, known or changed here, in doubt, to be mended, or refused by law."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.domain.errors import BadInput, PortalError, Refused
from app.domain.imports import Fate
from app.domain.people import AgencyType, DocType, PersonnelType, Relation, Sex
from app.domain.period import Period
from app.rules import certification
from app.rules.certification import Candidate, Dates, Known, KnownSpell
from app.rules.executives import Executive
from app.rules.parameters import SAME_SEX_MARRIAGE_FROM
from app.rules.relatives import Relative
from app.services import roster_changes, roster_doubles
from app.services.crossings.roster_matching import AskedRight, Matches
from app.services.family_facts import ON_THE_WAY
from app.services.family_forms import Member, strange_names
from app.services.roster_families import RosterFamilies, told_of
from app.services.roster_register import OwnPerson
from app.services.roster_remarks import end_told, remarks_of, remarks_of_known
from app.services.rosters.titles import is_bare_rank, sex_of_title
from app.services.rosters.verdict import FamilyRow, PrincipalRow, Verdict
from app.services.rosters.workbook import Roster

# The widths of the columns that the words of a roster end in (app/models).
_LONGEST = {"title": 60, "first_name": 120, "last_name": 120, "doc_no": 100}
_PARENTS = {Relation.FATHER: Sex.M, Relation.MOTHER: Sex.F}
_COLUMN_OF = {"marriage_date": "issue_date", "is_adopted": "doc_type"}  # what such a line tells by its paper


@dataclass(frozen=True, slots=True)
class RowFate:
    """One person line: `record` is None where it could not be read, `code` says why it is not NEW, `remark` what else.

    `heading` is the file's word for the field at fault, `name` what an unreadable line calls the person; `facts` never hold a
    national ID. `beside` is what the line is
    compared with: fields that differ from what stands (CHANGED), or people who are alike (DOUBT), in plain values.
    """

    sheet: str
    excel_row: int
    fate: Fate
    record: PrincipalRow | FamilyRow | None = None
    code: str | None = None
    heading: str = ""
    citation: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    remark: str | None = None
    beside: tuple[dict[str, Any], ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and when the roster is judged, and who stands or is asked for there."""

    agency_id: int
    agency_type: AgencyType
    agency_period: Period
    today: date
    own: Sequence[OwnPerson] = ()


def fates_of(roster: Roster, verdict: Verdict, matches: Matches, desk: Desk) -> tuple[RowFate, ...]:
    """The fate of every person line, sheets and lines in the order of the file.

    Certification is judged as at submission, so that what is NEW here will be taken there. What is mistyped (BadInput) is to be
    mended, the rest is the law's. A family line falls with its holder's (HOLDER_NOT_FOUND, PRINCIPAL_REFUSED). What stands
    here already is compared field by field; what is new, with people who are alike under another number. Source: decisions
    1, spec 2.2-2.5, 3.1, 3.6.
    """
    headings = {sheet.name: sheet.headings for sheet in roster.sheets}
    remarks = {(f.sheet, f.excel_row): f.code for f in verdict.law if f.code == "BIRTH_ORDER_UNREADABLE"}
    judge = _Judge(verdict, matches, desk)
    standing = roster_changes.by_right(desk.own)

    def fate(row: PrincipalRow | FamilyRow, refusal: PortalError | None, known: str | None, *more: str) -> RowFate:
        if refusal is not None:
            heading = headings[row.sheet].get(_COLUMN_OF.get(refusal.field or "", refusal.field or ""), "")
            why = (refusal.code, heading, refusal.citation, refusal.facts)
            kind = Fate.MEND if isinstance(refusal, BadInput) else Fate.LAW
            return RowFate(row.sheet, row.excel_row, kind, row, *why)
        remark = " ".join(filter(None, (*more, remarks.get((row.sheet, row.excel_row))))) or None
        differs = roster_changes.between(row, standing, _sure_sex(row)) if known == "STANDING" else ()
        kind = Fate.CHANGED if differs else Fate.KNOWN if known else Fate.NEW
        return RowFate(row.sheet, row.excel_row, kind, row, known, remark=remark, beside=differs)

    fates = [
        RowFate(r.sheet, r.excel_row, Fate.MEND, None, r.code, r.heading, None, r.facts, name=r.name)
        for r in verdict.refusals
    ]
    fates += judge.principals(fate)
    fates += judge.family(fate)
    order = {name: place for place, name in enumerate(headings)}
    fates = roster_doubles.in_doubt(fates, desk.own, matches.namesakes)
    return tuple(sorted(fates, key=lambda f: (order[f.sheet], f.excel_row)))


def member_of(row: PrincipalRow | FamilyRow, evidence_ids: tuple[int, ...] = ()) -> Member:
    """The line as a member of a family form."""
    who: dict[str, Any] = {
        "national_id": row.national_id, "title_th": row.title, "first_name_th": row.first_name,
        "last_name_th": row.last_name, "birth_date": row.birth_date, "evidence_ids": evidence_ids,
    }  # fmt: skip
    if isinstance(row, PrincipalRow):
        return Member(
            Relation.SELF, sex=row.sex, personnel_type=row.personnel_type, service_start_date=row.service_start_date, **who
        )  # fmt: skip
    return Member(row.relation, sex=sex_of(row), birth_order=row.birth_order, told=told_of(row), **who)


def holder_of(row: PrincipalRow | FamilyRow) -> str:
    """The principal's national ID."""
    return row.national_id if isinstance(row, PrincipalRow) else row.holder_national_id


def sex_of(row: PrincipalRow | FamilyRow) -> Sex | None:
    """The sex in the line; the family sheet has no column for it: there relation, title or marriage tell, or nothing, None."""
    if isinstance(row, PrincipalRow):
        return row.sex
    if row.relation is Relation.SPOUSE and is_bare_rank(row.title):
        return _sex_by_marriage(row)
    return _PARENTS.get(row.relation) or sex_of_title(row.title)


def _sex_by_marriage(row: FamilyRow) -> Sex | None:
    """A rank may have lost its หญิง: before two of one sex could marry a spouse was of the other one."""
    is_certified = row.doc_type is DocType.MARRIAGE_CERT_TH and row.issue_date < SAME_SEX_MARRIAGE_FROM
    return {Sex.M: Sex.F, Sex.F: Sex.M}.get(row.holder_sex) if is_certified and row.holder_sex else None


def _sure_sex(row: PrincipalRow | FamilyRow) -> Sex | None:
    """None where a rank alone tells it: of who stands a guess proposes nothing."""
    is_guess = isinstance(row, FamilyRow) and row.relation not in _PARENTS and is_bare_rank(row.title)
    return None if is_guess else sex_of(row)


Fating = Callable[..., RowFate]


class _Judge:
    """Asks the law and the register about accepted lines; principals first, since a family hangs on them."""

    def __init__(self, verdict: Verdict, matches: Matches, desk: Desk) -> None:
        self._verdict, self._matches, self._desk = verdict, matches, desk
        self._refused: dict[str, RowFate] = {}
        self._families = RosterFamilies(verdict.principals, verdict.family, matches.families, sex_of, desk.agency_id)
        self._heads = list(matches.heads)  # those of this file come after them
        self._starts: dict[str, date] = {}  # of the principals whom this file submits

    def principals(self, fate: Fating) -> list[RowFate]:
        fates = []
        for row in self._verdict.principals:
            candidate = _candidate(row)
            known = self._known(candidate)
            refusal = None if known else (_unwritable(row) or self._judged(candidate)[0])
            fates.append(fate(row, refusal, known))
            if refusal is not None:
                self._refused[row.national_id] = fates[-1]
            elif not known:
                self._starts[row.national_id] = row.service_start_date
                if row.personnel_type is PersonnelType.POLITICAL_EXECUTIVE:
                    period = Period(row.service_start_date)
                    self._heads.append(Executive(row.national_id, candidate.full_name, period))
        return fates

    def family(self, fate: Fating) -> list[RowFate]:
        fates = []
        seen: set[tuple[str, str]] = set()
        for row in self._families.lines:
            candidate = _with_law(_candidate(row), self._families.relative(row))
            known = self._known(candidate)
            refusal, dates = None if known else self._unfit(row, seen), None
            if refusal is None and not known:
                refusal, dates = self._judged(candidate)
            if refusal is None:
                seen |= {(row.holder_national_id, row.national_id), (row.holder_national_id, row.relation)}
            whose = self._families.sex_of_principal(row.holder_national_id)
            remarks = remarks_of_known(row) if known else remarks_of(row, candidate, whose, dates, self._desk.today)
            fates.append(fate(row, refusal, known, *remarks))
        return fates

    def _known(self, wanted: Candidate) -> str | None:
        """STANDING where this very right stands here, else the status of the request that asks for it here."""
        for spell in self._matches.standing.get(wanted.national_id, ()):
            if spell.agency_id == self._desk.agency_id and _same(spell, wanted) and self._is_open(spell):
                return "STANDING"
        asked = self._matches.asked.get(wanted.national_id, ())
        return next((request.status.value for request in asked if request.here and _same(request, wanted)), None)

    def _judged(self, candidate: Candidate) -> tuple[PortalError | None, Dates | None]:
        spells = tuple(self._matches.standing.get(candidate.national_id, ()))
        principal, starts = candidate.principal_national_id, self._principal_from(candidate.principal_national_id)
        known = Known(
            today=self._desk.today,
            agency_type=self._desk.agency_type,
            agency_period=self._desk.agency_period,
            spells=spells,
            principal_from=starts,
            heads=tuple(self._heads) if candidate.personnel_type is PersonnelType.POLITICAL_EXECUTIVE else (),
            parents=tuple(self._matches.parents.get(principal, ())),
            agency_id=self._desk.agency_id,
            asked_as=tuple(
                (one.relation, self._desk.agency_id if one.here else None)
                for one in self._matches.asked.get(candidate.national_id, ())
                if one.principal_national_id == principal and one.status in ON_THE_WAY
            ),
            around=self._families.around(principal, candidate.relative, spells, starts, self._desk.today),
            kin=self._matches.families.kin_of(principal, self._matches.standing.get(principal, ())),
        )
        found = certification.judge(candidate, known)
        return (found.refusals[0] if found.refusals else self._asked_elsewhere(candidate)), found.dates

    def _asked_elsewhere(self, candidate: Candidate) -> PortalError | None:
        if any(_same(asked, candidate) for asked in self._matches.asked.get(candidate.national_id, ())):
            return Refused("ALREADY_PENDING", citation="decisions 1", field="national_id")
        whose = (candidate.national_id, candidate.principal_national_id, candidate.relation)
        if certification.asked_right(*whose) in self._matches.asked_parents:
            return Refused("ONE_PARENT_EACH", citation="spec 3.2", field="relation")
        return None

    def _principal_from(self, principal: str) -> date | None:
        """When the principal's right begins: the standing one, else the one sent off, else the one that this file sends."""
        standing = [
            spell.period.from_on
            for spell in self._matches.standing.get(principal, ())
            if spell.relation is Relation.SELF and spell.agency_id == self._desk.agency_id and self._is_open(spell)
        ]
        if standing:
            return max(standing)
        sent = [
            request.service_start_date
            for request in self._matches.asked.get(principal, ())
            if request.here and request.relation is Relation.SELF and request.status in ON_THE_WAY
        ]
        return sent[-1] if sent else self._starts.get(principal)

    def _unfit(self, row: FamilyRow, seen: set[tuple[str, str]]) -> PortalError | None:
        """What a family form would refuse (app/services/family_forms.py), and what the sheet cannot say."""
        holder = row.holder_national_id
        if (line := self._refused.get(holder)) is not None:
            if line.fate is Fate.MEND:
                return BadInput("HOLDER_NOT_FOUND", field="holder_national_id", holder_excel_row=line.excel_row)
            return Refused("PRINCIPAL_REFUSED", citation="decisions 1", field="holder_national_id")
        if row.national_id == holder or (holder, row.national_id) in seen:
            return BadInput("DUPLICATE_IN_FORM", field="national_id")
        if row.relation in _PARENTS and (holder, row.relation) in seen:
            return BadInput("ONE_PARENT_EACH", field="relation")
        if row.issue_date > self._desk.today:
            return BadInput("DATE_IN_FUTURE", field="issue_date", date=row.issue_date)
        if sex_of(row) is None:
            return BadInput("SEX_UNKNOWN", field="title")
        return end_told(row) or _unwritable(row)

    def _is_open(self, spell: KnownSpell) -> bool:
        return spell.period.until_on is None or spell.period.until_on > self._desk.today


def _candidate(row: PrincipalRow | FamilyRow) -> Candidate:
    own = row if isinstance(row, PrincipalRow) else None
    return Candidate(
        national_id=row.national_id,
        principal_national_id=holder_of(row),
        relation=row.relation if isinstance(row, FamilyRow) else Relation.SELF,
        birth_date=row.birth_date,
        personnel_type=own.personnel_type if own else None,
        service_start_date=own.service_start_date if own else None,
        entitled_from=None,
        entitled_until=None,
        full_name=f"{row.first_name} {row.last_name}",
        sex=sex_of(row),
    )


def _with_law(candidate: Candidate, relative: Relative) -> Candidate:
    return replace(
        candidate, told=relative.told, papers=relative.papers, birth_order=relative.birth_order, place=relative.place
    )  # fmt: skip


def _same(right: KnownSpell | AskedRight, wanted: Candidate) -> bool:
    return right.relation is wanted.relation and right.principal_national_id == wanted.principal_national_id


def _unwritable(row: PrincipalRow | FamilyRow) -> PortalError | None:
    for name, longest in _LONGEST.items():
        if len(getattr(row, name, "")) > longest:
            return BadInput("TOO_LONG", field=name, longest=longest)
    named = {name: getattr(row, name) for name in ("title", "first_name", "last_name")}
    return next(iter(strange_names(named)), None)


def people_in(rows: Sequence[PrincipalRow | FamilyRow]) -> set[str]:
    """The national IDs of these lines and of their holders."""
    return {row.national_id for row in rows} | {holder_of(row) for row in rows}

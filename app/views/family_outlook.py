"""What the form knows before it is sent: what is still wrong with what was typed, and what approval would bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from app.domain import names
from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.people import EntitlementState, EvidenceFault, Relation, Sex
from app.rules.evidence_matrix import papers_due_on
from app.rules.family_law import UNDECIDED
from app.services import evidence, evidence_filed
from app.services.coming_round import ComingRound, coming_round
from app.services.evidence import DocumentNote
from app.services.family_forms import Member
from app.services.prospects import Prospect, prospects
from app.views.dates import clock_time, format_be, format_be_instant
from app.views.evidence_words import LOOKS, document_words, groups
from app.views.family_defaults import completed
from app.views.family_fields import MemberRow
from app.views.family_words import words_of_family
from app.views.labels import label
from app.views.law_words import clause_words

_LONGEST_NAME = 120  # whatever was pasted into the box of a name


@dataclass(frozen=True)
class Beside:
    """What stands beside the form's rows: the documents that are ticked, those not accepted, those filed before.

    `faults` are by (request, document), `before` by national ID; `principal` and `sex` are those of a principal who is
    not on the form.
    """

    documents: Mapping[int, DocumentNote]
    faults: Mapping[tuple[int, int], EvidenceFault]
    before: Mapping[str, list[DocumentNote]]
    principal: str | None = None
    sex: Sex | None = None

    def papers_of(self, member: Member) -> list[DocumentNote]:
        """The documents of a member, with their faults."""
        notes = [self.documents[number] for number in member.evidence_ids if number in self.documents]
        return [replace(note, fault=self.faults.get((member.request_id or 0, note.id))) for note in notes]

    def offers(self, number: str | None, ticked: Sequence[int]) -> list[DocumentNote]:
        """The documents that were filed for this person before and are not ticked."""
        digits = "".join(sign for sign in number or "" if sign.isdigit())
        return [note for note in self.before.get(digits, ()) if note.id not in ticked]


def beside(rows: Sequence[MemberRow], actor: Actor, principal: Any = None) -> Beside:
    """Reads what stands beside these rows, in at most three statements; `principal` is a PrincipalNote."""
    ticked = {number for row in rows for number in row.evidence_ids.data or ()}
    typed = {"".join(sign for sign in row.national_id.data or "" if sign.isdigit()) for row in rows}
    return Beside(
        evidence.notes(ticked, actor=actor) if ticked else {},
        evidence_filed.faults_of([row.request_id.data for row in rows if row.request_id.data], actor=actor),
        evidence_filed.filed_before(typed, actor=actor),
        principal.national_id if principal else None,
        principal.sex if principal else None,
    )


def outlook(rows: list[MemberRow], found_beside: Beside, actor: Actor) -> dict[str, Any]:
    """{left, then, round}: lines as the page shows them, {id, whose, words} and {row, who, words, look, html}.

    Empty fields are not among what is left: the page counts those itself.
    """
    known = [row for row in rows if row.relation.data is not None]
    plain = completed([row.member(None) for row in known], found_beside.documents, found_beside.sex)
    papers = [found_beside.papers_of(member) for member in plain]
    filed = [frozenset(note.doc_type for note in notes if note.fault is None) for notes in papers]
    found = prospects(plain, principal_national_id=found_beside.principal, actor=actor, filed=filed)
    left = [line for row in rows for line in _faults(row)]
    for row, prospect in zip(known, found, strict=True):
        left += [_line(row, _field(row, error.field), words_of_family(error)) for error in prospect.refusals]
    own = next((prospect for row, prospect in zip(known, found, strict=True) if row.is_own()), None)
    is_barred = own is not None and bool(own.refusals)
    coming = coming_round()
    then = []
    for row, member, prospect, notes in zip(known, plain, found, papers, strict=True):
        line = _promise(row, prospect, is_barred=is_barred)
        offers = found_beside.offers(row.national_id.data, member.evidence_ids)
        line["html"] = _by_law(line, member, prospect, notes, offers, bangkok_day(coming.now))
        then.append(line)
    return {"left": left, "then": then, "round": coming_words(coming)}


def _by_law(
    line: dict[str, Any], member: Member, prospect: Prospect, notes: list[DocumentNote], offers: list[DocumentNote],
    today: date,
) -> str:  # fmt: skip
    """Why it will be decided so: the clauses, the doubts, the papers that are there and missing."""
    law = prospect.law
    due_on = papers_due_on(today) if member.told.to_follow is not None else None
    clauses = law.clauses if law is not None else ()
    papers_help = law is None or law.accepted or law.is_curable  # else asking for papers would only mislead
    return render_template(
        "families/by_law.html",
        line=line,
        refusals=[words_of_family(error) for error in prospect.refusals],
        reasons=[(clause_words(clause), clause.citation) for clause in clauses if not clause.flag],
        doubts=[(clause_words(clause), clause.citation) for clause in prospect.doubts],
        holds_until=format_be(law.holds_until, "medium") if law and law.accepted and law.holds_until else "",
        groups=groups(prospect.matrix, notes, member.relation, due_on) if papers_help else [],
        offers=offers,
        looks=LOOKS,
        document_words=document_words,
    )


def coming_words(coming: ComingRound | None = None) -> str:
    """From which round on hospitals see what is approved now."""
    coming = coming or coming_round()
    at = coming.slot.scheduled_at
    day, hour = format_be(bangkok_day(at), "medium"), clock_time(at)
    if coming.is_today:
        return _("Round %(hour)s, if approved before", hour=hour)
    return _("Round %(hour)s of %(day)s, if approved before", hour=hour, day=day)


def whose(row: MemberRow) -> str:
    """How a line names a person of the form: by relation, and by name once there is one."""
    relation = str(label(row.relation.data)) if row.relation.data else _("Family member")
    name = " ".join(part for part in (row.first_name_th.data, row.last_name_th.data) if part)
    return f"{relation} {names.tidy(name[:_LONGEST_NAME])}".strip()  # a hidden sign would turn the line around


def _faults(row: MemberRow) -> list[dict[str, str]]:
    """What the fields themselves refuse of what was typed into them; what they show already stays."""
    lines = []
    for field in row.typed_fields():
        shown = field.errors
        field.validate(row)
        lines += [_line(row, field, str(error)) for error in field.errors]
        field.errors = shown
    return lines


def _line(row: MemberRow, field: Any, words: str) -> dict[str, str]:
    return {"id": field.id, "whose": whose(row), "field": str(field.label.text), "words": words}


def _field(row: MemberRow, name: str | None) -> Any:
    field = row._fields.get((name or "").rpartition("-")[2])
    return row.national_id if field is None else field


def _promise(row: MemberRow, prospect: Prospect, *, is_barred: bool) -> dict[str, Any]:
    line = {"row": row.relation.name.rpartition("-")[0], "who": whose(row)}
    if prospect.refusals:
        return line | {"look": "bad", "words": _("Not possible like this")}
    if is_barred:
        return line | {"look": "", "words": _("Waits for: %(field)s", field=_("Principal"))}
    if prospect.law is not None and prospect.law.code == UNDECIDED:
        fact = prospect.law.missing[0].any_of[0]
        name = row[fact].label.text if fact in row else _("Sex") if fact == "principal_sex" else _("Principal")
        return line | {"look": "", "words": _("Waits for: %(field)s", field=name)}
    if prospect.from_on is None:
        missing = row.birth_date
        if row.relation.data is Relation.SELF and row.birth_date.data is not None:
            missing = row.service_start_date
        return line | {"look": "", "words": _("Waits for: %(field)s", field=missing.label.text)}
    stands_by = prospect.law is not None and prospect.law.state is EntitlementState.STANDBY
    words = f"{label(EntitlementState.STANDBY)}: " if stands_by else ""
    words += _("Entitled from %(day)s", day=format_be(prospect.from_on, "medium"))
    if prospect.last_day is not None:
        words += " " + _("until %(day)s", day=format_be(prospect.last_day, "medium"))
    return line | {"look": "good", "words": words + (f" ({prospect.sub_inscl})" if prospect.sub_inscl else "")}


def shown_day(instant: Any, today: date | None = None) -> str:
    """An instant by its hour alone where it is of today, else with its day; without `today` the clock is asked."""
    today = today or bangkok_day(coming_round().now)
    return clock_time(instant) if bangkok_day(instant) == today else format_be_instant(instant)

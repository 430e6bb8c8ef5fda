"""What the family form's pages are made of: uploads taken in, hints beside the fields, errors gathered on top."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app.domain import national_id
from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, PortalError
from app.models.agency import Province, Title
from app.services import evidence
from app.services.clerk_desk import Submission
from app.services.clock import business_now
from app.services.evidence import DocumentNote
from app.services.round_plan import next_round
from app.services.transaction import reading
from app.views.dates import format_be, format_be_instant
from app.views.evidence import shelf
from app.views.evidence_words import document_words
from app.views.family_fields import MOST_MEMBERS, DocumentRow, FamilyPage, MemberRow
from app.views.family_outlook import beside, outlook
from app.views.family_told import fits, has_rare
from app.views.family_words import STATUS_LOOKS, day_in_words, weekday_and_day, words_of_family
from app.views.labels import label
from app.views.round_words import failure_words, what_to_do
from app.views.told_words import ASKS


@dataclass(frozen=True)
class Complaint:
    """One line of the summary on top: which field, on whose row, and what is wrong."""

    field_id: str
    field_name: str
    whose: str
    words: str


def attach_uploads(page: FamilyPage, actor: Actor) -> bool:
    """Store each document that came along and tick it at its person; refusals go to the document's own fields.

    What was stored stays ticked when the form is shown again, whatever else is wrong with it. False after a refusal.
    """
    return all([attach(row, actor) for row in page.rows()])


def attach(holder: Any, actor: Actor) -> bool:
    """As `attach_uploads`, for one row or form with the fields `evidence` and `evidence_ids`."""
    return all([_attach(holder, entry.form, actor) for entry in holder.evidence if not entry.form.is_blank()])


def _attach(row: Any, document: DocumentRow, actor: Actor) -> bool:
    number = store_document(document, actor)
    if number is None:
        return False
    row.evidence_ids.data = (*row.evidence_ids.data, number)
    document.empty()
    return True


def store_document(document: DocumentRow, actor: Actor) -> int | None:
    """Store what the fields of a document bring and give its id; None when its fields now say why not."""
    if not document.validate():
        return None
    try:
        for name in ("doc_type", "file"):
            if not document[name].data:
                raise BadInput("REQUIRED", field=name)
        upload = document.file.data
        return evidence.store(
            upload.stream, upload.filename or "", document.doc_type.data, doc_no=document.doc_no.data,
            issue_date=document.issue_date.data, actor=actor, shelf=shelf(),
        )  # fmt: skip
    except PortalError as refusal:
        field = document[refusal.field if refusal.field in document else "file"]
        field.errors = [*field.errors, words_of_family(refusal)]
        return None


def known_documents(page: FamilyPage, actor: Actor) -> dict[int, DocumentNote] | None:
    """The ticked documents, by id; None where some are out of reach: those are unticked, and their rows say so."""
    known = evidence.notes((i for row in page.rows() for i in row.evidence_ids.data), actor=actor)
    found = False
    for row in page.rows():
        kept = tuple(number for number in row.evidence_ids.data if number in known)
        if kept != row.evidence_ids.data:
            row.evidence_ids.data, found = kept, True
            row.evidence_ids.errors = [words_of_family(BadInput("EVIDENCE_NOT_FOUND"))]
    return None if found else known


def form_page(sheet: Any, page: FamilyPage, loose: list[str], actor: Actor) -> dict[str, Any]:
    """Everything that the form's template shows; `loose` are refusals that belong to no field."""
    rows = [entry.form for entry in page.members]
    with reading(actor.scope) as session:
        titles = session.scalars(sa.select(Title.name_th).order_by(Title.position, Title.id)).all()
        provinces = session.scalars(sa.select(Province).order_by(Province.name_th)).all()
        now = business_now(session)
    found = beside(rows, actor, sheet.principal)
    own = next((row.sex.data for row in rows if row.is_own()), None)
    told = outlook(page.rows(), found, actor)
    plain = [{name: words for name, words in line.items() if name != "html"} for line in told["then"]]
    return {
        "sheet": sheet,
        "page": page,
        "own": [row for row in rows if row.is_own()][:1],
        "family": [row for row in rows if not row.is_own()] + [row for row in rows if row.is_own()][1:],
        "blank_row": MemberRow(formdata=None, prefix="members-__i__-"),
        "blank_document": DocumentRow(formdata=None, prefix="members-__i__-evidence-__j__-"),
        "documents": found.documents,
        "beside": found,
        "provinces": [(province.code, province.name_th) for province in provinces],
        "principal_sex": own or found.sex,
        "asks": ASKS,
        "fits": fits,
        "has_rare": has_rare,
        "titles": titles,
        "complaints": [complaint for row in rows for complaint in _complaints(row)],
        "loose": loose,
        "today": bangkok_day(now),
        "most_members": MOST_MEMBERS,
        "outlook": told,
        "outlook_lines": told | {"then": plain},
        **words(),
    }


def submission_page(found: Submission, actor: Actor) -> dict[str, Any]:
    """Everything that the page of a form without drafts shows."""
    with reading(actor.scope) as session:
        now, round_at = business_now(session), next_round(session).scheduled_at
    return {"found": found, "round_words": round_words(round_at, bangkok_day(now)), **words()}


def words() -> dict[str, Any]:
    """The formatters that the templates of the clerk's screens share."""
    return {
        "label": label,
        "status_looks": STATUS_LOOKS,
        "be": lambda day: format_be(day, "medium") if day else "–",
        "at": format_be_instant,
        "day_in_words": day_in_words,
        "weekday_and_day": weekday_and_day,
        "display": national_id.display,
        "mask": national_id.mask,
        "document_words": document_words,
        "failure_words": failure_words,
        "what_to_do": what_to_do,
    }


def round_words(round_at: datetime, today: date) -> str:
    """When the next round runs, as the clerk would say it."""
    hour = format_be_instant(round_at).rpartition(f"{round_at.year + 543} ")[2]
    day = bangkok_day(round_at)
    return _("today %(hour)s", hour=hour) if day == today else f"{format_be(day, 'medium')} {hour}"


def _complaints(row: MemberRow) -> Iterator[Complaint]:
    whose = row.first_name_th.data or (str(label(row.relation.data)) if row.relation.data else "")
    documents = [field for entry in row.evidence for field in entry.form]
    for field in [*(field for field in row if field.name != row.evidence.name), *documents]:
        for error in field.errors:
            yield Complaint(field.id, str(field.label.text), whose, str(error))

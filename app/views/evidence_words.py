"""The evidence of one person as a table: what each paper is to prove, which document does, which is owed or not accepted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from app.domain.people import Relation
from app.rules.evidence_matrix import Cell
from app.rules.papers import paper_of
from app.services.evidence import DocumentNote
from app.views.dates import format_be
from app.views.labels import label
from app.views.law_words import any_of_words, basis_words, clause_words, event_words

FILLED, FOLLOWS, REFUSED, MISSING = "filled", "follows", "refused", "missing"
LOOKS = {
    FILLED: ("good", "check-circle"),
    FOLLOWS: ("waiting", "hourglass-split"),
    REFUSED: ("bad", "x-circle"),
    MISSING: ("waiting", "paperclip"),
}


@dataclass(frozen=True)
class Line:
    """One slot: what it is for, how it stands, which papers fill it, and the clause that says so."""

    slot: str
    state: str
    state_words: str
    any_of: str
    papers: tuple[str, ...]
    clause: str
    citation: str


@dataclass
class Group:
    """The slots of one event by one legal basis; `is_nearest` where it is the one to complete."""

    title: str
    is_nearest: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every slot has its document."""
        return all(line.state == FILLED for line in self.lines)


def document_words(document: DocumentNote) -> str:
    """A document in a line: kind, number, day and the name of its file."""
    kind = f"{label(document.doc_type)} {document.doc_no or ''}".strip()
    day = format_be(document.issue_date, "medium") if document.issue_date else ""
    return " · ".join(part for part in (kind, day, document.original_name) if part)


def groups(
    cells: Sequence[Cell], notes: Iterable[DocumentNote], relation: Relation, due_on: date | None = None
) -> list[Group]:
    """The table of one person; `due_on` is the last day for papers that were promised, None where none were."""
    found: dict[tuple[str, str], Group] = {}
    notes = list(notes)
    for cell in cells:
        title = " · ".join(part for part in (event_words(cell.event), basis_words(cell.basis)) if part)
        group = found.setdefault((cell.event.value, cell.basis), Group(title, cell.is_nearest))
        group.lines.append(_line(cell, notes, relation, due_on))
    return list(found.values())


def _line(cell: Cell, notes: Sequence[DocumentNote], relation: Relation, due_on: date | None) -> Line:
    theirs = [note for note in notes if paper_of(note.doc_type, relation) in cell.any_of]
    refused = [note for note in theirs if note.fault is not None]
    if cell.is_filled:
        state, words = FILLED, _("There")
    elif refused:
        state, words = REFUSED, _("Not accepted")
    elif due_on is not None:
        state, words = FOLLOWS, _("Follows by %(day)s", day=format_be(due_on, "medium"))
    else:
        state, words = MISSING, _("Missing")
    shown = [note for note in theirs if note.fault is None] if cell.is_filled else refused
    papers = tuple(
        f"{document_words(note)} ({label(note.fault)})" if note.fault else document_words(note) for note in shown
    )
    slot = str(label(cell.slot))
    return Line(slot, state, words, any_of_words(cell.any_of), papers, clause_words(cell.clause), cell.clause.citation)

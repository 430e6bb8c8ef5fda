"""The law in words that a clerk can read out: clauses with their legal basis, papers by name, facts as they were told."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import PortalError
from app.domain.people import DocType, Relation, ToFollow
from app.rules import endings, family_clauses, moves
from app.rules.clauses import CLAUSES
from app.rules.decision import Clause
from app.rules.evidence import Event
from app.rules.papers import MarriagePaper, Paper
from app.rules.parents import Kinship
from app.rules.schemes import Scheme
from app.rules.told import Told
from app.views.dates import format_be
from app.views.labels import LABELS, label
from app.views.told_words import ASKS, FACT_LABELS

_PAPERS: dict[Paper, Any] = {
    Paper.BIRTH_CERT_PRINCIPAL: _l("the principal's birth certificate"),
    Paper.HOUSE_REG_PRINCIPAL: _l("the principal's house registration"),
    Paper.MARRIAGE_CERT_PARENTS: _l("the parents' marriage registration"),
    Paper.BIRTH_CERT_CHILD: _l("the child's birth certificate"),
    Paper.HOUSE_REG_CHILD: _l("the child's house registration"),
}
_BASES: dict[str, Any] = {
    "OFFICIAL": _l("by appointment"),
    "EXECUTIVE": _l("by election"),
    "PENSIONER": _l("by pension"),
    "BIRTH": _l("by birth"),
    "CIVIL": _l("by registered marriage"),
    "NIKAH": _l("by nikah"),
    "MARRIAGE": _l("by the marriage of father and mother"),
    "REGISTRATION": _l("by registration (Kor Ror 11)"),
    "JUDGMENT": _l("by judgment"),
}
_EVENTS: dict[str, Any] = {
    "APPOINTED": _l("The right begins"),
    "STARTED": _l("The right begins"),
    "DECLARED_INCOMPETENT": _l("Declared incompetent"),
}


_REGISTER = (
    family_clauses.WAITS_FOR_FACTS, family_clauses.TAKEN_OVER, family_clauses.ORDER_DIFFERS, family_clauses.PUSHES_OUT,
    family_clauses.MARRIED_BEFORE, family_clauses.SAME_PLACE, endings.PAPER_MISSING, endings.NO_ORDER_KNOWN,
    moves.END_TOLD_THERE, moves.DEATH_TOLD_THERE,
)  # fmt: skip
_ALL = CLAUSES | {clause.code: clause for clause in _REGISTER}


def clause_words(clause: Clause) -> str:
    """What the clause says, in the reader's language."""
    return _(clause.says)


def clause_of(code: str) -> Clause:
    """The clause of this code; raises KeyError for one that no rule knows (any more)."""
    return _ALL[code]


def paper_words(paper: str) -> str:
    """A paper by its name and whose it is."""
    paper = Paper(paper)
    return str(_PAPERS[paper] if paper in _PAPERS else label(DocType(paper.value)))


def any_of_words(papers: Iterable[str]) -> str:
    """Papers of which any one is enough."""
    return _(" or ").join(paper_words(paper) for paper in papers)


def basis_words(basis: str) -> str:
    """A legal basis in few words; nothing where an event has only one."""
    return str(_BASES.get(basis, ""))


def event_words(event: Event) -> str:
    """What the papers are to prove."""
    return str(_EVENTS.get(event.value) or LABELS.get(type(event), {}).get(event, event.value))


_LACKS: dict[str, Any] = {
    "is_muslim": _l("It is not ticked that the principal declares to be Muslim: if he does, tick it."),
    "home_province_code": _l("The home province that is chosen is none of the four, or none is chosen."),
    "sex": _l("The principal is not recorded as a man."),
}
"""Which fact stands against a nikah certificate."""


def with_law(words: str, error: PortalError, way_out: str = "") -> str:
    """A refusal of the law with the papers that would help and its legal basis; other words stay as they are.

    `way_out` says what can be done where only papers are missing and nobody has promised them yet.
    """
    if "clause" not in error.facts:
        return words
    words = f"{words} {_LACKS.get(str(error.facts.get('lacks')), '')}".strip()
    needs = error.facts.get("needs") or ()
    helps = [_("Needed: %(papers)s.", papers=any_of_words(needs))] if needs else []
    if helps and not error.facts.get("is_promised"):
        helps.append(way_out)
    return f"{' '.join([words, *helps]).rstrip()} ({error.citation})"


def facts_told(told: Told, relation: Relation, provinces: Mapping[str, str]) -> list[tuple[str, str]]:
    """Label and value of everything that was told, in the order of the form."""
    found = []
    for ask in ASKS:
        value = getattr(told, ask.name, None)
        if value is None or value is False:
            continue
        words = str(ask.label_for(relation) or FACT_LABELS[ask.name])
        found.append((words, fact_words(ask.name, value, provinces)))
    if told.to_follow is not None:
        found.append((_("Documents"), str(label(told.to_follow))))
    return found


def fact_words(name: str, value: Any, provinces: Mapping[str, str]) -> str:
    """A told fact as people read it."""
    if name == "home_province_code":
        return provinces.get(value, value)
    if isinstance(value, date):
        return format_be(value, "medium")
    if isinstance(value, bool):
        return _("yes")
    return str(label(value)) if isinstance(value, StrEnum) else str(value)


def told_value(name: str, frozen: Any) -> Any:
    """A told fact as it was, out of a frozen copy, where days and codes are plain text."""
    kind = _KINDS.get(name)
    if kind is not None:
        return kind(frozen)
    return date.fromisoformat(frozen) if isinstance(frozen, str) and name != "home_province_code" else frozen


_KINDS: dict[str, type[StrEnum]] = {
    "to_follow": ToFollow,
    "kinship": Kinship,
    "marriage_paper": MarriagePaper,
    "declared_scheme": Scheme,
}

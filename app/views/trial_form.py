"""A family that is only typed, to be tried: read from the fields of the page into facts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.errors import BadInput
from app.domain.people import PersonnelType, Relation, Sex
from app.domain.period import Period
from app.domain.thai_calendar import parse_be_date
from app.rules.household import Household, Member, Principal, as_approved
from app.rules.papers import MarriagePaper
from app.rules.relatives import Relative
from app.rules.told import Told
from app.rules.trial import EVENTS_OF, Event
from app.views.errors import words_of
from app.views.family_fields import whole_birth_date
from app.views.family_told import ToldRow, told_of
from app.views.labels import label
from app.views.told_words import ASKS, Ask

BLANK_MEMBERS = 6
OWN = "own"
_BESIDE = frozenset({"marriage_date", "death_date"})  # a box of the row itself; one of the things that are supposed
_OF_A_MEMBER = ("born", "married", "event", "when")


def household_typed(form: Mapping[str, str]) -> tuple[tuple[Household, dict[str, str]] | None, dict[str, str]]:
    """The family and its names, and the faults by field; None while the principal cannot be read."""
    faults: dict[str, str] = {}
    born, since = _birth(form, "born-own", faults), _day(form, "since-own", faults)
    kind = form.get("kind-own", "")
    if since is None:
        faults.setdefault("since-own", words_of(BadInput("REQUIRED")))
    elif born is not None and since <= born:
        faults["since-own"] = words_of(BadInput("DATE_BEFORE_BIRTH", date=since, birth_date=born))
    members, names = [], {OWN: str(label(Relation.SELF))}
    for number in range(1, BLANK_MEMBERS + 1):
        relation = form.get(f"relation-{number}", "")
        if not relation and not _is_begun(form, str(number)):
            continue
        if relation not in Relation.__members__ or relation == Relation.SELF:
            faults[f"relation-{number}"] = words_of(BadInput("UNKNOWN_CODE" if relation else "REQUIRED"))
        else:
            members.append(_member(str(number), Relation(relation), form, faults))
            names[str(number)] = f"{label(Relation(relation))} {number}"
    if faults or since is None:
        return None, faults
    principal = Principal(
        OWN, _sex(form, "sex-own"), born, PersonnelType(kind) if kind in PersonnelType.__members__ else
        PersonnelType.MUNICIPAL_OFFICER, (Period(since),),
    )  # fmt: skip
    return (Household(principal, tuple(members)), names), faults


def _is_begun(form: Mapping[str, str], key: str) -> bool:
    """Whether something of the person was typed, in the row or behind "more"; a sex alone says nothing of anybody."""
    names = [*(f"{name}-{key}" for name in _OF_A_MEMBER), *(field.name for _ask, field in further_facts(form, key))]
    return any(form.get(name, "").strip() for name in names)


def _not_asked(form: Mapping[str, str], key: str, relation: Relation) -> dict[str, str]:
    """What was typed and says nothing of this relation, by field: it must not be passed over without a word."""
    married = next(ask for ask in ASKS if ask.name == "marriage_date")
    boxes = [(married, f"married-{key}"), *((ask, field.name) for ask, field in further_facts(form, key))]
    names = [name for ask, name in boxes if relation not in ask.relations and form.get(name, "").strip()]
    event = form.get(f"event-{key}", "")
    if event in Event.__members__ and Event(event) not in EVENTS_OF[relation]:
        names.append(f"event-{key}")
    return dict.fromkeys(names, words_of(BadInput("NOT_OF_RELATION", relation=relation)))


def _member(key: str, relation: Relation, form: Mapping[str, str], faults: dict[str, str]) -> Member:
    born, married = _birth(form, f"born-{key}", faults), _day(form, f"married-{key}", faults)
    if relation is Relation.CHILD and born is None:
        faults.setdefault(f"born-{key}", words_of(BadInput("REQUIRED")))
    if relation is Relation.SPOUSE and married is None:
        faults.setdefault(f"married-{key}", words_of(BadInput("REQUIRED")))
    row = facts_typed(form, key)
    if not row.validate():
        faults |= {row[name].name: str(errors[0]) for name, errors in row.errors.items() if name}
    faults |= _not_asked(form, key, relation)
    told = replace(told_of(row, relation, Told()), marriage_date=married)
    if relation is Relation.SPOUSE and told.marriage_paper is None:
        told = replace(told, marriage_paper=MarriagePaper.MARRIAGE_CERT_TH)
    number = row.seq_in_delivery.data if relation is Relation.CHILD else None
    return Member(as_approved(Relative(key, relation, born, _sex(form, f"sex-{key}"), told, seq_in_delivery=number)))


def facts_typed(form: Mapping[str, str], key: str) -> ToldRow:
    """The further facts of one row, under names of its own; a marriage and what is supposed have boxes beside it."""
    return ToldRow(MultiDict(form), prefix=f"told-{key}")


def further_facts(form: Mapping[str, str], key: str) -> list[tuple[Ask, Any]]:
    """What is asked behind "more" of the row, each with its field as typed."""
    row = facts_typed(form, key)
    return [(ask, row[ask.name]) for ask in ASKS if ask.name not in _BESIDE]


def _sex(form: Mapping[str, str], name: str) -> Sex | None:
    value = form.get(name, "")
    return Sex(value) if value in Sex.__members__ else None


def _birth(form: Mapping[str, str], name: str, faults: dict[str, str]) -> date | None:
    typed, _precision = whole_birth_date(form.get(name, ""))
    return _day({name: typed}, name, faults)


def _day(form: Mapping[str, str], name: str, faults: dict[str, str]) -> date | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        return parse_be_date(text)
    except BadInput as refusal:
        faults[name] = words_of(refusal)
        return None

"""Suspicious doubles: new people whose name and birth date somebody with another number has; a clerk decides, never we.

Here, in the agency's own register, requests and file, near misses of Thai spelling count too. Of other agencies only an
equal name counts, and nothing of that person is told but that he exists (decisions 8).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.domain import national_id
from app.domain.imports import Fate
from app.domain.likeness import digits_apart, sound_keys
from app.domain.names import same_name
from app.services.roster_register import OwnPerson

if TYPE_CHECKING:
    from app.services.roster_fates import RowFate

MOST_SHOWN = 5


class Where(StrEnum):
    """Where the other person is known."""

    REGISTER = "REGISTER"  # in this agency's register
    REQUEST = "REQUEST"  # in a request of this agency
    FILE = "FILE"  # in another line of the same file
    ELSEWHERE = "ELSEWHERE"  # at some other agency


@dataclass(frozen=True, slots=True)
class _Somebody:
    """A person who may be meant by a line."""

    national_id: str
    name: str
    shown: str
    where: Where
    place: tuple[str, int] | None = None  # sheet and row in the file


Key = tuple[str, date]


def in_doubt(fates: Iterable["RowFate"], own: Sequence[OwnPerson], namesakes: Collection[str]) -> list["RowFate"]:
    """The same lines; a NEW one becomes DOUBT where people of its name and birth date bear another number.

    `namesakes` are the numbers of those lines for which some other agency has such a person. Each entry of `beside` tells
    `where`, and except ELSEWHERE the `name`, the masked `id`, in how many `digits` the numbers differ, whether the name is
    `same` or only sounds alike, and of a line its `sheet` and `row`. Source: spec 2.2 (the check digit misses some slips).
    """
    fates = list(fates)
    known = _known(fates, own)
    return [_judged(fate, known, namesakes) if fate.fate is Fate.NEW else fate for fate in fates]


def _judged(fate: "RowFate", known: dict[Key, list[_Somebody]], namesakes: Collection[str]) -> "RowFate":
    row: Any = fate.record
    name = f"{row.first_name} {row.last_name}"
    alike = {
        (other.national_id, other.where): other
        for key in sorted(sound_keys(name))
        for other in known.get((key, row.birth_date), ())
        if other.national_id != row.national_id
    }
    shown = [_beside(row.national_id, name, other) for other in alike.values()]
    if row.national_id in namesakes:
        shown.append({"where": Where.ELSEWHERE.value})
    return replace(fate, fate=Fate.DOUBT, beside=tuple(shown[:MOST_SHOWN])) if shown else fate


def _known(fates: Sequence["RowFate"], own: Sequence[OwnPerson]) -> dict[Key, list[_Somebody]]:
    found: dict[Key, list[_Somebody]] = defaultdict(list)
    for person in own:
        if person.birth_date is not None:
            name = f"{person.first_name_th} {person.last_name_th}"
            where = Where.REGISTER if person.stands else Where.REQUEST
            somebody = _Somebody(person.national_id, name, f"{person.title_th}{name}", where)
            _note(found, name, person.birth_date, somebody)
    for fate in fates:
        row: Any = fate.record
        if row is not None and fate.fate in (Fate.NEW, Fate.MEND, Fate.LAW):
            name = f"{row.first_name} {row.last_name}"
            place = (fate.sheet, fate.excel_row)
            somebody = _Somebody(row.national_id, name, f"{row.title}{name}", Where.FILE, place)
            _note(found, name, row.birth_date, somebody)
    return found


def _note(found: dict[Key, list[_Somebody]], name: str, born: date, somebody: _Somebody) -> None:
    for key in sound_keys(name):
        found[key, born].append(somebody)


def _beside(number: str, name: str, other: _Somebody) -> dict[str, Any]:
    told: dict[str, Any] = {
        "where": other.where.value,
        "name": other.shown,
        "id": national_id.mask(other.national_id),
        "digits": digits_apart(number, other.national_id),
        "same": same_name(name, other.name),
    }
    return told | ({"sheet": other.place[0], "row": other.place[1]} if other.place else {})

"""The column of a report that says in which order a person's rights in all schemes are used, as the screens say it (spec 4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.models.entitlement import Entitlement
from app.models.other_scheme import OtherSchemeRight
from app.models.person import Person
from app.reports.entitled import SCHEMES
from app.reports.register_columns import word_key
from app.reports.report import Field
from app.rules.priority import Resolution
from app.services.scheme_orders import orders

STANDS_BY = "stands_by"
ROWS_AT_ONCE = 500
_person, _spell, _other = Person.__table__, Entitlement.__table__, OtherSchemeRight.__table__


def with_schemes(
    rows: Iterable[Sequence[Any]],
    fields: Sequence[Field],
    reader: Connection | Session,
    day: date,
    words: Mapping[str, str],
) -> Iterator[Sequence[Any]]:
    """The rows with the order on the day where the query left the national ID; unchanged where nobody asked for it.

    Empty where nothing is to be ordered: of most people no other right is known. Some queries per 500 rows.
    """
    place = next((place for place, field in enumerate(fields) if field.name == SCHEMES), None)
    if place is None:
        yield from rows
        return
    left = iter(rows)
    while some := list(islice(left, ROWS_AT_ONCE)):
        told = _told([row[place] for row in some], reader, day, words)
        for row in some:
            yield [*row[:place], told.get(row[place], ""), *row[place + 1 :]]


def _told(numbers: Sequence[str], reader: Connection | Session, day: date, words: Mapping[str, str]) -> dict[str, str]:
    count = sa.select(sa.func.count()).where(_spell.c.person_id == _person.c.id, sa.not_(_spell.c.voided))
    wanted = sa.or_(
        sa.exists().where(_other.c.person_id == _person.c.id),
        sa.exists().where(_spell.c.person_id == _person.c.id, _spell.c.declared_scheme.is_not(None)),
        count.scalar_subquery() > 1,
    )
    query = sa.select(_person.c.id, _person.c.national_id).where(_person.c.national_id.in_(set(numbers)), wanted)
    people = {row.id: row.national_id for row in reader.execute(query)}
    return {people[person]: _as_words(found, words) for person, found in orders(reader, people, day).items()}


def _as_words(found: Resolution, words: Mapping[str, str]) -> str:
    """The rights in order with their use, those that stand by, or why no rule orders them."""
    if found.undecided:
        held = ", ".join(words[word_key(right.scheme)] for right in found.undecided)
        return f"{held}: {' '.join(words[word_key(flag)] for flag in found.flags)}"
    used = [
        f"{place}. {words[word_key(one.right.scheme)]}: {words[word_key(one.use)]}"
        for place, one in enumerate(found.order, start=1)
    ]
    unused = [words[word_key(one.right.scheme)] for one in found.not_used]
    return " · ".join([*used, *([f"{words[STANDS_BY]}: {', '.join(unused)}"] if unused else [])])

"""Searching people by name as it is typed: with a title or without, first and last name in either order."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from wtforms import StringField
from wtforms.validators import Length, Optional

from app.domain.names import tidy
from app.models.person import Person
from app.rules.receipts import COMMON_TITLES
from app.views.list_search import LONGEST_WORD, Question

_MOST_WORDS = 6


def named(label: Any, within: Any, titles: Callable[[], Iterable[str]]) -> Question:
    """Each word is a part of the first or the last name of the person behind `within`; words that are titles do not count."""

    def condition(typed: str) -> Any:
        known = sorted({*COMMON_TITLES, *titles()}, key=len, reverse=True)
        words = tidy(typed).split()[:_MOST_WORDS]
        return within.has(sa.and_(*(_is_part(word, known) for word in _names(words, known))))

    return Question(StringField(label, [Optional(), Length(max=LONGEST_WORD)]), condition)


def _names(words: Sequence[str], titles: Sequence[str]) -> Sequence[str]:
    return [word for word in words if word not in titles] or words


def _is_part(word: str, titles: Sequence[str]) -> Any:
    """Of the name; a title that is written together with it does not count (นายสมชาย), where it is none of the name (นายิกา)."""
    bare = next((word.removeprefix(title) for title in titles if word.startswith(title) and word != title), word)
    parts = dict.fromkeys((word, bare))
    return sa.or_(
        *(
            column.icontains(part, autoescape=True)
            for column in (Person.first_name_th, Person.last_name_th)
            for part in parts
        )
    )

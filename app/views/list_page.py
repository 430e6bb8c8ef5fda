"""What a generated list and a generated record show: heads that sort, cells in words, counts, pages, what to do next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app.services.saved_views import Desk
from app.views.data_interface import DEEPEST_ROW, LARGEST_PAGE
from app.views.fields import NOTHING, language_of

PAGE_SIZES = (25, 50, LARGEST_PAGE)


@dataclass(frozen=True)
class Chip:
    """A state in a word with its colour (`kind`) and icon (`sign`); a formatter may return it."""

    words: Any
    kind: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Cell:
    """One value under its label."""

    label: Any
    content: Any
    stays_whole: bool = False  # days and hours are not broken over two lines
    is_amount: bool = False

    @property
    def chip(self) -> Chip | None:
        """The value, if it is a state."""
        return self.content if isinstance(self.content, Chip) else None

    @property
    def is_blank(self) -> bool:
        """Whether there is no value; a phone's card leaves it out."""
        return bool(self.content == NOTHING)

    @property
    def lang(self) -> str:
        """`th` for Thai data on a page in another language, so that it is read aloud rightly."""
        return language_of(self.content.words if self.chip else self.content)


@dataclass(frozen=True)
class Row:
    """One record: its key, what it is called, where it leads, its cells."""

    key: Any
    name: str
    address: str
    aside_address: str
    remove_address: str
    cells: list[Cell]

    @property
    def marked(self) -> Any:
        """The name with its language."""
        return marked(self.name)


@dataclass(frozen=True)
class Head:
    """One column's head: `direction` is "", "asc" or "desc"; `address` sorts, empty where that is not offered."""

    label: Any
    address: str
    direction: str
    is_amount: bool = False


def marked(text: Any) -> Any:
    """The text, in an element that names its language where that is not the page's."""
    return Markup('<span lang="th">{}</span>').format(text) if language_of(text) else text


def cells(view: Any, names: Iterable[str], values: Iterable[Any]) -> list[Cell]:
    """The values as people read them, by the view's labels and formatters; a dash for none."""
    return [
        Cell(
            view.label_columns[name],
            shown(view.formatters_columns.get(name), value),
            isinstance(value, date) or name in view.whole_columns,
            name in view.money_columns,
        )  # fmt: skip
        for name, value in zip(names, values, strict=True)
    ]


def shown(formatter: Any, value: Any) -> Any:
    """A value in the words of the list; a dash for none."""
    words = formatter(value) if formatter else value
    return NOTHING if words is None or words == "" else words


class ListPage:
    """One page of a list; what its template (appbuilder/general/widgets/list.html) shows."""

    def __init__(
        self, view: Any, items: list[Any], count: int, page: int, size: int, desk: Desk, conditions: list[str]
    ) -> None:
        self.view, self.count, self.page, self.size = view, count, page, size
        self.desk, self.conditions = desk, conditions
        self.columns = view.shown_columns(desk)
        self.name = type(view).__name__
        self.is_searched = any(request.args.get(name) for name in view.search.questions)
        self.heads = [self._head(column) for column in self.columns]
        kept = view.foresee(items)  # noqa: F841 - the rows' names stay loaded while the rows are worded
        self.rows = [self._row(item) for item in items]
        self.actions = [
            action
            for action in view.actions.values()
            if view.appbuilder.sm.has_access(view.get_action_permission_name(action.name), view.class_permission_name)
        ]

    def address(self, **changes: Any) -> str:
        """This list's address with these words changed; None takes one out."""
        words = {name: value for name, value in (request.args.to_dict() | changes).items() if value not in (None, "")}
        return f"{request.path}?{urlencode(words)}" if words else request.path

    @property
    def choices(self) -> list[tuple[str, Any, bool]]:
        """The columns to choose from: name, label, whether it is shown."""
        return [(name, self.view.label_columns[name], name in self.columns) for name in self.view.offered_columns]

    def act(self, method: str) -> str:
        """Where something is done with the list as it is shown now."""
        address = self.view.address(method)
        return f"{address}?{urlencode(request.args.to_dict())}" if address and request.args else address

    @property
    def whole(self) -> str:
        """The list without search, sorted as it is now."""
        return self.address(**dict.fromkeys([*self.view.search.questions, f"page_{self.name}"]))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a new search keeps of the address: order and page size."""
        kept = (f"_oc_{self.name}", f"_od_{self.name}", f"psize_{self.name}")
        return [(name, request.args[name]) for name in kept if name in request.args]

    @property
    def count_words(self) -> str:
        """How many rows there are; above a limit nobody reads the number, so it is not counted."""
        if self.count > DEEPEST_ROW:
            return _("More than %(number)s entries", number=f"{DEEPEST_ROW:,}")
        return ngettext("%(count)s entry", "%(count)s entries", self.count, count=f"{self.count:,}")

    @property
    def cut_words(self) -> str:
        """What the list as Excel leaves out, empty where it has everything."""
        if self.count <= DEEPEST_ROW:
            return ""
        return _("Excel holds the first %(most)s; search more narrowly for the rest.", most=f"{DEEPEST_ROW:,}")

    @property
    def page_words(self) -> str:
        """Which rows are shown."""
        first = self.page * self.size + 1
        return _("%(first)s to %(last)s", first=f"{first:,}", last=f"{first + len(self.rows) - 1:,}")

    @property
    def before(self) -> str:
        """The page before, or empty."""
        return self.address(**{f"page_{self.name}": self.page - 1 or None}) if self.page else ""

    @property
    def after(self) -> str:
        """The page after, or empty."""
        reached = (self.page + 1) * self.size
        if reached >= self.count or reached > DEEPEST_ROW:
            return ""
        return self.address(**{f"page_{self.name}": self.page + 1})

    @property
    def sizes(self) -> list[tuple[int, str]]:
        """Page sizes to choose from with their addresses; none for a short list."""
        if self.count <= PAGE_SIZES[0]:
            return []
        return [(size, self.address(**{f"psize_{self.name}": size, f"page_{self.name}": None})) for size in PAGE_SIZES]

    def _head(self, column: str) -> Head:
        label = self.view.label_columns[column]
        if column not in self.view.order_columns:
            return Head(label, "", "", column in self.view.money_columns)
        order, way = f"_oc_{self.name}", f"_od_{self.name}"
        base = self.view.base_order or ("", "")
        sorted_by, direction = request.args.get(order, base[0]), request.args.get(way, base[1])
        direction = direction if sorted_by == column else ""
        then = "desc" if direction == "asc" else "asc"
        address = self.address(**{order: column, way: then, f"page_{self.name}": None})
        return Head(label, address, direction, column in self.view.money_columns)

    def _row(self, item: Any) -> Row:
        key = self.view.datamodel.get_pk_value(item)
        values = self.view.values_of(item, self.columns)
        address = self.view.address("show", pk=key) or self.view.address("edit", pk=key)
        aside, remove = self.view.address("aside", pk=key), self.view.address("delete", pk=key)
        return Row(key, self.view.name_of(item), address, aside, remove, cells(self.view, self.columns, values))

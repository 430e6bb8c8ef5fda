"""What Flask-AppBuilder's views may do with data: read it, in pages of a sane size; writing is refused."""

from typing import Any

from flask import abort
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy.orm import selectinload

LARGEST_PAGE = 100
DEEPEST_ROW = 10_000  # further down an OFFSET costs more than anybody reads
LONGEST_KEY = 18  # digits; more fit into no column


class ReadingInterface(SQLAInterface):
    """Reads rows for lists, pages and forms; every change must go through a verb (decisions 19).

    `shown` names the relations that the list shows.
    """

    def __init__(self, obj: Any, session: Any = None, *, shown: tuple[str, ...] = ()) -> None:
        super().__init__(obj, session)
        self._shown = shown

    def get(self, id: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: A002 - the name is Flask-AppBuilder's
        """The row of a key from a URL, in the actor's scope; None for what cannot be a key."""
        return super().get(key, *args, **kwargs) if (key := self._key(id)) is not None else None

    def apply_pagination(self, query: Any, page: int | None, page_size: int | None) -> Any:
        """Limit to one page; 400 for a negative or too distant one. Without a size (select lists) all rows come."""
        if not page_size:
            return query
        size, page = min(page_size, LARGEST_PAGE), page or 0
        if size < 1 or page < 0 or page * size > DEEPEST_ROW:
            abort(400)
        return query.offset(page * size).limit(size)

    def those(self, keys: list[int]) -> list[Any]:
        """The rows of these keys in the actor's scope, in the order of their keys."""
        key = getattr(self.obj, self.get_pk_name())
        rows: list[Any] = self.session.query(self.obj).filter(key.in_(keys)).order_by(key).all()
        return rows

    def first(self, filters: Any, order: tuple[str, str], most: int) -> list[Any]:
        """The first rows of a search, at most so many, whatever a page holds."""
        query = self.apply_all(self.session.query(self.obj), filters, *order)
        rows: list[Any] = query.limit(most).all()
        return rows

    def query_count(self, query: Any, filters: Any = None, select_columns: Any = None) -> int:
        """How many rows there are, counted no further than anybody pages."""
        query = self._apply_inner_all(query, filters, select_columns=select_columns, aliases_mapping={})
        counted: int = query.limit(DEEPEST_ROW + 1).count()
        return counted

    def apply_all(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """The page's rows; the relations that it shows come with one query each, not with one for each row."""
        shown = [self._loaded(name) for name in self._shown]
        return super().apply_all(query, *args, **kwargs).options(*shown)

    def _loaded(self, path: str) -> Any:
        """The loading of a relation, or over several of them: "claim.patient"."""
        kind, option = self.obj, None
        for name in path.split("."):
            relation = getattr(kind, name)
            option = selectinload(relation) if option is None else option.selectinload(relation)
            kind = relation.property.mapper.class_
        return option

    def add(self, item: Any, commit: bool = True) -> None:
        """Refused."""
        raise TypeError("a view may not write; call a verb")

    edit = delete = add

    def delete_all(self, items: list[Any]) -> None:
        """Refused."""
        raise TypeError("a view may not write; call a verb")

    def _key(self, text: Any) -> Any:
        kind = self.get_pk().type.python_type
        if kind is not int:
            return str(text)
        return int(text) if str(text).isdecimal() and len(str(text)) <= LONGEST_KEY else None

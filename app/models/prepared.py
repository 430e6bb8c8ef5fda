"""Statements that are run before every look-up: compiled once, then handed to the driver without the library's own work."""

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect, Engine

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The statement in the words of one dialect; `order` names the values where the driver wants them by place."""

    text: str
    fixed: dict[str, Any]
    to_driver: dict[str, Convert | None]
    order: tuple[str, ...] | None
    from_driver: tuple[tuple[int, Convert], ...]
    make_row: Callable[[Sequence[Any]], Any] | None


class Prepared:
    """One SELECT, or one INSERT of the columns `column_keys`, of which each run is a transaction of its own.

    Rows and values are the same as through a connection of SQLAlchemy; its events hear nothing.
    """

    def __init__(self, statement: sa.Select[Any] | sa.Insert, column_keys: list[str] | None = None) -> None:
        self._statement = statement
        self._column_keys = column_keys
        self._by_dialect: dict[str, _Compiled] = {}

    def run(self, engine: Engine, **values: Any) -> list[Any]:
        """The rows found, as named tuples; what was inserted is durable. `engine` is one of `Database.alone`'s kind.

        Raises sqlalchemy.exc.DBAPIError; the connection that failed is not used again.
        """
        dialect = engine.dialect
        compiled = self._by_dialect.get(dialect.name) or self._compile(dialect)
        words = dict(compiled.fixed)
        for name, value in values.items():
            convert = compiled.to_driver[name]
            words[name] = value if convert is None else convert(value)
        raw = engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute(compiled.text, words if compiled.order is None else [words[name] for name in compiled.order])
            found = cursor.fetchall() if compiled.make_row else []
        except dialect.loaded_dbapi.Error as error:
            raw.invalidate()
            raise sa.exc.DBAPIError(compiled.text, None, error, hide_parameters=True) from error
        finally:
            raw.close()
        return [_row(compiled, values) for values in found]

    def _compile(self, dialect: Dialect) -> _Compiled:
        made: Any = self._statement.compile(dialect=dialect, column_keys=self._column_keys)
        to_driver = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in made.binds.items()}
        fixed = {name: bind.effective_value for name, bind in made.binds.items() if not bind.required}
        fixed |= {name: convert(fixed[name]) for name, convert in to_driver.items() if name in fixed and convert}
        columns = list(self._statement.selected_columns) if isinstance(self._statement, sa.Select) else []
        processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        compiled = _Compiled(
            text=str(made),
            fixed=fixed,
            to_driver=to_driver,
            order=tuple(made.positiontup) if made.positional else None,
            from_driver=tuple((place, convert) for place, convert in enumerate(processors) if convert),
            make_row=namedtuple("Row", [column.key for column in columns])._make if columns else None,  # type: ignore[misc]
        )
        self._by_dialect[dialect.name] = compiled
        return compiled


def _row(compiled: _Compiled, values: Sequence[Any]) -> Any:
    row = list(values)
    for place, convert in compiled.from_driver:
        row[place] = convert(row[place])
    assert compiled.make_row is not None
    return compiled.make_row(row)

"""Numbers in addresses: one that no row can have is no address of ours, and never reaches a database."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1  # of the keys of all tables; one more is out of range for PostgreSQL, and 64 bits for SQLite


class RowIntegerConverter(IntegerConverter):
    """`<int:...>` of every route: at most LARGEST unless it says less, anything else is not found (404)."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **({"max": LARGEST} | kwargs))


def install(app: Flask) -> None:
    """Let the routes that are added from now on read their numbers so."""
    app.url_map.converters["int"] = RowIntegerConverter

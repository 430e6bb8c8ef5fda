"""Kills at any statement: whatever transaction is open dies with it, as it would with the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.models.database import db


class Struck(Exception):
    """Somebody pulled the plug."""


@contextmanager
def struck_at(statement: int) -> Iterator[None]:
    """Raise Struck at the n-th statement that is sent to the database from now on: the transaction dies with it."""
    left = statement

    def strike(*_: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise Struck

    engines = {db.engine, db.writer}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", strike)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", strike)

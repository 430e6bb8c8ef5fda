"""What differs between SQLite and PostgreSQL where a job works in chunks: claim tables, sizes, pauses, plans."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.models.dialects import LONGEST_PAUSE

_ANALYZED = "portal_rows_analyzed"


def empty_claim(connection: Connection, table: str) -> bool:
    """Empty the temporary table that this connection has from before; False where a fresh one is to be made.

    On SQLite each new table makes every statement of the connection be prepared anew. PostgreSQL keeps what was deleted.
    """
    if connection.dialect.name != "sqlite":
        return False
    known = sa.text("SELECT 1 FROM sqlite_temp_master WHERE type = 'table' AND name = :name")
    if connection.execute(known, {"name": table}).first() is None:
        return False
    connection.execute(sa.text(f"DELETE FROM temp.{table}"))
    return True


def after_claim(connection: Connection, table: str, rows: int, emptied: bool) -> None:
    """Tell the planner how large the temporary table is; without it SQLite scans all persons per chunk."""
    known = connection.info[_ANALYZED] = connection.info.get(_ANALYZED, 0) if emptied else 0
    if known / 4 <= rows <= 4 * known:  # it still holds
        return
    prefix = "temp." if connection.dialect.name == "sqlite" else ""
    connection.execute(sa.text(f"ANALYZE {prefix}{table}"))
    connection.info[_ANALYZED] = rows


def prefer_indexes(session: Session) -> None:
    """Say for this transaction that a row found by its key costs little more than the next one of the table.

    PostgreSQL takes a page out of order to be four times dearer, as on turning disks, and would rather read the whole register
    than look up some thousands of its rows (PostgreSQL documentation, "Planner Cost Constants"). SQLite knows no such price.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(sa.text("SET LOCAL random_page_cost = 1.1"))


def numbers(name: str, dialect: str) -> str:
    """The text of a sub-select of the numbers in the bound value `name`, a JSON array: one statement for any count of them."""
    if dialect == "sqlite":
        return f"SELECT value FROM json_each(:{name})"
    return f"SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:{name} AS JSON))"


def chunk_sizes(dialect: str) -> tuple[int, int]:
    """Requests per round transaction, at least and at most: large on PostgreSQL, small where writers starve each other.

    Source: decisions 5.
    """
    return (250, 2_000) if dialect == "sqlite" else (10_000, 10_000)


def chunk_seconds(dialect: str) -> float:
    """How long a round transaction should take at most: on SQLite nobody else writes meanwhile."""
    return 0.2 if dialect == "sqlite" else 60.0


def chunk_pause(dialect: str) -> float:
    """Seconds to leave the single writer's place of SQLite to others between two chunks: three looks of a waiting one."""
    return 3 * LONGEST_PAUSE if dialect == "sqlite" else 0.0

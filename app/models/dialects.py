"""Everything that differs between SQLite and PostgreSQL: engines, writing transactions, locks, text search."""

import re
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

WRITES = "portal_writes"
# A connection that came back this lately is taken to be alive; asking it would cost each look-up three round trips.
TRUSTED_SECONDS = 1.0
_RETURNED = "portal_returned"
# On SQLite, how long a writer waits for another at most, and between two looks.
BUSY_SECONDS, LONGEST_PAUSE = 15, 0.008


def make_engine(url: str | sa.URL, **options: Any) -> Engine:
    """An engine for either database; on SQLite with foreign keys, a busy wait and explicit BEGINs.

    A connection with the execution option `portal_writes` begins IMMEDIATE on SQLite: a transaction that reads first and
    writes later would fail at once when another process wrote in between (SQLite documentation, "SQLITE_BUSY_SNAPSHOT").
    """
    engine = sa.create_engine(url, hide_parameters=True, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        _never_hand_out_the_dead(engine)
    return engine


def make_single_engine(engine: Engine, **options: Any) -> Engine:
    """An engine beside `engine` whose every statement is a transaction of its own: no BEGIN, no ROLLBACK around it.

    Raw connections of SQLite are so anyway (`_prepare_sqlite`).
    """
    return (
        engine if engine.dialect.name == "sqlite" else make_engine(engine.url, isolation_level="AUTOCOMMIT", **options)
    )


def _never_hand_out_the_dead(engine: Engine) -> None:
    def note(_raw: Any, record: Any) -> None:
        record.info[_RETURNED] = time.monotonic()

    def ask(raw: Any, record: Any, _fairy: Any) -> None:
        now = time.monotonic()
        if now - record.info.get(_RETURNED, now) > TRUSTED_SECONDS:
            try:
                engine.dialect.do_ping(raw)
            except engine.dialect.loaded_dbapi.Error as error:
                raise sa.exc.InvalidatePoolError from error

    event.listen(engine, "checkin", note)
    event.listen(engine, "checkout", ask)


def _prepare_sqlite(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # pysqlite would otherwise begin by itself, and never IMMEDIATE
    cursor = raw.cursor()
    for pragma in (
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "synchronous=NORMAL",
        "case_sensitive_like=ON",
        "recursive_triggers=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("BEGIN")
    elif not _begun_writing(connection.connection.driver_connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # has waited long enough: raises what everybody knows


def _begun_writing(raw: Any) -> bool:
    """Take the one place for writers, asking every few milliseconds: SQLite itself looks ten times a second at most.

    Whoever writes in many short transactions needs to leave but a moment between them for all others to get their turn.
    """
    until, pause = time.monotonic() + BUSY_SECONDS, 0.0005
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return True
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    return False
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def prepare_file(engine: Engine) -> None:
    """Set WAL once, at creation: two processes doing it together would lock each other out."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA journal_mode=WAL")


def snapshots(engine: Engine) -> Engine:
    """An engine whose reading connections see one state for as long as they stay open; SQLite's BEGIN already does."""
    return engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")


def lock_shared(statement: sa.Select[Any], session: Any) -> sa.Select[Any]:
    """A SELECT that holds its rows against change until commit; SQLite's BEGIN IMMEDIATE already does."""
    return statement if session.get_bind().dialect.name == "sqlite" else statement.with_for_update(read=True)


def lock_rows(statement: sa.Select[Any], session: Any) -> sa.Select[Any]:
    """A SELECT whose rows only this transaction may change; SQLite's BEGIN IMMEDIATE already does."""
    return statement if session.get_bind().dialect.name == "sqlite" else statement.with_for_update()


def lost_a_deadlock(error: OperationalError) -> bool:
    """Whether the database ended this transaction because it and another waited for each other."""
    return getattr(error.orig, "sqlstate", None) == "40P01"  # PostgreSQL: deadlock_detected


def contains(column: Any, text: str) -> Any:
    """`column` contains `text` literally (wildcards escaped), in the same letter case rule on both databases."""
    return column.contains(text, autoescape=True)


def years_after(day: Any, years: int, dialect: str) -> Any:
    """The anniversary of a day; 29 February is 1 March on SQLite and 28 February on PostgreSQL where it does not exist."""
    if dialect == "sqlite":
        return sa.func.date(day, f"+{years} years", type_=sa.Date)
    return sa.cast(day.op("+")(sa.literal_column(f"INTERVAL '{years} years'")), sa.Date)


def first_october(year: Any, dialect: str) -> Any:
    """The first day of the fiscal year that begins in `year`."""
    if dialect == "sqlite":
        return sa.func.printf("%04d-10-01", year, type_=sa.Date)
    return sa.func.make_date(sa.cast(year, sa.Integer), 10, 1, type_=sa.Date)


def days_after(instant: Any, days: int, dialect: str) -> Any:
    """The day in Bangkok so many days after that of an instant."""
    if dialect == "sqlite":
        return sa.func.date(instant, "+7 hours", f"+{days} days", type_=sa.Date)
    return sa.cast(sa.func.timezone("Asia/Bangkok", instant), sa.Date) + days


def day_after(day: Any, days: int, dialect: str) -> Any:
    """The day so many days after a day."""
    return sa.func.date(day, f"+{days} days", type_=sa.Date) if dialect == "sqlite" else day + days


def days_between(first: Any, last: Any, dialect: str) -> Any:
    """How many days `last` lies after `first`."""
    if dialect == "sqlite":
        return sa.func.julianday(last) - sa.func.julianday(first)
    return last - first


def replace_check(connection: Connection, table: str, name: str, condition: str) -> None:
    """Give the CHECK constraint `name` of a table a new condition that every stored row fulfils.

    SQLite has no statement for it: the text of the table is edited in place, as its manual describes for constraints,
    because copying the table would lose its other constraints and break the keys that point at it.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        connection.execute(sa.text(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})"))
        return
    known = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :t"), {"t": table}
    )
    before = str(known.scalar_one())
    after = re.sub(
        rf"CONSTRAINT {name} CHECK \((?:[^()]|\([^()]*\))*\)", f"CONSTRAINT {name} CHECK ({condition})", before
    )
    if after == before:
        raise LookupError(f"{table} has no constraint {name} of another condition")
    version = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :t"), {"sql": after, "t": table}
    )
    connection.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))


def first_free_id(session: Session, table: str) -> int:
    """The lowest id that nothing in `table` has or had; nobody else adds rows to it before this transaction ends."""
    highest = session.scalar(sa.text(f"SELECT COALESCE(MAX(id), 0) FROM {table}")) or 0
    if session.get_bind().dialect.name == "sqlite":
        given = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return max(highest, session.scalar(given, {"name": table}) or 0) + 1
    session.execute(sa.text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))
    given = sa.text(f"SELECT GREATEST(nextval(pg_get_serial_sequence('{table}', 'id')), MAX(id) + 1) FROM {table}")
    return session.scalar(given) or highest + 1


def note_ids(session: Session, table: str, following: int) -> None:
    """Say that the ids of `table` below `following` are given out; SQLite sees that by itself."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {following}, FALSE)"))


def take_ids(session: Session, table: str, count: int) -> list[int]:
    """So many ids of `table` that nobody else gets, rising; the rows are inserted with them in the same transaction."""
    if session.get_bind().dialect.name == "sqlite":  # its BEGIN IMMEDIATE keeps all others out
        first = first_free_id(session, table)
        return list(range(first, first + count))
    taken = sa.text(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, :count)")
    return sorted(session.scalars(taken, {"count": count}))


def add_in_bulk(session: Session, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows with the same keys as fast as the driver can; values are text, numbers or None, instants UTC.

    Constraints and triggers hold as for any insert; the columns' defaults in Python do not.
    """
    if not rows:
        return
    columns, raw = ", ".join(rows[0]), session.connection().connection
    cursor = raw.cursor()
    try:
        if session.get_bind().dialect.name == "sqlite":
            marks = ", ".join("?" * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", [tuple(r.values()) for r in rows])
            return
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(tuple(row.values()))
    finally:
        cursor.close()


def prepare_for_bulk(session: Session) -> None:
    """Let this transaction hold more pages in memory and not wait for the disk; a crash may lose it, never break it."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("PRAGMA cache_size = -131072"))
    else:
        session.execute(sa.text("SET LOCAL synchronous_commit = off"))

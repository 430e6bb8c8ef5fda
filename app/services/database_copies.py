"""Copies a database that is being written to, and stands a copy up again: SQLite's online backup, PostgreSQL's own programs."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import Connection, Engine

from app.services import releases
from app.services.backup_folders import BackupError, DatabaseNote

# A copied cookie or link must open nothing elsewhere, so who is logged in stays behind; nothing refers to these rows.
LEFT_BEHIND = ("user_session", "one_time_link")
SERVER_PROGRAMS = Path("/usr/lib/postgresql")  # where Debian keeps one folder for each release
_SUFFIX = {"sqlite": ".db", "postgresql": ".dump"}


def copy(engine: Engine, folder: Path, name: str) -> DatabaseNote:
    """Write the state of this instant into `folder` while others go on writing, and say what is in it.

    Raises BackupError for a database without tables, a damaged one, and when PostgreSQL's programs are missing or fail.
    """
    kind = engine.dialect.name
    file = folder / f"{name}{_SUFFIX[kind]}"
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    note = (_copy_sqlite if kind == "sqlite" else _copy_postgresql)(engine, file)
    if not note.revisions:
        raise BackupError(f"the {name} database has no tables yet; there is nothing to back up")
    return note


def is_unused(url: str) -> bool:
    """Whether nothing stands where a database would be restored."""
    where = sa.make_url(url)
    if where.get_backend_name() == "sqlite":
        files = [Path(f"{where.database}{end}") for end in ("", "-wal", "-journal")]
        return not any(file.exists() and file.stat().st_size for file in files)
    engine = sa.create_engine(where)
    try:
        return sa.inspect(engine).get_table_names() == []
    finally:
        engine.dispose()


def contents(connection: Connection, file: str) -> DatabaseNote:
    """What a database holds now; of the tables that a backup leaves behind, nothing."""
    tables = set(sa.inspect(connection).get_table_names())
    revisions = {
        name: str(connection.scalar(sa.text(f"SELECT version_num FROM {name}")))
        for name in releases.VERSION_TABLES.values()
        if name in tables
    }
    counts = {
        name: int(connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0)
        for name in sorted(tables - set(revisions) - set(LEFT_BEHIND))
    }
    return DatabaseNote(connection.dialect.name, file, revisions, counts)


def _copy_sqlite(engine: Engine, file: Path) -> DatabaseNote:
    with closing(engine.raw_connection()) as source, closing(sqlite3.connect(file, isolation_level=None)) as target:
        source.driver_connection.backup(target, pages=-1)  # type: ignore[union-attr] - one step: one state
        target.execute("PRAGMA journal_mode=DELETE")  # one file, not three
        target.execute("PRAGMA secure_delete=ON")
        damage = target.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise BackupError(f"the database file is damaged: {damage}")
        for table in LEFT_BEHIND:
            if target.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                target.execute(f"DELETE FROM {table}")
    copied = sa.create_engine(f"sqlite:///{file}")
    try:
        with copied.connect() as connection:
            return contents(connection, file.name)
    finally:
        copied.dispose()


def _copy_postgresql(engine: Engine, file: Path) -> DatabaseNote:
    """The dump and the counts come from one exported snapshot, so that they agree to the row."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(sa.text("SET idle_in_transaction_session_timeout = 0"))  # it waits for the program
        note = contents(connection, file.name)
        if note.revisions:
            snapshot = connection.scalar(sa.text("SELECT pg_export_snapshot()"))
            left = [f"--exclude-table-data={table}" for table in LEFT_BEHIND]
            # Comments and owners may belong to somebody who is not there on the other machine.
            words = ["--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--snapshot={snapshot}"]
            _run("pg_dump", engine, [*words, *left, f"--file={file}"])
        return note


def stand_up_postgresql(file: Path, url: str) -> None:
    """Load a dump into the empty database at `url`, all or nothing. Raises BackupError with what the program says."""
    engine = sa.create_engine(url)
    try:
        words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(file)]
        _run("pg_restore", engine, words)
    finally:
        engine.dispose()


def clear_postgresql(url: str) -> None:
    """Take away the tables and functions that a failed restore left in a database which was empty before it."""
    own_functions = (
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace "
        "AND p.prorettype = 'trigger'::regtype "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    engine = sa.create_engine(url)
    try:
        tables = [sa.Table(name, sa.MetaData()) for name in sa.inspect(engine).get_table_names()]
        with engine.begin() as connection:
            for table in tables:
                connection.execute(sa.text(f'DROP TABLE "{table.name}" CASCADE'))
            for function in connection.scalars(sa.text(own_functions)).all():
                connection.execute(sa.text(f"DROP FUNCTION {function} CASCADE"))
    finally:
        engine.dispose()


def _run(program: str, engine: Engine, words: list[str]) -> None:
    parts: dict[str, Any] = engine.dialect.create_connect_args(engine.url)[1]
    # Never on the command line, where every account of the machine could read it.
    password = parts.pop("password", None)
    parts.pop("context", None)
    secret = {"PGPASSWORD": str(password)} if password else {}
    command = [_program(program, engine), f"--dbname={make_conninfo('', **parts)}", "--no-password", *words]
    done = subprocess.run(command, env=os.environ | secret, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[0]
        raise BackupError(f"{program} failed: {said}")


def _program(name: str, engine: Engine) -> str:
    """The program of the server's own release, else the one on PATH, else the newest installed."""
    with engine.connect() as connection:
        release = (connection.dialect.server_version_info or (0,))[0]
    installed = sorted(SERVER_PROGRAMS.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    own = [path for path in installed if path.parts[-3] == str(release)]
    on_path = shutil.which(name)
    found = own[0] if own else on_path or (installed[-1] if installed else None)
    if found is None:
        raise BackupError(
            f"{name} is missing: install PostgreSQL's client programs (Debian: postgresql-client-{release})"
        )
    return str(found)

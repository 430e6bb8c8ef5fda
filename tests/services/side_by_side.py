"""Runs verbs side by side on PostgreSQL, where two transactions really do, and lets them meet at a known place."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from app.domain.errors import PortalError
from app.models.database import db
from tests.jobs.harness import wait_until

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
_WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def outcomes_of(*calls: Callable[[], object]) -> list[str]:
    """Run the calls in threads of their own; gives the codes that they were refused with, "" for each success."""
    found: list[str] = []

    def run(call: Callable[[], object]) -> None:
        try:
            call()
            found.append("")
        except PortalError as refusal:
            found.append(refusal.code)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def wait_for_waiting(count: int) -> None:
    """Return when so many transactions of this database wait for locks of others."""

    def stand() -> bool:
        with db.engine.connect() as connection:  # a new one each time: a transaction sees one state of the statistics
            return connection.execute(_WAITING).scalar_one() >= count

    wait_until(stand, f"{count} transactions wait")


@contextmanager
def gate(table: str, waiting: int) -> Iterator[None]:
    """Holds writers off this table until so many wait, here or for each other, all of whom have looked around already."""

    def open_when_all_wait(holder: sa.Connection) -> None:
        try:
            wait_for_waiting(waiting)
        finally:
            holder.rollback()

    with db.writer.connect() as holder:
        holder.execute(sa.text(f"LOCK TABLE {table} IN SHARE MODE"))
        keeper = threading.Thread(target=open_when_all_wait, args=(holder,))
        keeper.start()
        yield
        keeper.join()

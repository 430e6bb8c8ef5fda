"""A live portal without its web part: a real queue, real tickers and real workers beside the test, on the test's database."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from redis import Redis

from app.domain.people import RoundStatus
from app.models import Job, ProcessingRound
from app.models.database import db
from scripts.serve import embedded_redis, sessions
from tests.databases import DatabaseUrls
from tests.jobs import nursery

ROOT = Path(__file__).parents[2]
LEASE_SECONDS, TICK_SECONDS = 3, 0.5
WORKER_NAME = "portal-worker-under-test"
PATIENCE_SECONDS = 120


def wait_until(ready: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for something to become true; fails with its name."""
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, f"waited in vain until {what}"
        time.sleep(0.05)


@dataclass
class LivePortal:
    """The processes of one test; every one leads a session of its own, and all are ended with the test."""

    urls: DatabaseUrls
    folder: Path
    socket: Path
    processes: dict[str, subprocess.Popen[bytes] | nursery.Forked] = field(default_factory=dict)
    lease_seconds: int = LEASE_SECONDS

    @property
    def redis_url(self) -> str:
        return f"unix://{self.socket}"

    def start_redis(self) -> None:
        command = embedded_redis.command(self.socket, self.folder / "redis")
        self._start("redis", command)
        wait_until(lambda: embedded_redis.answers(self.socket), "the queue answers", 20)

    def start_worker(self, *queues: str, name: str = "worker") -> None:
        """A worker of these queues, or of all."""
        self._fork(name, "jobs.worker", *queues)

    def start_ticker(self, name: str = "ticker") -> None:
        self._fork(name, "jobs.ticker")

    def _fork(self, name: str, module: str, *words: str) -> None:
        env = {
            "INSTANCE": str(self.folder), "DATABASE_URL": self.urls.url, "READS_DATABASE_URL": self.urls.reads_url,
            "REDIS_URL": self.redis_url, "LEASE_SECONDS": str(self.lease_seconds), "TICK_SECONDS": str(TICK_SECONDS),
            "PGAPPNAME": WORKER_NAME if name == "worker" else name,
        }  # fmt: skip
        self.processes[name] = nursery.fork(module, words, env, self.folder / f"{name}.log")

    def _start(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> bool:
        """SIGKILL a process and every process that it forked, wherever they stand; says whether a transaction was open.

        All are stopped first, so that what the look finds is what the kill strikes.
        """
        process = self.processes.pop(name)
        members = sessions.members(process.pid)
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        inside = self.worker_in_transaction() if name == "worker" else False
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        return inside

    def worker_in_transaction(self) -> bool:
        """Whether the worker holds an open writing transaction now."""
        if self.urls.kind == "postgresql":
            query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = :name AND backend_xid IS NOT NULL"
            with db.engine.connect() as connection:
                return bool(connection.execute(sa.text(query), {"name": WORKER_NAME}).scalar())
        raw = sa.create_engine(self.urls.url, connect_args={"timeout": 0, "isolation_level": None})
        try:
            with raw.connect() as connection:
                cursor = connection.connection.driver_connection
                cursor.execute("BEGIN IMMEDIATE")
                cursor.execute("ROLLBACK")
            return False
        except sa.exc.OperationalError:
            return True
        except Exception as error:
            return "locked" in str(error)
        finally:
            raw.dispose()

    def forget_queue(self) -> None:
        """Wipe everything that the queue knows."""
        Redis.from_url(self.redis_url).flushall()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def stop(self) -> None:
        sessions.kill([process.pid for process in self.processes.values()])
        for process in self.processes.values():
            process.wait()
        self.processes.clear()


@contextlib.contextmanager
def live_portal(urls: DatabaseUrls, folder: Path) -> Iterator[LivePortal]:
    """A portal with its queue running; tickers and workers are started by the test."""
    with tempfile.TemporaryDirectory(prefix="lgo-jobs-") as short:
        portal = LivePortal(urls, folder, Path(short) / "q" / "redis.sock")
        try:
            portal.start_redis()
            yield portal
        finally:
            portal.stop()


def rounds_done(count: int) -> bool:
    """Whether at least so many rounds that carried something are DONE."""
    table = ProcessingRound.__table__
    query = sa.select(sa.func.count()).where(
        table.c.status == RoundStatus.DONE, table.c.effective_count + table.c.error_count > 0
    )
    with db.engine.connect() as connection:
        return bool(connection.execute(query).scalar_one() >= count)


def job_state(kind: str = "round") -> list[tuple[str, int]]:
    """State and attempt of every job of a kind."""
    table = Job.__table__
    with db.engine.connect() as connection:
        query = sa.select(table.c.status, table.c.attempt).where(table.c.kind == kind).order_by(table.c.id)
        return [(status.value, attempt) for status, attempt in connection.execute(query)]

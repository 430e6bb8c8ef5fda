"""Starts the real supervisor on a folder and a free port of its own, and finds every process that it leaves."""

import fcntl
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import config

RUN = [sys.executable, str(config.BASE_DIR / "run.py")]
PATIENCE_SECONDS = 90.0


def free_port() -> int:
    """Return a port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(instance: Path, **more: str) -> dict[str, str]:
    """Return this environment with `instance` and nothing else that would steer a portal."""
    names = ("DATABASE_URL", "READS_DATABASE_URL", "REDIS_URL", "PORTAL_ENV", "BASE_URL", "UPLOADS", "FLASK_APP")
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return kept | {"INSTANCE": str(instance), "DEMO": "0", "WEB_WORKERS": "1"} | more


def demo_data(folder: Path) -> Path:
    """The instance in `folder` with the demo data, made by the portal's commands unless another process did or does so."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = folder.with_suffix(".draft")
            for words in (["release"], ["demo", "seed"]):
                subprocess.run(
                    [sys.executable, "-m", "flask", *words],
                    env=settings(draft), cwd=config.BASE_DIR, check=True, stdout=subprocess.DEVNULL,
                )  # fmt: skip
            draft.rename(folder)
    return folder


class Portal:
    """One started supervisor."""

    def __init__(self, instance: Path, command: list[str], more: dict[str, str]) -> None:
        self.instance, self.port = instance, free_port()
        self.said = instance.with_suffix(".said")
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                command,
                env=settings(instance, PORT=str(self.port), **more),
                cwd=config.BASE_DIR,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def words(self) -> str:
        """Return what stands on the console so far."""
        return self.said.read_text()

    def wait_until_ready(self) -> None:
        """Return when the console says that the portal is ready."""
        until(lambda: "Stop with Ctrl-C" in self.words() or self.process.poll() is not None, self.words)
        assert self.process.poll() is None, self.words()

    def page(self, path: str) -> str:
        """Return the body of a page."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return str(answer.read().decode())

    def processes(self) -> dict[int, str]:
        """Return the command lines of all living processes that serve this instance."""
        return processes_of(self.instance)

    def one(self, word: str) -> int:
        """Return the process whose command line holds `word`, the first started of them."""
        return min(pid for pid, line in self.processes().items() if word in line)


@contextmanager
def started(instance: Path, command: list[str] = RUN, **more: str) -> Iterator[Portal]:
    """Start a portal (`more` settings), wait until it is ready, and leave nothing of it whatever happens."""
    portal = Portal(instance, command, more)
    try:
        portal.wait_until_ready()
        yield portal
    finally:
        while left := portal.processes():
            for pid in left:
                kill(pid, 9)
            portal.process.poll()
        portal.process.wait(PATIENCE_SECONDS)  # a child that nobody waits for stays behind as a zombie


def processes_of(instance: Path) -> dict[int, str]:
    """Return {process id: command line} of the living processes that know of `instance`."""
    marks = (b"INSTANCE=" + bytes(instance) + b"\0", bytes(config.redis_socket(instance)))
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            line, knows = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
        except OSError:
            continue
        if entry.name.isdecimal() and line and any(mark in line + knows for mark in marks):
            found[int(entry.name)] = line.replace(b"\0", b" ").decode(errors="replace")
    return found


def kill(pid: int, number: int) -> None:
    """Send a signal to a process that may be gone."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def until(happened: Callable[[], object], story: Callable[[], object]) -> None:
    """Wait until `happened` is true; fail with `story` after a patience that only a defect exhausts."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < limit, story()
        time.sleep(0.05)

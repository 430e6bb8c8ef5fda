"""Ends whole process sessions: a child, its children, and those that moved to a process group of their own.

Every child of the supervisor leads a session. A worker that forks a job into its own process group stays in the
session, so nothing that the supervisor started can outlive it.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

ZOMBIE = "Z"


def members(session: int) -> list[int]:
    """Return the ids of the living processes of `session`; without /proc (not Linux) only a living leader."""
    if not Path("/proc/self/stat").exists():
        return [session] if _alive(session) else []
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal() and _belongs(entry, session)]


def end(sessions: Iterable[int], grace: float) -> None:
    """Ask the leaders of `sessions` to stop, wait at most `grace` seconds, then kill whoever is left."""
    sessions = list(sessions)
    for session in sessions:
        _send(session, signal.SIGTERM)
    until = time.monotonic() + grace
    while any(members(session) for session in sessions) and time.monotonic() < until:
        time.sleep(0.05)
    kill(sessions)


def kill(sessions: Iterable[int]) -> None:
    """Kill every process of `sessions` at once."""
    for session in sessions:
        for pid in members(session):
            _send(pid, signal.SIGKILL)


def _belongs(entry: Path, session: int) -> bool:
    try:
        # The name in brackets may hold anything; the fields after it are: state, parent, group, session.
        state, _, _, its_session = (entry / "stat").read_text(errors="replace").rpartition(") ")[2].split()[:4]
    except (OSError, ValueError):
        return False
    return int(its_session) == session and state != ZOMBIE


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)

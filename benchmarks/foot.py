"""What stands under every table: on what machine, with which versions, of which commit, when, and how busy it was."""

import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from scripts.serve import embedded_redis
from tests import postgres

_ROOT = Path(__file__).parents[1]
_BEGUN = os.getloadavg()[0]


def lines() -> list[str]:
    """Machine, versions, commit with the date and the load."""
    cores, load = os.cpu_count() or 1, os.getloadavg()[0]
    quiet = "quiet" if max(load, _BEGUN) <= cores else "NOT QUIET: medians tell of the neighbours too"
    versions = (
        f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}",
        f"PostgreSQL {_said(postgres.server_version)}", f"Redis {_said(embedded_redis.version)}",
    )  # fmt: skip
    return [
        f"{_named('/proc/cpuinfo', 'model name') or platform.machine()}, {cores} cores, {_memory()}, {platform.system()}",
        ", ".join(versions),
        f"commit {_commit()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {_BEGUN:.1f} before, {load:.1f} after ({quiet})",
    ]


def _said(version: object) -> str:
    try:
        return str(version())  # type: ignore[operator]
    except (OSError, RuntimeError, subprocess.SubprocessError):
        return "none"


def _named(file: str, name: str) -> str:
    try:
        told = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in told if line.startswith(name)), "")


def _memory() -> str:
    kib = _named("/proc/meminfo", "MemTotal").split()
    return f"{int(kib[0]) / 1024**2:.0f} GB of memory" if kib else "memory unknown"


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=_ROOT, capture_output=True, text=True, check=True).stdout.strip()

    try:
        changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
        return git("rev-parse", "--short", "HEAD") + changed
    except (OSError, subprocess.SubprocessError):
        return "unknown"

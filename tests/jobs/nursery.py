"""Forks the portal's processes for tests of background work: what they import costs each of them seconds, and here once.

`python -m tests.jobs.nursery` reads one order a line, `{"module", "words", "env", "log"}`, forks the child, which leads a
session of its own and runs the module as the console would, and answers with its process id.
"""

import json
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Forked:
    """A forked process, as far as tests ask for it."""

    pid: int

    def poll(self) -> int | None:
        """None while it lives."""
        return None if Path(f"/proc/{self.pid}").exists() else 0

    def wait(self) -> None:
        """Return when it is gone."""
        while self.poll() is None:
            time.sleep(0.005)


def fork(module: str, words: tuple[str, ...], env: Mapping[str, str], log: Path) -> Forked:
    """Start a module in a child of the nursery of this process."""
    nursery = _nursery()
    order = {"module": module, "words": words, "env": dict(env), "log": str(log)}
    assert nursery.stdin and nursery.stdout
    nursery.stdin.write(json.dumps(order) + "\n")
    nursery.stdin.flush()
    return Forked(int(nursery.stdout.readline()))


@cache
def _nursery() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.nursery"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def main() -> None:
    """Fork until nobody asks any more."""
    import jobs.ticker  # noqa: F401 - so that the children find it
    import jobs.worker  # noqa: F401
    from app.services.jobs import prepare
    from app.services.queues import QUEUES

    prepare(list(QUEUES))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody stays behind as a zombie
    for line in sys.stdin:
        order = json.loads(line)
        if child := os.fork():
            print(child, flush=True)
        else:
            _be(**order)


def _be(module: str, words: list[str], env: dict[str, str], log: str) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(env)
    with Path(os.devnull).open() as nothing, Path(log).open("ab") as out:
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    sys.argv = [module, *words]
    for name in ("jobs.worker", "jobs.ticker"):
        sys.modules.pop(name)
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()

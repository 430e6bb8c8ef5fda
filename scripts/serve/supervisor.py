"""Keeps a few child processes running until it is told to stop, and leaves none behind."""

import contextlib
import os
import select
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scripts.serve import sessions
from scripts.serve.child import Child
from scripts.serve.guardian import Guardian
from scripts.serve.logs import LogFile

GRACE_SECONDS = 10.0
STEP_SECONDS = 1.0


class Stopped(Exception):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, a closed terminal)."""


class Failed(Exception):
    """A step did not succeed; the message is for the person at the console."""


class Supervisor:
    """Starts, watches, restarts and stops children; every word to the person goes through `say`."""

    def __init__(self, folder: Path, logs: Path, say: Callable[[str], None]) -> None:
        """Children run in `folder`, their output goes to files in `logs`."""
        self._folder, self._logs, self._say = folder, logs, say
        self._children: list[Child] = []
        self._stop_asked = 0
        self._guardian = Guardian()
        self._wakeup = self._listen()

    def _listen(self) -> int:
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # under nohup a closed terminal is no reason to stop
            signal.signal(signal.SIGHUP, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake us
        return reader

    def _ask_to_stop(self, *_: object) -> None:
        self._stop_asked += 1

    def child(self, name: str, command: list[str]) -> Child:
        """Return a child that is not started yet."""
        return Child(name, command, LogFile(self._logs / f"{name}.log"), self._folder)

    def keep(self, name: str, command: list[str]) -> Child:
        """Start `command` and keep it running from now on."""
        child = self.child(name, command)
        self._children.append(child)
        self._guardian.watch(child.start())
        return child

    def run(self, name: str, command: list[str]) -> str:
        """Run `command` to its end and return its standard output. Raises Failed, Stopped."""
        child = self.child(name, command)
        with tempfile.TemporaryFile() as output:
            session = child.start(output)
            self._guardian.watch(session)
            try:
                while child.exit_code() is None:
                    self.step()
            finally:
                self._stop([child])
            output.seek(0)
            said = output.read().decode(errors="replace")
        if child.exit_code() != 0:
            raise Failed(f"{name} failed:\n{said[-2000:]}{child.log.tail()}")
        return said

    def wait_for(self, ready: Callable[[], bool], child: Child, seconds: float) -> None:
        """Go on with the watch until `ready`. Raises Failed when `child` keeps dying or `seconds` pass, Stopped."""
        until = time.monotonic() + seconds
        while not ready():
            if child.failures >= 3 or time.monotonic() > until:
                raise Failed(f"{child.name} does not come up; the end of {child.log.path}:\n{child.log.tail()}")
            self.step(0.1)

    def step(self, seconds: float = STEP_SECONDS) -> None:
        """Look once after every child, then sleep until something happens, at most `seconds`. Raises Stopped."""
        for child in self._children:
            self._look_after(child)
        select.select([self._wakeup], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(self._wakeup, 4096)
        if self._stop_asked:
            raise Stopped

    def _look_after(self, child: Child) -> None:
        for line in child.log.new_errors():
            self._say(f"{child.name}: {line}")
        child.log.rotate()
        if child.restart_at is None and child.exit_code() is not None:
            self._end([child])  # what a dead web server or worker left running must not meet its successor
            pause = child.plan_restart()
            self._say(
                f"{child.name} ended ({_how(child.exit_code())}); starting it again in {pause:g} s. {child.log.path}"
            )
        elif child.restart_at is not None and time.monotonic() >= child.restart_at:
            self._guardian.watch(child.start())

    def stop(self) -> None:
        """Stop all children, the one started first last; a second Ctrl-C kills the rest at once."""
        first, others = self._children[:1], self._children[1:]
        self._children = []
        self._stop(others)
        self._stop(first)
        self._guardian.dismiss()

    def _stop(self, children: list[Child]) -> None:
        asked = self._stop_asked
        running = [child for child in children if child.exit_code() is None]
        for child in running:
            if child.session:
                os.kill(child.session, signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        while any(child.exit_code() is None for child in running):
            if time.monotonic() > until or self._stop_asked > max(asked, 1):
                break
            time.sleep(0.05)
        self._end(children)

    def _end(self, children: list[Child]) -> None:
        for child in children:
            if child.session:
                sessions.kill([child.session])
                while child.exit_code() is None:
                    time.sleep(0.01)
                self._guardian.forget(child.session)


def _how(code: int | None) -> str:
    return f"killed by {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit code {code}"

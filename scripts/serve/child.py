"""A process that is kept running: started in a session of its own, restarted after a pause when it dies."""

import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from scripts.serve.logs import LogFile

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 30.0


@dataclass
class Child:
    """One program under the supervisor, with its log."""

    name: str
    command: list[str]
    log: LogFile
    folder: Path
    failures: int = 0
    restart_at: float | None = None
    _started_at: float = 0.0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self, output: IO[bytes] | None = None) -> int:
        """Start the program and return its session id; its words go to the log (or its standard output to `output`)."""
        with self.log.path.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output or log,
                stderr=log,
                start_new_session=True,
            )
        self._started_at, self.restart_at = time.monotonic(), None
        return self._process.pid

    @property
    def session(self) -> int | None:
        """The session that the program leads, None before its first start."""
        return self._process.pid if self._process else None

    def exit_code(self) -> int | None:
        """Return how the program ended (negative: the signal), None while it runs."""
        return self._process.poll() if self._process else None

    def plan_restart(self) -> float:
        """Note a death and return the seconds until the next start: more with every death in a row."""
        now = time.monotonic()
        self.failures = 1 if now - self._started_at > HEALTHY_AFTER_SECONDS else self.failures + 1
        pause = min(FIRST_PAUSE_SECONDS * 2.0 ** (self.failures - 1), LONGEST_PAUSE_SECONDS)
        self.restart_at = now + pause
        return pause

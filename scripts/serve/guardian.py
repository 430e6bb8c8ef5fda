"""A small process that outlives a killed supervisor just long enough to end everything that it had started.

It reads `watch SESSION` and `forget SESSION` lines; the end of its input means that the supervisor is gone.
"""

import contextlib
import subprocess
import sys

from scripts.serve import sessions

GRACE_SECONDS = 3.0


class Guardian:
    """The supervisor's end of the pipe."""

    def __init__(self) -> None:
        """Start the guardian in a session of its own, where no Ctrl-C reaches it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.serve.guardian"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
            bufsize=1,
        )

    def watch(self, session: int) -> None:
        """End `session` if the supervisor dies."""
        self._tell(f"watch {session}\n")

    def forget(self, session: int) -> None:
        """`session` has ended; its number may soon belong to somebody else."""
        self._tell(f"forget {session}\n")

    def dismiss(self) -> None:
        """End the guardian itself; to be called when nothing is left to guard."""
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):  # somebody killed the guardian; serving goes on without it
            self._process.stdin.write(line)


def main() -> None:
    """Follow the supervisor's lines until they end, then end what is still watched."""
    watched: set[int] = set()
    for line in sys.stdin:
        word, number = line.split()
        (watched.add if word == "watch" else watched.discard)(int(number))
    sessions.end(watched, GRACE_SECONDS)


if __name__ == "__main__":
    main()

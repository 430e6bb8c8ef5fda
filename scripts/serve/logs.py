"""The log files of the children: appended to, kept small, and watched for errors worth showing on the console."""

import re
import shutil
from pathlib import Path

LARGEST = 10 * 1024 * 1024
TROUBLE = re.compile(r"\b(ERROR|CRITICAL)\b|^\w[\w.]*(Error|Exception)\b")
SHOWN_AT_ONCE = 5


class LogFile:
    """One child's log."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()
        self._seen = path.stat().st_size

    def tail(self, lines: int = 12) -> str:
        """Return the last `lines` lines."""
        return "\n".join(self._read(max(0, self.path.stat().st_size - 8192)).splitlines()[-lines:])

    def new_errors(self) -> list[str]:
        """Return the lines since the last call that speak of an error, the first few of them."""
        size = self.path.stat().st_size
        if size == self._seen:
            return []
        text = self._read(self._seen if self._seen < size else 0)
        self._seen = size
        return [line[:300] for line in text.splitlines() if TROUBLE.search(line)][:SHOWN_AT_ONCE]

    def rotate(self) -> None:
        """Move the text to `NAME.1` when there is too much; the child goes on writing to the emptied file."""
        if self.path.stat().st_size > LARGEST:
            shutil.copyfile(self.path, self.path.with_name(self.path.name + ".1"))
            with self.path.open("r+") as handle:
                handle.truncate()

    def _read(self, start: int) -> str:
        with self.path.open(errors="replace") as handle:
            handle.seek(start)
            return handle.read()

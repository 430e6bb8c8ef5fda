"""Words for the officer in front of the screen, beside the console: a notice of the desktop where there is one."""

import ctypes
import shutil
import subprocess
import sys
import threading
from typing import Any

from card_bridge import keys

TITLE = "LGO Card Bridge"


def say(words: str, *, code: str = "", urgent: bool = False) -> None:
    """Print it, leave it for `status`, and show it on the desktop when the officer must see it now."""
    print(words, flush=True)  # noqa: T201 - it is a program for a console
    keys.note_status(said=words, code=code)
    if urgent:
        _show(words)


def _show(words: str) -> None:
    if sys.platform == "win32":
        library: Any = ctypes
        topmost = 0x00040000 | 0x40
        threading.Thread(
            target=library.windll.user32.MessageBoxW, args=(None, words, TITLE, topmost), daemon=True
        ).start()
    elif program := shutil.which("notify-send"):
        subprocess.run([program, TITLE, words], check=False, timeout=5)  # noqa: S603 - our own words

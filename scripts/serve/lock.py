"""One supervisor per instance folder: a lock that the system releases even when its holder is killed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another supervisor serves this instance; the argument is what it wrote: its process id and address."""


@contextmanager
def held(instance: Path, address: str) -> Iterator[None]:
    """Hold the lock of `instance`, with our process id and `address` written in it. Raises AlreadyRunning."""
    with (instance / "run.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise AlreadyRunning(handle.read().strip()) from None
        handle.truncate(0)
        handle.write(f"process {os.getpid()}, {address}\n")
        handle.flush()
        yield

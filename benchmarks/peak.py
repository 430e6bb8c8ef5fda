"""The peak of memory of one path: the largest resident set of the process while the path ran, in MB.

Linux begins the peak of a process anew when asked to (`/proc/self/clear_refs`), so what a benchmark held before its path, filling
a database say, does not count; the portal's own modules, some 130 MB, do. `apart` runs a path in a process of its own.
"""

import ctypes
import gc
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_BEGIN_ANEW = "5"


class Peak:
    """Filled when the path has ended; 0 where the machine does not tell. `before`: what the process held at rest."""

    before = mb = 0.0

    @property
    def added(self) -> float:
        """What the path needed beside that."""
        return self.mb - self.before


@contextmanager
def peak() -> Iterator[Peak]:
    """Measure what runs inside, in this process."""
    found = Peak()
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)  # what was given back counts no more
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text(_BEGIN_ANEW)
    found.before = _highest()
    try:
        yield found
    finally:
        found.mb = _highest()


def apart(path: Callable[..., Any], *given: Any) -> tuple[Any, float]:
    """What `path(*given)` gives in a fresh process, and that process's peak, its imports included."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    child = context.Process(target=_run, args=(answers, path, given))
    child.start()
    found: tuple[Any, float] = answers.get()
    child.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    return found


def _run(answers: Any, path: Callable[..., Any], given: tuple[Any, ...]) -> None:
    try:
        answers.put((path(*given), _highest()))
    except BaseException as error:
        answers.put((RuntimeError(repr(error)), 0.0))


def _highest() -> float:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0

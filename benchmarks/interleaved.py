"""Runs several paths in turn, again and again, so that neighbours hit them alike; the times and the peak of memory of each."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.peak import peak


@dataclass
class Spent:
    """The seconds of each run of a path, and its largest resident set in MB."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # of this process; servers that it asks spend their own
    peak: float = 0.0

    @property
    def median(self) -> float:
        """The run in the middle."""
        return statistics.median(self.seconds)

    @property
    def quickest(self) -> float:
        """The run that neighbours held up least."""
        return min(self.seconds)


def interleaved(paths: Mapping[str, Callable[[], Any]], runs: int) -> dict[str, Spent]:
    """Each path `runs` times, in turn."""
    spent = {name: Spent() for name in paths}
    for _ in range(runs):
        for name, path in paths.items():
            with peak() as found:
                begun, worked = time.perf_counter(), time.process_time()
                path()
                spent[name].seconds.append(time.perf_counter() - begun)
                spent[name].cpu.append(time.process_time() - worked)
            spent[name].peak = max(spent[name].peak, found.mb)
    return spent

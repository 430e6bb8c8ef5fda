"""Counts that a whole test run reports at its end, summed over the processes that share the run."""

from collections import Counter
from typing import Any

import pytest

_tallies: dict[str, Counter[str]] = {}


def tally(name: str) -> Counter[str]:
    """The counter of a name; what a test adds to it stands in the run's summary."""
    return _tallies.setdefault(name, Counter())


def hand_over(config: pytest.Config) -> None:
    """Give this process's counts to the one that runs the show, where there is such a one."""
    if (output := getattr(config, "workeroutput", None)) is not None:
        output["tallies"] = {name: dict(counts) for name, counts in _tallies.items()}


def take_in(output: dict[str, Any]) -> None:
    """Add the counts of a process that is done."""
    for name, counts in output.get("tallies", {}).items():
        tally(name).update(counts)

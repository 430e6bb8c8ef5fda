"""Which test reaches which function of the rules, and how long each takes."""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

RULES = Path("app/rules")
TESTS = [*sorted(map(str, Path("tests/rules").glob("test_*.py"))), "tests/cli/test_rules_check.py"]
QUIETLY = ("-x", "-q", "--noconftest", "-p", "no:cacheprovider", "-p", "no:xdist",
           "-W", "ignore::pytest.PytestAssertRewriteWarning")  # fmt: skip
Place = tuple[str, int]  # the file and the first line of a function


@dataclass
class Reach:
    """What one run of all tests showed; `called` tells by which tests."""

    seconds: dict[str, float] = field(default_factory=dict)
    called: defaultdict[Place, set[str]] = field(default_factory=lambda: defaultdict(set))
    failed: list[str] = field(default_factory=list)

    def tests_of(self, file: str) -> set[str]:
        """Those that reach anything of the file; all where it has nothing but tables."""
        found = {test for place, tests in self.called.items() if place[0] == file for test in tests}
        return found or set(self.seconds)


def passes(item: pytest.Item) -> bool:
    """Run one test, in silence."""
    return not any(report.failed for report in runtestprotocol(item, log=False))


def watch(items: Sequence[pytest.Item]) -> Reach:
    """Run the tests as they are."""
    found = Reach()
    for item in items:
        forget()
        begun = time.perf_counter()
        with Noting() as noted:
            if not passes(item):
                found.failed.append(item.nodeid)
        found.seconds[item.nodeid] = time.perf_counter() - begun
        for place in noted.places:
            found.called[place].add(item.nodeid)
    return found


class Noting:
    """Notes which functions of the rules are called while it lasts."""

    def __init__(self) -> None:
        self.places: set[Place] = set()
        self.folder = str(RULES.absolute())

    def __enter__(self) -> "Noting":
        sys.settrace(self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        sys.settrace(None)

    def _note(self, frame: FrameType, event: str, arg: object) -> None:
        code = frame.f_code
        if code.co_filename.startswith(self.folder):
            self.places.add((code.co_filename, code.co_firstlineno))


def forget() -> None:
    """Functions of the rules that remember their answers forget them: else only the first test would reach what is below."""
    rules = [module for name, module in sys.modules.items() if name.startswith("app.rules.")]
    known: list[Callable[[], Any]] = [
        value.cache_clear for module in rules for value in vars(module).values() if hasattr(value, "cache_clear")
    ]
    for one in known:
        one()

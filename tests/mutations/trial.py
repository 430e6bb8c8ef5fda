"""Tries faults in functions: a process that has read all tests forks for each, and runs those that reach the function."""

import gc
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.mutations.apart import apart
from tests.mutations.exchange import Exchange, exchanges, live_functions, put_in
from tests.mutations.faults import Fault
from tests.mutations.reach import Noting, Reach, forget, passes, watch

LIMIT_S = 60  # of a processor: a busy machine kills nothing
WATCHING_S = 600
Todo = Callable[[], Iterator[tuple[str, str, Fault]]]
Write = Callable[[str, str, float], None]


class Court:
    """A plugin of pytest that judges faults instead of running the tests once; what it must leave to others is `left`."""

    def __init__(self, todo: Todo, write: Write) -> None:
        self.todo, self.write = todo, write
        self.reach: Reach | None = None
        self.left: list[str] = []
        self.found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.at_import = Noting()

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        if "tests/rules/" not in collector.nodeid:
            return (yield)
        with self.at_import:
            return (yield)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Watch the tests, then judge."""
        self.reach = apart(partial(watch, session.items), WATCHING_S)
        if self.reach is None or self.reach.failed:
            sys.exit(f"The tests do not pass as they are: {self.reach and self.reach.failed}")
        self.items = {item.nodeid: item for item in session.items}
        self.live = live_functions()
        gc.freeze()  # else the first collection of each fork would copy all that was imported
        for name, file, fault in self.todo():
            self._judge(name, file, fault)
        return True

    def _judge(self, name: str, file: str, fault: Fault) -> None:
        begun = time.perf_counter()
        where = str(Path(file).absolute())
        old = compile(Path(file).read_text("utf-8"), where, "exec")
        found = exchanges(old, compile(fault.tree, where, "exec"))
        places = {(where, code.co_firstlineno) for code, _ in found or ()}
        if not found or places & self.at_import.places or not all(code in self.live for code, _ in found):
            self.left.append(name)
            return
        assert self.reach is not None
        chosen = {test for place in places for test in self.reach.called.get(place, ())}
        order = sorted(chosen, key=lambda test: (-self.found[file][test], self.reach.seconds[test]))
        by = apart(partial(self._try, found, order), LIMIT_S) if order else ""
        if by:
            self.found[file][by] += 1
        verdict = "unreached" if not order else "survived" if by == "" else f"killed by {by or 'time'}"
        self.write(name, verdict, time.perf_counter() - begun)

    def _try(self, found: list[Exchange], order: Sequence[str]) -> str:
        """The test that noticed; blank where none did."""
        put_in(found, self.live)
        forget()
        return next((test for test in order if not passes(self.items[test])), "")

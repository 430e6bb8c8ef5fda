"""Tries faults in tables, which are made at the import: the rules and their tests are imported anew for each."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutations.faults import Fault
from tests.mutations.reach import QUIETLY, Reach

FAILED = (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)  # the second: the tests could not even be read


def may_stay(name: str) -> bool:
    """Whether the module knows nothing of the rules, and so may be imported before a fault is put into them."""
    first, _, rest = name.partition(".")
    return first not in ("tests", "__main__", "benchmarks") and (first != "app" or rest.split(".")[0] in ("", "domain"))


def order_of(file: str, reach: Reach) -> list[tuple[str, set[str]]]:
    """The files of tests with those of their tests that reach the file, the quickest first."""
    chosen = reach.tests_of(str(Path(file).absolute()))
    by_file: dict[str, set[str]] = {}
    for test in chosen:
        by_file.setdefault(test.partition("::")[0], set()).add(test)
    if "/cases/" not in file:
        by_file.pop("tests/cli/test_rules_check.py", None)  # it imports the whole portal
    return sorted(by_file.items(), key=lambda one: sum(reach.seconds[test] for test in one[1]))


def try_afresh(file: str, fault: Fault, order: Sequence[tuple[str, set[str]]], seconds: dict[str, float]) -> str:
    """The file of tests that noticed; blank where none did. To be done in a process apart."""
    where = str(Path(file).absolute())
    sys.meta_path.insert(0, _Instead(file, where, compile(fault.tree, where, "exec")))
    for tests, chosen in order:
        if pytest.main([*QUIETLY, tests], plugins=[_Choice(chosen, seconds)]) in FAILED:
            return tests
    return ""


class _Choice:
    """A plugin of pytest: the chosen tests only, the quickest first."""

    def __init__(self, chosen: set[str], seconds: dict[str, float]) -> None:
        self.chosen, self.seconds = chosen, seconds

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self.chosen]
        items.sort(key=lambda item: self.seconds[item.nodeid])


class _Instead:
    """Finds the faulty module where the right one is asked for."""

    def __init__(self, file: str, where: str, code: CodeType) -> None:
        self.name = file.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
        self.where, self.code = where, code

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        return spec_from_file_location(name, self.where, loader=_Faulty(name, self.where, self.code))


class _Faulty(SourceFileLoader):
    """Loads the code that it was given."""

    def __init__(self, name: str, where: str, code: CodeType) -> None:
        super().__init__(name, where)
        self.code = code

    def get_code(self, fullname: str) -> CodeType:
        return self.code

"""Puts each small fault into the rules and prints which ones no pure test notices.

`python -m tests.mutations [app/rules/parents.py ...] [--log FILE] [--again]`: all of `app/rules` by default. The log has a line
for each fault and is gone on with where it ends; `--again` tries those of it that survived once more, after tests were added.
"""

import argparse
import importlib
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutations.afresh import may_stay, order_of, try_afresh
from tests.mutations.apart import apart
from tests.mutations.faults import Fault, faults_in
from tests.mutations.reach import QUIETLY, RULES, TESTS, Reach
from tests.mutations.trial import LIMIT_S, Court

EXAMPLES = 20  # of each property: who shrinks and searches long finds little more than the tables of cases do
ALL_OF_THEM_S = 6 * 3600
Left = tuple[Reach | None, list[str], list[str]]


def main() -> None:
    """Judge each fault, say each survivor at once and the table of files at the end."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("files", nargs="*", default=sorted(map(str, RULES.rglob("*.py"))))
    words.add_argument("--log", type=Path, default=Path("instance/mutations.log"))
    words.add_argument("--again", action="store_true")
    given = words.parse_args()
    settings.register_profile(
        "mutations", max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
        phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutations")
    given.log.parent.mkdir(exist_ok=True)
    log = Log(given.log)
    wanted = log.wanted(given.files, again=given.again)
    reach, left, imported = apart(partial(_in_functions, given.files, wanted, log), ALL_OF_THEM_S) or (None, [], [])
    if reach is None:
        sys.exit("The tests do not pass as they are.")
    _import_ahead(imported)
    for name, file, fault in _faults(given.files):
        if name in left:
            begun = time.perf_counter()
            by = apart(partial(try_afresh, file, fault, order_of(file, reach), reach.seconds), LIMIT_S)
            log.write(name, "survived" if by == "" else f"killed by {by or 'time'}", time.perf_counter() - begun)
    log.show()


def _in_functions(files: list[str], wanted: set[str], log: "Log") -> Left:
    """Judge what lies in functions; gives what the tests reach, the faults that are left, and what was imported."""
    court = Court(lambda: (one for one in _faults(files) if one[0] in wanted), log.write)
    pytest.main([*QUIETLY, *TESTS], plugins=[court])
    return court.reach, court.left, [name for name in sys.modules if may_stay(name)]


def _import_ahead(names: list[str]) -> None:
    """Once for all faults, so that each needs to import the rules and its tests only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            try:
                importlib.import_module(name)
            except Exception:  # noqa: S112 # made up while it runs, not found by its name: then it is imported later
                continue


def _faults(files: list[str]) -> Iterator[tuple[str, str, Fault]]:
    """Each fault with a name that stays the same as long as the file does, and its file."""
    for file in files:
        counted: Counter[str] = Counter()
        for fault in faults_in(Path(file).read_text("utf-8")):
            words = f"{file}:{fault.line} {fault.what}"
            counted[words] += 1
            yield f"{words} #{counted[words]}", file, fault


class Log:
    """A line for each fault; where one has two, the later counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.path.touch()

    def read(self) -> dict[str, str]:
        """What became of each fault."""
        return dict(line.split("\t", 1) for line in self.path.read_text("utf-8").splitlines())

    def wanted(self, files: list[str], *, again: bool) -> set[str]:
        """The faults to try."""
        known = self.read()
        return {
            name for name, _file, _fault in _faults(files)
            if name not in known or (again and not known[name].startswith("killed"))
        }  # fmt: skip

    def write(self, name: str, verdict: str, seconds: float) -> None:
        """Note what became of one."""
        with self.path.open("a", encoding="utf-8") as log:
            print(f"{name}\t{verdict}\t{seconds:.1f}", file=log)

    def show(self) -> None:
        """The survivors, then a line for each file, the weakest first, and one for all."""
        tried: Counter[str] = Counter()
        killed: Counter[str] = Counter()
        for name, verdict in self.read().items():
            for key in (name.partition(":")[0], "together"):
                tried[key] += 1
                killed[key] += verdict.startswith("killed")
            if not verdict.startswith("killed"):
                print(verdict.split("\t")[0], name)
        for file in sorted(tried, key=lambda file: (file == "together", killed[file] / tried[file])):
            print(f"| `{file}` | {killed[file]} | {tried[file]} | {killed[file] / tried[file]:.1%} |")


if __name__ == "__main__":
    main()

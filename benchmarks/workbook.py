"""The Excel file of the register beside the same rows as CSV: `python -m benchmarks.workbook --rows 1000000`.

Each writer runs in a process of its own; CPU seconds and memory are its own. What both wrote is read back and compared.
"""

import argparse
import csv
import hashlib
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from python_calamine import CalamineWorkbook

from app.domain.clock import BANGKOK
from app.reports.register_columns import COLUMNS, RegisterRow, workbook_columns, workbook_rows
from app.reports.workbook import write_workbook
from benchmarks import table
from benchmarks.floors.workbook import told

RUNS, TARGET, MEMORY, SMALL, SMALL_TARGET = 3, 2.0, 100, 200, 0.050
COMPARED = 100_000  # reading a million rows back takes longer than writing them


class _Words(dict[str, str]):
    """The plain code for each code, the plain name for each column."""

    def __missing__(self, key: str) -> str:
        return key.rpartition(".")[2]


def main() -> None:
    """Measure and print absolute figures, ratios and targets; or be one of the writers (`--write FILE`)."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=100_000)
    words.add_argument("--write", type=Path)
    given = words.parse_args()
    if given.write:
        print(told(lambda rows: _write(given.write, rows), given.rows))
    else:
        table.tell(run(given.rows))


def lines() -> list[table.Row]:
    """A small file, and the two hundred rows of one agency."""
    return run(20_000)


def run(rows: int) -> list[table.Row]:
    """Measure `rows` lines of a register, and the two hundred of one agency."""
    with TemporaryDirectory(prefix="lgo-bench-") as folder:
        excel, plain = Path(folder) / "register.xlsx", Path(folder) / "register.csv"
        ours = _median("benchmarks.workbook", "--rows", rows, "--write", excel)
        floor = _median("benchmarks.floors.workbook", rows, plain)
        if rows <= COMPARED:
            assert _digest(_of_excel(excel)) == _digest(_of_csv(plain))
        sizes = [f"{path.stat().st_size / 1e6:,.1f} MB {path.suffix}" for path in (excel, plain)]
        small = _median("benchmarks.workbook", "--rows", SMALL, "--write", excel)
        small_floor = _median("benchmarks.floors.workbook", SMALL, plain)
    print(f"{rows:,} rows: {', '.join(sizes)}; {ours[1]:.0f} MB of memory (target {MEMORY})", flush=True)
    print(f"{SMALL} rows: {small[0] * 1000:.0f} ms of CPU (target {SMALL_TARGET * 1000:.0f})", flush=True)
    return [
        table.Line(f"Excel file of {rows:,} rows / CSV, CPU", floor[0], ours[0], "s", at_most=TARGET, peak=ours[1]),
        table.Limit(f"Excel file of {rows:,} rows, memory", ours[1], "MB", MEMORY, ours[1]),
        table.Limit(f"Excel file of {SMALL} rows, CPU", small[0] * 1000, "ms", SMALL_TARGET * 1000, small[1]),
        table.Line(f"Excel file of {SMALL} rows / CSV, CPU", small_floor[0], small[0], "s", peak=small[1]),
    ]


def _median(module: str, *words: Any) -> tuple[float, float]:
    """CPU seconds and megabytes of a writer, median of RUNS processes."""
    command = [sys.executable, "-m", module, *map(str, words)]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(RUNS)]
    return statistics.median(float(run[1]) for run in runs), statistics.median(float(run[2]) for run in runs)


def _write(path: Path, rows: Iterator[RegisterRow]) -> int:
    words = _Words()
    columns, cells = workbook_columns(words), workbook_rows(rows, words)
    return write_workbook(path, sheet_title="register", heading_lines=[], columns=columns, rows=cells)


def _of_excel(path: Path) -> Iterator[list[str]]:
    for line in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]:
        yield [_in_words(value) for value in line]


def _of_csv(path: Path) -> Iterator[list[str]]:
    instants = [place for place, (name, _, _) in enumerate(COLUMNS) if name.endswith("_at")]
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.reader(file):
            for place in instants:
                line[place] = _in_words(datetime.fromisoformat(line[place]).astimezone(BANGKOK).replace(tzinfo=None))
            yield line


def _in_words(value: Any) -> str:
    if isinstance(value, float):
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(" 00:00:00")  # read back as a mere day
    return value.isoformat() if isinstance(value, date) else str(value)


def _digest(lines: Iterable[list[str]]) -> str:
    words, count = hashlib.sha256(), 0
    for count, line in enumerate(lines, start=1):  # noqa: B007 - counted and told
        words.update("|".join(line).encode() + b"\n")
    return f"{count} {words.hexdigest()[:16]}"


if __name__ == "__main__":
    main()

"""Judges the case files of tests/data, those of the domain and our own, as `flask rules check` does."""

import csv
from pathlib import Path

from app.rules.cases.registry import TOPICS
from app.rules.cases.runner import FileVerdict, judge

FOLDERS = [Path(__file__).parents[1] / "data" / folder for folder in ("cases", "cases_own")]
FILES = [file for folder in FOLDERS for file in sorted(folder.glob("*.csv")) if file.stem in TOPICS]
NAMES = [f"{file.parent.name}/{file.stem}" for file in FILES]


def lines_of(file: Path) -> list[list[str]]:
    """The cells of a file, headings first."""
    return list(csv.reader(file.read_text("utf-8").splitlines(keepends=True)))


def verdict(file: Path) -> FileVerdict:
    """What the rules say of a file."""
    return judge(TOPICS[file.stem], lines_of(file))


def fails(topic: str) -> bool:
    """Whether at least one case of the topic is answered otherwise, or cannot be answered at all."""
    try:
        return any(verdict(file).failed for file in FILES if file.stem == topic)
    except LookupError:
        return True

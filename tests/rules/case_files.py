"""Runs worked cases through a topic of the rules: those of the domain and those of our own, which have the same layout."""

import csv
from pathlib import Path
from random import Random
from types import ModuleType

from app.domain.errors import PortalError
from app.rules.cases.topic import Row, Topic

DATA = Path(__file__).parents[1] / "data"
FOLDERS = ("cases", "cases_own")


def families_of(topic: Topic) -> list[list[Row]]:
    """The rows of each file of the topic."""
    files = [DATA / folder / f"{topic.name}.csv" for folder in FOLDERS]
    found = [list(csv.DictReader(file.read_text("utf-8").splitlines())) for file in files if file.exists()]
    assert found, f"no case file of {topic.name}"
    assert all(found), f"a case file of {topic.name} has no rows"
    return found


def differences(topic: Topic) -> list[str]:
    """What the rules answer otherwise than the files, one line a row; fails on a column that nobody reads."""
    lines = []
    for rows in families_of(topic):
        unread = set(rows[0]) - set(topic.inputs) - set(topic.expected) - topic.ignored
        assert unread == set(), f"{topic.name} has columns that nobody reads"
        answers = topic.decide([{column: row[column] for column in topic.inputs} for row in rows])
        for row, answer in zip(rows, answers, strict=True):
            expected = {column: row[column] for column in topic.expected}
            assert set(answer) == set(expected)
            if answer != expected:
                wrong = {
                    column: (expected[column], answer[column])
                    for column in expected
                    if expected[column] != answer[column]
                }
                lines.append(f"{row['case_id']}: expected and actual {wrong}")
    return lines


def fails(topic: Topic) -> bool:
    """Whether at least one row differs or cannot be decided at all."""
    try:
        return bool(differences(topic))
    except (LookupError, PortalError):
        return True


def answers_shuffled(topic: Topic, seed: int) -> bool:
    """Whether shuffled rows and columns are answered as before."""
    for rows in families_of(topic):
        order = list(range(len(rows)))
        Random(seed).shuffle(order)
        mixed = [dict(Random(seed).sample(list(rows[place].items()), len(rows[place]))) for place in order]
        straight = topic.decide(rows)
        if topic.decide(mixed) != [straight[place] for place in order]:
            return False
    return True


def forget(module: ModuleType) -> None:
    """Forget what a rule remembers of its earlier answers."""
    for each in vars(module).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()

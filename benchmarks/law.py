"""Decisions for a family of six, and a scheme's file over very many persons: `python -m benchmarks.law --persons 1000000`.

Each load of a file runs in a process of its own, so that its peak of memory is the job's. Portal and floor start from copies of
the same register; the floor matches the same rows by the bare driver (`benchmarks/floors/scheme_match.py`).
"""

import argparse
import csv
import multiprocessing
import os
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from app.domain.actor import NATION, Actor
from app.domain.people import AgencyType, PersonnelType, Relation, Sex
from app.domain.period import Period
from app.domain.powers import Power
from app.models.database import db
from app.rules import certification
from app.rules.around import Around
from app.rules.certification import Candidate, Known
from app.rules.papers import MarriagePaper, Paper
from app.rules.schemes import Scheme
from app.rules.told import Told
from app.services import jobs, releases, scheme_files
from benchmarks import rights_database, table
from benchmarks.floors import family_dates, scheme_match
from benchmarks.kept_databases import databases
from tests import builders

TODAY, START, WEDDING = date(2026, 11, 20), date(2012, 10, 1), date(2011, 2, 14)
FAMILIES = 2_000
MEMORY_LIMIT_MB = 150
UNCHANGED_LIMIT = 4.0  # what is said again as before costs its match, not a decision
ADMIN = Actor("bench", NATION, frozenset({Power.MANAGE_AGENCIES}))
LEFT = 100  # of so many persons one has left the scheme in the third file


def lines() -> list[table.Row]:
    """Decisions, then both databases, small."""
    return [*decisions(), *(line for database in ("sqlite", "postgresql") for line in files(database, 10_000))]


def main() -> None:
    """Measure one database at any size."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--persons", type=int, default=100_000)
    given = words.parse_args()
    table.tell([*decisions(), *files(given.database, given.persons)])


def decisions() -> list[table.Row]:
    """A family of six through all rules: dates, clauses, papers, doubts; the floor gives the same days and nothing else."""
    asked = [
        ("SELF", date(1985, 1, 1), None),
        ("SPOUSE", date(1986, 1, 1), WEDDING),
        ("MOTHER", date(1960, 1, 1), None),
    ]
    asked += [("CHILD", date(2013 + n, 3, 4), None) for n in range(3)]
    candidates = [_candidate(n, *each) for n, each in enumerate(asked)]
    begun = time.perf_counter()
    for _ in range(FAMILIES):
        judged = [certification.judge(candidate, _known(candidate, candidates)) for candidate in candidates]
    ours = time.perf_counter() - begun
    assert all(not one.refusals and one.dates is not None for one in judged), judged
    begun = time.perf_counter()
    for _ in range(FAMILIES):
        days = family_dates.days(START, asked)
    floor = time.perf_counter() - begun
    assert days == [(d.entitled_from, d.entitled_until) for one in judged if (d := one.dates)], (days, judged)
    count = FAMILIES * len(candidates)
    return [table.Line("law: decisions for a family of six / bare days", count / floor, count / ours, "/s")]


def _candidate(serial: int, relation: str, birth: date, marriage: date | None) -> Candidate:
    own = relation == "SELF"
    papers = {
        "SPOUSE": {Paper.MARRIAGE_CERT_TH}, "MOTHER": {Paper.BIRTH_CERT_PRINCIPAL},
        "CHILD": {Paper.BIRTH_CERT_CHILD, Paper.MARRIAGE_CERT_TH},
    }  # fmt: skip
    told = Told(marriage_date=WEDDING if relation == "CHILD" else marriage)
    if relation == "SPOUSE":
        told = Told(marriage_paper=MarriagePaper.MARRIAGE_CERT_TH, marriage_date=marriage)
    return Candidate(
        builders.national_id(serial + 1), builders.national_id(1), Relation(relation), birth,
        PersonnelType.MUNICIPAL_OFFICER if own else None, START if own else None, None, None,
        sex=Sex.F if relation in ("SPOUSE", "MOTHER") else Sex.M, told=told,
        papers=frozenset(papers.get(relation, ())), place=serial,
    )  # fmt: skip


def _known(candidate: Candidate, family: list[Candidate]) -> Known:
    others = tuple(one.relative for one in family if one.relation is not Relation.SELF and one is not candidate)
    around = Around(TODAY, Sex.M, date(1985, 1, 1), (Period(START),), others)
    return Known(
        TODAY, AgencyType.TOWN_MUNICIPALITY, Period(date(2000, 1, 1)), principal_from=START,
        around=None if candidate.relation is Relation.SELF else around,
    )  # fmt: skip


def files(database: str, persons: int) -> list[table.Row]:
    """A file of everybody, the same again, and one in which a hundredth has left, each as the job that a worker does."""
    with databases(database) as made, tempfile.TemporaryDirectory() as folder:
        made.create()
        db.bind(made.origin, made.origin)
        releases.upgrade()
        builders.clock(f"{TODAY} 09:00")
        with db.writer.begin() as connection:
            rights_database.fill(connection, persons, "bench")
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
        db.dispose()
        whole, fewer = _file(Path(folder) / "whole.csv", persons), _file(Path(folder) / "fewer.csv", persons, LEFT)
        floor_url, url = made.copy(), made.copy()
        floors = [_timed_floor(floor_url, whole, persons) for _ in range(2)]
        ours = [_in_child(url, folder, each, number) for number, each in enumerate((whole, whole, fewer))]
        db.bind(url, url)
        with db.engine.connect() as connection:
            left = connection.execute(
                sa.text("SELECT count(*) FROM other_scheme_right WHERE until IS NOT NULL")
            ).scalar()
        db.dispose()
        assert left == persons // LEFT, left
    title = f"{database}: scheme file of {persons:,}"
    return [
        table.Line(f"{title}, all of it new", floors[0], ours[0][0], "s", peak=ours[0][1]),
        table.Line(f"{title}, nothing changed", floors[1], ours[1][0], "s", at_most=UNCHANGED_LIMIT, peak=ours[1][1]),
        table.Line(f"{title}, a hundredth left", floors[1], ours[2][0], "s", at_most=UNCHANGED_LIMIT, peak=ours[2][1]),
        table.Limit(f"{title}, peak of memory", max(peak for _seconds, peak in ours), "MB", MEMORY_LIMIT_MB),
    ]


def _file(path: Path, persons: int, without_each: int = 0) -> Path:
    with path.open("w", encoding="utf-8", newline="") as text:
        out = csv.writer(text)
        out.writerow(("national_id", "since"))
        for serial in range(1, persons + 1):
            if not without_each or serial % without_each:
                out.writerow((rights_database.national_id(serial), "2020-01-01"))
    return path


def _timed_floor(url: str, file: Path, persons: int) -> float:
    begun = time.perf_counter()
    assert scheme_match.match(url, file) == persons
    return time.perf_counter() - begun


def _in_child(url: str, folder: str, file: Path, number: int) -> tuple[float, float]:
    """Seconds and peak of memory in MB of one load, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    child = context.Process(target=_load, args=(url, folder, str(file), number, answers))
    child.start()
    found: tuple[float, float] = answers.get(timeout=4 * 3600)
    child.join()
    return found


def _load(url: str, folder: str, file: str, number: int, answers: "multiprocessing.Queue[tuple[float, float]]") -> None:
    os.environ["INSTANCE"] = folder
    db.bind(url, url)
    with Path(file).open("rb") as content:
        as_of = date(2026, 11, 1 + number)
        job = scheme_files.request_load(content, "bench.csv", Scheme.SSO, as_of, actor=ADMIN)
    begun = time.perf_counter()
    assert jobs.run(job, 1)
    spent = time.perf_counter() - begun
    assert scheme_files.outcome_of(job).loaded_at is not None
    answers.put((spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    db.dispose()


if __name__ == "__main__":
    main()

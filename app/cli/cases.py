"""`flask rules`: worked cases of the law, kept in spreadsheets, against the rules of the portal."""

import csv
from pathlib import Path

import click
from flask.cli import AppGroup

from app.rules.cases.registry import STORIES, TOPICS
from app.rules.cases.runner import CaseFileError, Difference, FileVerdict, judge

rules = AppGroup("rules", help="The rules of law.")
FAILED, NOT_JUDGED = 1, 2


@rules.command("check", with_appcontext=False)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...]) -> None:
    """Judge case FILES (the name of a file is its topic, such as parent_cases.csv) by the rules of the portal.

    Prints each row that differs, checked and total per file, then the sum. Exits 1 if a row failed, 2 if a file could not
    be judged or nothing was.
    """
    passed = failed = 0
    unreadable = False
    for file in files:
        try:
            verdict = _judge(file)
        except CaseFileError as error:
            unreadable = True
            click.echo(f"{file.name}: {error}", err=True)
        else:
            passed += verdict.passed
            failed += verdict.failed
    click.echo(f"{passed} passed, {failed} failed")
    if failed:
        context.exit(FAILED)
    if unreadable or not passed:
        context.exit(NOT_JUDGED)


def _judge(file: Path) -> FileVerdict:
    """The verdict on a file, told while it is made; raises CaseFileError."""
    topic = TOPICS.get(file.stem)
    if file.suffix != ".csv" or (topic is None and file.stem not in STORIES):
        raise CaseFileError(f"unknown topic; the topics are {', '.join(f'{name}.csv' for name in sorted(TOPICS))}")
    lines = _lines(file)
    if topic is None:
        click.echo(f"{file.name}: 0/{len(lines) - 1} checked, its stories are for people to read")
        return FileVerdict(0, ())
    verdict = judge(topic, lines)
    _tell(file, verdict)
    return verdict


def _lines(file: Path) -> list[list[str]]:
    try:
        # Excel marks UTF-8 with an invisible first character.
        with file.open(encoding="utf-8-sig", newline="") as text:
            lines = list(csv.reader(text, strict=True))
    except FileNotFoundError as error:
        raise CaseFileError("there is no such file") from error
    except OSError as error:
        raise CaseFileError(f"the file cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CaseFileError("the file is not UTF-8; save it as “CSV UTF-8 (comma delimited)”") from error
    except csv.Error as error:
        raise CaseFileError(f"the file is no CSV: {error}") from error
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _tell(file: Path, verdict: FileVerdict) -> None:
    rows: dict[int, list[Difference]] = {}
    for difference in verdict.differences:
        rows.setdefault(difference.row_no, []).append(difference)
    for row_no, differences in rows.items():
        click.echo(f"{file.name} row {row_no}:")
        for cell in differences:
            click.echo(f"  {cell.column}: expected {cell.expected or '(blank)'}, actual {cell.actual or '(blank)'}")
    click.echo(f"{file.name}: {verdict.total}/{verdict.total} checked, {verdict.failed} failed")

"""What a clerk does with a workbook, verb by verb, with its background work done on the spot by the real handlers."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from app.domain.actor import NATION, Actor
from app.domain.imports import Fate, ImportState
from app.models import Job, RosterImport, RosterLine
from app.models.database import db
from app.services import jobs, roster_imports, roster_lines
from app.services.roster_fates import RowFate
from app.services.roster_uploads import FOLDER, Tray
from app.services.transaction import reading
from config import instance_dir

_job = Job.__table__


def tray() -> Tray:
    """Where the uploads of the instance under test lie."""
    import os

    return Tray(Path(instance_dir(os.environ)) / FOLDER)


def work() -> None:
    """Do what waits in the background, as a worker would, until nothing waits."""
    query = sa.select(_job.c.id, _job.c.attempt).where(_job.c.kind.startswith("roster_"), _job.c.status == "QUEUED")
    while True:
        with db.engine.connect() as connection:
            waiting = connection.execute(query.order_by(_job.c.id)).all()
        if not waiting:
            return
        for job_id, attempt in waiting:
            jobs.run(job_id, attempt)
            assert attempt < 3, "the work fails again and again"


@dataclass(frozen=True)
class Checked:
    """An import after its check."""

    note: RosterImport
    rows: tuple[RowFate, ...]

    def count(self, fate: Fate) -> int:
        return sum(row.fate is fate for row in self.rows)


def note_of(import_id: int) -> RosterImport:
    with reading(NATION) as session:
        return session.get_one(RosterImport, import_id)


def lines_of(import_id: int) -> list[RosterLine]:
    """The lines that count, in the order of the file."""
    with reading(NATION) as session:
        note = session.get_one(RosterImport, import_id)
        query = sa.select(RosterLine).where(roster_lines.of_check(note)).order_by(RosterLine.place)
        return list(session.scalars(query))


def check(content: bytes, actor: Actor, name: str = "a.xlsx") -> Checked:
    """Hand a workbook in and have it checked."""
    import_id = roster_imports.receive(content, name, actor=actor, tray=tray())
    work()
    rows = tuple(roster_lines.as_line(line).row for line in lines_of(import_id))
    return Checked(note_of(import_id), rows)


def bring_in(content: bytes, actor: Actor, name: str = "a.xlsx") -> RosterImport:
    """Hand a workbook in and submit what may go; where nothing may, the import stays CHECKED."""
    found = check(content, actor, name)
    if found.note.state is ImportState.CHECKED and found.count(Fate.NEW):
        roster_imports.submit(found.note.id, actor=actor)
        work()
    return note_of(found.note.id)

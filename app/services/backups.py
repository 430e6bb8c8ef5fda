"""Backs up a running instance: databases, files and key in one folder that can be carried to another machine."""

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.models.appeal import AppealPaper
from app.models.claim import ClaimPaper
from app.models.database import db
from app.models.evidence import EvidenceDocument
from app.models.processing_round import BusinessClock
from app.services import releases
from app.services.audit import record
from app.services.backup_folders import (
    FORMAT,
    SECRET_KEY,
    DatabaseNote,
    FileNote,
    Manifest,
    Place,
    growing,
    note_of,
    write_file,
    write_manifest,
)
from app.services.database_copies import copy
from app.services.transaction import transaction


def take(target: Path, place: Place, *, actor: Actor) -> tuple[Manifest, int]:
    """Write a backup of `place` to the new folder `target`; returns its manifest and how many evidence files are missing.

    `target` appears whole or not at all, open to its owner alone: it holds everything that the portal knows, and the key.
    Raises BackupError. The order makes it one state although writing goes on:
    the heads of the audit seal first, for each speaks of a block that the register has already;
    then the register;
    then the reads, for a read is written before what follows from it, so no register row can lack its own (a read of
    something that the register does not know yet may be over, which is harmless: it did happen);
    then uploads and reports, which are written before their rows and never changed.
    """
    with growing(target) as folder:
        files = dict(_copied(place.folders["audit_heads"], folder / "audit_heads"))
        databases, offset = _databases(folder, place, actor)
        evidence = _evidence()
        for name in ("uploads", "reports"):
            files |= _copied(place.folders[name], folder / name)
        (folder / SECRET_KEY).touch(mode=0o600)
        (folder / SECRET_KEY).write_text(place.secret_key)
        files = {str(path.relative_to(folder)): note for path, note in files.items()}
        files |= {name: note_of(folder / name) for name in (SECRET_KEY, *(note.file for note in databases.values()))}
        manifest = Manifest(FORMAT, real_now().isoformat(timespec="seconds"), offset, databases, files)
        write_manifest(folder, manifest)
    kept = {Path(name).name for name in manifest.under("uploads")}
    return manifest, len(evidence - kept)


def _databases(folder: Path, place: Place, actor: Actor) -> tuple[dict[str, DatabaseNote], int]:
    engines = {"register": db.engine, "reads": db.reads}
    if releases.is_released():  # before an upgrade, when a backup is wanted most, the trail may have older columns
        with transaction(actor) as session:
            record(session, actor, "take_backup", "instance", None)
    notes = {name: copy(engines[name], folder, name) for name in ("register", "reads") if name in place.urls}
    with db.engine.connect() as connection:
        offset = connection.scalar(sa.select(BusinessClock.__table__.c.offset_seconds)) or 0
    return notes, int(offset)


def _evidence() -> set[str]:
    """The names of the files that the register speaks of; asked after the copy, so the copy's are among them."""
    column = EvidenceDocument.__table__.c.sha256
    with db.engine.connect() as connection:
        found = set(connection.scalars(sa.select(column).where(column.is_not(None))))
        for kind in (ClaimPaper, AppealPaper):
            if sa.inspect(connection).has_table(kind.__tablename__):  # not there before an upgrade
                found |= set(connection.scalars(sa.select(kind.__table__.c.sha256)))
        return found


def _copied(source: Path, target: Path) -> Iterator[tuple[Path, FileNote]]:
    """Copy a folder without drafts (hidden files) and without what vanishes meanwhile (reports whose days are over)."""
    for file in sorted(source.rglob("*")):
        within = file.relative_to(source)
        if file.is_symlink() or not file.is_file() or any(part.startswith(".") for part in within.parts):
            continue
        try:
            handle = file.open("rb")
        except FileNotFoundError:
            continue
        with handle:
            yield target / within, write_file(target / within, handle)

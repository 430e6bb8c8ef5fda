"""Stands a backup up again in an empty instance, on this machine or another: whole or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from app.domain.actor import Actor
from app.domain.people import JobStatus
from app.models.database import db
from app.models.job import Job
from app.services import releases
from app.services.audit import record
from app.services.backup_folders import (
    SECRET_KEY,
    BackupError,
    FileNote,
    Manifest,
    Place,
    check_files,
    read_manifest,
    write_file,
)
from app.services.database_copies import clear_postgresql, contents, is_unused, stand_up_postgresql
from app.services.transaction import transaction

# What an instance holds before its first start; `flask` itself makes the key.
_NOT_YET_USED = {"secret_key", "card_pepper", "run.lock"}
_SQLITE_FILES = ("", "-wal", "-shm", "-journal")


def restore(source: Path, place: Place, *, actor: Actor) -> Manifest:
    """Restore the backup in `source` into `place`, which nobody has used and nobody serves; returns its manifest.

    Everything is verified before anything is touched. The files come first and the databases last, so that a restore
    which is killed leaves no register behind, and can be repeated. The schema is brought to this release, the triggers
    are created anew, and the jobs that were running wait for a worker again. Log-ins and one-time links are not in a
    backup. Raises BackupError.
    """
    source = source.expanduser().resolve()
    manifest = read_manifest(source)
    _refuse_strange(manifest, place)
    _refuse_used(manifest, place)
    check_files(source, manifest)
    undo: list[Callable[[], object]] = []
    try:
        _place_files(source, manifest, place, undo)
        with _databases(source, manifest, place, undo):
            _check_and_prepare(manifest, actor)
    except BaseException:
        for step in reversed(undo):
            step()
        raise
    return manifest


def _refuse_strange(manifest: Manifest, place: Place) -> None:
    here = {name: sa.make_url(url).get_backend_name() for name, url in place.urls.items()}
    there = {name: note.kind for name, note in manifest.databases.items()}
    if set(here.values()) != set(there.values()):
        kinds = " and ".join(sorted(set(there.values()))), " and ".join(sorted(set(here.values())))
        raise BackupError(f"the backup is of {kinds[0]}, DATABASE_URL here asks for {kinds[1]}; they must be the same")
    if here != there:
        raise BackupError(
            "register and reads share one database on one side only; set READS_DATABASE_URL as it was there"
        )
    for branch, table in releases.VERSION_TABLES.items():
        known = {script.revision for script in ScriptDirectory(str(releases.FOLDER / branch)).walk_revisions()}
        for note in manifest.databases.values():
            if note.revisions.get(table, next(iter(known))) not in known:
                raise BackupError(
                    f"the {branch} has revision {note.revisions[table]}; a newer release of the portal made it"
                )


def _refuse_used(manifest: Manifest, place: Place) -> None:
    signs = [f"the {name} database holds tables" for name, url in place.urls.items() if not is_unused(url)]
    for name, folder in place.folders.items():
        brought = {folder / Path(file).relative_to(name) for file in manifest.under(name)}
        if any(file not in brought for file in folder.rglob("*") if not file.is_dir()):
            signs.append(f"{folder} holds files")
    ours = {place.instance.joinpath(name) for name in _NOT_YET_USED} | set(place.folders.values())
    finals = [Path(str(sa.make_url(url).database)) for url in place.urls.values()]
    ours |= {Path(f"{file}{end}") for final in finals for file in (final, _draft(final)) for end in _SQLITE_FILES}
    signs += [f"{entry} exists" for entry in sorted(place.instance.iterdir()) if entry not in ours]
    if signs:
        raise BackupError(f"this instance is used already ({signs[0]}); choose an empty one: INSTANCE=folder")


def _place_files(source: Path, manifest: Manifest, place: Place, undo: list[Callable[[], object]]) -> None:
    key = (source / SECRET_KEY).read_text()
    if place.secret_is_given and key != place.secret_key:
        raise BackupError(
            f"SECRET_KEY is not the one of the backup, under which reads are found again: {source / SECRET_KEY}"
        )
    for name, folder in place.folders.items():
        for file in manifest.under(name):
            target = folder / Path(file).relative_to(name)
            target.unlink(missing_ok=True)  # of a restore that was killed
            undo.append(lambda target=target: target.unlink(missing_ok=True))
            _bring(source, file, target, manifest)
    if not place.secret_is_given:
        file = place.instance / SECRET_KEY
        file.unlink(missing_ok=True)
        undo.append(lambda: file.write_text(place.secret_key))
        _bring(source, SECRET_KEY, file, manifest)


def _bring(source: Path, name: str, target: Path, manifest: Manifest) -> FileNote:
    with (source / name).open("rb") as handle:
        note = write_file(target, handle)
    if note != manifest.files[name]:
        raise BackupError(f"the backup changed while it was read: {name}")
    return note


@contextmanager
def _databases(source: Path, manifest: Manifest, place: Place, undo: list[Callable[[], object]]) -> Iterator[None]:
    """Bind the process to the databases as they were; SQLite's files get their names only when the block ends well."""
    urls = dict(place.urls)
    moves: list[tuple[Path, Path]] = []
    for name, note in manifest.databases.items():
        if note.kind == "sqlite":
            final = Path(str(sa.make_url(urls[name]).database))
            draft = _draft(final)
            undo.append(lambda draft=draft: _unlink_all(draft))
            _unlink_all(draft)
            _bring(source, note.file, draft, manifest)
            urls[name] = f"sqlite:///{draft}"
            moves.append((draft, final))
        else:
            stand_up_postgresql(source / note.file, urls[name])
            undo.append(lambda url=urls[name]: clear_postgresql(url))
    try:
        db.bind(urls["register"], urls.get("reads", urls["register"]))
        yield
    finally:
        db.bind(place.register_url, place.reads_url)  # lets go of the drafts, with all they hold in their files
    os.sync()
    for draft, final in reversed(moves):  # the reads before the register: without a register nothing looks whole
        draft.replace(final)


def _check_and_prepare(manifest: Manifest, actor: Actor) -> None:
    engines = {"register": db.engine, "reads": db.reads}
    for name, note in manifest.databases.items():
        with engines[name].connect() as connection:
            if contents(connection, note.file) != note:
                raise BackupError(f"the {name} database does not hold what the manifest says")
    releases.upgrade()
    found = releases.differences()
    if found:
        raise BackupError(f"the restored databases differ from this release in {len(found)} places: {found[0]}")
    with transaction(actor) as session:
        # Their workers are on the other machine; no attempt has failed, so none is counted.
        running = sa.update(Job.__table__).where(Job.__table__.c.status == JobStatus.RUNNING)
        session.execute(running.values(status=JobStatus.QUEUED, lease_until=None))
        record(session, actor, "restore_backup", "instance", None, detail={"created_at": manifest.created_at})


def _draft(final: Path) -> Path:
    return final.with_name(f".{final.name}.restoring")


def _unlink_all(file: Path) -> None:
    for end in _SQLITE_FILES:
        Path(f"{file}{end}").unlink(missing_ok=True)

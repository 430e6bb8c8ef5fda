"""What a restore refuses, in one line and without leaving a trace, and what a killed one leaves."""

import json
import os
import signal
import time

import pytest
import sqlalchemy as sa

from app.models.database import db
from app.services import backups, database_copies, releases, restores
from app.services.backup_folders import BackupError
from tests.databases import DatabaseUrls
from tests.services.carried_instance import (
    ACTOR,
    approve_one,
    bind,
    dump,
    empty_databases,
    files,
    place,
    refused,
    spoilt,
)


@pytest.fixture
def backup(database, people, tmp_path):
    """A backup of an instance with one approved official and his document."""
    here = place(tmp_path / "here", database)
    approve_one(1, people, here)
    backups.take(tmp_path / "backup", here, actor=ACTOR)
    return tmp_path / "backup"


@pytest.fixture
def there(request, database, tmp_path):
    """An empty place for the same kind of database."""
    (tmp_path / "there").mkdir()
    with empty_databases(request, tmp_path / "there", database.kind) as urls:
        yield place(tmp_path / "there", urls)


def rewrite(**changes):
    """A change of the manifest."""

    def change(folder):
        plain = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps(plain | changes))

    return change


def flip(file):
    """One bit in the middle of a file."""
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.write_bytes(body)


def cut(file):
    """The last byte gone."""
    os.truncate(file, file.stat().st_size - 1)


def test_every_damaged_cut_or_missing_file_is_named_and_nothing_is_restored(backup, there):
    names = [name for name in files(backup) if name != "manifest.json"]
    assert len(names) >= 3
    for name in names:
        for harm, words in (
            (flip, "is not what was written"),
            (cut, "is not what was written"),
            (os.unlink, "is missing"),
        ):
            said = refused(spoilt(backup, lambda folder, name=name, harm=harm: harm(folder / name)), there)
            assert name in said and words in said
    assert all(database_copies.is_unused(url) for url in there.urls.values())
    restores.restore(backup, there, actor=ACTOR)  # the place was left as good as new


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "is no backup"),
        (lambda folder: cut(folder / "manifest.json") or cut(folder / "manifest.json"), "is damaged"),
        (lambda folder: (folder / "manifest.json").write_bytes(b"\xff\x00"), "is damaged"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "is damaged"),
        (rewrite(format=2), "a newer release of the portal made it"),
        (rewrite(files={}), "is damaged"),
        (rewrite(databases={}), "is damaged"),
        (
            rewrite(files={"secret_key": {"sha256": "0", "size": 1}, "../evil": {"sha256": "0", "size": 1}}),
            "is damaged",
        ),
        (rewrite(surprise=1), "is damaged"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(sqlite_database, tmp_path, change, words):
    here = place(tmp_path / "here", sqlite_database)
    backups.take(tmp_path / "backup", here, actor=ACTOR)
    there = place(
        tmp_path / "there", DatabaseUrls("sqlite", f"sqlite:///{tmp_path}/there/a", f"sqlite:///{tmp_path}/there/b")
    )
    assert words in refused(spoilt(tmp_path / "backup", change), there)


def change_register(folder, **changes):
    """Something else in the manifest's words on the register."""
    plain = json.loads((folder / "manifest.json").read_text())
    plain["databases"]["register"] |= changes
    (folder / "manifest.json").write_text(json.dumps(plain))


def test_a_newer_schema_is_refused(backup, there):
    revisions = {table: "ffffffffffff" for table in releases.VERSION_TABLES.values()}
    said = refused(spoilt(backup, lambda folder: change_register(folder, revisions=revisions)), there)
    assert "ffffffffffff; a newer release" in said


def test_databases_that_do_not_hold_what_the_manifest_says_are_taken_away_again(backup, there):
    said = refused(spoilt(backup, lambda folder: change_register(folder, counts={"person": 7})), there)
    assert "does not hold what the manifest says" in said
    assert all(database_copies.is_unused(url) for url in there.urls.values())
    restores.restore(backup, there, actor=ACTOR)
    assert releases.differences() == []


def test_a_backup_goes_back_only_into_the_same_kind_of_database(backup, database, tmp_path):
    urls = {
        "sqlite": DatabaseUrls("sqlite", f"sqlite:///{tmp_path}/x.db", f"sqlite:///{tmp_path}/y.db"),
        "postgresql": DatabaseUrls("postgresql", "postgresql+psycopg://nobody@/x", "postgresql+psycopg://nobody@/x"),
    }
    other = "postgresql" if database.kind == "sqlite" else "sqlite"
    said = refused(backup, place(tmp_path / "other", urls[other]))
    assert f"is of {database.kind}" in said and f"asks for {other}" in said


def test_a_used_instance_is_refused_and_left_as_it_was(backup, there):
    for name, words in (
        ("uploads/aa/mine", "holds files"),
        ("reports/mine.xlsx", "holds files"),
        ("audit_heads/2026-01-01.json", "holds files"),
        ("redis/appendonly.aof", "redis exists"),
    ):
        file = there.instance / name
        file.parent.mkdir(parents=True)
        file.write_text("mine")
        assert words in refused(backup, there)
        file.unlink()
        for folder in file.relative_to(there.instance).parents[:-1]:
            (there.instance / folder).rmdir()
    restores.restore(backup, there, actor=ACTOR)
    before = dump()
    db.dispose()
    assert "the register database holds tables" in refused(backup, there)
    bind(there)
    assert dump() == before


def test_a_given_key_must_be_the_backup_s(backup, there, database):
    urls = DatabaseUrls(database.kind, there.register_url, there.reads_url)
    other = place(there.instance, urls, secret_key="x" * 40, secret_is_given=True)
    assert "SECRET_KEY is not the one of the backup" in refused(backup, other)
    same = place(there.instance, urls, secret_is_given=True)
    restores.restore(backup, same, actor=ACTOR)


def test_a_killed_restore_leaves_nothing_or_everything_and_can_be_repeated(request, backup, database, tmp_path):
    """SIGKILL to the whole group at instants spread over the time that a restore takes."""
    wanted, lasts, repeated = dump(), None, 0
    for number in range(5):
        folder = tmp_path / f"there{number}"
        folder.mkdir()
        with empty_databases(request, folder, database.kind) as urls:
            there = place(folder, urls)
            db.dispose()
            if lasts is None:
                begun = time.monotonic()
                restores.restore(backup, there, actor=ACTOR)
                lasts = time.monotonic() - begun
                continue
            _strike(backup, there, lasts * (number - 1) / 4)
            try:
                restores.restore(backup, there, actor=ACTOR)
                repeated += 1
            except BackupError as error:
                assert "holds tables" in str(error)
            bind(there)
            releases.upgrade()
            found = dump()
            found["audit_event"] = [event for event in found["audit_event"] if "restore_backup" not in event]
            assert found == wanted
            with db.engine.connect() as connection:
                assert connection.scalar(sa.text("SELECT count(*) FROM user_session")) == 0
    assert repeated > 0


def _strike(backup, there, after):
    child = os.fork()
    if child == 0:
        os.setsid()
        restores.restore(backup, there, actor=ACTOR)
        os._exit(0)
    time.sleep(after)
    os.killpg(child, signal.SIGKILL) if os.getpgid(child) == child else os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

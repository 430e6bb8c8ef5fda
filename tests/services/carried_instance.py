"""Instances to back up and places to restore into, filled through the verbs and dumped row by row."""

import io
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.people import DocType
from app.models import ChangeRequest, Model
from app.models.database import db
from app.models.read_access import ReadsModel
from app.services import approvals, change_requests, evidence, restores
from app.services.backup_folders import BackupError, Place
from app.services.database_copies import LEFT_BEHIND
from app.services.transaction import reading
from tests.databases import DatabaseUrls
from tests.services.conftest import family, nid, official

ACTOR = robot("command-line")
KEY = "k" * 48
PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def place(instance: Path, urls: DatabaseUrls, **changes: Any) -> Place:
    """The place of an instance in this folder, as `flask` would find it: with a key of its own and nothing else."""
    instance.mkdir(exist_ok=True)
    given = {"secret_key": KEY, "secret_is_given": False} | changes
    if not (instance / "secret_key").exists():
        (instance / "secret_key").write_text(given["secret_key"])
    return Place(instance, instance / "uploads", register_url=urls.url, reads_url=urls.reads_url, **given)


@contextmanager
def empty_databases(request: pytest.FixtureRequest, folder: Path, kind: str) -> Iterator[DatabaseUrls]:
    """Databases of a kind that hold nothing at all."""
    if kind == "sqlite":
        yield DatabaseUrls(kind, f"sqlite:///{folder}/portal.db", f"sqlite:///{folder}/reads.db")
        return
    url, name = request.getfixturevalue("postgres_cluster"), f"empty_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield DatabaseUrls(kind, url.format(name=name), url.format(name=name))
    db.dispose()
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def approve_one(serial: int, people: Any, here: Place) -> int:
    """Store a document, record an official and approve him; returns the document's id."""
    shelf = evidence.Shelf(here.uploads)
    content = PDF + b"%% %d" % serial
    document = evidence.store(
        io.BytesIO(content),
        "คำสั่ง.pdf",
        DocType.HOUSE_REG,
        doc_no=None,
        issue_date=None,
        actor=people.clerk,
        shelf=shelf,
    )
    sent = change_requests.record(family(official(nid(serial))), actor=people.clerk, submit=True)
    with reading(NATION) as session:
        versions = {id_: session.get_one(ChangeRequest, id_).version for id_ in sent.request_ids}
    for outcome in approvals.approve(sent.request_ids, actor=people.registrar, seen_versions=versions):
        assert outcome.error is None
    return document


def dump() -> dict[str, list[str]]:
    """All rows of the bound databases but those that a backup leaves behind, each as text."""
    found = {}
    for engine, metadata in ((db.engine, Model.metadata), (db.reads, ReadsModel.metadata)):
        with engine.connect() as connection:
            for table in metadata.sorted_tables:
                if table.name not in LEFT_BEHIND:
                    found[table.name] = sorted(map(repr, connection.execute(sa.select(table))))
    return found


def bind(there: Place) -> None:
    """Work on these databases from now on."""
    db.bind(there.register_url, there.reads_url)


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, with what stands in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(source: Path, there: Place) -> str:
    """What a restore says that is refused and must leave everything as it was."""
    before = files(there.instance)
    with pytest.raises(BackupError) as refusal:
        restores.restore(source, there, actor=ACTOR)
    assert files(there.instance) == before
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def spoilt(backup: Path, change: Callable[[Path], object]) -> Path:
    """A copy of a backup to which something has happened."""
    copy = backup.with_name(f"spoilt-{uuid.uuid4().hex[:6]}")
    shutil.copytree(backup, copy)
    change(copy)
    return copy

"""Real databases for every test: a migrated template per kind, copied for each test that writes."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models.database import db
from app.services import open_tables, releases
from tests import postgres, tallies
from tests.tallies import tally

KINDS = ("sqlite", "postgresql")
_tests_per_database = tally("tests per database")


@dataclass(frozen=True)
class DatabaseUrls:
    """Where one test's register and its audit of reads stand."""

    kind: str
    url: str
    reads_url: str


def _migrate(urls: DatabaseUrls) -> None:
    db.bind(urls.url, urls.reads_url)
    releases.upgrade()
    open_tables.seed_open_tables()
    db.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sqlite-template")
    _migrate(DatabaseUrls("sqlite", f"sqlite:///{folder}/portal.db", f"sqlite:///{folder}/reads.db"))
    for name in ("portal.db", "reads.db"):
        connection = sa.create_engine(f"sqlite:///{folder}/{name}").connect()
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        connection.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    with postgres.cluster() as url:
        admin = sa.create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text("CREATE DATABASE template_portal"))
        template = url.format(name="template_portal")
        _migrate(DatabaseUrls("postgresql", template, template))
        admin.dispose()
        yield url


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], DatabaseUrls]]:
    """Makes fresh migrated databases of a kind; PostgreSQL ones are dropped after the test."""
    made: list[tuple[str, str]] = []

    def make(kind: str) -> DatabaseUrls:
        if kind == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            folder = tmp_path / f"db-{uuid.uuid4().hex[:8]}"
            shutil.copytree(template, folder)
            return DatabaseUrls(kind, f"sqlite:///{folder}/portal.db", f"sqlite:///{folder}/reads.db")
        url, name = request.getfixturevalue("postgres_cluster"), f"test_{uuid.uuid4().hex[:12]}"
        admin = sa.create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template_portal"))
        admin.dispose()
        made.append((url, name))
        return DatabaseUrls(kind, url.format(name=name), url.format(name=name))

    yield make
    db.dispose()
    for url, name in made:
        admin = sa.create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, new_database: Callable[[str], DatabaseUrls]) -> Iterator[DatabaseUrls]:
    """The process bound to a fresh migrated database; the test runs once on each kind."""
    urls = new_database(request.param)
    db.bind(urls.url, urls.reads_url)
    _tests_per_database[request.param] += 1
    yield urls


@pytest.fixture
def sqlite_database(new_database: Callable[[str], DatabaseUrls]) -> DatabaseUrls:
    """The process bound to a fresh SQLite database, for tests of pages whose SQL other tests cover on both."""
    urls = new_database("sqlite")
    db.bind(urls.url, urls.reads_url)
    _tests_per_database["sqlite"] += 1
    return urls


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests each database carried (decisions 24)."""
    line = ", ".join(f"{kind} {_tests_per_database[kind]}" for kind in KINDS)
    terminalreporter.write_line(f"tests per database: {line}")


def pytest_testnodedown(node: pytest.Item, error: object) -> None:
    """Another process of this run is done."""
    tallies.take_in(getattr(node, "workeroutput", {}))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A whole run that left out one database is red."""
    tallies.hand_over(session.config)
    whole = not session.config.getoption("keyword") and sum(_tests_per_database.values()) > 300
    if whole and exitstatus == 0 and not all(_tests_per_database[kind] for kind in KINDS):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED

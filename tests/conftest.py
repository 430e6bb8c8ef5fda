"""Real databases for every test: a migrated template per kind, copied for each test that writes."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.models.database import db
from app.services import passwords
from tests import order, places, postgres, tallies
from tests.databases import MIGRATED, DatabaseUrls, Filling, PostgresStore, SqliteStore, Store
from tests.house import live_portal
from tests.tallies import tally

KINDS = ("sqlite", "postgresql")
NewDatabase = Callable[..., DatabaseUrls]
_tests_per_database = tally("tests per database")


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hundreds of log-ins need not cost a tenth of a second each; started portals hash as in production."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "METHOD", "scrypt:256:8:1")
        yield


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    return SqliteStore(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    with postgres.cluster() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_store(postgres_cluster: str) -> Iterator[PostgresStore]:
    store = PostgresStore(postgres_cluster)
    yield store
    store.close()


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """Makes fresh databases of a kind with a filling, by default the migrated tables; they are gone after the test.

    The first of a kind stands where that of the test before stood: its engine has the statements compiled already.
    """
    made: list[tuple[Store, str]] = []

    def make(kind: str, filling: Filling = MIGRATED) -> DatabaseUrls:
        store: Store = request.getfixturevalue(f"{'sqlite' if kind == 'sqlite' else 'postgres'}_store")
        first = all(other is not store for other, _ in made)
        _tests_per_database[kind] += first
        made.append((store, "home" if first else f"test_{uuid.uuid4().hex[:12]}"))
        return store.put(made[-1][1], filling)

    yield make
    db.dispose()
    for store, name in made:
        store.drop(name)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, new_database: NewDatabase) -> DatabaseUrls:
    """The process bound to a fresh migrated database; the test runs once on each kind."""
    return new_database(request.param).bind()


@pytest.fixture
def sqlite_database(new_database: NewDatabase) -> DatabaseUrls:
    """The process bound to a fresh SQLite database, for tests of pages whose SQL other tests cover on both."""
    return new_database("sqlite").bind()


@pytest.fixture(scope="session")
def demo_instance(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Makes a folder an instance with demo data; these are loaded once in a run, by whichever process needs them first."""
    base = tmp_path_factory.getbasetemp()
    whole_run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return lambda folder: Path(shutil.copytree(live_portal.demo_data(whole_run / "demo"), folder))


def pytest_configure() -> None:
    """What tests write lies where it is written quickest, unless somebody said where."""
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", places.quick())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order.sort(items)


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

"""The databases of the tests: what many tests begin with is filled in once a process and copied for each of them."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.models.database import db
from app.services import open_tables, releases


@dataclass(frozen=True)
class DatabaseUrls:
    """Where one test's register and its audit of reads stand."""

    kind: str
    url: str
    reads_url: str

    def bind(self) -> "DatabaseUrls":
        """Let this process work on them from now on."""
        db.bind(self.url, self.reads_url)
        return self


@dataclass(frozen=True)
class Filling:
    """What a test finds in its databases: `fill` writes it once, through the binding, into a copy of what `on` left."""

    name: str
    fill: Callable[[], object]
    on: "Filling | None" = None


def _migrate() -> None:
    releases.upgrade()
    open_tables.seed_open_tables()


MIGRATED = Filling("migrated", _migrate)


@dataclass
class Store(ABC):
    """All databases of one kind and one process: a template for each filling, and the copies that tests work on."""

    _templates: set[str] = field(default_factory=set, init=False)

    def put(self, name: str, filling: Filling = MIGRATED) -> DatabaseUrls:
        """Fresh databases under `name`, in place of those that stood there; nobody may be connected to them."""
        self.copy(self._template(filling), name)
        return self.urls(name)

    def _template(self, filling: Filling) -> str:
        name = f"template_{filling.name}"
        if name not in self._templates:
            if filling.on is None:
                self.create(name)
            else:
                self.copy(self._template(filling.on), name)
            self.urls(name).bind()
            filling.fill()
            db.dispose()
            self._templates.add(name)
        return name

    @abstractmethod
    def urls(self, name: str) -> DatabaseUrls: ...

    @abstractmethod
    def create(self, name: str) -> None:
        """Make databases that hold nothing at all."""

    @abstractmethod
    def copy(self, template: str, name: str) -> None: ...

    @abstractmethod
    def drop(self, name: str) -> None: ...


@dataclass
class SqliteStore(Store):
    """Each database is a folder of files."""

    folder: Path

    def urls(self, name: str) -> DatabaseUrls:
        at = self.folder / name
        return DatabaseUrls("sqlite", f"sqlite:///{at}/portal.db", f"sqlite:///{at}/reads.db")

    def create(self, name: str) -> None:
        (self.folder / name).mkdir()

    def copy(self, template: str, name: str) -> None:
        # The last connection to leave wrote the log into the template's files, so that these are whole.
        self.drop(name)
        shutil.copytree(self.folder / template, self.folder / name)

    def drop(self, name: str) -> None:
        shutil.rmtree(self.folder / name, ignore_errors=True)


@dataclass
class PostgresStore(Store):
    """Databases of a cluster; `url` has a place for their names."""

    url: str

    def __post_init__(self) -> None:
        self._admin = sa.create_engine(self.url.format(name="postgres"), isolation_level="AUTOCOMMIT")

    def urls(self, name: str) -> DatabaseUrls:
        return DatabaseUrls("postgresql", self.url.format(name=name), self.url.format(name=name))

    def create(self, name: str) -> None:
        self._say(f"CREATE DATABASE {name}")

    def copy(self, template: str, name: str) -> None:
        self.drop(name)
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")

    def drop(self, name: str) -> None:
        self._say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self) -> None:
        """Let the cluster go."""
        self._admin.dispose()

    def _say(self, command: str) -> Any:
        with self._admin.connect() as connection:
            connection.execute(sa.text(command))

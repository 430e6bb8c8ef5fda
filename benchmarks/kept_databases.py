"""A database that is filled once and copied for every run, in a place that is thrown away or kept for the next benchmark."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from app.services import releases
from tests import postgres


class Databases:
    """An origin and fresh copies of it."""

    def __init__(self, kind: str, place: str) -> None:
        self.kind, self._place, self._copies = kind, place, 0
        self.origin = self._url("origin")

    def stands(self) -> bool:
        """Whether the origin was filled before."""
        if self.kind == "sqlite":
            return self._file("origin").exists()
        return bool(self._admin("SELECT count(*) FROM pg_database WHERE datname = 'origin'"))

    def create(self) -> None:
        """An empty origin."""
        if self.kind == "postgresql":
            self._admin("CREATE DATABASE origin")

    def copy(self) -> str:
        """The URL of a copy; whoever is done with it drops it."""
        name = f"copy_{os.getpid()}_{self._copies}"  # two benchmarks may share a kept place
        self._copies += 1
        if self.kind == "sqlite":
            shutil.copyfile(self._file("origin"), self._file(name))
            releases.prepare_file(sa.create_engine(self._url(name)))
        else:
            self._admin(f"DROP DATABASE IF EXISTS {name}")
            self._admin(f"CREATE DATABASE {name} TEMPLATE origin")
            self._admin("CHECKPOINT")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Give the room of a copy back."""
        name = sa.make_url(url).database or ""
        if self.kind == "sqlite":
            for file in Path(name).parent.glob(f"{Path(name).name}*"):
                file.unlink()
        else:
            self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    def _file(self, name: str) -> Path:
        return Path(self._place) / f"{name}.db"

    def _url(self, name: str) -> str:
        return f"sqlite:///{self._file(name)}" if self.kind == "sqlite" else self._place.format(name=name)

    def _admin(self, statement: str) -> int:
        engine = sa.create_engine(self._place.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            done = connection.exec_driver_sql(statement)
            found = int(done.scalar_one()) if done.returns_rows else 0
        engine.dispose()
        return found


@contextmanager
def databases(kind: str, kept: str | None = None) -> Iterator[Databases]:
    """A place for an origin and its copies: `kept` (a folder, or a cluster's URL with {name}), or one that is thrown away."""
    if kept:
        yield Databases(kind, kept)
    elif kind == "postgresql":
        with postgres.cluster() as place:
            yield Databases(kind, place)
    else:
        with tempfile.TemporaryDirectory(prefix="lgo-bench-") as folder:
            yield Databases(kind, folder)

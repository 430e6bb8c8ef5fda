"""The databases of one process: the register, and the reads kept apart from it."""

from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from app.models.dialects import WRITES, make_engine, make_single_engine


@lru_cache(maxsize=8)
def _engines(url: str, reads_url: str, **options: Any) -> tuple[Engine, Engine, Engine, Engine]:
    """For the register and the reads, then the same for statements that are asked alone (app/models/prepared.py).

    Addresses that were bound before keep their engines, and with them the statements that these have compiled.
    """
    engine, reads = make_engine(url, **options), make_engine(reads_url, **options)
    single = make_single_engine(engine, **options)
    return engine, reads, single, single if reads_url == url else make_single_engine(reads, **options)


class Database:
    """Engines and the reading session of a request; bound once per process by `bind`."""

    def __init__(self) -> None:
        self._makers: sessionmaker[Session] = sessionmaker(expire_on_commit=False)
        self.session: scoped_session[Session] = scoped_session(self._makers)

    def bind(self, url: str, reads_url: str, **options: Any) -> None:
        """Connect to the register at `url` and to the audit of reads at `reads_url`; replaces an earlier binding."""
        self.dispose()
        # A face of their own for each binding: what listens to one hears nothing of the next.
        faces = (engine.execution_options() for engine in _engines(url, reads_url, **options))
        self.engine, self.reads, self.single, self.single_reads = faces
        self.writer: Engine = self.engine.execution_options(**{WRITES: True})
        self._makers.configure(bind=self.engine)

    def dispose(self, *, close: bool = True) -> None:
        """Forget all connections; a forked child passes close=False so that its parent's stay open."""
        self.session.remove()
        for name in ("engine", "reads", "single", "single_reads"):
            engine: Engine | None = self.__dict__.get(name)
            if engine is not None:
                engine.dispose(close=close)

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name


db = Database()

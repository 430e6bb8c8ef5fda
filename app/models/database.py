"""The databases of one process: the register, and the reads kept apart from it."""

from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from app.models.dialects import WRITES, make_engine


class Database:
    """Engines and the reading session of a request; bound once per process by `bind`."""

    def __init__(self) -> None:
        self._makers: sessionmaker[Session] = sessionmaker(expire_on_commit=False)
        self.session: scoped_session[Session] = scoped_session(self._makers)

    def bind(self, url: str, reads_url: str, **options: Any) -> None:
        """Connect to the register at `url` and to the audit of reads at `reads_url`; replaces an earlier binding."""
        self.dispose()
        self.engine: Engine = make_engine(url, **options)
        self.writer: Engine = self.engine.execution_options(**{WRITES: True})
        self.reads: Engine = make_engine(reads_url, **options)
        self._makers.configure(bind=self.engine)

    def dispose(self, *, close: bool = True) -> None:
        """Forget all connections; a forked child passes close=False so that its parent's stay open."""
        self.session.remove()
        for engine in (self.__dict__.get("engine"), self.__dict__.get("reads")):
            if engine is not None:
                engine.dispose(close=close)

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name


db = Database()

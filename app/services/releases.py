"""The release step's schema part: migrates both databases and stands the triggers up again."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from app.models import Model, ReadsModel, search_indexes
from app.models.database import db
from app.models.dialects import prepare_file
from app.models.search_indexes import create_search_indexes
from app.models.triggers import append_only_reads, create_triggers, expected_names, trigger_names

FOLDER = Path(__file__).parents[2] / "migrations"
VERSION_TABLES = {"register": "alembic_version", "reads": "alembic_version_reads"}


def _config(branch: str, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER / branch))
    if connection is not None:
        config.attributes["connection"] = connection
    config.attributes["version_table"] = VERSION_TABLES[branch]
    return config


def _engines() -> dict[str, Engine]:
    return {"register": db.writer, "reads": db.reads}


def upgrade(revision: str = "head", *, branch: str | None = None) -> None:
    """Bring both databases (or one `branch`) to `revision` and create every trigger anew; twice is as good as once."""
    for name, engine in _engines().items():
        if branch in (None, name):
            _upgrade(name, engine, revision)


def _upgrade(branch: str, engine: Engine, revision: str) -> None:
    prepare_file(engine)
    with engine.begin() as connection:
        command.upgrade(_config(branch, connection), revision)
        if branch == "register":
            create_triggers(connection)
            create_search_indexes(connection)
        else:
            append_only_reads(connection)


def make_revision(branch: str, message: str) -> None:
    """Write a new migration of `branch` from the difference between the models and the database."""
    with _engines()[branch].begin() as connection:
        command.revision(_config(branch, connection), message=message, autogenerate=True)


def differences() -> list[object]:
    """How the databases differ from the models and the triggers from their list; empty on a released instance."""
    found: list[object] = []
    for branch, metadata in (("register", Model.metadata), ("reads", ReadsModel.metadata)):
        with _engines()[branch].connect() as connection:
            others = set(VERSION_TABLES.values()) | (set(ReadsModel.metadata.tables) if branch == "register" else set())
            others |= set(Model.metadata.tables) if branch == "reads" else set()
            others |= search_indexes.NAMES
            context = MigrationContext.configure(
                connection,
                opts={
                    "compare_type": True,
                    "include_name": lambda name, kind, _parent, skip=others: (
                        kind not in ("table", "index") or name not in skip
                    ),
                },
            )
            found += compare_metadata(context, metadata)
            if branch == "register":
                found += sorted(expected_names(connection.dialect.name) - trigger_names(connection))
    return found


def heads(branch: str) -> list[str]:
    """The newest revisions of a branch; more than one means that two people wrote migrations at once."""
    return ScriptDirectory.from_config(_config(branch)).get_heads()


def is_released() -> bool:
    """Whether both databases stand at the newest revision."""
    for branch, engine in _engines().items():
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLES[branch]})
            if not sa.inspect(connection).has_table(VERSION_TABLES[branch]) or set(context.get_current_heads()) != set(
                heads(branch)
            ):
                return False
    return True

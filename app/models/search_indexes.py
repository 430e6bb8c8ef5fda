"""The indexes by which PostgreSQL finds any part of a name; they need an extension, so the portal must do without them too.

They stand in no model: SQLite has nothing like them and reads all names instead, within bounds (app/reports/register_pages.py).
"""

import logging

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)
# Of persons, and of those who are only proposed: without the second a name is looked for among all open requests, one by one.
_TABLES = {"ix_person_full_name": "person", "ix_proposal_full_name": "proposal"}
NAMES = frozenset(_TABLES)
# The very words of register_conditions.full_name: an index is used only where a question says the same.
_EXPRESSION = (
    "(title_th || first_name_th || CASE WHEN (middle_name_th = '') THEN '' ELSE ' ' || middle_name_th END"
    " || CASE WHEN (last_name_th = '') THEN '' ELSE ' ' || last_name_th END)"
)


def create_search_indexes(connection: Connection) -> bool:
    """Stand the indexes up where the database can; safe to run again. False, and a word in the log, where it cannot."""
    if connection.dialect.name == "sqlite":
        return False
    # A hundred steps know nothing between two first names: with them PostgreSQL takes "all who begin so" for two people.
    connection.execute(sa.text("ALTER TABLE person ALTER COLUMN sort_key SET STATISTICS 1000"))
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            # In a database whose letters are bytes (locale C), Thai has no trigrams and the index finds nothing.
            if not connection.scalar(sa.text("SELECT cardinality(show_trgm('สมชาย')) > 0")):
                log.warning("the database's locale knows no Thai letters (C): names are searched without an index")
                return False
            for name, table in _TABLES.items():
                sql = f"CREATE INDEX IF NOT EXISTS {name} ON {table} USING gin ({_EXPRESSION} gin_trgm_ops)"
                connection.execute(sa.text(sql))
    except DBAPIError as error:
        log.warning(
            "names are searched without an index, which is slow for a whole country: CREATE EXTENSION pg_trgm (%s)",
            type(error.orig).__name__,
        )
        return False
    return True

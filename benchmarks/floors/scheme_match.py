"""The floor of a scheme's file: its rows read and matched with the register by the bare driver, nobody's rights ordered."""

import csv
import sqlite3
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

ROWS_AT_ONCE = 5_000
_STAGE = "CREATE TEMPORARY TABLE floor_row (national_id VARCHAR(13), since DATE)"
_MATCH = (
    "INSERT INTO other_scheme_right (person_id, scheme, rank, via_principal, since, source, recorded_at)"
    " SELECT p.id, 'SSO', 'PRIMARY', '', s.since, 'FILE', CURRENT_TIMESTAMP"
    " FROM floor_row s JOIN person p ON p.national_id = s.national_id WHERE true"
    " ON CONFLICT (person_id, scheme, rank, since, source) DO UPDATE SET until = excluded.until,"
    " verified_at = excluded.recorded_at"
)


def match(url: str, file: Path) -> int:
    """Match the file chunk by chunk, each its own transaction; returns how many rights are known then."""
    place = sa.make_url(url)
    if place.get_backend_name() == "sqlite":
        connection: Any = sqlite3.connect(place.database or "")
        mark = "?"
    else:
        import psycopg

        connection = psycopg.connect(place.set(drivername="postgresql").render_as_string(hide_password=False))
        mark = "%s"
    with connection:
        cursor = connection.cursor()
        cursor.execute(_STAGE)
        with file.open(encoding="utf-8", newline="") as text:
            rows = csv.DictReader(text)
            while chunk := [(row["national_id"], row["since"]) for row in islice(rows, ROWS_AT_ONCE)]:
                cursor.execute("DELETE FROM floor_row")
                cursor.executemany(f"INSERT INTO floor_row VALUES ({mark}, {mark})", chunk)
                cursor.execute(_MATCH)
                connection.commit()
        found = cursor.execute("SELECT count(*) FROM other_scheme_right")
        count = (found or cursor).fetchone()[0]
    connection.close()
    return int(count)

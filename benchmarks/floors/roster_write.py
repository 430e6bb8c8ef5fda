"""The floor of a roster import: calamine reads the workbook, the bare driver inserts the finished rows; no check, no law."""

import hashlib
import time
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from python_calamine import CalamineWorkbook

# In the order of their foreign keys.
TABLES = (
    "change_request", "proposal", "request_revision", "request_editor", "evidence_document", "evidence_link",
)  # fmt: skip
Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]
# Ids and instants differ from run to run; whose and what for does not.
_WRITTEN = (
    "SELECT r.request_no, r.position, r.status, r.asked_right, p.national_id, p.principal_national_id, p.first_name_th,"
    " p.last_name_th, p.birth_date, p.entitled_from, p.sub_inscl, v.sha256, v.revision FROM change_request r"
    " JOIN proposal p ON p.request_id = r.id JOIN request_revision v ON v.request_id = r.id ORDER BY r.request_no",
    "SELECT r.request_no, d.doc_type, d.doc_no, d.issue_date FROM evidence_link l JOIN change_request r ON r.id ="
    " l.request_id JOIN evidence_document d ON d.id = l.evidence_id ORDER BY r.request_no, d.doc_type, d.doc_no",
    "SELECT COUNT(*) FROM request_editor",
)


def taken(engine: sa.Engine) -> Rows:
    """The rows that the portal wrote, ready for the bare driver."""
    found: Rows = {}
    with engine.connect() as connection:
        for name in TABLES:
            raw = connection.connection.cursor()
            raw.execute(f"SELECT * FROM {name} ORDER BY 1, 2")
            columns = [column[0] for column in raw.description]
            found[name] = (columns, [tuple(map(_plain, row)) for row in raw.fetchall()])
    return found


def write(content: bytes, rows: Rows, engine: sa.Engine) -> float:
    """Read the workbook and insert the rows in one transaction; the seconds that it took."""
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        begun = time.perf_counter()
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        cursor = raw.cursor()
        if engine.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        for name, (columns, lines) in rows.items():
            values = ", ".join([mark] * len(columns))
            cursor.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({values})", lines)
        raw.commit()
        return time.perf_counter() - begun


def digest(engine: sa.Engine) -> str:
    """How many rows stand there, and the sha256 of what they say."""
    told, count = hashlib.sha256(), 0
    with engine.connect() as connection:
        for query in _WRITTEN:
            for row in connection.execute(sa.text(query)):
                told.update(repr(tuple(map(str, row))).encode())
                count += 1
    return f"{count} {told.hexdigest()[:16]}"


def _plain(value: Any) -> Any:
    """JSON comes from psycopg as a dict, which it does not take back without being told."""
    if isinstance(value, dict):
        import json

        return json.dumps(value, ensure_ascii=False)
    return value

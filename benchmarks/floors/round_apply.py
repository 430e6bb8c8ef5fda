"""The floor of a round: the rows it must write, by bare statements through the bare driver, in one transaction, no checks.

Prints seconds and the sha256 of what it wrote: `python -m benchmarks.floors.round_apply URL`.
"""

import hashlib
import sys
import time
from typing import Any

_RIGHT = (
    "relation, personnel_type, service_start_date, entitled_from, entitled_until, birth_order, delivery_id,"
    " seq_in_delivery, legitimate_from, legitimacy_basis, replaces_entitlement_id, sub_inscl"
)
_PERSON = (
    "title_th, first_name_th, middle_name_th, last_name_th, birth_date, birth_date_precision, sex,"
    " nationality_code, sort_key"
)
_ASKED = "change_request r JOIN proposal p ON p.request_id = r.id WHERE r.status = 'APPROVED' AND r.round_id = {round}"
_APPLY = (
    "UPDATE processing_round SET status = 'RUNNING', run_at = scheduled_at WHERE id = {round}",
    f"INSERT INTO person (national_id, {_PERSON}, registry_status, created_at, version)"
    f" SELECT p.national_id, {', '.join('p.' + name.strip() for name in _PERSON.split(','))}, 'NEVER', {{at}}, 1 FROM {_ASKED}"
    " AND NOT EXISTS (SELECT 1 FROM person k WHERE k.national_id = p.national_id)",
    "INSERT INTO entitlement (person_id, principal_id, request_id, agency_id, registered_at, effective_at, voided,"
    f" suspended, version, {_RIGHT}) SELECT n.id, h.id, r.id, r.agency_id, {{at}}, {{at}}, FALSE, FALSE, 1,"
    f" {', '.join('p.' + name.strip() for name in _RIGHT.split(','))} FROM change_request r"
    " JOIN proposal p ON p.request_id = r.id JOIN person n ON n.national_id = p.national_id"
    " JOIN person h ON h.national_id = p.principal_national_id WHERE r.status = 'APPROVED' AND r.round_id = {round}",
    "INSERT INTO audit_event (at, actor_name, verb, object_type, object_id, agency_id, detail)"
    " SELECT {at}, 'robot:round', 'make_effective', 'change_request', CAST(id AS VARCHAR(40)), agency_id,"
    " '{{\"round\": {round}}}' FROM change_request r WHERE r.status = 'APPROVED' AND r.round_id = {round}",
    "UPDATE change_request SET status = 'EFFECTIVE', effective_at = {at}, version = version + 1"
    " WHERE status = 'APPROVED' AND round_id = {round}",
    "INSERT INTO round_outcome (round_id, request_id, agency_id, type, outcome, revision, request_version, rules_version,"
    " inputs_version, frozen_sha256) SELECT r.round_id, r.id, r.agency_id, r.type, r.status, r.revision, r.version,"
    " r.rules_version, r.inputs_version, v.sha256 FROM change_request r LEFT JOIN request_revision v ON v.request_id = r.id"
    " AND v.revision = r.revision WHERE r.status = 'EFFECTIVE' AND r.round_id = {round}",
    "UPDATE processing_round SET status = 'DONE', finished_at = {at}, error_count = 0, effective_count ="
    " (SELECT COUNT(*) FROM change_request WHERE round_id = {round}) WHERE id = {round}",
)
_WRITTEN = (
    "SELECT national_id, first_name_th, birth_date FROM person ORDER BY national_id",
    "SELECT p.national_id, q.national_id, e.request_id, e.relation, e.entitled_from, e.entitled_until, e.version"
    " FROM entitlement e JOIN person p ON p.id = e.person_id JOIN person q ON q.id = e.principal_id ORDER BY e.request_id",
    "SELECT id, status, version FROM change_request ORDER BY id",
    "SELECT verb, object_id FROM audit_event WHERE object_type = 'change_request' ORDER BY CAST(object_id AS INTEGER), verb",
    "SELECT round_id, request_id, agency_id, type, outcome, revision, request_version FROM round_outcome"
    " ORDER BY round_id, request_id",
    "SELECT round_date, round_no, status, effective_count, error_count FROM processing_round WHERE effective_count > 0"
    " ORDER BY 1, 2",
)


def _cursor(url: str) -> Any:
    if url.startswith("sqlite"):
        import sqlite3

        connection: Any = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=NORMAL")
    else:
        import psycopg

        connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
    return connection.cursor()


def apply(url: str) -> None:
    """Carry the oldest planned round of the database at `url`."""
    cursor = _cursor(url)
    cursor.execute("BEGIN")
    cursor.execute("SELECT id FROM processing_round WHERE status = 'PLANNED' ORDER BY scheduled_at LIMIT 1")
    number = cursor.fetchone()[0]
    at = f"(SELECT scheduled_at FROM processing_round WHERE id = {number})"
    for statement in _APPLY:
        cursor.execute(statement.format(round=number, at=at))
    cursor.execute("COMMIT")
    cursor.connection.close()


def digest(url: str) -> str:
    """The number of rows that the round's tables hold, and one word for all of them."""
    cursor, words, count = _cursor(url), hashlib.sha256(), 0
    for query in _WRITTEN:
        for row in cursor.execute(query):
            words.update("|".join(map(str, row)).encode() + b"\n")
            count += 1
    cursor.connection.close()
    return f"{count} {words.hexdigest()[:16]}"


if __name__ == "__main__":
    begun = time.perf_counter()
    apply(sys.argv[1])
    print(f"{time.perf_counter() - begun:.2f} s, {digest(sys.argv[1])}")

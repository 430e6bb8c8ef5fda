"""The floor of an approval of many: the rows it must write, a hundred a transaction, by bare statements through the bare driver.

No law, no look at who may, no hash: `python -m benchmarks.floors.approve_many URL`.
"""

import hashlib
import sys
import time

from benchmarks.floors.round_apply import _cursor

TOGETHER = 100
_APPROVE = (
    "UPDATE change_request SET status = 'APPROVED', round_id = {round}, decided_by_id = {officer}, decided_at = {at},"
    " version = version + 1 WHERE id IN ({ids})",
    "UPDATE request_revision SET outcome = 'APPROVED', decided_by_id = {officer}, decided_at = {at}"
    " WHERE request_id IN ({ids})",
    "INSERT INTO audit_event (at, actor_id, actor_name, verb, object_type, object_id, agency_id, detail)"
    " SELECT {at}, {officer}, 'registrar', 'approve_certification', 'change_request', CAST(id AS VARCHAR(40)), agency_id,"
    " '{{\"revision\": 1}}' FROM change_request WHERE id IN ({ids})",
)
_WRITTEN = (
    "SELECT id, status, version, decided_by_id FROM change_request ORDER BY id",
    "SELECT request_id, outcome, decided_by_id FROM request_revision ORDER BY request_id",
    "SELECT verb, object_id, actor_id FROM audit_event WHERE object_type = 'change_request'"
    " ORDER BY CAST(object_id AS INTEGER), verb",
)


def approve(url: str) -> None:
    """Approve everything that waits in the database at `url` for its planned round, as the officer `registrar`."""
    cursor = _cursor(url)
    cursor.execute("SELECT id FROM processing_round WHERE status = 'PLANNED' ORDER BY scheduled_at LIMIT 1")
    number = cursor.fetchone()[0]
    cursor.execute("SELECT id FROM ab_user WHERE username = 'registrar'")
    officer = cursor.fetchone()[0]
    at = f"(SELECT scheduled_at FROM processing_round WHERE id = {number})"
    cursor.execute("SELECT id FROM change_request WHERE status = 'PENDING_APPROVAL' ORDER BY id")
    ids = [row[0] for row in cursor.fetchall()]
    for start in range(0, len(ids), TOGETHER):
        cursor.execute("BEGIN")
        some = ", ".join(map(str, ids[start : start + TOGETHER]))
        for statement in _APPROVE:
            cursor.execute(statement.format(round=number, officer=officer, at=at, ids=some))
        cursor.execute("COMMIT")
    cursor.connection.close()


def digest(url: str) -> str:
    """How many rows were written, and one word for all of them."""
    cursor, words, count = _cursor(url), hashlib.sha256(), 0
    for query in _WRITTEN:
        for row in cursor.execute(query):
            words.update("|".join(map(str, row)).encode() + b"\n")
            count += 1
    cursor.connection.close()
    return f"{count} {words.hexdigest()[:16]}"


if __name__ == "__main__":
    begun = time.perf_counter()
    approve(sys.argv[1])
    print(f"{time.perf_counter() - begun:.2f} s, {digest(sys.argv[1])}")

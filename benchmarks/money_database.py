"""A nation's receipt claims for the benchmarks of money, made by SQL in either database: `filled` yields its URLs.

Nothing of it is random. Each claim is of one person of `register_database` at his agency; of hundred claims 4 wait, 2 are
approved, 1 came back, 1 is closed and 92 are paid; of each decision and payment stands its ledger entry.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from app.domain.people import HospitalType
from app.models import Hospital, PortalUser
from app.models.base import UtcInstant
from app.models.database import db
from app.models.money_triggers import MONEY_RULES
from app.models.triggers import create_triggers
from app.services import releases
from benchmarks import register_database
from benchmarks.register_database import BEGIN
from benchmarks.rights_database import urls_of

HOSPITALS = 1_000
OFFICER, PAYER, CLERK = 1, 2, 3
_NUMBERS = register_database._NUMBERS
_DAY = register_database._DAY
# Of whom: rights that stand, and of one claim in ten thousand one that ended before its day of service.
_RIGHT = "((i % {persons}) / 20) * 20 + CASE WHEN i % 1000 = 13 THEN 11 ELSE 1 END"
_STATUS = (
    "CASE WHEN i % 100 < 4 THEN 'SUBMITTED' WHEN i % 100 < {approved} THEN 'APPROVED' WHEN i % 100 < 98 AND i % 100 >= {approved}"
    " THEN 'PAID' WHEN i % 100 = 98 THEN 'RETURNED' ELSE 'DENIED' END"
)
_CLAIMS = (
    "INSERT INTO receipt_claim (id, claim_no, status, patient_id, entitlement_id, name_on_receipt, hospital_id, patient_type,"
    " served_on, receipt_no, receipt_key, receipt_on, total, claimable, is_referred, recorded_by_id, recorded_at,"
    " submitted_by_id, submitted_at, approved, decided_by_id, decided_at, reason, paid_by_id, paid_on, transfer_no,"
    " agency_id, version)"
    " {n} SELECT i, 'RC2569-' || i, {status}, t.person_id, t.id, 'นาย ก', i % {hospitals} + 1, 'OP', {day(2025-10-01|i % 400)},"
    " 'R-' || i, 'r-' || i, {day(2025-10-01|i % 400)}, 100000, 90000, FALSE, {clerk}, :at, {clerk}, :at,"
    " CASE WHEN {status} IN ('APPROVED', 'PAID') THEN 90000 END,"
    " CASE WHEN {status} <> 'SUBMITTED' THEN {officer} END, CASE WHEN {status} <> 'SUBMITTED' THEN :at END,"
    " CASE WHEN {status} IN ('RETURNED', 'DENIED') THEN 'AMOUNT_WRONG' END, CASE WHEN {status} = 'PAID' THEN {payer} END,"
    " CASE WHEN {status} = 'PAID' THEN {day(2025-11-01|i % 400)} END, CASE WHEN {status} = 'PAID' THEN 'PR2569-1' END,"
    " {agency}, 1 FROM n JOIN entitlement t ON t.id = " + _RIGHT
)
_ENTRY = (
    "INSERT INTO ledger_entry (claim_id, kind, debit, credit, satang, posted_by_id, posted_at, agency_id)"
    " SELECT id, '{kind}', '{debit}', '{credit}', approved, {user}, :at, agency_id FROM receipt_claim WHERE status IN ({of})"
)
_RECEIPTS = (
    "INSERT INTO claimed_receipt (claim_id, issuer, issuer_key, receipt_no, receipt_key, total, is_further, held, agency_id)"
    " SELECT id, 'H', 'H:' || hospital_id, receipt_no, receipt_key, total, FALSE, status <> 'DENIED', agency_id"
    " FROM receipt_claim"
)
_STATEMENTS = (
    _CLAIMS,
    _RECEIPTS,
    _ENTRY.format(kind="APPROVAL", debit="BENEFITS", credit="OWED", user=OFFICER, of="'APPROVED', 'PAID'"),
    _ENTRY.format(kind="PAYMENT", debit="OWED", credit="BANK", user=PAYER, of="'PAID'"),
)


@contextmanager
def filled(
    kind: str, claims: int, *, approved: int = 6, persons: int | None = None, agency: int | None = None
) -> Iterator[tuple[str, str]]:
    """Both URLs of a fresh database with so many claims; of hundred those from the fifth to the `approved`th are approved.

    `agency` has all of them, where it is given.
    """
    with TemporaryDirectory(prefix="lgo-bench-") as folder, urls_of(kind, Path(folder)) as (url, reads_url):
        db.bind(url, reads_url)
        releases.upgrade()
        with db.writer.begin() as connection:
            register_database.fill(connection, kind, persons or max(claims // 5, 2_000))
            fill(connection, kind, claims, approved, persons or max(claims // 5, 2_000), agency)
        with db.writer.begin() as connection:
            create_triggers(connection)
        with db.engine.connect() as connection:
            vacuum = "VACUUM ANALYZE" if kind == "postgresql" else "ANALYZE"
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(vacuum)
        yield url, reads_url
        db.dispose()


def fill(connection: Any, kind: str, claims: int, approved: int, persons: int, agency: int | None) -> None:
    """Hospitals, three officers, an account for each agency, claims and their ledger, in the open transaction."""
    for name, _timing, table, _condition, _message in MONEY_RULES:  # row by row they would take hours, and find nothing
        on = "" if kind == "sqlite" else f" ON {table}"
        connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}{on}"))
    places = [
        {
            "id": n + 1, "code": f"{10000 + n}", "name_th": f"โรงพยาบาลที่ {n}", "province_code": f"{11 + n % 76}",
            "hospital_type": HospitalType.STATE, "valid_from": date(2000, 1, 1),
        }
        for n in range(HOSPITALS)
    ]  # fmt: skip
    connection.execute(sa.insert(Hospital.__table__), places)
    same = {"first_name": "การเงิน", "last_name": "ทดสอบ", "active": True, "must_change_password": False}
    same |= {"is_demo": False, "account_version": 1}
    users = [
        same | {"id": n, "username": f"money{n}", "email": f"money{n}@example.org"} for n in (OFFICER, PAYER, CLERK)
    ]
    connection.execute(sa.insert(PortalUser.__table__), users)
    at = sa.bindparam("at", BEGIN, UtcInstant)
    connection.execute(sa.text(_ACCOUNTS).bindparams(at))
    for sql in _STATEMENTS:
        while "{day(" in sql:
            first, _, rest = sql.partition("{day(")
            inside, _, rest = rest.partition(")}")
            sql = first + _DAY[kind].format(*inside.split("|")) + rest
        status = _STATUS.replace("{approved}", str(approved))
        numbers = _NUMBERS[kind].format(size=claims)
        for name, value in (
            ("n", numbers), ("status", status), ("hospitals", HOSPITALS), ("persons", persons), ("clerk", CLERK),
            ("officer", OFFICER), ("payer", PAYER), ("agency", agency or "t.agency_id"),
        ):  # fmt: skip
            sql = sql.replace(f"{{{name}}}", str(value))
        connection.execute(sa.text(sql).bindparams(at) if ":at" in sql else sa.text(sql))
    if kind == "postgresql":  # rows came with their numbers
        for table in ("receipt_claim", "hospital", "ab_user"):
            connection.execute(
                sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            )


_ACCOUNTS = (
    "INSERT INTO agency_account (agency_id, bank_code, account_no, account_name, state, proposed_by_id, proposed_at,"
    f" decided_by_id, decided_at) SELECT id, '006', '1112223334', name_th, 'CONFIRMED', {OFFICER}, :at, {PAYER}, :at FROM agency"
)

"""A register full of families for the lists' benchmark, made by SQL in either database: `filled` yields its URLs.

Nothing of it is random: the same rows in every run. One person in 4 is a principal; of their rights one in 20 has ended, one
in 200 is suspended; one request in 100 still waits for somebody.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from app.domain.names import sort_key
from app.models import Agency, Province
from app.models.base import UtcInstant
from app.models.database import db
from app.services import releases
from benchmarks.kept_databases import Databases
from benchmarks.rights_database import urls_of

BEGIN = datetime(2020, 10, 1, 4, tzinfo=UTC)
AGENCIES = 7_848
_FIRST = tuple(
    "สมชาย สมหญิง สมศรี สมบัติ มานะ มานี สุดา สุรชัย สุพรรณี ชูใจ ชูศักดิ์ ปิติ วีระ วีรพงษ์ ดวงแก้ว ดวงใจ เพชร เพ็ญศรี ไพลิน ไพโรจน์ "
    "เสาวลักษณ์ เสน่ห์ ณัฐพงศ์ ณัฐธิดา กมล กาญจนา เกษม แก้วตา ขวัญใจ จันทร์ เจริญ ชัยวัฒน์ ทองดี ธนา ธิดา นภา นิคม บุญมี บุญเลิศ ประเสริฐ "
    "ประภา ปราณี พรทิพย์ พิชัย ภาวินี มณี ยุพา รัตนา เรณู ลำดวน วันดี วิชัย ศิริพร สายใจ สำราญ อนันต์ อรุณ อำนวย โอภาส ไอลดา".split()
)
_SYLLABLES = tuple("ศรี วงศ์ ทอง แก้ว สุข ใจ ดี พงษ์ รัตน์ บุญ มี ชัย เดช กุล ประ เสริฐ".split())
RARE = "เอกอุดมพิเศษ"  # the surname of ten people
# One to the size, and a day so many days after another, once for each database.
_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {size})",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, {size}))",
}
_DAY = {"sqlite": "date('{0}', ({1}) || ' days')", "postgresql": "DATE '{0}' + ({1})"}
# What guards the entries one by one takes long while they are filled in: it is taken off and put back as it was.
_GUARDS = {
    "sqlite": (
        "SELECT name, sql FROM sqlite_master WHERE name IN ('entitlement_own_insert', 'entitlement_same_insert')",
        "DROP TRIGGER {0}",
        "{1}",
    ),
    "postgresql": (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conname IN ('ex_entitlement_own', 'ex_entitlement_same')",
        "ALTER TABLE entitlement DROP CONSTRAINT {0}",
        "ALTER TABLE entitlement ADD CONSTRAINT {0} {1}",
    ),
}


@contextmanager
def filled(kind: str, persons: int, kept: str | None = None) -> Iterator[tuple[str, str]]:
    """Both URLs of a database with `persons` persons, each with a right, a request and its proposal.

    It is a fresh one, or stays for the next time where `kept` says: a folder of its own, or a cluster's URL with {name}.
    """
    with TemporaryDirectory(prefix="lgo-bench-") as folder:
        if kept:
            made = Databases(kind, kept)
            stands = made.stands()
            if not stands:
                made.create()
            place: Any = nullcontext((made.origin, made.origin))
        else:
            stands, place = False, urls_of(kind, Path(folder))
        with place as (url, reads_url):
            db.bind(url, reads_url)
            if not stands:
                _fill(kind, persons)
            yield url, reads_url
            db.dispose()


def _fill(kind: str, persons: int) -> None:
    releases.upgrade()
    with db.writer.begin() as connection:
        fill(connection, kind, persons)
    with db.engine.connect() as connection:
        vacuum = "VACUUM ANALYZE" if kind == "postgresql" else "ANALYZE"
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(vacuum)


def fill(connection: Any, kind: str, persons: int) -> None:
    """All rows, in the open transaction."""
    for name, words in (("first_name", _FIRST), ("surname", _surnames())):
        connection.execute(sa.text(f"CREATE TEMPORARY TABLE {name} (place INTEGER PRIMARY KEY, word TEXT, sort TEXT)"))
        rows = [{"place": n, "word": word, "sort": sort_key(word)} for n, word in enumerate(words)]
        connection.execute(sa.text(f"INSERT INTO {name} (place, word, sort) VALUES (:place, :word, :sort)"), rows)
    provinces = [{"code": f"{11 + n}", "name_th": f"จังหวัด {n}"} for n in range(76)]
    connection.execute(sa.insert(Province.__table__), provinces)
    facts = {"agency_type": "TAO", "valid_from": date(2000, 1, 1), "version": 1, "has_entitlement_rights": True}
    agencies = []
    for n in range(max(min(AGENCIES, persons // 127), 1)):
        province = f"{11 + n % 76}"
        code = {"dla_code": f"05{province}{n:04d}", "province_code": province}
        agencies.append({"id": n + 1, "name_th": f"อบต.ตัวอย่าง {n}"} | code | facts)
    connection.execute(sa.insert(Agency.__table__), agencies)
    which, off, on = _GUARDS[kind]
    guards = connection.exec_driver_sql(which).all()
    for guard in guards:
        connection.exec_driver_sql(off.format(*guard))
    at = sa.bindparam("at", BEGIN, UtcInstant)
    for sql in _ROWS:
        while "{day(" in sql:
            first, _, rest = sql.partition("{day(")
            inside, _, rest = rest.partition(")}")
            sql = first + _DAY[kind].format(*inside.split("|")) + rest
        sql = sql.format(
            n=_NUMBERS[kind].format(size=persons), agencies=len(agencies), tenth=max(persons // 10, 1), sep="\x01"
        )
        connection.execute(sa.text(sql).bindparams(at) if ":at" in sql else sa.text(sql))
    for guard in guards:
        connection.exec_driver_sql(on.format(*guard))
    if kind == "postgresql":  # ids were given, not drawn: who writes next draws the one after them
        for name in ("agency", "person", "change_request", "entitlement"):
            connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")


def _surnames() -> tuple[str, ...]:
    """4,096 surnames of three syllables, and the rare one."""
    made = ["".join(_SYLLABLES[n // 16**power % 16] for power in range(3)) for n in range(4096)]
    return (*made, RARE)


# Families of four share the surname; ten people have the rare one.
_NAMES = (
    "FROM n JOIN first_name f ON f.place = (i * 7 + i / 60) % 60"
    " JOIN surname s ON s.place = CASE WHEN i % {tenth} = 3 THEN 4096 ELSE (i / 4) * 13 % 4096 END"
)
_ID = "'19901' || substr(CAST(10000000 + i AS TEXT), 2) || '0'"
_PRINCIPAL = "(i - 1) / 4 * 4 + 1"
_PRINCIPAL_ID = f"'19901' || substr(CAST(10000000 + {_PRINCIPAL} AS TEXT), 2) || '0'"
_AGENCY = "(i - 1) / 4 % {agencies} + 1"
_RELATION = "CASE i % 4 WHEN 1 THEN 'SELF' WHEN 2 THEN 'SPOUSE' ELSE 'CHILD' END"
_PERSONNEL = "CASE WHEN i % 4 = 1 THEN CASE WHEN i % 40 = 1 THEN 'PENSIONER' ELSE 'TAO_OFFICER' END END"
_WHO = (
    "CASE i % 2 WHEN 0 THEN 'นาย' ELSE 'นาง' END, f.word, '', s.word, {day(1950-01-01|i % 20000)}, 'DAY',"
    " CASE i % 2 WHEN 0 THEN 'M' ELSE 'F' END, '099', f.sort || '{sep}' || s.sort"
)
_WHO_COLUMNS = (
    "title_th, first_name_th, middle_name_th, last_name_th, birth_date, birth_date_precision, sex, nationality_code,"
    " sort_key"
)
_RIGHT = (
    f"{_RELATION}, {_PERSONNEL}, {{day(2000-01-01|i % 7000)}},"
    " CASE WHEN i % 20 = 0 OR i % 200 = 11 THEN {day(2024-01-01|i % 300)} END, 'L1'"
)
_RIGHT_COLUMNS = "relation, personnel_type, entitled_from, entitled_until, sub_inscl"
_STATUS = "CASE WHEN i % 100 = 7 THEN 'PENDING_APPROVAL' WHEN i % 1000 = 9 THEN 'DRAFT' ELSE 'EFFECTIVE' END"
_ROWS = (
    f"INSERT INTO person (id, national_id, {_WHO_COLUMNS}, registry_status, created_at, version)"
    f" {{n}} SELECT i, {_ID}, {_WHO}, 'NEVER', :at, 1 {_NAMES}",
    "INSERT INTO change_request (id, request_no, submission_no, type, status, revision, position, agency_id, version,"
    " recorded_at, submitted_at, effective_at, self_approved, sort_key)"
    f" {{n}} SELECT i, 'R' || i, 'S' || (i / 4), 'CERTIFY_NEW', {_STATUS}, 1, 0, {_AGENCY}, 1, :at, :at,"
    f" CASE WHEN {_STATUS} = 'EFFECTIVE' THEN :at END, FALSE, f.sort || '{{sep}}' || s.sort {_NAMES}",
    f"INSERT INTO proposal (request_id, agency_id, national_id, principal_national_id, {_WHO_COLUMNS}, {_RIGHT_COLUMNS})"
    f" {{n}} SELECT i, {_AGENCY}, {_ID}, {_PRINCIPAL_ID}, {_WHO}, {_RIGHT} {_NAMES}",
    f"INSERT INTO entitlement (id, person_id, principal_id, request_id, agency_id, {_RIGHT_COLUMNS}, registered_at,"
    " effective_at, voided, suspended, version)"
    f" {{n}} SELECT i, i, {_PRINCIPAL}, i, {_AGENCY}, {_RIGHT}, :at, :at, FALSE, i % 200 = 11, 1 FROM n"
    " WHERE i % 100 <> 7 AND i % 1000 <> 9",
)

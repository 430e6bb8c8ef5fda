"""A register full of rights for the look-up's benchmark, on either database, and the numbers to ask for."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from app.domain.national_id import check_digit
from app.models import Agency, ApiToken, ChangeRequest, Entitlement, Person, Province
from app.models.database import db
from app.services import releases

BEGIN = datetime(2020, 10, 1, 4, tzinfo=UTC)
CHUNK = 5_000


def national_id(serial: int) -> str:
    """The number of the benchmark's person `serial`."""
    first = f"19901{serial:07d}"
    return first + str(check_digit(first))


@contextmanager
def filled(kind: str, persons: int, token_hash: str) -> Iterator[tuple[str, str]]:
    """Both URLs of a fresh database holding `persons` persons, each with one own right, and one hospital token."""
    with TemporaryDirectory() as folder, urls_of(kind, Path(folder)) as (url, reads_url):
        db.bind(url, reads_url)
        releases.upgrade()
        with db.writer.begin() as connection:
            fill(connection, persons, token_hash)
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
        db.dispose()
        yield url, reads_url
        db.dispose()


@contextmanager
def urls_of(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """The URLs of an empty register and its reads, on either database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/portal.db", f"sqlite:///{folder}/reads.db"
        return
    from tests import postgres

    with postgres.cluster() as url:
        admin = sa.create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text("CREATE DATABASE portal"))
        admin.dispose()
        yield (url.format(name="portal"),) * 2


def fill(connection: Any, persons: int, token_hash: str) -> None:
    """Write `persons` persons with an own right each, and one hospital token."""

    def insert(kind: Any, rows: list[dict[str, Any]]) -> None:
        connection.execute(sa.insert(kind.__table__), rows)

    insert(Province, [{"code": "11", "name_th": "สมุทรปราการ"}])
    agency = {"dla_code": "04110101", "name_th": "เทศบาลเมืองตัวอย่าง", "agency_type": "TOWN_MUNICIPALITY"}
    insert(Agency, [agency | {"id": 1, "province_code": "11", "valid_from": date(2000, 1, 1)}])
    token = {"token_hash": token_hash, "name": "bench", "hospital_code": "11111", "created_at": BEGIN}
    insert(ApiToken, [token | {"expires_at": datetime(2100, 1, 1, tzinfo=UTC)}])
    people(connection, persons)


def people(connection: Any, persons: int, agency_id: int = 1) -> None:
    """Write `persons` persons, each with an own right at the agency; every tenth right has ended."""

    def insert(kind: Any, rows: list[dict[str, Any]]) -> None:
        connection.execute(sa.insert(kind.__table__), rows)

    for start in range(0, persons, CHUNK):
        serials = range(start + 1, min(start + CHUNK, persons) + 1)
        insert(Person, [_person(serial) for serial in serials])
        insert(ChangeRequest, [_request(serial) | {"agency_id": agency_id} for serial in serials])
        insert(Entitlement, [_right(serial) | {"agency_id": agency_id} for serial in serials])


def _person(serial: int) -> dict[str, Any]:
    names = {"first_name_th": "ทดสอบ", "last_name_th": str(serial), "sex": "M", "created_at": BEGIN}
    return {"id": serial, "national_id": national_id(serial)} | names


def _request(serial: int) -> dict[str, Any]:
    request = {"request_no": f"R{serial}", "submission_no": f"S{serial}", "type": "CERTIFY_NEW", "status": "EFFECTIVE"}
    return request | {"id": serial, "agency_id": 1, "recorded_at": BEGIN, "effective_at": BEGIN}


def _right(serial: int) -> dict[str, Any]:
    ids = {"person_id": serial, "principal_id": serial, "request_id": serial, "agency_id": 1}
    kind = {"relation": "SELF", "personnel_type": "MUNICIPAL_OFFICER", "sub_inscl": "L1"}
    # Every tenth right has ended, so that both answers occur.
    days = {"entitled_from": date(2015, 10, 1), "entitled_until": date(2021, 10, 1) if serial % 10 == 0 else None}
    return ids | kind | days | {"registered_at": BEGIN, "effective_at": BEGIN}


def sample(persons: int, count: int) -> list[str]:
    """`count` numbers to ask for, the same in every run; one in ten belongs to nobody."""
    pick = random.Random(7)
    return [national_id(pick.randint(1, persons + persons // 9)) for _ in range(count)]

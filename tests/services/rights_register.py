"""A register written as rounds leave it: rights with any dates and marks, for tests of what is seen of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.actor import NOTHING, Actor
from app.domain.clock import bangkok_day, real_now
from app.domain.people import AgencyType, Relation, RequestStatus, RequestType, Sex
from app.domain.powers import Power
from app.models import Agency, ChangeRequest, Entitlement, Person, Province, ReadAccess
from app.models.database import db

KEY = "a key for hashing read accesses!"
HOSPITAL = Actor("token:11111", NOTHING, frozenset({Power.LOOKUP_RIGHT}), token_id=None)
TODAY = bangkok_day(real_now())
LONG_AGO = datetime(2020, 10, 1, 4, tzinfo=UTC)
NAMES = ("สมชายผู้ลับ", "ใจดีนามสกุลลับ")


def days(number: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=number)


def agency(code: str = "04110101", name: str = "เทศบาลเมืองตัวอย่าง") -> int:
    """The id of an agency with this code, made on first use."""
    with db.writer.begin() as connection:
        table = Agency.__table__
        found = connection.execute(sa.select(table.c.id).where(table.c.dla_code == code)).scalar()
        if found is not None:
            return int(found)
        province = Province.__table__
        if connection.execute(sa.select(province.c.code).where(province.c.code == "11")).first() is None:
            connection.execute(sa.insert(province).values(code="11", name_th="สมุทรปราการ"))
        values = {"dla_code": code, "name_th": name, "agency_type": AgencyType.TOWN_MUNICIPALITY, "province_code": "11"}
        return int(_insert(connection, Agency, valid_from=date(2000, 1, 1), **values))


def person(national_id: str) -> int:
    """The id of the person with this number, made on first use, with a name that no answer may hold."""
    with db.writer.begin() as connection:
        table = Person.__table__
        found = connection.execute(sa.select(table.c.id).where(table.c.national_id == national_id)).scalar()
        if found is not None:
            return int(found)
        first, last = NAMES
        names = {"first_name_th": first, "last_name_th": last, "sex": Sex.M}
        return int(_insert(connection, Person, national_id=national_id, created_at=LONG_AGO, **names))


def right(national_id: str, *, through: str | None = None, agency_id: int | None = None, **values: Any) -> int:
    """The id of a new right of a person, own or `through` a principal; `values` overwrite its columns."""
    person_id, principal_id = person(national_id), person(through or national_id)
    agency_id = agency_id or agency()
    own = through is None
    given = {
        "relation": Relation.SELF if own else Relation.SPOUSE,
        "personnel_type": "MUNICIPAL_OFFICER" if own else None,
        "entitled_from": days(-400),
        "sub_inscl": "L1" if own else "L2",
        "registered_at": LONG_AGO,
        "effective_at": LONG_AGO,
    } | values
    with db.writer.begin() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(ChangeRequest.__table__)).scalar()
        request_id = _insert(
            connection, ChangeRequest, request_no=f"R{count}", submission_no=f"S{count}", type=RequestType.CERTIFY_NEW,
            status=RequestStatus.EFFECTIVE, effective_at=given["effective_at"], recorded_at=LONG_AGO,
            agency_id=agency_id,
        )  # fmt: skip
        ids = {"person_id": person_id, "principal_id": principal_id, "request_id": request_id, "agency_id": agency_id}
        return int(_insert(connection, Entitlement, **(ids | given)))


def reads() -> list[Any]:
    """Every row of the audit of reads, oldest first."""
    with db.reads.connect() as connection:
        return list(connection.execute(sa.select(ReadAccess.__table__).order_by(ReadAccess.__table__.c.id)))


def lose_the_audit_of_reads() -> None:
    """Make every further write of a read fail, as a full disk or a lost database would."""
    with db.reads.begin() as connection:
        connection.execute(sa.text("ALTER TABLE read_access RENAME TO read_access_gone"))


def _insert(connection: Any, kind: Any, **values: Any) -> Any:
    return connection.execute(sa.insert(kind.__table__).values(**values)).inserted_primary_key[0]

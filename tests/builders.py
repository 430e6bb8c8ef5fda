"""Builds agencies, accounts, rounds and decided requests straight in the database, as the verbs would have left them."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.clock import BANGKOK, bangkok_day
from app.domain.national_id import check_digit
from app.domain.people import AgencyType, PersonnelType, Relation, RequestStatus, RequestType, Sex, ToFollow
from app.models import (
    Agency,
    ChangeRequest,
    Entitlement,
    Person,
    PortalUser,
    ProcessingRound,
    Proposal,
    Province,
    RequestEditor,
    RequestRevision,
)
from app.models.database import db
from app.rules.certification import RULES_VERSION
from app.rules.principals import sub_scheme_code
from app.services import frozen_copies
from app.services.clock import set_clock
from app.services.round_inputs import inputs_version
from app.services.transaction import reading

ROBOT = robot("test")
SERVICE_START = date(2010, 10, 1)
_BATCH = 5_000
_numbers = itertools.count(1)


def national_id(serial: int) -> str:
    """A valid number of the made-up registration office 9901."""
    first = f"19901{serial:07d}"
    return first + str(check_digit(first))


def bangkok(text: str) -> datetime:
    """An instant from its Bangkok time, such as 2018-10-01 11:00."""
    return datetime.fromisoformat(text).replace(tzinfo=BANGKOK)


def clock(text: str) -> None:
    """Set the business clock to a Bangkok time; it is kept in whole seconds, so it may stand up to one second later."""
    set_clock(bangkok(text), actor=ROBOT, production=False)


def agency(code: str = "04110101", kind: AgencyType = AgencyType.TOWN_MUNICIPALITY, **values: Any) -> int:
    """The id of the agency with this code, made on first use in province 11."""
    with db.writer.begin() as connection:
        table, province = Agency.__table__, Province.__table__
        found = connection.execute(sa.select(table.c.id).where(table.c.dla_code == code)).scalar()
        if found is not None:
            return int(found)
        if connection.execute(sa.select(province.c.code).where(province.c.code == "11")).first() is None:
            connection.execute(sa.insert(province).values(code="11", name_th="สมุทรปราการ"))
        given = {"dla_code": code, "name_th": f"เทศบาล {code}", "agency_type": kind, "province_code": "11"}
        given |= {"has_entitlement_rights": True, "valid_from": date(2000, 1, 1), "version": 1} | values
        return int(connection.execute(sa.insert(table).values(given).returning(table.c.id)).scalar_one())


def user(name: str, agency_id: int | None = None, **values: Any) -> int:
    """The id of a new account without roles and without a password."""
    table = PortalUser.__table__
    given = {"first_name": name, "last_name": "ทดสอบ", "username": name, "email": f"{name}@example.org", "active": True}
    given |= {"agency_id": agency_id, "must_change_password": False, "is_demo": False, "account_version": 1} | values
    with db.writer.begin() as connection:
        return int(connection.execute(sa.insert(table).values(given).returning(table.c.id)).scalar_one())


def planned_round(text: str) -> int:
    """The id of the round at this Bangkok time (11:00 or 15:00), PLANNED on first use."""
    at, table = bangkok(text), ProcessingRound.__table__
    no = 1 if at.hour == 11 else 2
    values = {"round_date": bangkok_day(at), "round_no": no, "scheduled_at": at, "status": "PLANNED"}
    with db.writer.begin() as connection:
        found = connection.execute(sa.select(table.c.id).where(table.c.scheduled_at == at)).scalar()
        return int(found or connection.execute(sa.insert(table).values(values).returning(table.c.id)).scalar_one())


@dataclass(frozen=True)
class Ask:
    """One request to write; `person` and `principal` are serials of national IDs, `columns` overwrite the proposal's."""

    person: int
    principal: int | None = None
    relation: Relation = Relation.SELF
    entitled_from: date | None = SERVICE_START
    entitled_until: date | None = None
    agency_id: int | None = None
    decided_at: datetime | None = None
    type: RequestType = RequestType.CERTIFY_NEW
    target: int | None = None
    rules_version: str = RULES_VERSION
    columns: dict[str, Any] = field(default_factory=dict)


def family(serial: int, members: int = 3, **values: Any) -> Iterator[Ask]:
    """An official and his family, on consecutive serials: himself, his spouse, then children."""
    yield Ask(serial, **values)
    for place in range(1, members):
        relation = Relation.SPOUSE if place == 1 else Relation.CHILD
        born = date(1982, 5, 1) if place == 1 else date(2012, place, 1)
        columns: dict[str, Any] = {"birth_date": born}
        start = SERVICE_START
        if relation is Relation.CHILD:
            columns |= {"birth_order": place - 1}
            start = max(born, SERVICE_START)
        until = date(2032, place, 1) if relation is Relation.CHILD else None
        yield Ask(serial + place, serial, relation, start, until, columns=columns, **values)


def approved(round_id: int, asks: Iterable[Ask], **values: Any) -> list[int]:
    """Write requests that are approved for the round, with what a decision stores; gives their ids in order."""
    return requests(asks, status=RequestStatus.APPROVED, round_id=round_id, **values)


def requests(asks: Iterable[Ask], *, status: RequestStatus, **values: Any) -> list[int]:
    """Write requests in a state; `values` overwrite columns of change_request. Gives their ids in order."""
    asks, ids = list(asks), []
    home = agency()
    with db.writer.begin() as connection:
        for start in range(0, len(asks), _BATCH):
            some = asks[start : start + _BATCH]
            table = ChangeRequest.__table__
            insert = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
            rows = [_request(ask, home, status) | values for ask in some]
            got = list(connection.execute(insert, rows).scalars())
            proposals = [_proposal(ask, home) | {"request_id": i} for ask, i in zip(some, got, strict=True)]
            connection.execute(sa.insert(Proposal.__table__), proposals)
            ids += got
    _store_inputs(ids)
    return ids


def waiting(asks: Iterable[Ask], recorded_by: int) -> list[int]:
    """Write requests that were submitted with their frozen copies and wait for a decision; gives their ids in order."""
    ids = requests(asks, status=RequestStatus.PENDING_APPROVAL, recorded_by_id=recorded_by, decided_at=None,
                   rules_version=None, inputs_version=None)  # fmt: skip
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        with reading(NATION) as session:
            found = [session.get_one(ChangeRequest, i) for i in some]
            copies = frozen_copies.current_copies(session, found)
            revisions = [
                {"request_id": r.id, "revision": 1, "agency_id": r.agency_id, "frozen": copies[r.id],
                 "sha256": frozen_copies.digest(copies[r.id]), "submitted_by_id": recorded_by, "submitted_at": r.submitted_at}
                for r in found
            ]  # fmt: skip
        editors = [{name: row[name] for name in ("request_id", "revision", "agency_id")} for row in revisions]
        with db.writer.begin() as connection:
            connection.execute(sa.insert(RequestRevision.__table__), revisions)
            connection.execute(sa.insert(RequestEditor.__table__), [row | {"user_id": recorded_by} for row in editors])
    return ids


def _request(ask: Ask, home: int, status: RequestStatus) -> dict[str, Any]:
    number = next(_numbers)
    at = ask.decided_at or bangkok("2018-10-01 09:00")
    return {
        "request_no": f"CR-{number:08d}", "submission_no": f"SB-{ask.principal or ask.person}", "type": ask.type,
        "status": status, "revision": 1, "position": 0, "agency_id": ask.agency_id or home, "version": 1,
        "target_entitlement_id": ask.target, "recorded_at": at - timedelta(hours=1), "submitted_at": at,
        "decided_at": at, "self_approved": False, "rules_version": ask.rules_version,
    }  # fmt: skip


def _proposal(ask: Ask, home: int) -> dict[str, Any]:
    own = ask.relation is Relation.SELF
    is_parent = ask.relation in (Relation.MOTHER, Relation.FATHER)
    kind = PersonnelType.MUNICIPAL_OFFICER
    given: dict[str, Any] = {
        "national_id": national_id(ask.person), "principal_national_id": national_id(ask.principal or ask.person),
        "agency_id": ask.agency_id or home, "relation": ask.relation, "entitled_from": ask.entitled_from,
        "entitled_until": ask.entitled_until, "title_th": "นาย", "first_name_th": f"ชื่อ{ask.person}",
        "middle_name_th": "", "last_name_th": "ทดสอบ", "birth_date": date(1950 if is_parent else 1980, 1, 15),
        "birth_date_precision": "DAY", "sex": Sex.F if ask.relation is Relation.MOTHER else Sex.M, "nationality_code": "099",
        "personnel_type": kind if own else None, "service_start_date": ask.entitled_from if own else None,
        "sub_inscl": sub_scheme_code(kind, ask.relation), "birth_order": None,
        "requested_from": None if own else ask.entitled_from, "to_follow": None if own else ToFollow.FACTS,
    }  # fmt: skip
    return given | ask.columns


def _store_inputs(ids: list[int]) -> None:
    table = ChangeRequest.__table__
    change = sa.update(table).where(table.c.id == sa.bindparam("request")).values(inputs_version=sa.bindparam("sum"))
    for start in range(0, len(ids), _BATCH):
        with reading(NATION) as session:
            sums = inputs_version(session, ids[start : start + _BATCH])
        with db.writer.begin() as connection:
            connection.execute(change, [{"request": i, "sum": total} for i, total in sums.items()])


def outcome(request_id: int) -> tuple[str, str | None, int | None]:
    """Status, round error and conflicting request of a request."""
    table = ChangeRequest.__table__
    with db.engine.connect() as connection:
        query = sa.select(table.c.status, table.c.round_error, table.c.conflict_request_id)
        status, error, rival = connection.execute(query.where(table.c.id == request_id)).one()
    return status.value, error.value if error else None, rival


def rights() -> list[Any]:
    """Entitlement rows with the national IDs of person and principal, in order of both and of their start."""
    e, person, principal = Entitlement.__table__, Person.__table__.alias("p"), Person.__table__.alias("q")
    query = (
        sa.select(e, person.c.national_id, principal.c.national_id.label("principal_national_id"))
        .join(person, person.c.id == e.c.person_id)
        .join(principal, principal.c.id == e.c.principal_id)
        .order_by(principal.c.national_id, person.c.national_id, e.c.relation, e.c.entitled_from)
    )
    with db.engine.connect() as connection:
        return list(connection.execute(query))

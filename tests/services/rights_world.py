"""A small country for random lives of rights: three agencies with their officers, some officials and their families."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor, robot
from app.domain.approval_menus import ApprovalMenu
from app.domain.people import AgencyType, PersonnelType, Relation, RequestStatus, Sex
from app.models import Agency, ChangeRequest, Province
from app.models.database import db
from app.services import change_requests, clerk_desk, jobs, queue_filters
from app.services.clock import business_now, set_clock
from app.services.family_forms import Member
from app.services.invariants import findings
from app.services.queue_filters import QueueFilters
from app.services.rounds import run_due
from app.services.transaction import reading
from tests import builders
from tests.databases import MIGRATED, Filling
from tests.services.carried_families import approve
from tests.services.conftest import _user, family, nid, official, relative

BEGIN = "2018-09-01 09:00"
KINDS = {AgencyType.TOWN_MUNICIPALITY: PersonnelType.MUNICIPAL_OFFICER, AgencyType.TAO: PersonnelType.TAO_OFFICER}
AGENCIES = (
    ("04110101", AgencyType.TOWN_MUNICIPALITY),
    ("06900101", AgencyType.TAO),
    ("04110102", AgencyType.TOWN_MUNICIPALITY),
)
HEADS = (1, 2, 3, 4)
FROM = date(2010, 4, 1)


@dataclass(frozen=True)
class Office:
    """An agency and who works there."""

    agency_id: int
    kind: PersonnelType
    clerks: tuple[Actor, Actor]
    registrars: tuple[Actor, Actor]

    @property
    def officers(self) -> tuple[Actor, ...]:
        return (*self.clerks, *self.registrars)


def _fill() -> None:
    with Session(db.writer) as session:
        for code, name in (("11", "สมุทรปราการ"), ("90", "สงขลา")):
            if session.get(Province, code) is None:
                session.add(Province(code=code, name_th=name))
        session.flush()
        for place, (code, kind) in enumerate(AGENCIES):
            agency = Agency(
                dla_code=code, name_th=f"หน่วยงาน {place}", agency_type=kind, province_code=code[2:4],
                valid_from=date(2000, 1, 1),
            )  # fmt: skip
            session.add(agency)
            session.flush()
            for number in (1, 2):
                _user(session, f"clerk{place}{number}", "personnel_clerk", agency)
                _user(session, f"registrar{place}{number}", "registrar", agency)
        session.commit()
    builders.clock(BEGIN)
    for number, place in ((1, 0), (2, 1), (3, 2), (4, 0)):
        office, known = offices()[place], family_of(number)
        members = [known[name] for name in ("spouse", "child", "youth", "mother")]
        done = change_requests.record(family(head(number, office), *members), actor=office.clerks[0], submit=True)
        approve(done.request_ids, office.registrars[0], note="ตรวจแล้ว")
    forward(0.25)


WORLD = Filling("rights_world", _fill, MIGRATED)


def offices() -> list[Office]:
    """The agencies of the world as they stand in the database that is bound now."""
    from app.domain.actor import Scope, ScopeKind
    from app.domain.roles import powers_of
    from app.models import PortalUser

    with reading(NATION) as session:
        users = {user.username: user.id for user in session.scalars(sa.select(PortalUser))}
        agencies = {agency.dla_code: agency for agency in session.scalars(sa.select(Agency))}

    def actor(name: str, role: str, agency_id: int) -> Actor:
        scope = Scope(ScopeKind.AGENCY, agency_id)
        return Actor(name, scope, powers_of((role,)), user_id=users[name], roles=(role,), agency_id=agency_id)

    found = []
    for place, (code, kind) in enumerate(AGENCIES):
        at = agencies[code].id
        clerks, registrars = (
            (actor(f"{word}{place}1", role, at), actor(f"{word}{place}2", role, at))
            for word, role in (("clerk", "personnel_clerk"), ("registrar", "registrar"))
        )
        found.append(Office(at, KINDS[kind], clerks, registrars))
    return found


def head(number: int, office: Office, since: date = FROM) -> Member:
    """An official: the second is a woman."""
    sex = Sex.F if number == 2 else Sex.M
    born = date(1955, 1, 1) if number == 4 else date(1980, 1, number)
    return official(
        nid(number), first_name_th=f"หัวหน้า{number}", sex=sex, birth_date=born, service_start_date=since,
        personnel_type=office.kind,
    )  # fmt: skip


def family_of(number: int) -> dict[str, Member]:
    """Who may lean on an official: the first two are married to each other and have one child, the third's father is the
    fourth."""
    child = relative(Relation.CHILD, nid(50 if number in (1, 2) else 50 + number), birth_date=date(2012, 1, 1))
    spouse = nid({1: 2, 2: 1}.get(number, 60 + number))
    wife = Sex.M if number == 2 else Sex.F
    born, name = (date(1980, 1, 3 - number), f"หัวหน้า{3 - number}") if number in (1, 2) else (date(1981, 1, 1), "คู่สมรส")
    parent, born_parent, parents_name = nid(70 + number), date(1932 if number == 4 else 1952, 1, 1), "มารดา"
    father = head(4, offices()[0]) if number == 3 else None
    return {
        "spouse": relative(Relation.SPOUSE, spouse, birth_date=born, sex=wife, first_name_th=name),
        "child": child,
        "youth": relative(Relation.CHILD, nid(80 + number), birth_date=date(1998, 11, 1), first_name_th="โตแล้ว"),
        "mother": relative(Relation.MOTHER, parent, birth_date=born_parent, first_name_th=parents_name),
        "late": relative(
            Relation.FATHER, father.national_id if father else nid(90 + number),
            birth_date=father.birth_date if father else date(1931, 1, 1), sex=Sex.M, entitled_from=date(2018, 11, 1),
            first_name_th=father.first_name_th if father else "บิดา",
        ),
    }  # fmt: skip


def forward(days: float) -> None:
    """Some time passes; what fell due runs."""
    set_clock(business_now() + timedelta(days=days), actor=robot("test"), production=False)
    list(run_due())


class Killed(BaseException):
    """What strikes a round between two statements."""


def killed_round(days: float, after: int) -> bool:
    """The same, but the worker dies before its `after`-th statement and another takes the round over; whether it died."""
    set_clock(business_now() + timedelta(days=days), actor=robot("test"), production=False)
    left = [after]

    def strike(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    engine = db.writer
    sa.event.listen(engine, "before_cursor_execute", strike)
    try:
        list(run_due())
    except Killed:
        pass
    finally:
        sa.event.remove(engine, "before_cursor_execute", strike)
    died = left[0] <= 0
    if died:
        from app.domain.clock import real_now

        jobs.recover(real_now() + timedelta(hours=1))
    list(run_due())
    return died


def broken() -> Iterator[str]:
    """Every sentence about the register that does not hold now."""
    with db.engine.connect() as connection:
        yield from (f"{one.invariant.code} {one.examples}" for one in findings(connection) if one.count)
    yield from _queues()
    yield from _moves()


def _queues() -> Iterator[str]:
    """Every open request stands in one queue of its maker and, once sent, in one of its checker."""
    with reading(NATION) as session:
        requests = list(session.scalars(sa.select(ChangeRequest)))
    mine: dict[int, list[str]] = {}
    checks: dict[int, list[str]] = {}
    for office in offices():
        for officer in office.officers:
            desk = clerk_desk.my_work(actor=officer)
            for name, groups in (("to do", desk.to_do), ("waiting", desk.waiting)):
                for item in (item for group in groups for item in group.items):
                    mine.setdefault(item.request_id, []).append(f"{officer.name} {name}")
        for menu in ApprovalMenu:
            query = (
                sa.select(ChangeRequest.id)
                .join(ChangeRequest.proposal)
                .where(*queue_filters.conditions(QueueFilters(menu=menu)))
            )
            with reading(office.registrars[0].scope) as session:
                for request_id in session.scalars(query):
                    checks.setdefault(request_id, []).append(f"{office.agency_id} {menu}")
    for request in requests:
        to_do = request.status in clerk_desk.MINE_TO_DO
        waits = request.status is RequestStatus.PENDING_APPROVAL
        of_maker = [place for place in mine.get(request.id, []) if place.endswith("to do" if to_do else "waiting")]
        makers = {place.split()[0] for place in of_maker}
        if (
            (to_do or waits) != bool(of_maker)
            or len(of_maker) != len(makers)
            or len(mine.get(request.id, [])) != len(of_maker)
        ):
            yield f"{request.request_no} {request.status} is with its maker: {mine.get(request.id)}"
        if (len(checks.get(request.id, [])) == 1) != waits:
            yield f"{request.request_no} {request.status} is with its checker: {checks.get(request.id)}"


_GAP = sa.text("""
    SELECT r.request_no FROM change_request r JOIN entitlement n ON n.request_id = r.id
        JOIN entitlement t ON t.id = r.target_entitlement_id
    WHERE r.type IN ('TRANSFER_IN', 'PENSION') AND r.status = 'EFFECTIVE' AND NOT t.voided AND NOT n.voided
        AND t.ended_by_request_id = r.id AND t.entitled_until <> n.entitled_from""")


# As of the last round: it is what puts the rights of a person in order (spec 4.3, 4.4).
_DAY = "(SELECT date(MAX(run_at), '+7 hours') FROM processing_round WHERE status = 'DONE')"
_RUNS = f"NOT {{0}}.voided AND {{0}}.entitled_from <= {_DAY} AND ({{0}}.entitled_until IS NULL OR {{0}}.entitled_until > {_DAY})"
_USED = f"({{0}}.standby_since IS NULL OR {{0}}.standby_since > {_DAY})"
_ALONE = sa.text(f"""
    SELECT e.id FROM entitlement e WHERE {_RUNS.format("e")} AND NOT {_USED.format("e")} AND NOT EXISTS (
        SELECT 1 FROM entitlement f WHERE f.person_id = e.person_id AND f.id <> e.id AND {_RUNS.format("f")})""")
_TWICE = sa.text(f"""
    SELECT e.id FROM entitlement e JOIN entitlement f ON f.person_id = e.person_id AND f.id > e.id
    WHERE {_RUNS.format("e")} AND {_RUNS.format("f")} AND {_USED.format("e")} AND {_USED.format("f")}""")
# What an official's report ended of his family names that report; what ends on that day by law has a fact that says so.
_UNNAMED = sa.text("""
    SELECT d.id FROM entitlement d JOIN entitlement own ON own.person_id = d.principal_id AND own.relation = 'SELF'
        AND own.agency_id = d.agency_id AND own.entitled_until = d.entitled_until JOIN person p ON p.id = d.person_id
    WHERE NOT d.voided AND NOT own.voided AND d.relation <> 'SELF' AND d.ended_by_request_id IS NULL
        AND own.ended_by_request_id IS NOT NULL AND COALESCE(d.death_date, d.adopted_out_date, d.nikah_date) IS NULL
        AND date(p.birth_date, '+20 years') <> d.entitled_until""")


def _moves() -> Iterator[str]:
    with db.engine.connect() as connection:
        for what, wrong in (("left a gap", _GAP), ("stands by alone", _ALONE), ("is used beside another", _TWICE),
                            ("ends with the official, and by nothing", _UNNAMED)):  # fmt: skip
            yield from (f"{number} {what}" for number in connection.execute(wrong).scalars())

"""The made-up nation: the same from the same seed, whole after a cut, true to the law, and fit to be worked on."""

from dataclasses import replace

import sqlalchemy as sa

from app.domain import names, national_id
from app.domain.actor import NATION, robot
from app.domain.people import AgencyType, RequestStatus
from app.domain.roles import ROLES
from app.models import Agency, ChangeRequest, Entitlement, Person, ProcessingRound, Proposal, RequestRevision
from app.models.database import db
from app.services import approvals, change_requests, frozen_copies, invariants, open_tables, permissions
from app.services.demo import world
from app.services.demo.nation import load, places
from app.services.family_forms import FamilyForm, as_member
from app.services.transaction import reading
from tests import builders

PERSONS, SEED = 700, 7


def nation(**values):
    open_tables.seed_open_tables()
    permissions.sync_roles({name: set() for name in ROLES}, actor=robot("release"))
    return load.load(PERSONS, SEED, production=False, **({"tell": lambda _count: None} | values))


def rows(*queries):
    with db.engine.connect() as connection:
        return [connection.execute(query).all() for query in queries]


def people():
    return rows(
        sa.text("SELECT national_id, first_name_th, last_name_th, sort_key, birth_date, sex FROM person ORDER BY 1"),
        sa.text(
            "SELECT r.request_no, q.national_id, q.principal_national_id, r.type, r.status, r.reason, q.entitled_from,"
            " q.entitled_until, q.birth_order, v.sha256 FROM change_request r JOIN proposal q ON q.request_id = r.id"
            " LEFT JOIN request_revision v ON v.request_id = r.id ORDER BY 1"
        ),
        sa.text(
            "SELECT e.id, p.national_id, g.dla_code, e.entitled_from, e.entitled_until, e.termination_reason, e.version,"
            " o.round_date, o.round_no FROM entitlement e JOIN person p ON p.id = e.person_id"
            " JOIN agency g ON g.id = e.agency_id JOIN change_request r ON r.id = e.request_id"
            " JOIN processing_round o ON o.id = r.round_id ORDER BY 1"
        ),
        sa.text("SELECT verb, object_type, object_id FROM audit_event WHERE object_type = 'submission' ORDER BY id"),
    )


def broken():
    with db.engine.connect() as connection:
        return [found.invariant.code for found in invariants.findings(connection) if found.count]


def cut(count):
    if count:
        raise InterruptedError


def test_the_same_seed_is_the_same_nation_on_both_databases_and_after_a_cut(new_database, monkeypatch):
    monkeypatch.setattr(load, "PERSONS_AT_ONCE", 250)
    seen = []
    for kind in ("sqlite", "postgresql", "sqlite"):
        urls = new_database(kind)
        db.bind(urls.url, urls.reads_url)
        if len(seen) == 2:  # this one is cut off after its first batch, and started again
            try:
                nation(tell=cut)
            except InterruptedError:
                first = len(people()[0])
            assert 250 <= first < PERSONS
            assert broken() == []
            assert first + nation() == len(seen[0][0])
        else:
            assert nation() >= PERSONS
        assert nation() == 0
        assert broken() == []
        seen.append([[tuple(map(str, row)) for row in table] for table in people()])
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0][0]) >= PERSONS


def test_what_is_loaded_has_every_state_and_can_be_worked_on(sqlite_database):
    nation()
    with reading(NATION) as session:
        assert set(session.scalars(sa.select(ChangeRequest.status).distinct())) == set(RequestStatus)
        for person in session.scalars(sa.select(Person)):
            assert national_id.parse(person.national_id) and person.national_id[1:5] == "9901"
            assert int(person.national_id[5:12]) >= 1_000_000
            assert person.sort_key == names.sort_key(f"{person.first_name_th} {person.last_name_th}")
        last = session.scalar(
            sa.select(sa.func.max(ProcessingRound.scheduled_at)).where(ProcessingRound.effective_count > 0)
        )
        pending = session.scalars(
            sa.select(ChangeRequest)
            .where(ChangeRequest.status == RequestStatus.PENDING_APPROVAL)
            .order_by(ChangeRequest.id)
        ).all()
        offices = {request.agency_id: office(session, request.agency_id) for request in pending}
        assert last is not None
    for request in pending:
        (outcome,) = approvals.approve(
            [request.id], actor=offices[request.agency_id].registrar, seen_versions={request.id: request.version}, note="ตรวจแล้ว"
        )  # fmt: skip
        assert outcome.error is None, outcome
    waiting = set(rows(sa.text("SELECT id FROM change_request WHERE status = 'APPROVED'"))[0])
    assert len(waiting) > len(pending)
    world.pass_round()
    after = dict(rows(sa.text("SELECT id, status FROM change_request"))[0])
    assert {after[id_] for (id_,) in waiting} == {"EFFECTIVE"}
    assert broken() == []
    as_verbs_write_him()


def office(session, agency_id):
    agency = session.get_one(Agency, agency_id)
    names_of = {"04110101": ("clerk1", "registrar1"), "06900101": ("clerk_b", "registrar_b")}
    usual = (f"clerk.{agency.dla_code}", f"registrar.{agency.dla_code}")
    return world.office(agency.dla_code, *names_of.get(agency.dla_code, usual))


def as_verbs_write_him():
    """The same official with another number goes through the verbs and a round: the same rows stand everywhere."""
    with reading(NATION) as session:
        request = session.scalars(
            sa.select(ChangeRequest)
            .join(Proposal, Proposal.request_id == ChangeRequest.id)
            .join(Entitlement, Entitlement.request_id == ChangeRequest.id)
            .where(
                Proposal.relation == "SELF", ChangeRequest.status == RequestStatus.EFFECTIVE, Entitlement.version == 1
            )
            .order_by(ChangeRequest.id)
        ).first()
        desk = office(session, request.agency_id)
        member = as_typed(request.proposal, builders.national_id(5))
        loaded = written(request.id)
        for some in session.scalars(sa.select(ChangeRequest).where(ChangeRequest.submitted_at.is_not(None)).limit(60)):
            revision = session.get_one(RequestRevision, (some.id, 1))
            assert frozen_copies.digest(frozen_copies.current_copy(session, some)) == revision.sha256
    sent = change_requests.record(FamilyForm((member,)), actor=desk.clerk, submit=True)
    (id_,) = sent.request_ids
    with reading(NATION) as session:
        version = session.get_one(ChangeRequest, id_).version
    (outcome,) = approvals.approve([id_], actor=desk.registrar, seen_versions={id_: version})
    assert outcome.error is None
    world.pass_round()
    assert written(id_) == loaded


def as_typed(proposal, number):
    return replace(as_member(proposal), national_id=number)


_HIS_OWN = {
    "id", "request_id", "request_no", "submission_no", "national_id", "principal_national_id", "asked_right", "person_id",
    "principal_id", "round_id", "object_id", "at", "frozen", "sha256", "created_at", "detail", "requested_from",
}  # fmt: skip


def written(request_id):
    """What stands in every table about a request, but for what is his own: ids, numbers and instants."""
    found = []
    for query in (
        f"SELECT * FROM change_request WHERE id = {request_id}",
        f"SELECT * FROM proposal WHERE request_id = {request_id}",
        f"SELECT * FROM request_revision WHERE request_id = {request_id}",
        f"SELECT * FROM request_editor WHERE request_id = {request_id}",
        f"SELECT * FROM entitlement WHERE request_id = {request_id}",
        f"SELECT p.* FROM person p JOIN entitlement e ON e.person_id = p.id WHERE e.request_id = {request_id}",
        f"SELECT * FROM audit_event WHERE object_type = 'change_request' AND object_id = '{request_id}' ORDER BY verb",
    ):
        with db.engine.connect() as connection:
            for row in connection.execute(sa.text(query)).mappings():
                values = {k: v for k, v in row.items() if k not in _HIS_OWN and not k.endswith("_at")}
                instants = {k: v is None for k, v in row.items() if k.endswith("_at")}
                found.append(values | instants)
    return found


def test_a_nation_of_a_million_has_every_agency_and_room_for_its_numbers(sqlite_database):
    open_tables.seed_open_tables()
    with reading(NATION) as session:
        provinces = dict(session.execute(sa.text("SELECT code, name_th FROM province")).all())
    made = places.made_up(1_000_000, provinces)
    assert len(made) == len({agency.dla_code for agency in made}) == 7_848
    counts = {kind: sum(agency.agency_type is kind for agency in made) for kind in AgencyType}
    assert counts == places.ALL
    districts = {code for code, _name in places.districts()}
    assert all(agency.dla_code[2:6] in districts and agency.dla_code[2:4] == agency.province_code for agency in made)
    assert len(districts) == 878 and {code[:2] for code in districts} == set(provinces) - {"10"}
    assert load.FIRST_SERIAL + 1_000_000 * load.SERIALS_PER_PERSON < load.LAST_SERIAL

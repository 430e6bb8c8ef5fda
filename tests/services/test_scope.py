"""The session's scope covers every form of ORM query that the portal uses, in each kind of scope (decisions 8, 9)."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, selectinload

from app.domain.actor import ANONYMOUS, NATION, NOTHING, Scope, ScopeKind, acting_as
from app.domain.clock import real_now
from app.domain.errors import NotAllowed
from app.models import ChangeRequest, EvidenceDocument, Person, Proposal, ProvinceRegion
from app.models.database import db
from app.models.entitlement import Entitlement
from app.models.scoping import SCOPE, ScopeMissing
from app.services import change_requests
from app.services.transaction import reading, transaction
from tests.services.conftest import family, nid, official


def days(ahead: int) -> date:
    return real_now().date() + timedelta(days=ahead)


@pytest.fixture
def two_agencies(people):
    for serial, clerk, kind in ((1, people.clerk, "MUNICIPAL_OFFICER"), (2, people.other_clerk, "TAO_OFFICER")):
        change_requests.record(family(official(nid(serial), personnel_type=kind)), actor=clerk, submit=True)
        with Session(db.writer, info={SCOPE: NATION}) as session:
            _spell(session, serial, clerk.agency_id)
            session.commit()
    return people


def _spell(session, serial, agency_id):
    values = {"nid": nid(serial), "agency": agency_id, "serial": serial}
    session.execute(
        sa.text(
            "INSERT INTO person (id, national_id, title_th, first_name_th, middle_name_th, last_name_th, birth_date_precision,"
            " sex, nationality_code, sort_key, registry_status, created_at, version)"
            " VALUES (:serial, :nid, '', 'ก', '', 'ข', 'DAY', 'M', '099', '', 'NEVER', '2026-01-01', 1)"
        ),
        values,
    )
    session.execute(
        sa.text(
            "INSERT INTO entitlement (id, person_id, principal_id, request_id, agency_id, relation, personnel_type,"
            " entitled_from, sub_inscl, registered_at, effective_at, voided, suspended, version) VALUES (:serial, :serial,"
            " :serial, :serial, :agency, 'SELF', 'PENSIONER', '2020-01-01', 'L3', '2026-01-01', '2026-01-01', :no, :no, 1)"
        ),
        values | {"no": False},
    )


def scopes(people):
    return {
        "agency": (Scope(ScopeKind.AGENCY, people.clerk.agency_id), 1),
        "province": (Scope(ScopeKind.PROVINCE, "11"), 1),
        "region": (Scope(ScopeKind.REGION, 6), 1),
        "nation": (NATION, 2),
        "nothing": (NOTHING, 0),
    }


QUERIES = {
    "list": lambda s: s.scalars(sa.select(Entitlement)).all(),
    "columns": lambda s: s.execute(sa.select(Entitlement.id, Entitlement.agency_id)).all(),
    "count": lambda s: range(s.scalar(sa.select(sa.func.count()).select_from(Entitlement))),
    "join": lambda s: s.execute(sa.select(Person.id).join(Entitlement, Entitlement.person_id == Person.id)).all(),
    "person": lambda s: s.scalars(sa.select(Person)).all(),
    "get": lambda s: [row for row in (s.get(Entitlement, 1), s.get(Entitlement, 2)) if row],
    "get person": lambda s: [row for row in (s.get(Person, 1), s.get(Person, 2)) if row],
    "query": lambda s: s.query(Entitlement).filter(Entitlement.voided.is_(False)).all(),
    "alias": lambda s: s.scalars(sa.select(aliased(Entitlement))).all(),
    "joined alias": lambda s: _joined_alias(s),
    "alias beside": lambda s: _alias_beside(s),
    "subquery": lambda s: s.execute(sa.select(sa.select(Entitlement.id).subquery())).all(),
    "union": lambda s: s.execute(sa.union(sa.select(Entitlement.id), sa.select(Entitlement.id))).all(),
    "exists": lambda s: [1] * 2 if s.scalar(sa.select(sa.select(Entitlement.id).where(Entitlement.id == 2).exists()))
    else [1] * len(s.scalars(sa.select(Entitlement.id)).all()),
    "eager": lambda s: [r.proposal for r in s.scalars(sa.select(ChangeRequest).options(selectinload(ChangeRequest.proposal)))],
    "lazy": lambda s: [row.person for row in s.scalars(sa.select(Entitlement))],
    "proposals": lambda s: s.scalars(sa.select(Proposal)).all(),
}  # fmt: skip


def _joined_alias(session):
    other = aliased(Person)
    return session.execute(sa.select(Entitlement.id, other.id).join(other, other.id == Entitlement.principal_id)).all()


def _alias_beside(session):
    """The alias alone decides which rows come back."""
    other = aliased(Entitlement)
    return session.execute(sa.select(other.id).join(Person, Person.id == other.person_id, isouter=True)).all()


@pytest.mark.parametrize("kind", ["agency", "province", "region", "nation", "nothing"])
def test_every_form_of_query_sees_its_scope_only(two_agencies, kind):
    scope, visible = scopes(two_agencies)[kind]
    seen = {}
    for name, query in QUERIES.items():
        with reading(scope) as session:
            seen[name] = len(query(session))
    assert seen == dict.fromkeys(QUERIES, visible)


@pytest.mark.parametrize(
    ("dates", "visible"),
    [
        ({"valid_from": days(-9), "valid_until": None}, 1),
        ({"valid_from": days(-9), "valid_until": days(2)}, 1),
        ({"valid_from": days(-9), "valid_until": days(-1)}, 0),
        ({"valid_from": days(2), "valid_until": None}, 0),
    ],
)
def test_a_province_counts_to_its_region_while_it_belongs_to_it(two_agencies, dates, visible):
    with db.writer.begin() as connection:
        table = ProvinceRegion.__table__
        connection.execute(sa.delete(table))
        connection.execute(sa.insert(table).values(province_code="11", region_no=6, **dates))
    with reading(Scope(ScopeKind.REGION, 6)) as session:
        assert len(session.scalars(sa.select(Entitlement)).all()) == visible


def test_one_scope_after_another_is_not_remembered(two_agencies):
    for agency_id in (two_agencies.clerk.agency_id, two_agencies.other_clerk.agency_id) * 2:
        with reading(Scope(ScopeKind.AGENCY, agency_id)) as session:
            assert session.scalars(sa.select(Entitlement.agency_id)).all() == [agency_id]
            assert session.scalars(sa.select(Person.id)).all() == [
                1 if agency_id == two_agencies.clerk.agency_id else 2
            ]


def test_updates_and_deletes_by_criteria_stay_inside(two_agencies):
    with transaction(two_agencies.clerk) as session:
        done = session.execute(sa.update(Entitlement).values(birth_order=3))
        assert done.rowcount == 1
    with reading(NATION) as session:
        assert session.scalars(sa.select(Entitlement.birth_order).order_by(Entitlement.id)).all() == [3, None]


def test_nobody_raises_and_a_stranger_sees_nothing(two_agencies):
    with Session(db.engine) as session:
        for statement in (
            sa.select(Entitlement),
            sa.select(Person.id),
            sa.select(sa.func.count()).select_from(Proposal),
        ):
            with pytest.raises(ScopeMissing):
                session.execute(statement)
        with acting_as(ANONYMOUS):
            assert session.scalars(sa.select(Entitlement)).all() == []


def test_evidence_is_reached_through_its_uploader_or_a_request(two_agencies):
    with Session(db.writer) as session:
        session.execute(
            sa.text(
                "INSERT INTO evidence_document (id, uploader_agency_id, doc_type, uploaded_at)"
                " VALUES (1, :a, 'BIRTH_CERT', '2026-01-01'), (2, :a, 'HOUSE_REG', '2026-01-01')"
            ),
            {"a": two_agencies.clerk.agency_id},
        )
        session.execute(
            sa.text("INSERT INTO evidence_link (request_id, evidence_id, agency_id) VALUES (2, 2, :b)"),
            {"b": two_agencies.other_clerk.agency_id},
        )
        session.commit()
    with reading(two_agencies.clerk.scope) as session:
        assert session.scalars(sa.select(EvidenceDocument.id).order_by(EvidenceDocument.id)).all() == [1, 2]
    with reading(two_agencies.other_clerk.scope) as session:
        assert session.scalars(sa.select(EvidenceDocument.id)).all() == [2]


def test_a_row_cannot_be_written_into_or_moved_to_another_agency(two_agencies):
    other = two_agencies.other_clerk.agency_id
    with pytest.raises(NotAllowed, match="OUTSIDE_SCOPE"), transaction(two_agencies.clerk) as session:
        session.get_one(Entitlement, 1).agency_id = other
    with pytest.raises(NotAllowed, match="OUTSIDE_SCOPE"), transaction(two_agencies.clerk) as session:
        session.add(
            ChangeRequest(
                request_no="x", submission_no="x", type="CERTIFY_NEW", status="DRAFT", agency_id=other,
                recorded_at=sa.func.now(), proposal=Proposal(national_id=nid(9), principal_national_id=nid(9),
                agency_id=other, first_name_th="x", relation="SELF", entitled_from=date(2020, 1, 1)),
            )
        )  # fmt: skip


def test_whichever_scope_comes_first_in_a_process_the_others_hold(two_agencies):
    """The library reads a criterion once for good: a forked child for each kind that may be the first."""
    kinds = ("agency", "province", "region", "nothing")
    orders = [(first, *(kind for kind in kinds if kind != first)) for first in kinds]
    known = scopes(two_agencies)
    program = _PROGRAM.format(url=db.engine.url.render_as_string(hide_password=False))
    words = [",".join(f"{known[kind][0].kind.value}:{known[kind][0].key}" for kind in order) for order in orders]
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True)
    wanted = [" ".join(str(known[kind][1]) for kind in order) for order in orders]
    assert done.stdout.splitlines() == wanted, done.stderr[-2000:]


_PROGRAM = """
import os
import sys
import sqlalchemy as sa
from app.domain.actor import Scope, ScopeKind
from app.models import Entitlement, EvidenceDocument, Person
from app.models.database import db
from app.services.transaction import reading

def seen(word):
    kind, key = word.split(":")
    key = int(key) if kind in ("AGENCY", "REGION") else key
    with reading(Scope(ScopeKind(kind), None if key == "None" else key)) as session:
        (found,) = {{len(session.scalars(sa.select(cls)).all()) for cls in (Entitlement, Person)}}
        session.scalars(sa.select(EvidenceDocument)).all()
        return found

for words in sys.argv[1:]:
    if os.fork() == 0:
        db.bind("{url}", "sqlite://")
        print(*map(seen, words.split(",")), flush=True)
        os._exit(0)
    os.wait()
"""

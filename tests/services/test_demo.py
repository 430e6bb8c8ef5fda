"""The demo: every state is there, the README's example is entitled, production has none of it."""

import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.clock import real_now
from app.domain.errors import NotAllowed
from app.domain.people import RequestStatus
from app.domain.roles import ROLES
from app.models import ChangeRequest, Entitlement
from app.models.database import db
from app.reports.look_ahead import ComingFilters
from app.services import look_ahead, open_tables, permissions
from app.services.clock import business_now
from app.services.crossings import rights_lookup
from app.services.demo import accounts, seed, world
from app.services.demo.nation import load
from app.services.invariants import findings
from app.services.transaction import reading


def count(kind):
    with reading(NATION) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind))


def prepare():
    open_tables.seed_open_tables()
    permissions.sync_roles({name: set() for name in ROLES}, actor=robot("release"))


def test_the_demo_shows_every_state_once_and_for_good(database):
    prepare()
    assert seed.seed(production=False)
    with reading(NATION) as session:
        assert set(session.scalars(sa.select(ChangeRequest.status).distinct())) == set(RequestStatus)
        reasons = set(session.scalars(sa.select(Entitlement.termination_reason).distinct()))
        assert reasons >= {"RESIGNED_NO_PENSION", "DECEASED", "TRANSFERRED_LGO"}
        assert session.scalar(sa.select(sa.func.count(Entitlement.id)).where(Entitlement.suspended))
    coming = look_ahead.coming(ComingFilters(), actor=world.office(accounts.TOWN, "clerk1", "registrar1").clerk)
    assert any(line.reason == "AGE_OF_MAJORITY" for line in coming.lines)
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []
    (answer,) = rights_lookup.look_up([accounts.EXAMPLE_ID], None, actor=world.BUILDER, hash_key="k" * 32)
    assert answer.entitled
    assert abs((business_now() - real_now()).total_seconds()) < 2
    before = count(ChangeRequest)
    assert not seed.seed(production=False)
    assert count(ChangeRequest) == before


def test_production_has_no_demo(database):
    for verb in (lambda: seed.seed(production=True), lambda: load.load(1, 1, production=True, tell=print)):
        try:
            verb()
        except NotAllowed as refusal:
            assert refusal.code == "DEMO_IN_PRODUCTION"
        else:
            raise AssertionError("made-up people in production")

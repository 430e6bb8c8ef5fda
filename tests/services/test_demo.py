"""The demo: every state is there, the README's example is entitled, a load works on a schema that is only migrated."""

import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.clock import real_now
from app.domain.errors import NotAllowed
from app.domain.people import RequestStatus
from app.domain.roles import ROLES
from app.models import ChangeRequest, Entitlement, Person
from app.models.database import db
from app.services import open_tables, permissions
from app.services.clock import business_now
from app.services.crossings import rights_lookup
from app.services.demo import accounts, load, seed, world
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
    (answer,) = rights_lookup.look_up([accounts.EXAMPLE_ID], None, actor=world.BUILDER, hash_key="k" * 32)
    assert answer.entitled
    assert abs((business_now() - real_now()).total_seconds()) < 2
    before = count(ChangeRequest)
    assert not seed.seed(production=False)
    assert count(ChangeRequest) == before


def test_the_same_seed_loads_the_same_people_in_force(new_database):
    seen = []
    for kind in ("sqlite", "postgresql"):
        urls = new_database(kind)
        db.bind(urls.url, urls.reads_url)
        prepare()
        done = load.load(60, 7, production=False, tell=lambda _count: None)
        assert done >= 60 and count(Entitlement) == done
        with reading(NATION) as session:
            seen.append(session.execute(sa.select(Person.national_id, Person.first_name_th, Person.birth_date)
                                        .order_by(Person.national_id)).all())  # fmt: skip
    assert seen[0] == seen[1]


def test_production_has_no_demo(database):
    for verb in (lambda: seed.seed(production=True), lambda: load.load(1, 1, production=True, tell=print)):
        try:
            verb()
        except NotAllowed as refusal:
            assert refusal.code == "DEMO_IN_PRODUCTION"
        else:
            raise AssertionError("made-up people in production")

"""The registers that benchmarks fill by bare SQL are ones that the portal itself could have: no constraint refuses them."""

import sys
from importlib import import_module

import pytest
import sqlalchemy as sa

from app.models import Entitlement
from app.models.database import db
from app.services import releases
from benchmarks import register_database, rights_database
from benchmarks.__main__ import PATHS
from tests.databases import Filling

PERSONS = 400
UPGRADED = Filling(
    "upgraded", releases.upgrade
)  # as a benchmark finds it: without the tables that an installation opens with


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_lists_register_fits_the_schema_with_its_ended_and_suspended_rights(new_database, kind):
    new_database(kind, UPGRADED).bind()
    with db.writer.begin() as connection:
        register_database.fill(connection, kind, PERSONS)
        suspended = sa.select(sa.func.count()).where(Entitlement.suspended, Entitlement.entitled_until.is_not(None))
        assert connection.execute(suspended).scalar_one() == PERSONS // 200


def test_the_look_ups_register_fits_the_schema(new_database):
    new_database("sqlite", UPGRADED).bind()
    with db.writer.begin() as connection:
        rights_database.fill(connection, PERSONS, "0" * 64)
        assert connection.execute(sa.select(sa.func.count(Entitlement.id))).scalar_one() == PERSONS


@pytest.mark.parametrize("path", PATHS)
def test_every_path_of_the_benchmarks_can_be_measured_by_itself(path, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "benchmarks"]:
        monkeypatch.delitem(sys.modules, name)
    assert callable(import_module(f"benchmarks.{path}").lines)

"""Statements handed to the driver bare, and connections that died in the pool, on both databases."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.domain.people import Relation
from app.models import Entitlement, ReadAccess, dialects
from app.models.database import db
from app.models.prepared import Prepared
from tests.services.conftest import nid
from tests.services.rights_register import lose_the_audit_of_reads, right

_READ = Prepared(sa.insert(ReadAccess.__table__).inline(), ["at", "actor_name", "purpose"])
_AT = datetime(2026, 11, 22, 3, 4, 5, 678, tzinfo=UTC)


def test_rows_come_back_as_through_the_library(database):
    right(nid(1), voided=True, voided_at=_AT)
    table = Entitlement.__table__
    wanted = sa.select(*table.c).where(table.c.relation == Relation.SELF, table.c.voided_at == sa.bindparam("at"))
    with db.engine.connect() as connection:
        (expected,) = connection.execute(wanted, {"at": _AT}).all()
    (found,) = Prepared(wanted).run(db.single, at=_AT)
    assert found._asdict() == expected._asdict()
    assert found.relation is Relation.SELF and found.voided is True and found.voided_at == _AT
    assert Prepared(wanted).run(db.single, at=datetime(2026, 1, 1, tzinfo=UTC)) == []


def test_a_naive_instant_is_refused_as_everywhere(database):
    with pytest.raises(ValueError, match="naive"):
        _READ.run(db.single_reads, at=_AT.replace(tzinfo=None), actor_name="x", purpose="X")


def test_what_was_inserted_is_there_for_every_other_connection_at_once(database):
    with db.reads.connect() as other:
        assert _READ.run(db.single_reads, at=_AT, actor_name="token:1", purpose="X") == []
        assert other.execute(sa.select(ReadAccess.__table__.c.at, ReadAccess.__table__.c.actor_name)).all() == [
            (_AT, "token:1")
        ]


def test_a_statement_that_fails_is_an_error_of_the_library_and_tells_no_values(database):
    lose_the_audit_of_reads()
    with pytest.raises(DBAPIError) as failed:
        _READ.run(db.single_reads, at=_AT, actor_name="สมชายผู้ลับ", purpose="X")
    assert "สมชายผู้ลับ" not in str(failed.value)


def test_a_connection_that_died_while_it_lay_idle_is_not_handed_out(new_database, monkeypatch):
    urls = new_database("postgresql")  # SQLite's connections are files, nobody ends them from outside
    db.bind(urls.url, urls.reads_url)
    monkeypatch.setattr(dialects, "TRUSTED_SECONDS", 0.0)
    mine = sa.text("SELECT pg_backend_pid()")
    with db.engine.connect() as connection:
        before = connection.execute(mine).scalar()
    with db.reads.connect() as other:
        other.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": before})
    with db.engine.connect() as connection:
        assert connection.execute(mine).scalar() != before

"""The columns that came with layers of ends and with promises are filled on the upgrade as rounds fill them today."""

from datetime import date

import sqlalchemy as sa

from app.domain.people import PersonnelType, Relation, TerminationReason, ToFollow
from app.models.database import db
from app.rules.papers import MarriagePaper
from app.rules.told import Told
from app.services import change_requests, releases
from tests.services.carried_families import approve
from tests.services.conftest import family, official, relative
from tests.services.lifecycle_desk import CHILD, FROM, OWN, SPOUSE, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import desk  # noqa: F401 - a fixture

pytest_generate_tests = on_both(frozenset())
BEFORE = "a4c7e2f19b60"
PROMISED = "SELECT id, promised_on FROM entitlement ORDER BY id"
LASTED = "SELECT entitlement_id, request_id, suspended, suspended_until FROM replaced_end ORDER BY 1, 2"


def _run(statement: str) -> list[tuple]:
    with db.writer.begin() as connection:
        found = connection.execute(sa.text(statement))
        return [tuple(row) for row in found] if found.returns_rows else []


def _lived(desk) -> None:  # noqa: F811 - a fixture
    """The wife's papers are owed; moved and home again; suspended, an end over it, and over both the child's own."""
    people = desk.at("2018-09-01 09:00").people
    paper = MarriagePaper.MARRIAGE_CERT_TH
    owed = Told(marriage_paper=paper, marriage_date=date(2010, 2, 14), to_follow=ToFollow.PAPERS)
    members = [
        official(OWN, service_start_date=FROM, birth_date=date(1980, 1, 1)),
        relative(Relation.SPOUSE, SPOUSE, birth_date=date(1981, 1, 1), told=owed),
        relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 1)),
    ]
    approve(change_requests.record(family(*members), actor=people.clerk, submit=True).request_ids, people.registrar)
    desk.at("2018-10-01 09:00").approve(desk.move(date(2018, 10, 1)), people.other_registrar).at("2018-10-01 15:00")
    home = desk.move(date(2018, 11, 1), clerk=people.clerk, personnel_type=PersonnelType.MUNICIPAL_OFFICER)
    desk.approve(home).at("2018-11-01 15:00").approve(desk.end(OWN, None, date(2018, 11, 4))).at("2018-11-04 15:00")
    desk.approve(desk.end(OWN, TerminationReason.RETIRED_LUMP_SUM, date(2018, 12, 1))).at("2018-11-05 15:00")
    desk.approve(desk.end(CHILD, TerminationReason.OTHER, date(2018, 11, 3), text="ศาล")).at("2018-11-06 15:00")


def test_promises_and_lasting_suspensions_are_as_the_rounds_wrote_them(desk):  # noqa: F811 - a fixture
    _lived(desk)
    was = _run(PROMISED), _run(LASTED)
    assert len({day for _, day in was[0]}) > 1 and any(until for *_, until in was[1]), was
    for (name,) in _run("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        _run(f"DROP TRIGGER {name}")
    _run("ALTER TABLE entitlement DROP COLUMN promised_on")
    _run("ALTER TABLE replaced_end DROP COLUMN suspended_until")
    _run(f"UPDATE alembic_version SET version_num = '{BEFORE}'")
    releases.upgrade()
    assert (_run(PROMISED), _run(LASTED)) == was and list(releases.differences()) == []

"""Chunks, the shortcut and a row that the database refuses change nothing in the others' results (decisions 5)."""

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.people import Relation, RequestType, TerminationReason
from app.models.database import db
from app.services import jobs, rounds
from app.services.leases import Lease
from tests.builders import Ask, approved, clock, family, national_id, outcome, planned_round, rights
from tests.services.round_samples import carry_two_rounds
from tests.services.test_rounds import AFTERNOON, EFFECTIVE, MORNING, error, run

_GUARD = {
    "sqlite": [
        "CREATE TRIGGER guard BEFORE UPDATE ON entitlement WHEN OLD.id = {right} BEGIN SELECT RAISE(ABORT, 'guarded'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'guarded' USING ERRCODE = 'check_violation'; END $$",
        "CREATE TRIGGER guard BEFORE UPDATE ON entitlement FOR EACH ROW WHEN (OLD.id = {right}) EXECUTE FUNCTION guard()",
    ],
}
SHORT_OF_LAW = jobs.Handler("tests.services.test_round_chunks:judge_everything", attempts=None)


def judge_everything(payload: dict, lease: Lease) -> None:
    """The round without its shortcut: every request goes through the Python rules."""
    rounds.run(payload, lease, shortcut=False)


@pytest.fixture
def fresh(new_database):
    """Binds the process to a new database of a kind at every call."""

    def bind(kind: str) -> None:
        new_database(kind).bind()

    return bind


@pytest.mark.parametrize(("kind", "seed"), [("sqlite", 1), ("postgresql", 2)])
def test_the_shortcut_changes_no_outcome(fresh, monkeypatch, kind, seed):
    fresh(kind)
    short = carry_two_rounds(seed)
    monkeypatch.setitem(jobs.HANDLERS, "round", SHORT_OF_LAW)
    fresh(kind)
    assert carry_two_rounds(seed) == short
    seen = Counter(row[1] for row in short if row[0] == "ROUND_ERROR")
    assert set(seen) == {
        "CONFLICT", "DEPENDENTS_REMAIN", "OWN_RIGHT_OVERLAP", "PRINCIPAL_NOT_EFFECTIVE", "SAME_RIGHT_OVERLAP",
        "TYPE_AGENCY_MISMATCH",
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "size"), [("sqlite", 1), ("postgresql", 7)])
def test_the_size_of_chunks_changes_no_outcome(fresh, monkeypatch, kind, size):
    fresh(kind)
    whole = carry_two_rounds(3)
    monkeypatch.setattr(rounds, "chunk_sizes", lambda dialect: (size, size))
    fresh(kind)
    assert carry_two_rounds(3) == whole


@pytest.mark.parametrize("broken", [{"sex": None}, {"entitled_from": None}, {"personnel_type": None}])
def test_one_row_that_the_database_refuses_holds_nobody_back(database, broken):
    clock("2018-10-01 10:59")
    asks = [ask for number in range(1, 90, 10) for ask in family(number)]
    bad = Ask(41, columns=broken, decided_at=None)
    ids = approved(planned_round(MORNING), [bad if ask.person == 41 else ask for ask in asks])
    (done,) = run(MORNING)
    own, *leaning = (i for i, ask in zip(ids, asks, strict=True) if 41 in (ask.person, ask.principal))
    assert outcome(own) == error("REFUSED_BY_RULES")
    assert [outcome(i) for i in leaning] == [error("PRINCIPAL_NOT_EFFECTIVE")] * 2
    assert (done.effective_count, done.error_count) == (24, 3)
    assert national_id(41) not in {row.principal_national_id for row in rights()}


def test_a_broken_dependent_leaves_his_family_alone(database):
    clock("2018-10-01 10:59")
    asks = [Ask(1), Ask(2, 1, Relation.SPOUSE, columns={"sex": None}), Ask(3, 1, Relation.MOTHER)]
    own, spouse, mother = approved(planned_round(MORNING), asks)
    run(MORNING)
    assert [outcome(i) for i in (own, spouse, mother)] == [EFFECTIVE, error("REFUSED_BY_RULES"), EFFECTIVE]


def test_what_the_database_refuses_beside_all_checks_goes_back_and_holds_nobody_up(database):
    """Here an end, which no savepoint guards: the round had failed for the nation, at every attempt."""
    clock("2018-10-01 10:59")
    first = approved(planned_round(MORNING), [Ask(1), Ask(2)])
    run(MORNING)
    with db.writer.begin() as connection:
        (guarded, free) = (
            connection.execute(sa.text("SELECT id FROM entitlement WHERE request_id = :id"), {"id": one}).scalar_one()
            for one in first
        )
        for line in _GUARD[db.dialect]:
            connection.execute(sa.text(line.format(right=guarded)))
    clock("2018-10-01 14:59")
    told = {"termination_reason": TerminationReason.RESIGNED_NO_PENSION, "event_date": date(2018, 9, 20)}
    ends = {"type": RequestType.TERMINATE, "entitled_until": date(2018, 9, 20), "columns": told}
    asks = [Ask(number, target=right, **ends) for number, right in ((1, guarded), (2, free))]
    bad, good = approved(planned_round(AFTERNOON), asks)
    run(AFTERNOON)
    assert (outcome(bad), outcome(good)) == (error("REFUSED_BY_RULES"), EFFECTIVE)

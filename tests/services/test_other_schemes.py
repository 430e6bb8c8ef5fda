"""Rights in other schemes on real databases: declared, chosen, loaded from a file, and out of standby in the next round."""

import io
import os
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, Actor, Scope, ScopeKind
from app.domain.errors import BadInput, Conflict, NotAllowed, NotFound
from app.domain.people import EntitlementState, Relation
from app.domain.powers import Power
from app.models import AuditEvent, Entitlement, OtherSchemeRight, SchemeElection, SchemeFile
from app.models.database import db
from app.rules.household import explain
from app.rules.schemes import EntitlementRank, Scheme
from app.services import explanations, jobs, other_schemes, scheme_elections, scheme_files, scheme_redecisions, sweeps
from app.services.crossings.rights_lookup import look_up
from app.services.other_schemes import DeclaredRight
from app.services.rounds import run_due
from app.services.scheme_orders import redecide
from app.services.scheme_redecisions import ROBOT
from app.services.transaction import reading, transaction
from tests import builders
from tests.services import rights_register as register
from tests.services.side_by_side import gate, on_postgresql, outcomes_of

KEY = register.KEY
OFFICIAL, WIFE, MOTHER = builders.national_id(1), builders.national_id(2), builders.national_id(3)
CSMBS = DeclaredRight(Scheme.CSMBS, EntitlementRank.PRIMARY, date(2020, 1, 1))
ADMIN = Actor("admin", NATION, frozenset({Power.MANAGE_AGENCIES}))


@pytest.fixture
def clerk(database, monkeypatch, tmp_path):
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    builders.clock("2026-11-20 09:00")
    home = register.agency()
    register.right(OFFICIAL, entitled_from=date(2015, 1, 1))
    for number, relation in ((WIFE, Relation.SPOUSE), (MOTHER, Relation.MOTHER)):
        register.right(number, through=OFFICIAL, relation=relation, entitled_from=date(2015, 1, 1))
    powers = frozenset({Power.RECORD_REQUEST, Power.VIEW_REGISTER})
    return Actor("clerk", Scope(ScopeKind.AGENCY, home), powers, agency_id=home)


def standby():
    table = Entitlement.__table__
    ids = {register.person(number): number for number in (OFFICIAL, WIFE, MOTHER)}
    with db.engine.connect() as connection:
        found = connection.execute(sa.select(table.c.person_id, table.c.standby_since))
        return {ids[person]: since for person, since in found if since is not None}


def acts():
    table = AuditEvent.__table__
    with db.engine.connect() as connection:
        query = sa.select(table.c.verb).where(table.c.verb.in_(["stand_by", "promote_right"])).order_by(table.c.id)
        return list(connection.execute(query).scalars())


def run_round(at):
    """The round at this time, by the clock alone, with somebody else's approval in it."""
    round_id = builders.planned_round(at)
    builders.approved(round_id, [builders.Ask(int(at[8:10]) + 100)], decided_at=builders.bangkok("2026-11-01 09:00"))
    builders.clock(at)
    assert round_id in [found.id for found in run_due()]


def order_of(number, day):
    hospital = replace(register.HOSPITAL)
    (answer,) = look_up([number], day, actor=hospital, hash_key=KEY)
    return answer


def test_a_declared_right_stands_ours_by_and_the_round_after_its_end_brings_it_back(clerk):
    wife = register.person(WIFE)
    assert order_of(WIFE, None).schemes is None
    made = other_schemes.declare_right(wife, CSMBS, actor=clerk)
    assert standby() == {WIFE: date(2026, 11, 20)}
    schemes = order_of(WIFE, None).schemes
    assert [one.right.scheme for one in schemes.order] == [Scheme.CSMBS]
    assert [(one.right.scheme, one.because.rule.rule_id) for one in schemes.not_used] == [(Scheme.LGO, "MS06")]
    found = other_schemes.desk(wife, actor=clerk, hash_key=KEY)
    assert [right.scheme for right in found.rights] == [Scheme.CSMBS] and found.loaded == {}
    other_schemes.end_declared_right(made, date(2026, 11, 24), actor=clerk)
    run_round("2026-11-23 11:00")
    assert standby() == {WIFE: date(2026, 11, 20)}
    run_round("2026-11-24 11:00")
    assert standby() == {} and acts() == ["stand_by", "promote_right"]
    run_round("2026-11-25 11:00")
    assert acts() == ["stand_by", "promote_right"]


def test_an_election_puts_the_own_right_aside_until_the_first_round_of_october(clerk):
    own = register.person(OFFICIAL)
    other_schemes.declare_right(own, DeclaredRight(Scheme.SSO, EntitlementRank.PRIMARY, date(2020, 1, 1)), actor=clerk)
    assert standby() == {}
    for _ in range(2):  # the second is the same form sent again
        assert scheme_elections.record_election(own, Scheme.SSO, date(2026, 10, 5), actor=clerk)
    with reading(NATION) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SchemeElection)) == 1
    assert standby() == {OFFICIAL: date(2026, 11, 20)}
    laid = explanations.laid_out(own, actor=clerk, hash_key="k")
    assert explain(laid.household, laid.today)[0].state is EntitlementState.STANDBY  # a trial starts from what stands
    run_round("2027-10-01 11:00")
    assert standby() == {}


@on_postgresql
def test_two_choices_at_one_instant_are_one(clerk):
    own = register.person(OFFICIAL)
    other_schemes.declare_right(own, DeclaredRight(Scheme.SSO, EntitlementRank.PRIMARY, date(2020, 1, 1)), actor=clerk)
    made = (Scheme.SSO, date(2026, 10, 5)), (Scheme.LGO, date(2026, 10, 6))
    with gate("scheme_election", waiting=2):
        codes = outcomes_of(*(partial(scheme_elections.record_election, own, *one, actor=clerk) for one in made))
    assert codes == ["", "ELECTION_MADE"]


def test_a_trial_knows_a_right_through_another_principal(clerk):
    second = builders.national_id(4)
    register.right(second, entitled_from=date(2016, 1, 1))
    of_son = register.right(MOTHER, through=second, relation=Relation.MOTHER, entitled_from=date(2016, 1, 1))
    household = explanations.laid_out(register.person(OFFICIAL), actor=clerk, hash_key="k").household
    beside = {one.key: [right.record_id for right in one.others] for one in household.members}
    assert beside == {str(register.person(MOTHER)): [of_son], str(register.person(WIFE)): []}
    assert household.principal.others == ()


def load(lines, as_of):
    content = io.BytesIO("\n".join(lines).encode("utf-8-sig"))
    job = scheme_files.request_load(content, "ก.csv", Scheme.CSMBS, as_of, actor=ADMIN)
    assert jobs.run(job, 1)
    return scheme_files.outcome_of(job)


@pytest.mark.parametrize(
    "rows",
    [[], [f"{WIFE},PRIMARY,2567-10-01,"], [f"{WIFE},PRIMARY,2020-01-01,", "1234,PRIMARY,2020-01-01,"]],
    ids=["empty", "a year of the wrong era", "half of it unreadable"],
)
def test_a_file_that_cannot_be_believed_takes_nothing_from_anybody(clerk, rows):
    heading = "national_id,rank,since,until"
    load([heading, f"{WIFE},PRIMARY,2020-01-01,"], date(2026, 11, 1))
    content = io.BytesIO("\n".join([heading, *rows]).encode())
    job = scheme_files.request_load(content, "ก.csv", Scheme.CSMBS, date(2026, 11, 15), actor=ADMIN)
    jobs.run(job, 1)
    refused = scheme_files.outcome_of(job)
    assert refused.loaded_at is None
    assert scheme_files.failed(scheme_files.recent(actor=ADMIN)) == {refused.id: "SCHEME_FILE_UNREADABLE"}
    (left,) = scheme_files._folder().iterdir()
    scheme_files.sweep()
    assert left.exists()  # an hour is left to whoever has just kept one
    os.utime(left, times=(1, 1))
    scheme_files.sweep()
    assert not left.exists()
    assert standby() == {WIFE: date(2026, 11, 20)}


def test_a_file_that_waits_for_its_job_is_not_swept(clerk):
    content = io.BytesIO(f"national_id,since\n{WIFE},2020-01-01".encode())
    scheme_files.request_load(content, "ก.csv", Scheme.CSMBS, date(2026, 11, 1), actor=ADMIN)
    (kept,) = scheme_files._folder().iterdir()
    os.utime(kept, times=(1, 1))
    sweeps.sweep()
    assert kept.exists()


def test_an_older_file_does_not_undo_a_newer_one(clerk):
    load(["national_id,since", f"{WIFE},2020-01-01"], date(2026, 11, 15))
    with pytest.raises(BadInput, match="SCHEME_FILE_OLDER"):
        load(["national_id,since", f"{MOTHER},2020-01-01"], date(2026, 11, 1))


def test_a_file_is_matched_with_the_register_alone_and_what_left_it_ends(clerk):
    rows = ["national_id,rank,since,until", f"{WIFE},PRIMARY,2020-01-01,", f"{builders.national_id(900)},PRIMARY,2020-01-01,",
            f"{MOTHER},PRIMARY,2019-01-01,2019-06-01", "1234,PRIMARY,2020-01-01,"]  # fmt: skip
    rows += [f"{builders.national_id(901 + n)},PRIMARY,2020-01-01," for n in range(6)]
    found = load(rows, date(2026, 11, 1))
    assert (found.row_count, found.refused_count, found.matched_count) == (10, 1, 2) and found.loaded_at
    assert standby() == {WIFE: date(2026, 11, 20)}
    assert order_of(MOTHER, None).loaded == ("CSMBS",)
    found = load(rows[:1] + rows[3:4], date(2026, 11, 15))
    assert found.matched_count == 2 and standby() == {}
    with db.engine.connect() as connection:
        table = OtherSchemeRight.__table__
        kept = connection.execute(sa.select(table.c.person_id, table.c.until).order_by(table.c.person_id)).all()
    assert sorted(kept) == sorted(
        [(register.person(WIFE), date(2026, 11, 15)), (register.person(MOTHER), date(2019, 6, 1))]
    )
    assert not list((scheme_files._folder()).iterdir())


def test_who_may_not_and_what_cannot_be_recorded(clerk):
    wife = register.person(WIFE)
    nobody, stranger = replace(clerk, powers=frozenset()), replace(clerk, scope=Scope(ScopeKind.AGENCY, 999))
    with pytest.raises(NotAllowed):
        other_schemes.declare_right(wife, CSMBS, actor=nobody)
    with pytest.raises(NotAllowed):
        scheme_files.request_load(io.BytesIO(b""), "x", Scheme.SSO, date(2026, 1, 1), actor=clerk)
    for verb in (
        lambda: other_schemes.declare_right(wife, CSMBS, actor=stranger),
        lambda: scheme_elections.record_election(wife, Scheme.SSO, date(2026, 10, 1), actor=stranger),
        lambda: other_schemes.desk(wife, actor=stranger, hash_key=KEY),
    ):
        with pytest.raises(NotFound):
            verb()
    made = other_schemes.declare_right(wife, CSMBS, actor=clerk)
    with pytest.raises(NotFound):
        other_schemes.end_declared_right(made, date(2027, 1, 1), actor=stranger)
    with pytest.raises(Conflict):
        other_schemes.declare_right(wife, CSMBS, actor=clerk)
    for wrong, code in (
        (replace(CSMBS, scheme=Scheme.LGO), "SCHEME_IS_OURS"),
        (replace(CSMBS, until=CSMBS.since), "PERIOD_EMPTY"),
        (replace(CSMBS, rank=EntitlementRank.SECONDARY), "REQUIRED"),
    ):
        with pytest.raises(BadInput) as refused:
            other_schemes.declare_right(wife, wrong, actor=clerk)
        assert refused.value.code == code
    with pytest.raises(BadInput):
        scheme_files.request_load(io.BytesIO(b"name,id\n"), "x", Scheme.SSO, date(2026, 1, 1), actor=ADMIN)
    with db.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(SchemeFile.__table__)).scalar() == 0


def test_the_shortcut_of_a_file_changes_no_outcome(clerk, monkeypatch):
    """Everybody with one right and one beside it: whom the file does not look at stands as if it had."""
    people = []
    for number, scheme in enumerate(other_schemes.DECLARABLE, start=20):
        who, husband = builders.national_id(2 * number), builders.national_id(2 * number + 1)
        register.right(who, entitled_from=date(2015, 1, 1))
        register.right(husband, through=who, entitled_from=date(2015, 1, 1))
        people += [(scheme, who), (scheme, husband)]

    def outcome():
        table = Entitlement.__table__
        with db.engine.connect() as connection:
            return sorted(connection.execute(sa.select(table.c.id, table.c.standby_since.is_not(None))).all())

    def load_all(day):
        for scheme in other_schemes.DECLARABLE:
            lines = ["national_id,since", *(f"{who},2020-01-01" for of, who in people if of is scheme)]
            content = io.BytesIO("\n".join(lines).encode())
            assert jobs.run(scheme_files.request_load(content, "x.csv", scheme, day, actor=ADMIN), 1)

    load_all(date(2026, 11, 1))
    quick = outcome()
    # Of pensioners of the civil service the own right stands by, of seven schemes the family's.
    assert sum(stands_by for _id, stands_by in quick) == 1 + 7
    ids = [register.person(who) for _scheme, who in people]
    with transaction(ROBOT) as session:
        assert redecide(session, ids, date(2026, 11, 20), actor=ROBOT) == 0
    seen = []

    def noted(session, some, day, *, actor):
        seen.extend(some)
        return redecide(session, some, day, actor=actor)

    monkeypatch.setattr(scheme_redecisions, "redecide", noted)  # the real one, told of
    load_all(date(2026, 11, 2))
    assert seen == []


@pytest.mark.parametrize(
    ("heading", "wrong"),
    [
        ("national_id,from", "since, “from”"),
        ("เลข,since", "national_id, “เลข”"),
        ("national_id,since,a,b,c,d,e,f", "“a”, “b”, “c”, “d”, “e”"),
        (f"national_id,since,{'ก' * 60}", f"“{'ก' * 40}”"),
    ],
)
def test_a_heading_that_is_refused_names_the_columns_that_are_wrong(clerk, heading, wrong):
    with pytest.raises(BadInput, match="SCHEME_FILE_HEADING") as refused:
        scheme_files.request_load(io.BytesIO(heading.encode()), "ก.csv", Scheme.CSMBS, date(2026, 11, 1), actor=ADMIN)
    assert refused.value.facts["wrong"] == wrong

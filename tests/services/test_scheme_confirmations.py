"""A declaration that touches rights of another agency waits for the registrar who answers for them (docs/schemes.md)."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.errors import BadInput, NotAllowed, NotFound, Refused
from app.domain.people import Relation
from app.domain.powers import Power
from app.models import SchemeElection
from app.models.database import db
from app.rules.schemes import EntitlementRank, Scheme
from app.services import other_schemes, scheme_confirmations, scheme_elections
from app.services.other_schemes import DeclaredRight
from tests import builders
from tests.services import rights_register as register
from tests.services.test_other_schemes import CSMBS, KEY, OFFICIAL, WIFE, order_of, run_round

SSO = DeclaredRight(Scheme.SSO, EntitlementRank.PRIMARY, date(2020, 1, 1))
PENSION = replace(CSMBS, scheme=Scheme.CSMBS_PENSION)
RECORD = frozenset({Power.RECORD_REQUEST, Power.VIEW_REGISTER})
AS_BEFORE = ("ACTIVE", "STANDBY", None)  # her own right before the family's (MS07)
BEGUN = {"entitled_from": date(2015, 1, 1)}


def officer(agency_id, *more):
    return Actor("officer", Scope(ScopeKind.AGENCY, agency_id), RECORD | {*more}, agency_id=agency_id)


@pytest.fixture
def desks(database):
    """The wife is an official at one agency and the wife of one at another; clerk and registrar of both."""
    builders.clock("2026-11-20 09:00")
    family, own = register.agency(), register.agency("04110102")
    register.right(OFFICIAL, **BEGUN)
    register.right(WIFE, through=OFFICIAL, **BEGUN)
    register.right(WIFE, agency_id=own, **BEGUN)
    return {
        "clerk": officer(family), "registrar": officer(family, Power.APPROVE_CERTIFICATION),
        "own_clerk": officer(own), "own_registrar": officer(own, Power.APPROVE_CERTIFICATION),
    }  # fmt: skip


def used():
    """The state of each of her rights for a hospital, her own one first, and what is known of other schemes."""
    answer = order_of(WIFE, None)
    states = {right.relation: right.state.value for right in answer.order}
    schemes = answer.schemes and [(one.right.scheme.value, one.use.value) for one in answer.schemes.order]
    return states[Relation.SELF], states[Relation.SPOUSE], schemes


def test_one_clerk_does_not_put_the_own_right_at_another_agency_aside(desks):
    wife = register.person(WIFE)
    right = other_schemes.declare_right(wife, PENSION, actor=desks["clerk"])
    assert used() == AS_BEFORE
    assert other_schemes.desk(wife, actor=desks["clerk"], hash_key=KEY).waits
    run_round("2026-11-21 11:00")
    assert used() == AS_BEFORE
    assert scheme_confirmations.waiting(actor=desks["registrar"]) == []  # the other agency answers for her
    for actor, refused in (("clerk", NotAllowed), ("registrar", Refused), ("own_clerk", NotAllowed)):
        with pytest.raises(refused):
            scheme_confirmations.confirm(wife, actor=desks[actor])
    assert not other_schemes.desk(wife, actor=desks["registrar"], hash_key=KEY).can_confirm
    assert [one.person_id for one in scheme_confirmations.waiting(actor=desks["own_registrar"])] == [wife]
    assert other_schemes.desk(wife, actor=desks["own_registrar"], hash_key=KEY).can_confirm
    assert scheme_confirmations.confirm(wife, actor=desks["own_registrar"]) == 1
    assert used() == ("STANDBY", "STANDBY", [("CSMBS_PENSION", "FULL")])
    assert scheme_confirmations.waiting(actor=desks["own_registrar"]) == []
    assert scheme_confirmations.confirm(wife, actor=desks["own_registrar"]) == 0
    with pytest.raises(Refused, match="SCHEME_NEEDS_REGISTRAR"):
        other_schemes.end_declared_right(right, date(2027, 1, 1), actor=desks["clerk"])
    other_schemes.end_declared_right(right, date(2027, 1, 1), actor=desks["own_registrar"])


def test_a_choice_waits_too_and_the_registrar_of_the_own_right_tells_at_once(desks):
    wife = register.person(WIFE)
    other_schemes.declare_right(wife, SSO, actor=desks["own_registrar"])
    order = [("LGO", "FULL"), ("SSO", "PRIVATE_PROVIDERS")]
    assert used() == ("ACTIVE", "STANDBY", order)
    scheme_elections.record_election(wife, Scheme.SSO, date(2026, 10, 5), actor=desks["clerk"])
    assert used() == ("ACTIVE", "STANDBY", order)
    scheme_confirmations.confirm(wife, actor=desks["own_registrar"])
    assert used() == ("STANDBY", "ACTIVE", [("SSO", "FULL"), ("LGO", "TOP_UP_LIST")])


def test_who_has_no_own_right_here_is_answered_for_by_any_agency_that_holds_one(database):
    builders.clock("2026-11-20 09:00")
    one, other, third = register.agency(), register.agency("04110102"), register.agency("04110103")
    child, mother = builders.national_id(7), builders.national_id(8)
    register.right(OFFICIAL, **BEGUN)
    register.right(mother, agency_id=other, **BEGUN)
    register.right(child, through=OFFICIAL, relation=Relation.CHILD, **BEGUN)
    register.right(child, through=mother, relation=Relation.CHILD, agency_id=other, **BEGUN)
    who = register.person(child)
    right = other_schemes.declare_right(who, CSMBS, actor=officer(one))
    assert [r.state.value for r in order_of(child, None).order] == ["ACTIVE", "STANDBY"]
    other_schemes.end_declared_right(
        right, date(2027, 1, 1), actor=officer(one)
    )  # what does not count yet may be mended
    stranger = officer(third, Power.APPROVE_CERTIFICATION)
    with pytest.raises(NotFound):
        scheme_confirmations.confirm(who, actor=stranger)
    assert scheme_confirmations.waiting(actor=stranger) == []
    assert scheme_confirmations.confirm(who, actor=officer(one, Power.APPROVE_CERTIFICATION)) == 1
    assert {r.state.value for r in order_of(child, None).order} == {"STANDBY"}


def test_what_was_told_beside_a_request_counts_where_the_own_right_is_and_tops_up_in_the_look_up(desks):
    own, spouse = builders.national_id(11), builders.national_id(12)
    register.right(own, **BEGUN)
    register.right(spouse, through=own, declared_scheme=Scheme.SSO, **BEGUN)
    answer = order_of(spouse, None)
    assert [right.state.value for right in answer.order] == ["ACTIVE"]
    assert [(u.right.scheme.value, u.use.value) for u in answer.schemes.order] == [
        ("SSO", "FULL"), ("LGO", "TOP_UP_LIST")
    ]  # fmt: skip
    assert [u.because.rule.rule_id for u in answer.schemes.order if u.because] == ["MS02"]
    register.right(spouse, agency_id=register.agency("04110102"), **BEGUN)  # an official herself, elsewhere
    assert [u.right.scheme.value for u in order_of(spouse, None).schemes.order] == ["LGO"]


def test_a_choice_is_taken_back_before_it_binds_and_another_one_made(desks):
    wife = register.person(WIFE)
    other_schemes.declare_right(wife, SSO, actor=desks["own_registrar"])
    scheme_elections.record_election(wife, Scheme.SSO, date(2026, 10, 5), actor=desks["own_registrar"])
    assert used()[0] == "STANDBY"
    with pytest.raises(Refused, match="ELECTION_MADE"):
        scheme_elections.record_election(wife, Scheme.LGO, date(2026, 10, 6), actor=desks["own_registrar"])
    (choice,) = other_schemes.desk(wife, actor=desks["own_registrar"], hash_key=KEY).elections
    with pytest.raises(Refused, match="SCHEME_NEEDS_REGISTRAR"):
        scheme_elections.withdraw_election(choice.id, "กรอกผิด", actor=desks["clerk"])
    for reason, code in (("  ", "REQUIRED"), ("ก" * 501, "TOO_LONG")):
        with pytest.raises(BadInput, match=code):
            scheme_elections.withdraw_election(choice.id, reason, actor=desks["own_registrar"])
    scheme_elections.withdraw_election(choice.id, "กรอกผิด", actor=desks["own_registrar"])
    assert used()[0] == "ACTIVE"
    with pytest.raises(NotFound):
        scheme_elections.withdraw_election(choice.id, "อีกครั้ง", actor=desks["own_registrar"])
    (kept,) = other_schemes.desk(wife, actor=desks["own_registrar"], hash_key=KEY).elections
    assert (kept.withdrawn_reason, kept.scheme) == ("กรอกผิด", Scheme.SSO) and kept.withdrawn_at is not None
    scheme_elections.record_election(wife, Scheme.LGO, date(2026, 10, 6), actor=desks["own_registrar"])
    assert [one.scheme for one in other_schemes.desk(wife, actor=desks["own_registrar"], hash_key=KEY).elections] == [
        Scheme.SSO, Scheme.LGO,
    ]  # fmt: skip


def test_a_choice_that_binds_stays_and_one_that_waits_may_be_taken_back_at_any_time(desks):
    wife = register.person(WIFE)
    other_schemes.declare_right(wife, SSO, actor=desks["own_registrar"])
    scheme_elections.record_election(wife, Scheme.SSO, date(2026, 10, 5), actor=desks["clerk"])
    (choice,) = other_schemes.desk(wife, actor=desks["clerk"], hash_key=KEY).elections
    _recorded(choice.id, "2026-10-06 09:00")
    scheme_elections.withdraw_election(choice.id, "กรอกผิด", actor=desks["clerk"])
    assert scheme_confirmations.confirm(wife, actor=desks["own_registrar"]) == 0, "what was taken back waits no more"
    scheme_elections.record_election(wife, Scheme.SSO, date(2026, 10, 7), actor=desks["own_registrar"])
    binding = other_schemes.desk(wife, actor=desks["own_registrar"], hash_key=KEY).elections[-1]
    _recorded(binding.id, "2026-10-31 09:00")
    with pytest.raises(Refused, match="ELECTION_BINDS"):
        scheme_elections.withdraw_election(binding.id, "เปลี่ยนใจ", actor=desks["own_registrar"])


def _recorded(election_id, at):
    table = SchemeElection.__table__
    with db.writer.begin() as connection:
        connection.execute(sa.update(table).where(table.c.id == election_id).values(recorded_at=builders.bangkok(at)))

"""What a round makes of approved requests, on both databases (decisions 1, 4, 5)."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.people import AgencyType, PersonnelType, Relation, RequestType, RoundStatus
from app.models import Agency, AuditEvent, ChangeRequest, Person
from app.models.database import db
from app.services import rounds
from tests.builders import (
    Ask,
    agency,
    approved,
    bangkok,
    clock,
    family,
    national_id,
    outcome,
    planned_round,
    rights,
)  # fmt: skip

MORNING, AFTERNOON = "2018-10-01 11:00", "2018-10-01 15:00"
EFFECTIVE = ("EFFECTIVE", None, None)
SPOUSE, MOTHER, CHILD = Relation.SPOUSE, Relation.MOTHER, Relation.CHILD


def error(code: str, rival: int | None = None) -> tuple[str, str, int | None]:
    return ("ROUND_ERROR", code, rival)


def run(text: str) -> Any:
    """Run what is due at this Bangkok time, through job rows, in this process."""
    clock(text)
    return list(rounds.run_due())


def in_round(*asks: Ask, at: str = MORNING) -> list[int]:
    """Approve requests for a round and run it on time; gives the ids of the requests."""
    clock(at.replace(":00", ":59").replace("11", "10").replace("15", "14"))
    ids = approved(planned_round(at), asks)
    run(at)
    return ids


def later(minutes: int) -> Any:
    return bangkok("2018-10-01 09:00") + timedelta(minutes=minutes)


def column(table: Any, name: str, **where: Any) -> list[Any]:
    with db.engine.connect() as connection:
        query = sa.select(table.__table__.c[name]).filter_by(**where).order_by(table.__table__.c.id)
        return list(connection.execute(query).scalars())


def change(table: Any, row: int, **values: Any) -> None:
    """Change a row as a verb would, with its version."""
    stored = table.__table__
    with db.writer.begin() as connection:
        values |= {"version": stored.c.version + 1}
        connection.execute(sa.update(stored).where(stored.c.id == row).values(**values))


def test_a_family_becomes_effective_at_the_scheduled_instant(database):
    ids = in_round(*family(1, 4))
    assert [outcome(i) for i in ids] == [EFFECTIVE] * 4
    rows = rights()
    assert [(r.national_id, r.relation.value) for r in rows] == [
        (national_id(1), "SELF"), (national_id(2), "SPOUSE"), (national_id(3), "CHILD"), (national_id(4), "CHILD")
    ]  # fmt: skip
    assert {(r.effective_at, r.registered_at, r.principal_national_id) for r in rows} == {
        (bangkok(MORNING), bangkok(MORNING), national_id(1))
    }
    assert [r.sub_inscl for r in rows] == ["L1", "L2", "L2", "L2"]
    assert rows[2].entitled_until == date(2032, 2, 1)
    assert rows[2].birth_order == 1
    assert column(ChangeRequest, "version") == [2] * 4
    assert column(ChangeRequest, "effective_at") == [bangkok(MORNING)] * 4
    assert column(AuditEvent, "object_id", verb="make_effective") == [str(i) for i in ids]
    assert column(Person, "first_name_th", national_id=national_id(2)) == ["ชื่อ2"]


def test_the_round_says_what_it_carried(database):
    clock("2018-10-01 10:59")
    approved(planned_round(MORNING), [*family(1), Ask(9, 8, SPOUSE)])
    (done,) = run(MORNING)
    assert (done.status, done.effective_count, done.error_count) == (RoundStatus.DONE, 3, 1)
    assert done.run_at == bangkok(MORNING)
    assert column(AuditEvent, "detail", verb="refuse_in_round") == [
        {"round": done.id, "error": "PRINCIPAL_NOT_EFFECTIVE"}
    ]


def test_a_round_runs_once(database):
    in_round(*family(1))
    assert run("2018-10-01 11:20") == []
    assert len(rights()) == 3


def test_a_late_round_is_effective_when_it_runs_and_a_rerun_keeps_it(database):
    clock("2018-10-01 10:59")
    approved(planned_round(MORNING), family(1))
    (done,) = run("2018-10-01 14:10")
    assert bangkok("2018-10-01 14:10") <= done.run_at < bangkok("2018-10-01 14:11")
    assert {r.effective_at for r in rights()} == {done.run_at}
    assert done.scheduled_at == bangkok(MORNING)


# --- several requests on one right ---------------------------------------------------------------------------------------


def test_of_two_own_rights_that_overlap_the_first_decided_wins(database):
    second, first = in_round(Ask(1, decided_at=later(5)), Ask(1, decided_at=later(1)))
    assert (outcome(first), outcome(second)) == (EFFECTIVE, error("CONFLICT", first))


def test_equal_instants_are_ordered_by_the_request(database):
    first, second = in_round(Ask(1), Ask(1))
    assert (outcome(first), outcome(second)) == (EFFECTIVE, error("CONFLICT", first))


def test_a_loser_no_longer_stands_in_the_way_of_others(database):
    day = [date(2011, 1, 1), date(2012, 1, 1), date(2013, 1, 1), date(2014, 1, 1)]
    a, b, c = in_round(
        Ask(1, None, Relation.SELF, day[0], day[2], decided_at=later(1)),
        Ask(1, None, Relation.SELF, day[1], day[3], decided_at=later(2)),
        Ask(1, None, Relation.SELF, day[2], None, decided_at=later(3)),
    )
    assert [outcome(i) for i in (a, b, c)] == [EFFECTIVE, error("CONFLICT", a), EFFECTIVE]


def test_the_same_dependent_right_twice_is_a_conflict_but_another_relation_or_principal_is_not(database):
    _, _, one, two, other_relation, other_principal = in_round(
        Ask(1), Ask(5), Ask(2, 1, SPOUSE), Ask(2, 1, SPOUSE), Ask(2, 1, MOTHER), Ask(2, 5, SPOUSE)
    )
    assert outcome(two) == error("CONFLICT", one)
    assert [outcome(i) for i in (one, other_relation, other_principal)] == [EFFECTIVE] * 3


def test_own_right_beside_dependent_right_is_no_conflict(database):
    ids = in_round(Ask(1), Ask(2, 1, SPOUSE), Ask(2))
    assert [outcome(i) for i in ids] == [EFFECTIVE] * 3
    assert column(Person, "national_id") == [national_id(1), national_id(2)]


def test_standing_rights_keep_overlapping_ones_out_and_let_touching_ones_in(database):
    until = date(2020, 1, 1)
    in_round(Ask(1, entitled_until=until), Ask(2, 1, SPOUSE, entitled_until=until))
    own, spouse, next_own, next_spouse = in_round(
        Ask(1, None, Relation.SELF, until - timedelta(days=1)),
        Ask(2, 1, SPOUSE, until - timedelta(days=1)),
        Ask(1, None, Relation.SELF, until, decided_at=later(9)),
        Ask(2, 1, SPOUSE, until, decided_at=later(9)),
        at=AFTERNOON,
    )  # fmt: skip
    assert outcome(own) == error("OWN_RIGHT_OVERLAP")
    assert outcome(spouse) == error("SAME_RIGHT_OVERLAP")
    assert (outcome(next_own), outcome(next_spouse)) == (EFFECTIVE, EFFECTIVE)


def test_who_is_known_stays_as_he_is(database):
    in_round(Ask(1, columns={"last_name_th": "เดิม"}))
    in_round(Ask(5), Ask(1, 5, SPOUSE, columns={"last_name_th": "ใหม่"}), at=AFTERNOON)
    assert column(Person, "last_name_th", national_id=national_id(1)) == ["เดิม"]
    assert len(rights()) == 3


# --- dependents lean on a principal --------------------------------------------------------------------------------------


def test_a_dependent_needs_an_own_right_that_covers_his_start_at_the_same_agency(database):
    elsewhere = agency("04110102")
    own, refused_own, *dependents = in_round(
        Ask(1, entitled_until=date(2015, 1, 1)),
        Ask(7, columns={"personnel_type": PersonnelType.TAO_OFFICER}, rules_version="older"),
        Ask(2, 1, SPOUSE, date(2014, 12, 31)),
        Ask(3, 1, MOTHER, date(2015, 1, 1)),
        Ask(4, 1, MOTHER, date(2010, 9, 30)),
        Ask(5, 1, MOTHER, date(2012, 1, 1), agency_id=elsewhere),
        Ask(6, 9, SPOUSE),
        Ask(8, 7, SPOUSE),
    )
    assert (outcome(own), outcome(refused_own)) == (EFFECTIVE, error("TYPE_AGENCY_MISMATCH"))
    assert [outcome(i) for i in dependents] == [EFFECTIVE, *[error("PRINCIPAL_NOT_EFFECTIVE")] * 5]


def test_a_dependent_may_follow_in_a_later_round(database):
    in_round(Ask(1))
    (spouse,) = in_round(Ask(2, 1, SPOUSE), at=AFTERNOON)
    assert outcome(spouse) == EFFECTIVE


# --- what changed since the decision goes through the rules --------------------------------------------------------------


def test_an_agency_that_changed_its_type_since_the_decision_is_judged_again(database):
    clock("2018-10-01 10:59")
    home, other = agency(), agency("04110102")
    there, here = approved(planned_round(MORNING), [Ask(1, agency_id=other), Ask(2, agency_id=home)])
    change(Agency, other, agency_type=AgencyType.TAO)
    run(MORNING)
    assert (outcome(there), outcome(here)) == (error("TYPE_AGENCY_MISMATCH"), EFFECTIVE)


def test_an_agency_that_closed_since_the_decision_takes_nobody(database):
    clock("2018-10-01 10:59")
    home = agency()
    (late,) = approved(planned_round(MORNING), [Ask(1, None, Relation.SELF, date(2017, 1, 1))])
    change(Agency, home, valid_until=date(2016, 1, 1))
    run(MORNING)
    assert outcome(late) == error("AGENCY_CLOSED")


def test_a_decision_under_an_older_law_is_judged_again_and_under_the_same_law_is_trusted(database):
    wrong = {"personnel_type": PersonnelType.TAO_OFFICER}
    older, same = in_round(Ask(1, rules_version="older", columns=wrong), Ask(2, columns=wrong))
    assert (outcome(older), outcome(same)) == (error("TYPE_AGENCY_MISMATCH"), EFFECTIVE)


@pytest.mark.parametrize(
    ("holds_until", "judged"), [(date(2018, 10, 1), True), (date(2018, 10, 2), False), (None, False)]
)
def test_a_decision_holds_until_the_day_before_it_could_change(database, holds_until, judged):
    clock("2018-10-01 10:59")
    wrong = {"personnel_type": PersonnelType.TAO_OFFICER}
    (asked,) = approved(planned_round(MORNING), [Ask(1, columns=wrong)], holds_until=holds_until)
    run(MORNING)
    assert outcome(asked) == (error("TYPE_AGENCY_MISMATCH") if judged else EFFECTIVE)


# --- entries recorded in error ---------------------------------------------------------------------------------------------


def correction(row: Any, principal: int, relation: Relation, person: int, **values: Any) -> Ask:
    own = None if relation is Relation.SELF else principal
    return Ask(person, own, relation, row.entitled_from, type=RequestType.CORRECTION, target=row.id, **values)


def test_a_wrong_entry_is_voided_by_the_request(database):
    in_round(*family(1))
    own, spouse, child = rights()
    (request,) = in_round(correction(child, 1, CHILD, 3), at=AFTERNOON)
    assert outcome(request) == EFFECTIVE
    gone = rights()[2]
    assert (gone.voided, gone.voided_at, gone.voided_by_request_id) == (True, bangkok(AFTERNOON), request)
    assert (gone.version, own.voided, spouse.voided) == (2, False, False)


def test_a_whole_family_is_voided_together(database):
    in_round(*family(1))
    own, spouse, child = rights()
    ids = in_round(
        correction(own, 1, Relation.SELF, 1), correction(spouse, 1, SPOUSE, 2), correction(child, 1, CHILD, 3),
        at=AFTERNOON,
    )  # fmt: skip
    assert [outcome(i) for i in ids] == [EFFECTIVE] * 3
    assert [row.voided for row in rights()] == [True] * 3


def test_an_own_right_stays_while_somebody_leans_on_it(database):
    in_round(*family(1))
    own, spouse, child = rights()
    one, other = in_round(correction(own, 1, Relation.SELF, 1), correction(spouse, 1, SPOUSE, 2), at=AFTERNOON)
    assert (outcome(one), outcome(other)) == (error("DEPENDENTS_REMAIN"), EFFECTIVE)
    assert [row.voided for row in rights()] == [False, True, False]


def test_ends_apply_before_starts(database):
    in_round(Ask(1), Ask(2, 1, SPOUSE))
    own, spouse = rights()
    ids = in_round(
        Ask(1, None, Relation.SELF, date(2011, 1, 1)),
        Ask(2, 1, SPOUSE, date(2011, 1, 1)),
        correction(own, 1, Relation.SELF, 1, decided_at=later(30)),
        correction(spouse, 1, SPOUSE, 2, decided_at=later(30)),
        at=AFTERNOON,
    )  # fmt: skip
    assert [outcome(i) for i in ids] == [EFFECTIVE] * 4
    assert [(row.voided, row.entitled_from.year) for row in rights()] == [(True, 2010), (False, 2011)] * 2


def test_nobody_leans_on_a_right_voided_in_the_same_round(database):
    in_round(Ask(1))
    (own,) = rights()
    void, spouse = in_round(correction(own, 1, Relation.SELF, 1), Ask(2, 1, SPOUSE), at=AFTERNOON)
    assert (outcome(void), outcome(spouse)) == (EFFECTIVE, error("PRINCIPAL_NOT_EFFECTIVE"))


def test_an_entry_is_voided_once(database):
    in_round(Ask(1))
    (own,) = rights()
    first, second = in_round(correction(own, 1, Relation.SELF, 1), correction(own, 1, Relation.SELF, 1), at=AFTERNOON)
    assert (outcome(first), outcome(second)) == (EFFECTIVE, error("CONFLICT", first))
    clock("2018-10-01 15:01")
    (third,) = approved(planned_round("2018-10-02 11:00"), [correction(own, 1, Relation.SELF, 1)])
    run("2018-10-02 11:00")
    assert outcome(third) == error("TARGET_CHANGED")

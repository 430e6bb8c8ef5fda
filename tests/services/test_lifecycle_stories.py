"""The stories of a service through the real verbs and rounds: ends, cascades, suspensions, pensions, moves, returns.

Each test names the worked story that it plays (LC..); those without a number are ours.
"""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.errors import InvalidForm, NotFound
from app.domain.people import PersonnelType, Relation, RequestStatus, RequestType, TerminationReason
from app.models.database import db
from app.services import change_requests, endings, withdrawals
from app.services.round_preview import Effect, Preview, preview
from app.services.transaction import reading
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, FATHER, FROM, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture

pytest_generate_tests = on_both(
    frozenset(
        {
            "test_lc10_a_dismissal_that_comes_late_ends_the_family_on_the_same_day",
            "test_lc16_lc28_a_suspension_and_the_return_to_duty",
            "test_a_suspended_official_who_is_dismissed_stays_away_for_good",
            "test_lc19_what_the_family_waits_for_is_cancelled",
            "test_lc25_an_end_reported_in_error_is_taken_back_for_everybody",
            "test_lc39_a_pension_goes_on_without_a_gap",
            "test_who_does_not_move_along_stays_without_right",
            "test_of_an_end_and_a_move_in_one_round_the_first_decided_wins",
        }
    )
)
ACTIVE, ENDED, SUSPENDED, SCHEDULED = "ACTIVE", "ENDED", "SUSPENDED", "SCHEDULED"
R = TerminationReason


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people)


def refused(call, *args, **kwargs) -> list[str]:
    with pytest.raises(InvalidForm) as found:
        call(*args, **kwargs)
    return [error.code for error in found.value.errors]


# --- ends and what goes with them ------------------------------------------------------------------------------------------


def test_lc10_a_dismissal_that_comes_late_ends_the_family_on_the_same_day(desk):
    desk.family().at("2018-12-01 09:00").approve(desk.end(OWN, R.DISMISSED, date(2018, 11, 15)))
    assert desk.states() == [ACTIVE] * 4  # hospitals see it from the round on
    desk.at("2018-12-01 11:00")
    assert desk.states() == [ENDED] * 4 and desk.last_days() == {date(2018, 11, 15)}
    assert [desk.right(n).termination_reason for n in (OWN, SPOUSE)] == [R.DISMISSED, R.PRINCIPAL_ENDED]


def test_lc11_the_day_of_death_still_counts(desk):
    desk.family().at("2018-10-12 15:30").approve(desk.end(OWN, R.DECEASED, date(2018, 10, 10)))
    assert desk.at("2018-10-13 10:59").states() == [ACTIVE] * 4
    desk.at("2018-10-13 11:00")
    assert desk.last_days() == {date(2018, 10, 11)}
    assert desk.right(OWN).person.death_date == date(2018, 10, 10)


def test_lc12_a_divorce_ends_the_spouse_alone(desk):
    desk.family().at("2018-10-11 10:00").approve(desk.end(SPOUSE, R.DIVORCED, date(2018, 10, 10)))
    assert desk.at("2018-10-11 11:00").states() == [ACTIVE, ENDED, ACTIVE, ACTIVE]
    assert desk.right(SPOUSE).entitled_until == date(2018, 10, 10)


def test_lc13_a_child_that_marries(desk):
    desk.family(on="2030-09-01 09:00").at("2031-02-20 10:00")
    desk.approve(desk.end(CHILD, R.CHILD_MARRIED, date(2031, 2, 14))).at("2031-02-20 11:00")
    assert desk.states() == [ACTIVE, ACTIVE, ACTIVE, ENDED]
    assert desk.right(CHILD).entitled_until == date(2031, 2, 14)


def test_lc16_lc28_a_suspension_and_the_return_to_duty(desk):
    desk.family().at("2019-02-01 10:00").approve(desk.end(OWN, None, date(2019, 2, 1))).at("2019-02-01 11:00")
    assert desk.states() == [SUSPENDED] * 4 and desk.last_days() == {date(2019, 2, 1)}
    desk.at("2019-08-02 09:00").approve(desk.go_on(RequestType.REINSTATE, date(2019, 8, 1))).at("2019-08-02 11:00")
    assert desk.states() == [ACTIVE] * 4
    assert [one.entitled_from for one in desk.rights(OWN)] == [FROM, date(2019, 8, 1)]
    assert [one.entitled_from for one in desk.rights(SPOUSE)][-1] == date(2019, 8, 1)
    assert desk.right(OWN, date(2019, 7, 1)).state_on(date(2019, 7, 1), desk.right(OWN).effective_at) == SUSPENDED


def test_a_suspended_official_who_is_dismissed_stays_away_for_good(desk):
    desk.family().at("2019-02-01 10:00").approve(desk.end(OWN, None, date(2019, 2, 1))).at("2019-02-01 11:00")
    desk.at("2019-05-02 10:00").approve(desk.end(OWN, R.DISMISSED, date(2019, 5, 1))).at("2019-05-02 11:00")
    assert desk.states() == [ENDED] * 4 and desk.last_days() == {date(2019, 2, 1)}
    assert [desk.state(SPOUSE, date(2019, 4, 30)), desk.state(SPOUSE, date(2019, 5, 1))] == [SUSPENDED, ENDED]
    assert refused(desk.go_on, RequestType.REINSTATE, date(2019, 6, 1))[0] == "NOT_SUSPENDED"


def test_lc19_what_the_family_waits_for_is_cancelled(desk):
    desk.family().at("2018-10-31 09:00")
    mother = relative(Relation.MOTHER, nid(5), birth_date=date(1955, 1, 1))
    form = family(mother, principal_national_id=OWN)
    (waiting,) = change_requests.record(form, actor=desk.people.clerk, submit=True).request_ids
    desk.at("2018-10-31 10:00").approve(desk.end(OWN, R.RESIGNED_NO_PENSION, date(2018, 11, 1))).at("2018-10-31 11:00")
    assert desk.states() == [ACTIVE] * 4  # until the last day
    assert desk.at("2018-11-01 00:00").states() == [ENDED] * 4
    assert desk.request(waiting).status is RequestStatus.CANCELLED
    assert desk.request(waiting).decision_reason == "PRINCIPAL_ENDED"


def test_lc24_lc38_retirement_with_a_lump_sum_ends_on_the_eve(desk):
    desk.family().at("2018-09-28 10:00").approve(desk.end(OWN, R.RETIRED_LUMP_SUM, date(2018, 10, 1)))
    assert desk.at("2018-09-30 23:59").states() == [ACTIVE] * 4
    assert desk.at("2018-10-01 00:00").states() == [ENDED] * 4


def test_lc25_an_end_reported_in_error_is_taken_back_for_everybody(desk):
    desk.family().at("2018-10-31 10:00").approve(desk.end(OWN, R.DISMISSED, date(2018, 10, 20))).at("2018-10-31 11:00")
    desk.at("2018-11-02 10:00")
    done = endings.take_back_end(desk.right(OWN).id, "พิมพ์ผิดคน", actor=desk.people.clerk)
    desk.approve(done.request_ids).at("2018-11-02 11:00")
    assert desk.states() == [ACTIVE] * 4
    assert [one.entitled_from for one in desk.rights(OWN)] == [FROM]
    assert desk.last_days() == {None, date(2032, 1, 1)}
    assert {desk.right(n).termination_reason for n in (OWN, SPOUSE, CHILD)} == {None}


def test_an_end_needs_a_lawful_reason_and_a_possible_day(desk):
    desk.family().at("2018-10-10 09:00")
    assert refused(desk.end, SPOUSE, R.DISMISSED, date(2018, 10, 1)) == ["REASON_NOT_FOR_RIGHT"]
    assert refused(desk.end, OWN, R.TERM_ENDED, date(2018, 10, 1)) == ["REASON_NOT_FOR_RIGHT"]
    assert refused(desk.end, SPOUSE, R.DECEASED, date(2018, 10, 11)) == ["DATE_IN_FUTURE"]
    assert refused(desk.end, OWN, R.DISMISSED, date(2010, 4, 1)) == ["END_BEFORE_START"]
    assert refused(desk.end, CHILD, R.AGE_OF_MAJORITY, date(2018, 10, 1)) == ["NOT_THE_BIRTHDAY"]
    assert refused(desk.end, SPOUSE, R.OTHER, date(2018, 10, 1)) == ["REQUIRED"]
    desk.end(OWN, R.DISMISSED, date(2018, 10, 1))
    assert refused(desk.end, OWN, R.DECEASED, date(2018, 10, 1)) == ["CONFLICTING_REQUEST"]


def test_ends_of_one_round_meet_the_earlier_day_holds(desk):
    desk.family().at("2018-12-01 09:00")
    wife = desk.end(SPOUSE, R.DIVORCED, date(2018, 11, 1))
    desk.approve([*desk.end(OWN, R.DISMISSED, date(2018, 11, 15)), *wife]).at("2018-12-01 11:00")
    assert desk.right(SPOUSE).entitled_until == date(2018, 11, 1)
    assert desk.right(FATHER).entitled_until == date(2018, 11, 15)
    assert desk.right(SPOUSE).termination_reason is R.DIVORCED


# --- coming back ---------------------------------------------------------------------------------------------------------


def test_lc26_who_comes_back_has_a_new_right_and_the_family_is_certified_again(desk):
    desk.family(on="2016-09-01 09:00").at("2016-09-20 09:00")
    desk.approve(desk.end(OWN, R.RESIGNED_NO_PENSION, date(2016, 10, 1))).at("2018-10-01 09:00")
    back = official(OWN, service_start_date=date(2018, 10, 1), birth_date=date(1980, 1, 1))
    done = change_requests.record(family(back), actor=desk.people.clerk, submit=True)
    desk.approve(done.request_ids).at("2018-10-01 11:00")
    assert desk.states() == [ACTIVE, ENDED, ENDED, ENDED]
    assert desk.right(OWN).entitled_from == date(2018, 10, 1)


# --- pension -------------------------------------------------------------------------------------------------------------


def test_lc39_a_pension_goes_on_without_a_gap(desk):
    desk.family(on="2018-05-01 09:00").at("2018-06-01 10:00")
    desk.approve(desk.go_on(RequestType.PENSION, date(2018, 6, 1))).at("2018-06-01 11:00")
    assert desk.states() == [ACTIVE] * 4
    own = desk.rights(OWN)
    assert [one.sub_inscl for one in own] == ["L1", "L3"] and own[0].entitled_until == own[1].entitled_from
    assert desk.right(OWN).personnel_type is PersonnelType.PENSIONER
    assert [one.sub_inscl for one in desk.rights(SPOUSE)] == ["L2", "L4"]
    assert desk.right(CHILD).entitled_until == date(2032, 1, 1)
    assert own[0].termination_reason is None


def test_lc37_a_pension_that_comes_late_takes_up_the_end(desk):
    desk.family(on="2018-08-01 09:00").at("2018-09-28 10:00")
    desk.approve(desk.end(OWN, R.RETIRED_LUMP_SUM, date(2018, 10, 1))).at("2019-01-15 10:00")
    assert desk.states() == [ENDED] * 4
    desk.approve(desk.go_on(RequestType.PENSION, date(2018, 10, 1))).at("2019-01-15 11:00")
    assert desk.states() == [ACTIVE] * 4
    assert {desk.right(n).entitled_from for n in (OWN, SPOUSE, FATHER, CHILD)} == {date(2018, 10, 1)}


def test_lc40_a_pensioner_dies(desk):
    desk.family(on="2018-05-01 09:00").at("2018-06-01 10:00")
    desk.approve(desk.go_on(RequestType.PENSION, date(2018, 6, 1))).at("2019-05-07 10:00")
    desk.approve(desk.end(OWN, R.DECEASED, date(2019, 5, 5))).at("2019-05-07 11:00")
    assert desk.states() == [ENDED] * 4 and desk.last_days() == {date(2019, 5, 6)}
    assert refused(desk.go_on, RequestType.PENSION, date(2019, 5, 6))[0] in ("ENDED_THERE", "ALREADY_PENSIONER")


# --- moving --------------------------------------------------------------------------------------------------------------


def test_a_family_moves_without_gap_or_overlap(desk):
    desk.family().at("2018-11-01 09:00")
    ids = desk.move(date(2018, 10, 15))
    assert len(ids) == 4
    desk.approve(ids[:1], desk.people.other_registrar).at("2018-11-01 11:00")  # the family is approved with him
    assert desk.states() == [ACTIVE] * 4
    for number in (OWN, SPOUSE, FATHER, CHILD):
        old, new = desk.rights(number)
        assert (old.entitled_until, new.entitled_from) == (date(2018, 10, 15), date(2018, 10, 15))
        assert old.termination_reason is R.TRANSFERRED_LGO
        assert (old.agency_id, new.agency_id) == (desk.people.clerk.agency_id, desk.people.other_clerk.agency_id)
    assert desk.right(CHILD).entitled_until == date(2032, 1, 1)


def test_who_does_not_move_along_stays_without_right(desk):
    desk.family().at("2018-11-01 09:00")
    ids = desk.move(date(2018, 11, 5), left_behind={desk.right(FATHER).id: "ไปอยู่กับบุตรคนอื่น"})
    assert len(ids) == 3
    desk.approve(ids, desk.people.other_registrar).at("2018-11-01 11:00")
    assert desk.states() == [SCHEDULED, SCHEDULED, ACTIVE, SCHEDULED]
    assert desk.at("2018-11-05 00:00").states() == [ACTIVE, ACTIVE, ENDED, ACTIVE]
    assert desk.right(FATHER).termination_reason is R.PRINCIPAL_ENDED


def test_whoever_joined_the_family_since_is_not_left_behind_unseen(desk):
    desk.family().at("2018-11-01 09:00")
    ids = desk.move(date(2018, 11, 5))
    mother = relative(Relation.MOTHER, nid(5), birth_date=date(1955, 1, 1))
    form = family(mother, principal_national_id=OWN)
    late = change_requests.record(form, actor=desk.people.clerk, submit=True)
    desk.approve(late.request_ids).at("2018-11-01 11:00")
    desk.approve(ids, desk.people.other_registrar).at("2018-11-01 15:00")
    assert desk.request(ids[0]).round_error == "FAMILY_CHANGED"
    assert desk.right(OWN).agency_id == desk.people.clerk.agency_id and desk.states() == [ACTIVE] * 4


def test_a_move_outdoes_what_the_old_agency_has_open(desk):
    desk.family().at("2018-11-01 09:00")
    (end,) = desk.end(OWN, R.MOVED_OUT_OF_SCHEME, date(2018, 11, 10))
    desk.approve(desk.move(date(2018, 11, 5)), desk.people.other_registrar).at("2018-11-01 11:00")
    assert desk.request(end).status is RequestStatus.CANCELLED
    assert desk.right(OWN).agency_id == desk.people.other_clerk.agency_id
    with pytest.raises(NotFound, match="ENTITLEMENT_NOT_FOUND"):
        desk.end(OWN, R.DISMISSED, date(2018, 12, 1))


def test_of_an_end_and_a_move_in_one_round_the_first_decided_wins(desk):
    desk.family().at("2018-11-01 09:00")
    (end,) = desk.end(OWN, R.MOVED_OUT_OF_SCHEME, date(2018, 11, 10))
    move = desk.move(date(2018, 11, 5))
    desk.approve(move, desk.people.other_registrar).approve([end])
    first = sa.text(
        "UPDATE change_request SET decided_at = submitted_at WHERE id = :id"
    )  # at the same moment, a blink before
    with db.writer.begin() as connection:
        connection.execute(first, {"id": end})
    with reading(NATION) as session:
        foreseen = preview(session, desk.request(end).round_id)
    assert (foreseen.effects, foreseen.along) == ({Effect.ENDS: 1}, 3) and foreseen.failing is not None
    assert foreseen.reasons == {"CONFLICT": 1, "PRINCIPAL_NOT_EFFECTIVE": 3}
    assert foreseen.failing[move[0]].rival_id == end
    with reading(desk.people.other_registrar.scope) as session:  # the end is another agency's, its rival is one's own
        assert preview(session, desk.request(end).round_id) == Preview({}, foreseen.failing)
    desk.at("2018-11-01 11:00")
    assert desk.request(end).status is RequestStatus.EFFECTIVE
    assert (desk.request(move[0]).round_error, desk.request(move[0]).conflict_request_id) == ("CONFLICT", end)
    assert {desk.request(other).round_error for other in move[1:]} == {"PRINCIPAL_NOT_EFFECTIVE"}


def test_who_has_ended_elsewhere_is_no_transfer(desk):
    desk.family().at("2018-10-01 09:00").approve(desk.end(OWN, R.DISMISSED, date(2018, 11, 15))).at("2018-10-01 11:00")
    assert "ENDED_THERE" in refused(desk.move, date(2018, 11, 1))


def test_an_approval_is_withdrawn_until_its_round_starts(desk):
    desk.family().at("2018-10-11 10:00")
    (end,) = desk.end(SPOUSE, R.DIVORCED, date(2018, 10, 10))
    desk.approve([end])
    assert withdrawn(desk, end) is None and desk.request(end).status is RequestStatus.PENDING_APPROVAL
    assert desk.at("2018-10-11 11:00").states() == [ACTIVE] * 4
    desk.approve([end]).at("2018-10-11 15:00")
    assert withdrawn(desk, end) == "NOT_APPROVED" and desk.state(SPOUSE) == ENDED


def withdrawn(desk, request_id):
    """The code of the refusal to withdraw an approval, None where it was withdrawn."""
    seen = {request_id: desk.request(request_id).version}
    (outcome,) = withdrawals.withdraw([request_id], actor=desk.people.registrar, seen_versions=seen)
    return outcome.error.code if outcome.error else None

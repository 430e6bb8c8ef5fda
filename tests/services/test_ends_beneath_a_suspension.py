"""A suspension that came before another end keeps that end's reason: what is taken back of either leaves the other standing."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.errors import InvalidForm
from app.domain.people import NoticeKind, PersonnelType, Relation, RequestType, Sex, TerminationReason
from app.models import ReplacedEnd
from app.models.database import db
from app.rules.household import explain
from app.services import agency_notices, approvals, change_requests, continuations, endings, explanations, rounds
from app.services.continuations import ContinuationForm
from app.services.endings import EndForm
from app.services.invariants import findings
from app.services.round_layers import relay
from app.services.transaction import reading, transaction
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, FATHER, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_approvals import versions
from tests.services.test_changes_of_rights import change, desk  # noqa: F401 - a fixture

MOTHER = nid(5)
FAMILY = (OWN, SPOUSE, FATHER, CHILD)
DIED, RETIRES = TerminationReason.DECEASED, TerminationReason.RETIRED_LUMP_SUM
pytest_generate_tests = on_both(
    frozenset(
        {
            "test_a_death_that_is_taken_back_leaves_anothers_suspension",
            "test_a_return_recorded_in_error_leaves_the_official_suspended_as_before",
        }
    )
)


def _mothers_family(desk: Desk) -> tuple[int, ...]:  # noqa: F811 - a fixture
    mother = official(
        MOTHER, birth_date=date(1981, 1, 1), service_start_date=date(2018, 9, 1), sex=Sex.F, first_name_th="สมศรี",
        title_th="", personnel_type=PersonnelType.TAO_OFFICER,
    )  # fmt: skip
    form = family(mother, relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 1)))
    return change_requests.record(form, actor=desk.people.other_clerk, submit=True).request_ids


@pytest.fixture
def two_parents(desk: Desk) -> Desk:  # noqa: F811 - a fixture
    """The child has a right through the father at one agency, and through the mother at the other."""
    desk.family().at("2018-09-02 09:00")
    return desk.approve(_mothers_family(desk), desk.people.other_registrar).at("2018-09-02 15:00")


@pytest.mark.parametrize("size", [250, 1])
def test_of_two_parents_of_one_round_the_one_who_was_approved_first_goes_first(desk, monkeypatch, size):  # noqa: F811
    """The father's family was recorded first, the mother's decided first (decisions 5), in one chunk of the round or in two."""
    monkeypatch.setattr(rounds, "chunk_sizes", lambda dialect: (size, size))
    desk.at("2018-09-02 09:00")
    members = [official(OWN, birth_date=date(1980, 1, 1), service_start_date=date(2010, 4, 1))]
    members.append(relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 1)))
    fathers = change_requests.record(family(*members), actor=desk.people.clerk, submit=True).request_ids
    mothers = _mothers_family(desk)
    desk.approve(mothers, desk.people.other_registrar).at("2018-09-02 09:01").approve(fathers).at("2018-09-02 11:00")
    here, there = desk.people.clerk.agency_id, desk.people.other_clerk.agency_id
    assert (_childs(desk, there).standby_since, _childs(desk, here).standby_since) == (None, date(2018, 9, 2))


def test_a_trial_of_the_family_starts_from_the_ends_that_were_decided(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-20 09:00")
    desk.approve(desk.end(SPOUSE, TerminationReason.DIVORCED, date(2018, 9, 18))).at("2018-09-20 15:00")
    laid = explanations.laid_out(desk.right(OWN).person_id, actor=desk.people.clerk, hash_key="k" * 32)
    found = {one.relation: one for one in explain(laid.household, laid.today)}
    assert (found[Relation.SPOUSE].entitled, found[Relation.SPOUSE].code) == (False, "ENDED")
    assert found[Relation.SPOUSE].period.until_on == date(2018, 9, 18) and found[Relation.CHILD].entitled


def _childs(desk: Desk, agency_id: int | None):  # noqa: F811 - a fixture
    return [one for one in desk.rights(CHILD) if one.agency_id == agency_id][-1]


def _dies_and_the_mother_is_suspended(desk: Desk) -> None:  # noqa: F811 - a fixture
    """The first agency reports the child's death; the second suspends the mother from an earlier day."""
    mine, people = _childs(desk, desk.people.clerk.agency_id), desk.people
    desk.at("2018-09-20 09:00")
    died = endings.report_end(EndForm(mine.id, DIED, date(2018, 9, 18)), actor=people.clerk).request_ids
    desk.approve(died).at("2018-09-20 15:00").at("2018-09-21 09:00")
    form = EndForm(desk.right(MOTHER).id, None, date(2018, 9, 12))
    away = endings.report_end(form, actor=people.other_clerk).request_ids
    desk.approve(away, people.other_registrar).at("2018-09-21 15:00")
    there = _childs(desk, people.other_clerk.agency_id)
    assert (there.suspended, there.termination_reason) == (True, DIED)


def _is_taken_back(desk: Desk) -> None:  # noqa: F811 - a fixture
    mine = _childs(desk, desk.people.clerk.agency_id)
    back = endings.take_back_end(mine.id, "ชื่อเหมือน", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-09-22 15:00")
    assert _childs(desk, desk.people.clerk.agency_id).entitled_until == date(2032, 1, 1)


def test_a_death_that_is_taken_back_leaves_anothers_suspension(two_parents):
    desk, people = two_parents, two_parents.people  # noqa: F811 - a fixture
    _dies_and_the_mother_is_suspended(desk)
    _is_taken_back(desk)
    there = _childs(desk, people.other_clerk.agency_id)
    assert (there.entitled_until, there.suspended, there.termination_reason) == (date(2018, 9, 12), True, None)
    assert there.until_before_end == date(2032, 1, 1)
    assert desk.state(MOTHER) == "SUSPENDED"
    told = {notice.kind for notice in agency_notices.told(actor=people.other_clerk)}
    assert NoticeKind.DEATH_TAKEN_BACK in told
    desk.at("2018-09-24 09:00")
    form = ContinuationForm(desk.right(MOTHER).id, RequestType.REINSTATE, date(2018, 9, 23))
    ids = continuations.go_on(form, actor=people.other_clerk).request_ids
    desk.approve(ids, people.other_registrar).at("2018-09-24 15:00")
    assert _childs(desk, people.other_clerk.agency_id).entitled_until == date(2032, 1, 1)
    _nothing_is_broken()


def test_a_suspension_keeps_the_end_that_lies_beneath_a_death_that_is_taken_back(two_parents):
    desk, people = two_parents, two_parents.people  # noqa: F811 - a fixture
    desk.at("2018-09-03 09:00")
    there, other = _childs(desk, people.other_clerk.agency_id), TerminationReason.OTHER
    ids = endings.report_end(
        EndForm(there.id, other, date(2018, 10, 5), "ศาลเพิกถอน"), actor=people.other_clerk
    ).request_ids
    desk.approve(ids, people.other_registrar).at("2018-09-03 15:00")
    _dies_and_the_mother_is_suspended(desk)
    _is_taken_back(desk)
    there = _childs(desk, people.other_clerk.agency_id)
    assert (there.suspended, there.termination_reason, there.until_before_end) == (True, other, date(2018, 10, 5))


def _dead_away_and_perhaps_back(desk: Desk, back: bool) -> None:  # noqa: F811 - a fixture
    """The child died on the 18th, as was told on the 20th; the father is suspended since the 12th."""
    desk.family().at("2018-09-20 09:00").approve(desk.end(CHILD, DIED, date(2018, 9, 18))).at("2018-09-20 15:00")
    desk.at("2018-09-21 09:00").approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-21 15:00")
    if back:
        desk.at("2018-09-26 09:00").approve(desk.go_on(RequestType.REINSTATE, date(2018, 9, 25)))
        desk.at("2018-09-26 15:00")


def _child_lives(desk: Desk, at: str) -> None:  # noqa: F811 - a fixture
    back = endings.take_back_end(desk.right(CHILD).id, "ไม่ได้เสียชีวิต", actor=desk.people.clerk)
    desk.approve(back.request_ids).at(at)
    assert desk.right(CHILD).person.death_date is None


def test_a_childs_death_beneath_a_suspension_is_taken_back_and_leaves_it(desk):  # noqa: F811 - a fixture
    _dead_away_and_perhaps_back(desk, back=False)
    _child_lives(desk, "2018-09-22 15:00")
    child = desk.right(CHILD)
    assert (child.entitled_until, child.suspended_until, child.termination_reason) == (date(2018, 9, 12), None, None)
    assert desk.states() == ["SUSPENDED"] * 4
    desk.at("2018-09-26 09:00").approve(desk.go_on(RequestType.REINSTATE, date(2018, 9, 25))).at("2018-09-26 15:00")
    assert desk.right(CHILD).entitled_until == date(2032, 1, 1)
    _nothing_is_broken()


def test_a_wrong_death_is_taken_back_after_the_official_is_back(desk):  # noqa: F811 - a fixture
    """The child was left behind on the 25th like anybody who did not come back with him."""
    _dead_away_and_perhaps_back(desk, back=True)
    assert desk.right(CHILD).suspended_until == date(2018, 9, 19)
    _child_lives(desk, "2018-09-27 15:00")
    child = desk.right(CHILD)
    assert (child.entitled_until, child.suspended_until) == (date(2018, 9, 12), date(2018, 9, 25))
    assert (child.until_before_end, child.termination_reason) == (date(2032, 1, 1), None)
    _nothing_is_broken()


def test_a_return_recorded_in_error_leaves_the_official_suspended_as_before(desk):  # noqa: F811 - a fixture
    """With the child, whom the registrar had left out; all of them come back on the right day."""
    desk.family().at("2018-09-12 09:00").approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-12 15:00")
    ids = desk.at("2018-09-20 09:00").go_on(RequestType.REINSTATE, date(2018, 9, 18))
    childs = next(i for i in ids if desk.request(i).target_entitlement_id == desk.right(CHILD).id)
    approvals.reject([childs], "ไม่ใช่บุตร", actor=desk.people.registrar, seen_versions=versions(childs))
    desk.approve([i for i in ids if i != childs]).at("2018-09-20 15:00")
    assert desk.right(CHILD).suspended_until == date(2018, 9, 18)
    with pytest.raises(InvalidForm) as refused:
        endings.take_back_end(desk.rights(OWN)[0].id, "ไม่ได้พักราชการ", actor=desk.people.clerk)
    assert [(one.code, one.facts["since"]) for one in refused.value.errors] == [("RETURN_STANDS", date(2018, 9, 18))]
    wrong = change_requests.report_error(desk.right(OWN).id, "บันทึกผิด", actor=desk.people.clerk)
    desk.approve(wrong.request_ids).at("2018-09-21 15:00")
    assert desk.states() == ["SUSPENDED"] * 4
    desk.at("2018-09-25 09:00").approve(desk.go_on(RequestType.REINSTATE, date(2018, 9, 24))).at("2018-09-25 15:00")
    assert desk.states() == ["ACTIVE"] * 4
    _nothing_is_broken()


def test_a_return_in_error_of_who_has_moved_since_leaves_him_suspended_until_the_move(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-12 09:00").approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-12 15:00")
    desk.at("2018-09-20 09:00").approve(desk.go_on(RequestType.REINSTATE, date(2018, 9, 18))).at("2018-09-20 15:00")
    desk.at("2018-10-01 09:00").approve(desk.move(date(2018, 10, 1)), desk.people.other_registrar).at(
        "2018-10-01 15:00"
    )
    wrong = change_requests.report_error(desk.rights(OWN)[1].id, "บันทึกผิด", actor=desk.people.clerk)
    desk.at("2018-10-02 09:00").approve(wrong.request_ids).at("2018-10-02 15:00")
    assert desk.states() == ["ACTIVE"] * 4
    assert {desk.rights(number)[0].suspended_until for number in FAMILY} == {date(2018, 10, 1)}
    there, by = desk.people.other_clerk, desk.people.other_registrar
    desk.at("2018-10-03 09:00").approve(change(desk, CHILD, clerk=there, birth_date=date(2011, 1, 1)), by)
    assert desk.at("2018-10-03 15:00").rights(CHILD)[0].suspended_until == date(2018, 10, 1)
    wrong = change_requests.report_error(desk.right(OWN).id, "บันทึกผิด", actor=there)  # the move was wrong too
    desk.approve(wrong.request_ids, by).at("2018-10-04 15:00")
    assert {desk.right(number).suspended_until for number in FAMILY} == {None}
    assert desk.states() == ["SUSPENDED"] * 4


def test_a_retirement_of_who_is_suspended_is_taken_back_and_leaves_him_suspended(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-04 09:00").approve(desk.end(OWN, None, date(2018, 9, 4))).at("2018-09-04 15:00")
    desk.at("2018-09-05 09:00").approve(desk.end(OWN, RETIRES, date(2018, 10, 1))).at("2018-09-05 15:00")
    assert {desk.right(number).suspended_until for number in FAMILY} == {date(2018, 10, 1)}
    with pytest.raises(InvalidForm) as refused:
        desk.at("2018-09-06 09:00").go_on(RequestType.REINSTATE, date(2018, 9, 6))
    assert {one.code for one in refused.value.errors} == {"ENDED_SUSPENDED"}
    back = endings.take_back_end(desk.right(OWN).id, "ไม่ได้เกษียณ", actor=desk.people.clerk)
    desk.approve(back.request_ids).at("2018-09-06 15:00")
    assert {(desk.right(number).suspended_until, desk.right(number).termination_reason) for number in FAMILY} == {
        (None, None)
    }
    desk.at("2018-09-20 09:00").approve(desk.go_on(RequestType.REINSTATE, date(2018, 9, 18))).at("2018-09-20 15:00")
    assert desk.states() == ["ACTIVE"] * 4 and desk.last_days() == {None, date(2032, 1, 1)}


def test_of_three_layers_what_is_gone_leaves_no_reason_behind(two_parents):
    """A final end, a suspension over it, the child's death over both: the end goes, then the death."""
    desk, there = two_parents, two_parents.people.other_clerk.agency_id  # noqa: F811 - a fixture
    other, people = TerminationReason.OTHER, two_parents.people

    def end(right_id: int, reason: TerminationReason | None, on: date, at: str) -> None:
        form = EndForm(right_id, reason, on, "ศาลเพิกถอน")
        ids = desk.at(f"{at} 09:00") and endings.report_end(form, actor=people.other_clerk).request_ids
        desk.approve(ids, people.other_registrar).at(f"{at} 15:00")

    end(_childs(desk, there).id, other, date(2018, 10, 5), "2018-09-03")
    end(desk.right(MOTHER).id, None, date(2018, 9, 12), "2018-09-12")
    mine = _childs(desk, people.clerk.agency_id)
    died = endings.report_end(EndForm(mine.id, DIED, date(2018, 9, 10)), actor=people.clerk).request_ids
    desk.at("2018-09-13 09:00").approve(died).at("2018-09-13 15:00")
    assert _childs(desk, there).entitled_until == date(2018, 9, 11)
    first = next(one for one in _piled(desk, there) if one.termination_reason is other and not one.suspended)
    with transaction(robot("round")) as session:
        relay(session, [_childs(desk, there).id], without=[first.ended_by_request_id])
    _is_taken_back(desk)
    child = _childs(desk, there)
    assert (child.entitled_until, child.suspended, child.termination_reason) == (date(2018, 9, 12), True, None)
    assert (child.until_before_end, _piled(desk, there)) == (date(2032, 1, 1), [])


def test_a_birth_date_mended_elsewhere_outlives_the_end_that_is_taken_back(two_parents):
    """The child comes of age in 2025 at both agencies, also where the mother was suspended meanwhile."""
    desk, people = two_parents, two_parents.people  # noqa: F811 - a fixture
    desk.at("2018-09-03 09:00")
    form = EndForm(desk.right(MOTHER).id, None, date(2018, 9, 3))
    ids = endings.report_end(form, actor=people.other_clerk).request_ids
    desk.approve(ids, people.other_registrar).at("2018-09-03 15:00").at("2018-09-13 09:00")
    mine = _childs(desk, people.clerk.agency_id)
    desk.approve(change(desk, CHILD, right=mine, birth_date=date(2005, 1, 1))).at("2018-09-13 15:00")
    there = _childs(desk, people.other_clerk.agency_id)
    assert (there.entitled_until, there.until_before_end, there.suspended) == (date(2018, 9, 3), date(2025, 1, 1), True)
    desk.at("2018-09-14 09:00")
    back = endings.take_back_end(desk.right(MOTHER).id, "แจ้งผิด", actor=people.other_clerk)
    desk.approve(back.request_ids, people.other_registrar).at("2018-09-14 15:00")
    assert _childs(desk, people.other_clerk.agency_id).entitled_until == date(2025, 1, 1)
    _nothing_is_broken()


def test_a_birth_date_mended_under_two_ends_lies_beneath_both(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-02 09:00")
    for day, at in ((date(2018, 12, 1), "2018-09-02 15:00"), (date(2018, 11, 1), "2018-09-03 15:00")):
        desk.approve(desk.end(CHILD, TerminationReason.OTHER, day, text="ศาลเพิกถอน")).at(at)
    desk.approve(change(desk, CHILD, birth_date=date(2005, 1, 1))).at("2018-09-13 15:00")
    assert desk.right(CHILD).until_before_end == date(2018, 12, 1)
    for left, at in ((date(2018, 12, 1), "2018-09-14 15:00"), (date(2025, 1, 1), "2018-09-15 15:00")):
        back = endings.take_back_end(desk.right(CHILD).id, "แจ้งผิด", actor=desk.people.clerk)
        desk.approve(back.request_ids).at(at)
        assert desk.right(CHILD).entitled_until == left


def _piled(desk: Desk, agency_id: int | None) -> list[ReplacedEnd]:  # noqa: F811 - a fixture
    with reading(NATION) as session:
        mine = ReplacedEnd.entitlement_id == _childs(desk, agency_id).id
        return list(session.scalars(sa.select(ReplacedEnd).where(mine)))


def _nothing_is_broken() -> None:
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []

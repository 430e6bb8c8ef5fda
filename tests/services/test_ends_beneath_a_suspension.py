"""A suspension that came before another end keeps that end's reason: what is taken back of either leaves the other standing."""

from datetime import date

import pytest

from app.domain.errors import Refused
from app.domain.people import NoticeKind, PersonnelType, Relation, RequestType, Sex, TerminationReason
from app.models.database import db
from app.services import agency_notices, change_requests, continuations, endings
from app.services.continuations import ContinuationForm
from app.services.endings import EndForm
from app.services.invariants import findings
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, OWN, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import desk  # noqa: F401 - a fixture

MOTHER = nid(5)
DIED = TerminationReason.DECEASED
pytest_generate_tests = on_both(frozenset({"test_a_death_that_is_taken_back_leaves_anothers_suspension"}))


@pytest.fixture
def two_parents(desk: Desk) -> Desk:  # noqa: F811 - a fixture
    """The child has a right through the father at one agency, and through the mother at the other."""
    desk.family().at("2018-09-02 09:00")
    mother = official(
        MOTHER, birth_date=date(1981, 1, 1), service_start_date=date(2018, 9, 1), sex=Sex.F, first_name_th="สมศรี",
        title_th="", personnel_type=PersonnelType.TAO_OFFICER,
    )  # fmt: skip
    form = family(mother, relative(Relation.CHILD, CHILD, birth_date=date(2012, 1, 1)))
    ids = change_requests.record(form, actor=desk.people.other_clerk, submit=True).request_ids
    return desk.approve(ids, desk.people.other_registrar).at("2018-09-02 15:00")


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
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []


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


def test_a_childs_death_beneath_a_suspension_is_taken_back_after_it(desk):  # noqa: F811 - a fixture
    """The end of the child's right is the suspension: taking it back would undo that of the whole family."""
    desk.family().at("2018-09-20 09:00").approve(desk.end(CHILD, DIED, date(2018, 9, 18))).at("2018-09-20 15:00")
    desk.at("2018-09-21 09:00").approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-21 15:00")
    with pytest.raises(Refused) as refused:
        endings.take_back_end(desk.right(CHILD).id, "ไม่ได้เสียชีวิต", actor=desk.people.clerk)
    assert refused.value.code == "ENDED_BENEATH_SUSPENSION"
    for number, at in ((OWN, "2018-09-22 11:00"), (CHILD, "2018-09-22 15:00")):
        back = endings.take_back_end(desk.right(number).id, "แจ้งผิด", actor=desk.people.clerk)
        desk.approve(back.request_ids).at(at)
    desk.at("2018-09-23 09:00").approve(desk.end(OWN, None, date(2018, 9, 12))).at("2018-09-23 15:00")
    assert desk.states() == ["SUSPENDED"] * 4
    assert desk.right(CHILD).termination_reason is None

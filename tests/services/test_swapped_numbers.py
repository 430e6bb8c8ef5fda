"""Whoever sends another number than his page had (another agency's, another person's, another form's) changes nothing by it."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.errors import InvalidForm, NotFound, PortalError
from app.domain.people import PersonnelType, Relation, RequestStatus, RequestType, TerminationReason
from app.models import ChangeRequest
from app.services import approvals, change_requests, continuations, endings, transfers, withdrawals
from app.services.continuations import ContinuationForm
from app.services.endings import EndForm
from app.services.transaction import reading
from app.services.transfers import TransferForm
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import CHILD, OWN, SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_approvals import versions
from tests.services.test_changes_of_rights import change, desk  # noqa: F401 - a fixture

pytest_generate_tests = on_both(frozenset())
R, DAY = TerminationReason, date(2018, 10, 1)


def _all() -> list[tuple[object, ...]]:
    """Every request as it stands."""
    columns = ChangeRequest.__table__.c
    with reading(NATION) as session:
        return [tuple(row) for row in session.execute(sa.select(*columns).order_by(columns.id))]


def _stands(verb, *codes: str) -> None:
    """The verb refuses with one of the codes, and no request is other than before."""
    before = _all()
    with pytest.raises(PortalError) as refused:
        verb()
    told = refused.value.errors if isinstance(refused.value, InvalidForm) else [refused.value]
    assert {one.code for one in told} <= set(codes), [one.code for one in told]
    assert _all() == before


def test_the_right_of_another_agency_is_none(desk):  # noqa: F811 - a fixture
    """Whoever asks for it: the end, suspension, return, pension, change, error, or an end taken back."""
    here, there = desk.family().at("2018-09-05 09:00").right(OWN), desk.people.other_clerk
    form = EndForm(here.id, R.DISMISSED, DAY)
    none = "ENTITLEMENT_NOT_FOUND"
    _stands(lambda: endings.report_end(form, actor=there), none)
    _stands(lambda: endings.report_end(EndForm(here.id, None, DAY), actor=there), none)
    for kind in (RequestType.PENSION, RequestType.REINSTATE):
        _stands(lambda kind=kind: continuations.go_on(ContinuationForm(here.id, kind, DAY), actor=there), none)
    _stands(lambda: change(desk, SPOUSE, clerk=there, last_name_th="ใหม่งาม"), none)
    _stands(lambda: change_requests.report_error(here.id, "ผิดคน", actor=there), none)
    _stands(lambda: endings.take_back_end(here.id, "ผิดคน", actor=there), none)


def test_the_draft_of_another_person_kind_or_agency_is_not_written_over(desk):  # noqa: F811 - a fixture
    desk.family().at("2018-09-05 09:00")
    wife, child = desk.right(SPOUSE).id, desk.right(CHILD).id
    kept = endings.report_end(EndForm(wife, R.DIVORCED, date(2018, 9, 1)), actor=desk.people.clerk, submit=False)
    (draft,) = kept.request_ids

    def over(right: int, reason: TerminationReason, actor, seen: int | None = None) -> None:
        form = EndForm(right, reason, date(2018, 9, 2), request_id=draft, seen_version=seen)
        endings.report_end(form, actor=actor)

    _stands(lambda: over(child, R.DECEASED, desk.people.clerk), "REQUEST_NOT_FOUND")
    _stands(lambda: over(wife, R.DIVORCED, desk.people.other_clerk), "ENTITLEMENT_NOT_FOUND")
    _stands(lambda: over(wife, R.DIVORCED, desk.people.clerk, seen=99), "STALE")
    _stands(lambda: change(desk, SPOUSE, request_id=draft, last_name_th="ใหม่งาม"), "REQUEST_NOT_FOUND")


@pytest.mark.parametrize("whose", ["colleague", "neighbour", "nobody"])
def test_a_form_is_written_anew_under_its_own_number_alone(desk, whose):  # noqa: F811 - a fixture
    """A colleague's drafts under another number would be taken back, a neighbour's form would hold a stranger's request."""
    people = desk.family().at("2018-09-05 09:00").people
    numbers = {"nobody": "SB2562-00000000-000001"}
    for key, actor, kind in (
        ("colleague", people.other_clerk, PersonnelType.TAO_OFFICER),
        ("neighbour", people.clerk, PersonnelType.MUNICIPAL_OFFICER),
    ):  # fmt: skip
        number = nid(40 if key == "colleague" else 50)
        form = family(
            official(number, personnel_type=kind), relative(Relation.SPOUSE, nid(60 if actor is people.clerk else 70))
        )
        numbers[key] = change_requests.record(form, actor=actor, submit=False).submission_no
    taken = TransferForm(desk.right(OWN).id, DAY, PersonnelType.TAO_OFFICER, submission_no=numbers[whose])
    _stands(lambda: transfers.take_over([taken], actor=people.other_clerk), "REQUEST_NOT_FOUND")
    at_home = {"colleague": "neighbour", "neighbour": "colleague"}.get(whose, whose)
    pension = ContinuationForm(desk.right(OWN).id, RequestType.PENSION, DAY, submission_no=numbers[at_home])
    _stands(lambda: continuations.go_on(pension, actor=people.clerk), "REQUEST_NOT_FOUND")


def test_who_recorded_an_end_a_move_or_a_relative_of_it_decides_it_in_no_menu(desk):  # noqa: F811 - a fixture
    """Alone, among others, with all that match, or as the family that goes along with the official's."""
    registrar = desk.family().at("2018-09-05 09:00").people.registrar
    ends = endings.report_end(EndForm(desk.right(SPOUSE).id, R.DIVORCED, date(2018, 9, 1)), actor=registrar).request_ids
    edit = change(desk, CHILD, clerk=registrar, last_name_th="ใหม่งาม")
    mine = [*ends, *edit]
    outcomes = approvals.approve(mine, actor=registrar, seen_versions=versions(*mine), note="ตรวจแล้ว")
    assert {one.error.code for one in outcomes if one.error} == {"FOUR_EYES"} and all(one.error for one in outcomes)
    assert {desk.request(one).status for one in mine} == {RequestStatus.PENDING_APPROVAL}
    other = desk.people.other_registrar
    moved = desk.move(DAY, clerk=other)
    outcomes = approvals.approve(moved[:1], actor=other, seen_versions=versions(*moved), note="ตรวจแล้ว")
    assert {one.error.code for one in outcomes if one.error} == {"FOUR_EYES"} and all(one.error for one in outcomes)
    assert {desk.request(one).status for one in moved} == {RequestStatus.PENDING_APPROVAL}


def test_the_version_of_another_request_decides_and_withdraws_nothing(desk):  # noqa: F811 - a fixture
    people = desk.family().at("2018-09-05 09:00").people
    (end,) = desk.end(SPOUSE, R.DIVORCED, date(2018, 9, 1))
    (edit,) = change(desk, CHILD, last_name_th="ใหม่งาม")
    for verb in (approvals.approve, withdrawals.withdraw):
        (told,) = verb([end], actor=people.registrar, seen_versions={edit: desk.request(edit).version})
        assert told.error is not None and told.error.code == ("STALE" if verb is approvals.approve else "NOT_APPROVED")
    desk.approve([end])
    (told,) = withdrawals.withdraw([end], actor=people.registrar, seen_versions={edit: desk.request(end).version})
    assert told.error is not None and told.error.code == "STALE"
    assert desk.request(end).status is RequestStatus.APPROVED


def test_only_the_agency_that_is_left_objects(desk):  # noqa: F811 - a fixture
    people = desk.family().at("2018-09-05 09:00").people
    moved = desk.move(DAY)
    for actor, number in ((people.other_clerk, moved[0]), (people.clerk, moved[1]), (people.clerk, 9_999)):
        with pytest.raises(NotFound):
            transfers.object_to(number, "ยังไม่ได้รับคำสั่ง", actor=actor)

"""The clerk's verbs: drafts, submission, cancelling, correcting; each refusal leaves nothing behind."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.errors import Conflict, InvalidForm, NotAllowed, NotFound, WrongState
from app.domain.people import PersonnelType, Relation, RequestStatus, Sex
from app.models import ChangeRequest, Proposal, RequestEditor, RequestRevision
from app.services import change_requests
from app.services.transaction import reading
from tests.services.conftest import family, nid, official, relative


def rows(kind, **where):
    with reading(NATION) as session:
        return list(session.execute(sa.select(kind).filter_by(**where)).scalars())


def codes(error: InvalidForm) -> set[tuple[str, str]]:
    return {(inner.field, inner.code) for inner in error.errors}


def test_a_draft_may_lack_what_a_submission_demands(people):
    form = family(official(nid(1), first_name_th="", birth_date=None, sex=None, personnel_type=None))
    done = change_requests.record(form, actor=people.clerk)
    assert rows(ChangeRequest)[0].status is RequestStatus.DRAFT
    with pytest.raises(InvalidForm) as refused:
        change_requests.submit(done.submission_no, actor=people.clerk)
    assert codes(refused.value) == {
        ("members-0-first_name_th", "REQUIRED"),
        ("members-0-birth_date", "REQUIRED"),
        ("members-0-sex", "REQUIRED"),
        ("members-0-personnel_type", "REQUIRED"),
    }


def test_a_family_is_submitted_with_the_dates_of_the_law(people):
    child = relative(Relation.CHILD, nid(2), birth_date=date(2018, 2, 28))
    mother = relative(Relation.MOTHER, nid(3), birth_date=date(1960, 1, 1))
    done = change_requests.record(family(official(nid(1)), child, mother), actor=people.clerk, submit=True)
    proposals = {p.national_id: p for p in rows(Proposal)}
    assert proposals[nid(1)].entitled_from == date(2015, 10, 1)
    assert (proposals[nid(2)].entitled_from, proposals[nid(2)].entitled_until) == (date(2018, 2, 28), date(2038, 2, 28))
    assert (proposals[nid(3)].entitled_from, proposals[nid(3)].entitled_until) == (date(2015, 10, 1), None)
    assert [p.sub_inscl for p in proposals.values()] == ["L1", "L2", "L2"]
    assert {r.status for r in rows(ChangeRequest)} == {RequestStatus.PENDING_APPROVAL}
    assert len(rows(RequestRevision)) == 3 and len(done.request_ids) == 3


def test_every_error_stands_at_its_field_and_nothing_is_written(people):
    form = family(
        official("1990101000010"),
        relative(Relation.MOTHER, "12"),
        relative(Relation.MOTHER, nid(4)),
        relative(Relation.CHILD, nid(4)),
    )
    with pytest.raises(InvalidForm) as refused:
        change_requests.record(form, actor=people.clerk)
    assert codes(refused.value) == {
        ("members-0-national_id", "CHECK_DIGIT"),
        ("members-1-national_id", "LENGTH"),
        ("members-2-relation", "ONE_PARENT_EACH"),
        ("members-3-national_id", "DUPLICATE_IN_FORM"),
    }
    assert rows(ChangeRequest) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"birth_date": date(2999, 1, 1)}, ("members-0-birth_date", "DATE_IN_FUTURE")),
        ({"birth_date": date(1800, 1, 1)}, ("members-0-birth_date", "DATE_TOO_OLD")),
        ({"service_start_date": date(1980, 1, 1)}, ("members-0-service_start_date", "DATE_BEFORE_BIRTH")),
        ({"personnel_type": PersonnelType.TAO_OFFICER}, ("members-0-personnel_type", "TYPE_AGENCY_MISMATCH")),
    ],
)
def test_what_the_rules_refuse_already(people, change, expected):
    with pytest.raises(InvalidForm) as refused:
        change_requests.record(family(official(nid(1), **change)), actor=people.clerk, submit=True)
    assert expected in codes(refused.value)
    assert rows(ChangeRequest) == []


def test_a_grown_child_is_refused_with_the_clause(people):
    grown = relative(Relation.CHILD, nid(2), birth_date=date(1995, 1, 1))
    with pytest.raises(InvalidForm) as refused:
        change_requests.record(family(official(nid(1)), grown), actor=people.clerk, submit=True)
    (error,) = refused.value.errors
    assert (error.code, error.citation) == ("AGE_20", "ป.พ.พ. มาตรา 16 และ 19")


def test_the_same_right_is_not_asked_for_twice_by_anyone(people):
    change_requests.record(family(official(nid(1))), actor=people.clerk, submit=True)
    other = official(nid(1), personnel_type=PersonnelType.PERMANENT_EMPLOYEE)
    with pytest.raises(InvalidForm) as refused:
        change_requests.record(family(other), actor=people.other_clerk, submit=True)
    assert codes(refused.value) == {("members-0-national_id", "ALREADY_PENDING")}


def test_a_changed_form_keeps_drops_and_adds_members(people):
    first = change_requests.record(family(official(nid(1)), relative(Relation.CHILD, nid(2))), actor=people.clerk)
    own, child = first.request_ids
    version = rows(ChangeRequest, id=own)[0].version
    again = family(
        official(nid(1), first_name_th="สมหมาย", request_id=own, seen_version=version),
        relative(Relation.SPOUSE, nid(3)),
        submission_no=first.submission_no,
    )
    change_requests.record(again, actor=people.clerk)
    assert rows(ChangeRequest, id=child) == []
    assert {p.national_id: p.first_name_th for p in rows(Proposal)} == {nid(1): "สมหมาย", nid(3): "สมศรี"}
    assert rows(ChangeRequest, id=own)[0].version > version


def test_a_stale_form_is_refused(people):
    done = change_requests.record(family(official(nid(1))), actor=people.clerk)
    stale = official(nid(1), request_id=done.request_ids[0], seen_version=99)
    with pytest.raises(Conflict) as refused:
        change_requests.record(family(stale, submission_no=done.submission_no), actor=people.clerk)
    assert refused.value.code == "STALE"


def test_a_neighbour_finds_nothing(people):
    done = change_requests.record(family(official(nid(1))), actor=people.clerk)
    with pytest.raises(NotFound):
        change_requests.submit(done.submission_no, actor=people.other_clerk)
    with pytest.raises(NotFound):
        change_requests.cancel(done.request_ids, actor=people.other_clerk)
    mine = official(nid(1), request_id=done.request_ids[0])
    with pytest.raises(NotFound):
        change_requests.record(family(mine, submission_no=done.submission_no), actor=people.other_clerk)


def test_without_the_power_nothing_is_recorded(people):
    from dataclasses import replace

    with pytest.raises(NotAllowed):
        change_requests.record(family(official(nid(1))), actor=replace(people.clerk, powers=frozenset()))


def test_cancelling_drops_a_draft_and_keeps_what_was_submitted(people):
    draft = change_requests.record(family(official(nid(1))), actor=people.clerk)
    change_requests.cancel(draft.request_ids, actor=people.clerk)
    assert rows(ChangeRequest) == [] and rows(RequestEditor) == []
    sent = change_requests.record(family(official(nid(1))), actor=people.clerk, submit=True)
    change_requests.cancel(sent.request_ids, actor=people.clerk)
    assert rows(ChangeRequest)[0].status is RequestStatus.CANCELLED
    with pytest.raises(WrongState):
        change_requests.cancel(sent.request_ids, actor=people.clerk)


def test_members_may_be_added_only_to_a_principal_of_the_own_agency(people):
    change_requests.record(family(official(nid(1))), actor=people.clerk, submit=True)
    child = family(relative(Relation.CHILD, nid(2), sex=Sex.M), principal_national_id=nid(1))
    with pytest.raises(NotFound):
        change_requests.record(child, actor=people.other_clerk)
    change_requests.record(child, actor=people.clerk, submit=True)
    assert rows(Proposal, national_id=nid(2))[0].sub_inscl == "L2"

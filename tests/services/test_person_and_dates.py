"""Who a number stands for and what the law makes of dates, through corrections and between agencies."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.errors import InvalidForm
from app.domain.people import PersonnelType, Relation, RequestStatus, Sex
from app.models import Agency, ChangeRequest, Person, Proposal
from app.models.entitlement import Entitlement
from app.rules.told import Told
from app.services import approvals, change_requests
from app.services.transaction import reading
from tests.services.carried_families import run_next_round
from tests.services.conftest import family, nid, official, relative
from tests.services.test_approvals import by_sql, request, versions


def approve(people, ids, *, other=False):
    registrar = people.other_registrar if other else people.registrar
    outcomes = approvals.approve(ids, actor=registrar, seen_versions=versions(*ids))
    return [outcome.error.code if outcome.error else None for outcome in outcomes]


def in_force(people, *members):
    ids = change_requests.record(family(*members), actor=people.clerk, submit=True).request_ids
    assert approve(people, ids) == [None] * len(ids)
    run_next_round()
    return ids


def rows(kind):
    with reading(NATION) as session:
        return list(session.scalars(sa.select(kind).order_by(kind.id)))


def proposals():
    with reading(NATION) as session:
        return {p.national_id: p for p in session.scalars(sa.select(Proposal))}


def test_a_person_recorded_in_error_is_registered_anew(people):
    in_force(people, official(nid(1), first_name_th="ผิด", birth_date=date(1980, 1, 1)))
    (own,) = rows(Entitlement)
    wrong = change_requests.report_error(own.id, "ชื่อผิด", actor=people.clerk).request_ids
    assert approve(people, wrong) == [None]
    run_next_round()
    in_force(people, official(nid(1), first_name_th="ถูก", birth_date=date(1985, 5, 4), sex=Sex.F))
    (person,) = rows(Person)
    assert (person.first_name_th, person.birth_date, person.sex) == ("ถูก", date(1985, 5, 4), Sex.F)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"birth_date": date(2015, 6, 1)}, "birth_date"),
        ({"sex": Sex.M}, "sex"),
        ({"first_name_th": "คนอื่น"}, "first_name_th"),
    ],
)
def test_a_number_with_rights_is_not_taken_for_somebody_else(people, change, field):
    child = relative(Relation.CHILD, nid(2), birth_date=date(2012, 6, 1))
    in_force(people, official(nid(1)), child)
    parent = official(nid(3), personnel_type=PersonnelType.PERMANENT_EMPLOYEE)
    same = {"birth_date": date(2012, 6, 1)} | change
    with pytest.raises(InvalidForm) as refused:
        change_requests.record(
            family(parent, relative(Relation.CHILD, nid(2), **same)), actor=people.other_clerk, submit=True
        )
    (error,) = refused.value.errors
    assert (error.code, error.field, error.facts) == ("PERSON_DIFFERS", f"members-1-{field}", {})


def test_a_start_is_reckoned_anew_after_a_correction(people):
    child = relative(Relation.CHILD, nid(2), birth_date=date(2018, 5, 1))
    own, kid = change_requests.record(family(official(nid(1)), child), actor=people.clerk, submit=True).request_ids
    approvals.return_([kid], "วันเกิดผิด", actor=people.registrar, seen_versions=versions(kid))
    number = change_requests.correct(kid, actor=people.clerk).submission_no
    mended = relative(Relation.SPOUSE, nid(2), birth_date=date(1990, 5, 1), request_id=kid)
    form = family(mended, principal_national_id=nid(1), submission_no=number)
    change_requests.record(form, actor=people.clerk, submit=True)
    proposal = proposals()[nid(2)]
    assert (proposal.entitled_from, proposal.entitled_until) == (date(2015, 10, 1), None)


def test_a_familys_dates_follow_the_principals_correction(people):
    mother = relative(Relation.MOTHER, nid(2), birth_date=date(1955, 1, 1))
    own, mum = change_requests.record(family(official(nid(1)), mother), actor=people.clerk, submit=True).request_ids
    approvals.return_([own], "วันเริ่มผิด", actor=people.registrar, seen_versions=versions(own))
    number = change_requests.correct(own, actor=people.clerk).submission_no
    earlier = official(nid(1), service_start_date=date(2010, 1, 4), request_id=own)
    change_requests.record(family(earlier, submission_no=number), actor=people.clerk, submit=True)
    assert approve(people, [own, mum]) == [None, "DATES_CHANGED"]
    assert request(mum).status is RequestStatus.PENDING_APPROVAL


def test_a_draft_of_another_agency_does_not_shape_the_sub_scheme(people):
    in_force(people, official(nid(1)))
    draft = official(nid(1), personnel_type=PersonnelType.PENSIONER)
    change_requests.record(family(draft), actor=people.other_clerk)
    mother = relative(Relation.MOTHER, nid(2), birth_date=date(1955, 1, 1))
    change_requests.record(family(mother, principal_national_id=nid(1)), actor=people.clerk, submit=True)
    assert proposals()[nid(2)].sub_inscl == "L2"


def test_a_closed_agency_certifies_nobody(people):
    by_sql("UPDATE agency SET valid_until = '2020-01-01' WHERE id = :id", id=people.clerk.agency_id)
    with pytest.raises(InvalidForm) as refused:
        change_requests.record(family(official(nid(1))), actor=people.clerk, submit=True)
    assert [error.code for error in refused.value.errors] == ["AGENCY_CLOSED"]
    assert rows(Agency)[0].valid_until == date(2020, 1, 1)


def test_reporting_one_spell_leaves_the_later_ones(people):
    in_force(people, official(nid(1), service_start_date=date(2010, 1, 4)))
    by_sql("UPDATE entitlement SET entitled_until = '2013-01-01', version = version + 1")
    in_force(people, official(nid(1)), relative(Relation.MOTHER, nid(2), birth_date=date(1955, 1, 1)))
    first = rows(Entitlement)[0]
    asked = change_requests.report_error(first.id, "ผิดคน", actor=people.clerk).request_ids
    assert [request(id_).target_entitlement_id for id_ in asked] == [first.id]


def test_a_rejected_correction_can_be_put_away(people):
    in_force(people, official(nid(1)))
    asked = change_requests.report_error(rows(Entitlement)[0].id, "ผิดคน", actor=people.clerk).request_ids
    approvals.reject(asked, "ไม่ผิด", actor=people.registrar, seen_versions=versions(*asked))
    change_requests.cancel(asked, actor=people.clerk)
    assert rows(ChangeRequest)[-1].status is RequestStatus.CANCELLED


def test_the_editors_of_a_sent_request_cannot_be_erased(people):
    (id_,) = change_requests.record(family(official(nid(1))), actor=people.clerk, submit=True).request_ids
    for statement in (
        "DELETE FROM request_editor WHERE request_id = :id",
        "UPDATE request_editor SET user_id = 99 WHERE request_id = :id",
        "UPDATE request_revision SET frozen = '{}' WHERE request_id = :id",
    ):
        with pytest.raises(sa.exc.IntegrityError):
            by_sql(statement, id=id_)


def test_twins_with_one_number_are_asked_back_at_their_fields_and_go_with_two(people):
    def twins(*numbers):
        born = {"birth_date": date(2012, 6, 1), "birth_order": 1}
        members = [
            relative(Relation.CHILD, nid(n), seq_in_delivery=seq, **born)
            for n, seq in zip((2, 3), numbers, strict=True)
        ]
        return family(official(nid(1)), *members)

    with pytest.raises(InvalidForm) as refused:
        change_requests.record(twins(1, 1), actor=people.clerk, submit=True)
    told = {(error.code, error.field) for error in refused.value.errors}
    assert told >= {("SAME_PLACE_IN_DELIVERY", f"members-{place}-seq_in_delivery") for place in (1, 2)}
    assert len(change_requests.record(twins(1, 2), actor=people.clerk, submit=True).request_ids) == 3


CANNOT_BE = [
    (Relation.MOTHER, {"birth_date": date(1985, 5, 5)}, "PARENT_NOT_OLDER", "birth_date"),
    (Relation.MOTHER, {"sex": Sex.M}, "SEX_NOT_OF_RELATION", "sex"),
    (Relation.CHILD, {"birth_date": date(1990, 5, 5)}, "PARENT_TOO_YOUNG", "birth_date"),
    (Relation.SPOUSE, {"told": Told(marriage_date=date(2016, 1, 1))}, "MARRIED_TOO_YOUNG", "marriage_date"),
    (Relation.SPOUSE, {"told": Told(marriage_date=date(2600, 1, 1))}, "EVENT_IN_FUTURE", "marriage_date"),
    (Relation.CHILD, {"told": Told(paternity_registered_date=date(2014, 1, 1))}, "EVENT_BEFORE_BIRTH",
     "paternity_registered_date"),
]  # fmt: skip


@pytest.mark.parametrize(("relation", "values", "code", "field"), CANNOT_BE)
def test_what_no_family_can_be_is_kept_as_a_draft_and_never_sent(people, relation, values, code, field):
    form = family(official(nid(1)), relative(relation, nid(2), **values))
    draft = change_requests.record(form, actor=people.clerk)
    for send in (
        lambda: change_requests.submit(draft.submission_no, actor=people.clerk),
        lambda: change_requests.record(family(official(nid(3)), relative(relation, nid(4), **values)), actor=people.clerk,
                                       submit=True),
    ):  # fmt: skip
        with pytest.raises(InvalidForm) as refused:
            send()
        assert (code, f"members-1-{field}") in {(error.code, error.field) for error in refused.value.errors}


@pytest.mark.parametrize("name", ["title_th", "first_name_th", "middle_name_th", "last_name_th"])
def test_a_name_with_a_sign_that_nobody_sees_is_not_even_kept(people, name):
    with pytest.raises(InvalidForm) as refused:
        change_requests.record(family(official(nid(1), **{name: "สม\u202eชาย"})), actor=people.clerk)
    (error,) = refused.value.errors
    assert (error.code, error.field, error.facts["sign"]) == ("NAME_HIDDEN_SIGN", f"members-0-{name}", "U+202E")

"""เอกสารที่จะส่งตามมา: what is owed stays owed through a change, by the day on which it was, until the papers have come."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.errors import BadInput, InvalidForm
from app.domain.people import DocType, Relation, ToFollow
from app.models.database import db
from app.rules.papers import MarriagePaper
from app.rules.told import Told
from app.services import change_requests, edits, families, invariants, request_reviews
from app.services.edits import EditForm
from app.services.queue_filters import QueueFilters
from tests.services.carried_families import approve
from tests.services.conftest import family, official, relative
from tests.services.lifecycle_desk import CHILD, OWN, SPOUSE, Desk
from tests.services.test_approvals import by_sql
from tests.services.test_evidence_sweeps import shelf  # noqa: F401 - a fixture
from tests.services.test_family_decisions import filed

WIFE = Told(marriage_paper=MarriagePaper.MARRIAGE_CERT_TH, marriage_date=date(2010, 2, 14))
KEY = "k" * 32
DUE = date(2018, 10, 1)  # thirty days after the form was sent


@pytest.fixture
def desk(people) -> Desk:
    desk = Desk(people).at("2018-09-01 09:00")
    told = replace(WIFE, to_follow=ToFollow.PAPERS)
    members = [
        official(OWN, service_start_date=date(2010, 4, 1), birth_date=date(1980, 1, 1)),
        relative(Relation.SPOUSE, SPOUSE, birth_date=date(1981, 1, 1), told=told),
    ]
    done = change_requests.record(family(*members), actor=people.clerk, submit=True)
    approve(done.request_ids, people.registrar)
    return desk.at("2018-09-01 15:00").at("2018-09-20 09:00")


def change(desk: Desk, *, whose: str = SPOUSE, told: Told = WIFE, **values) -> int:
    """As the page asks for it, which has no box for a promise."""
    right = desk.right(whose)
    person = right.person
    given = {"last_name_th": person.last_name_th} | values
    form = EditForm(
        right.id, right.version + person.version, person.first_name_th, birth_date=person.birth_date, sex=person.sex,
        told=told, **given,
    )  # fmt: skip
    (request_id,) = edits.change(form, actor=desk.people.clerk).request_ids
    return request_id


def due_on(desk: Desk) -> date | None:
    found = families.family(desk.right(OWN).person_id, actor=desk.people.clerk, hash_key=KEY)
    (wife,) = (one for one in found.members if one.spells[0].relation is Relation.SPOUSE)
    return wife.papers_due_on


def test_who_owes_papers_can_be_changed_and_owes_them_by_the_same_day(desk):
    assert due_on(desk) == DUE
    request_id = change(desk, last_name_th="ใหม่งาม")
    review = request_reviews.open_(request_id, actor=desk.people.registrar, hash_key=KEY, filters=QueueFilters())
    assert review.law.due_on == DUE
    desk.approve([request_id]).at("2018-09-20 11:00")
    right = desk.right(SPOUSE)
    assert (right.person.last_name_th, right.to_follow, due_on(desk)) == ("ใหม่งาม", ToFollow.PAPERS, DUE)


@pytest.mark.parametrize(("kind", "owed"), [(DocType.DEATH_CERT, ToFollow.PAPERS), (DocType.MARRIAGE_CERT_TH, None)])
def test_the_paper_that_comes_ends_the_promise_and_another_one_does_not(desk, people, shelf, kind, owed):  # noqa: F811
    request_id = change(desk, evidence_ids=filed(people, shelf, kind))
    desk.approve([request_id]).at("2018-09-20 11:00")
    assert (desk.right(SPOUSE).to_follow, due_on(desk)) == (owed, DUE if owed else None)


@pytest.mark.parametrize("told", [WIFE, replace(WIFE, to_follow=ToFollow.PAPERS)])
def test_no_change_makes_or_renews_a_promise(desk, told):
    with pytest.raises(BadInput, match="NOTHING_CHANGED"):
        change(desk, told=told)
    by_sql("UPDATE entitlement SET to_follow = NULL WHERE relation = 'SPOUSE'")
    with pytest.raises(InvalidForm) as refused:
        change(desk, told=told, last_name_th="ก")
    assert [error.code for error in refused.value.errors] == ["EVIDENCE_NOT_ACCEPTED"]


@pytest.mark.parametrize("owed", ToFollow)
def test_a_promise_carries_no_order_that_is_told_later(desk, people, shelf, owed):  # noqa: F811
    told = Told(marriage_date=date(1998, 3, 1), to_follow=owed)
    desk.at("2018-09-25 09:00")
    form = family(relative(Relation.CHILD, CHILD, birth_date=date(1999, 1, 10), told=told), principal_national_id=OWN)
    approve(change_requests.record(form, actor=people.clerk, submit=True).request_ids, people.registrar, note="ดูแล้ว")
    desk.at("2018-09-25 15:00").at("2018-12-20 09:00")
    ordered = replace(told, to_follow=None, incompetent_from=date(2017, 1, 1), in_care=True)
    with pytest.raises(InvalidForm) as refused:
        change(desk, whose=CHILD, told=ordered)
    assert {(error.code, error.field) for error in refused.value.errors} == {("EVIDENCE_NOT_ACCEPTED", "evidence_ids")}
    papers = filed(people, shelf, DocType.COURT_ORDER_INCOMPETENT)
    approve([change(desk, whose=CHILD, told=ordered, evidence_ids=papers)], people.registrar, note="ดูแล้ว")
    right = desk.at("2018-12-20 15:00").right(CHILD)
    assert (right.entitled_until, right.to_follow) == (None, owed)  # his birth and the marriage are still to be proven
    with db.engine.connect() as connection:
        assert [one.examples for one in invariants.findings(connection, only="CHILD_BEYOND_MAJORITY")] == [()]


@pytest.mark.parametrize(
    ("told", "kind", "owed"),
    [(WIFE, DocType.MARRIAGE_CERT_TH, None), (WIFE, DocType.DEATH_CERT, ToFollow.FACTS),
     (replace(WIFE, marriage_date=None), DocType.MARRIAGE_CERT_TH, ToFollow.FACTS)],
)  # fmt: skip
def test_what_a_list_owes_ends_when_facts_and_papers_have_come(desk, people, shelf, told, kind, owed):  # noqa: F811
    by_sql("UPDATE entitlement SET to_follow = 'FACTS', marriage_date = NULL WHERE relation = 'SPOUSE'")
    request_id = change(desk, told=told, evidence_ids=filed(people, shelf, kind))
    desk.approve([request_id]).at("2018-09-20 11:00")
    assert (desk.right(SPOUSE).to_follow, desk.right(SPOUSE).marriage_date) == (owed, told.marriage_date)


def test_a_right_that_goes_on_owes_its_papers_by_the_same_day(desk):
    people = desk.people
    ids = desk.move(date(2018, 9, 18))
    wifes = next(i for i in ids if desk.request(i).target_entitlement_id == desk.right(SPOUSE).id)
    review = request_reviews.open_(wifes, actor=people.other_registrar, hash_key=KEY, filters=QueueFilters())
    assert review.law.due_on == DUE
    desk.approve(ids, people.other_registrar).at("2018-09-20 11:00")
    right = desk.right(SPOUSE)
    assert (right.entitled_from, right.promised_on, right.to_follow) == (
        date(2018, 9, 18),
        date(2018, 9, 1),
        ToFollow.PAPERS,
    )
    found = families.family(desk.right(OWN).person_id, actor=people.other_clerk, hash_key=KEY)
    assert [one.papers_due_on for one in found.members if one.spells[0].relation is Relation.SPOUSE] == [DUE]

"""Deciding many at once: ticks over several pages, all that fits the filters, the summary before, and its limits."""

import re
from datetime import date

import pytest

from app.domain.people import PersonnelType, Relation
from app.services import change_requests, decision_plans
from app.services.approval_queue import PAGE_SIZE
from tests.builders import clock
from tests.services.conftest import nid, official, relative
from tests.services.rights_register import right
from tests.views.approval_desk import REASON, open_desk, status, text_of, version
from tests.views.offices import rows, write

NOON, LATER = "2026-11-21 12:00", "2026-11-21 14:00"


@pytest.fixture
def desk(portal):
    clock(NOON)
    return open_desk(portal)


FAMILY = (Relation.SPOUSE, Relation.FATHER, Relation.MOTHER, *[Relation.CHILD] * 3)


def _born(place):
    """Children of one day would be asked whether they are twins."""
    return {"birth_date": date(2008 + place, 1, 2)} if place > 3 else {}


def many(desk, count, first=1000):
    """The ids of so many waiting requests, in families of up to seven persons."""
    found: list[int] = []
    serial = first
    while len(found) < count:
        size = min(len(FAMILY), count - len(found) - 1)
        members = [
            relative(kind, nid(serial + place), **_born(place)) for place, kind in enumerate(FAMILY[:size], start=1)
        ]
        found += desk.sent(official(nid(serial)), *members)
        serial += size + 1
    return found


def listed(page):
    """Which requests a page's form would send, with the versions."""
    ids = [int(id_) for id_ in re.findall(r'name="request_id" value="(\d+)"', page)]
    return {id_: int(re.search(rf'name="version-{id_}" value="(\d+)"', page)[1]) for id_ in ids}


def all_form(page, **more):
    """What the list's form sends where all that fits is ticked."""
    shown_at = re.search(r'name="shown_at" value="([^"]+)"', page)[1]
    shown = listed(page)
    form = {"all": "1", "shown_at": shown_at, "decision": "approve", "request_id": [str(id_) for id_ in shown]}
    return form | {f"version-{id_}": str(number) for id_, number in shown.items()} | more


def confirm(desk, summary, decision="approve", **more):
    seen = listed(summary)
    return desk.decide(decision, *seen, seen=seen, asked="1", **more)


def test_all_that_fits_but_three_is_approved_over_two_pages(desk):
    ids = many(desk, 60)
    first = desk.registrar.get("/approvals/").text
    assert "เลือกทั้งหมด 60 รายการที่ตรงเงื่อนไข" in first
    everything = desk.registrar.get("/approvals/?all=1").text
    assert everything.count("data-tick>") == PAGE_SIZE and everything.count("checked data-tick>") == PAGE_SIZE
    here, elsewhere = ids[3:5], ids[55]
    form = all_form(everything, besides=[str(elsewhere)])
    form["request_id"] = [id_ for id_ in form["request_id"] if int(id_) not in here]
    summary = desk.registrar.post("/approvals/summary", form)
    words = text_of(summary.text)
    assert summary.status_code == 200 and "อนุมัติ 57 รายการ" in words
    assert "ผู้มีสิทธิรายใหม่ 9" in words and "เพิ่มบุตร 22" in words and "อนุมัติก่อน 15.00 น. มีผลวันนี้" in words
    assert set(listed(summary.text)) == set(ids) - {*here, elsewhere}
    assert {status(id_) for id_ in ids} == {"PENDING_APPROVAL"}
    done = confirm(desk, summary.text)
    assert "สำเร็จ 57 จาก 57 รายการ" in done.text and done.text.count('class="is-done"') == 57
    assert {id_ for id_ in ids if status(id_) == "PENDING_APPROVAL"} == {*here, elsewhere}


def test_what_comes_after_the_list_or_the_summary_is_not_touched(desk):
    (early,) = desk.sent(official(nid(1)))
    everything = desk.registrar.get("/approvals/?all=1").text
    clock(LATER)
    (after_list,) = desk.sent(official(nid(2)))
    summary = desk.registrar.post("/approvals/summary", all_form(everything)).text
    assert "เข้ามาใหม่ 1 รายการ" in text_of(summary) and list(listed(summary)) == [early]
    (after_summary,) = desk.sent(official(nid(3)))
    assert "สำเร็จ 1 จาก 1 รายการ" in confirm(desk, summary).text
    assert [status(id_) for id_ in (early, after_list, after_summary)] == ["APPROVED", *["PENDING_APPROVAL"] * 2]


def test_what_changed_after_the_summary_is_told_and_not_decided(desk):
    kept, taken, corrected = (desk.sent(official(nid(serial)))[0] for serial in (1, 2, 3))
    summary = desk.registrar.post("/approvals/summary", all_form(desk.registrar.get("/approvals/?all=1").text)).text
    change_requests.cancel([taken], actor=desk.clerk)
    write("UPDATE change_request SET version = version + 1 WHERE id = :id", id=corrected)
    done = confirm(desk, summary)
    assert "สำเร็จ 1 จาก 3 รายการ" in done.text
    assert [status(id_) for id_ in (kept, taken, corrected)] == ["APPROVED", "CANCELLED", "PENDING_APPROVAL"]


def test_the_filters_bound_what_all_means(desk):
    own, child = desk.sent(official(nid(1)), relative(Relation.CHILD, nid(2), birth_order=1))
    listing = desk.registrar.post("/approvals/", {"relation": "CHILD"}, follow_redirects=True)
    query = listing.request.query_string.decode()
    everything = desk.registrar.get(f"/approvals/?{query}&all=1").text
    summary = desk.registrar.post(f"/approvals/summary?{query}", all_form(everything)).text
    assert (
        list(listed(summary)) == [child]
        and "นายสมชาย" not in re.search(r'<ul class="names".*?</ul>', summary, re.DOTALL)[0]
    )
    assert own not in listed(summary)


def test_all_never_reaches_another_agency(desk):
    (mine,) = desk.sent(official(nid(1)))
    (foreign,) = desk.sent(
        official(nid(7), first_name_th="เพื่อนบ้าน", personnel_type=PersonnelType.TAO_OFFICER), by=desk.neighbour
    )
    summary = desk.registrar.post("/approvals/summary", all_form(desk.registrar.get("/approvals/?all=1").text)).text
    assert list(listed(summary)) == [mine] and "เพื่อนบ้าน" not in summary
    ticked = {"decision": "approve", "request_id": str(foreign), f"version-{foreign}": "1"}
    told = desk.registrar.post("/approvals/summary", ticked).text
    assert "คำขอที่ไม่อยู่ในหน่วยงานของท่าน" in told and "เพื่อนบ้าน" not in told and not listed(told)
    assert status(foreign) == "PENDING_APPROVAL"


def test_the_summary_says_what_cannot_be_approved_and_why(desk):
    (good,) = desk.sent(official(nid(1), first_name_th="อนันต์"))
    (mine,) = desk.sent(official(nid(5), first_name_th="วิชัย"), by=desk.registrar_actor)
    (stale,) = desk.sent(official(nid(6), first_name_th="สมหมาย"))
    form = {"decision": "approve", "request_id": [str(good), str(mine), str(stale)]}
    form |= {f"version-{good}": str(version(good)), f"version-{mine}": str(version(mine)), f"version-{stale}": "99"}
    summary = desk.registrar.post("/approvals/summary", form).text
    words = text_of(summary)
    assert list(listed(summary)) == [good] and "อนุมัติ 1 รายการ" in words and "2 รายการจะยังรออยู่" in words
    assert re.search(r"วิชัย ใจดี : [^:]*ให้นายทะเบียนคนอื่นของหน่วยงานเป็นผู้ตัดสินใจ", words)
    assert re.search(r"สมหมาย ใจดี : [^:]*แล้วตัดสินใจอีกครั้ง", words)
    only_mine = {"decision": "approve", "request_id": str(mine), f"version-{mine}": str(version(mine))}
    nothing = desk.registrar.post("/approvals/summary", only_mine).text
    assert "ไม่มีรายการใดที่ดำเนินการเช่นนี้ได้" in nothing and "data-decide-confirm" not in nothing


def test_what_the_law_refuses_can_be_returned_but_not_approved(desk):
    (again,) = desk.sent(official(nid(1)))
    right(nid(1), agency_id=desk.clerk.agency_id)
    form = {"request_id": str(again), f"version-{again}": str(version(again))}
    approving = desk.registrar.post("/approvals/summary", form | {"decision": "approve"}).text
    assert not listed(approving) and "1 รายการจะยังรออยู่" in text_of(approving)
    returning = desk.registrar.post("/approvals/summary", form | {"decision": "return"}).text
    assert list(listed(returning)) == [again] and "<textarea" in returning


def test_dependants_without_their_principal_are_warned_of(desk):
    own, child = desk.sent(official(nid(1)), relative(Relation.CHILD, nid(2), birth_order=1))
    form = {"decision": "approve", "request_id": [str(child)], f"version-{child}": str(version(child))}
    alone = desk.registrar.post("/approvals/summary", form).text
    assert list(listed(alone)) == [child] and "1 รายการอาศัยสิทธิของผู้มีสิทธิ" in text_of(alone)
    form |= {"request_id": [str(own), str(child)], f"version-{own}": str(version(own))}
    assert "อาศัยสิทธิของผู้มีสิทธิ" not in desk.registrar.post("/approvals/summary", form).text


def test_all_is_returned_with_one_reason(desk):
    ids = many(desk, 3)
    everything = desk.registrar.get("/approvals/?all=1").text
    summary = desk.registrar.post("/approvals/summary", all_form(everything, decision="return")).text
    assert "สำเร็จ 3 จาก 3 รายการ" in confirm(desk, summary, "return", reason=REASON).text
    reasons = rows("SELECT DISTINCT status, decision_reason FROM change_request")
    assert reasons == [("RETURNED", REASON)] and len(ids) == 3


def test_one_decision_takes_so_many_the_oldest_first_and_says_what_is_left(desk):
    ids = many(desk, decision_plans.LIMIT + 3)
    too_many = {"decision": "approve", "request_id": [str(id_) for id_ in ids]}
    versions = {f"version-{id_}": str(version) for id_, version in rows("SELECT id, version FROM change_request")}
    ticked = desk.registrar.post("/approvals/summary", too_many | versions).text
    assert f"ครั้งละไม่เกิน {decision_plans.LIMIT} รายการ" in ticked and "อีก 3 รายการที่ตรงเงื่อนไขจะยังรออยู่" in ticked
    assert list(listed(ticked)) == ids[: decision_plans.LIMIT] and len(list(listed(ticked))) == decision_plans.LIMIT
    assert desk.registrar.post("/approvals/decide", too_many).status_code == 400
    assert rows("SELECT DISTINCT status FROM change_request") == [("PENDING_APPROVAL",)]


def test_the_dialog_gets_the_summary_without_a_frame_and_nothing_is_written(desk):
    (id_,) = desk.sent()
    form = {"decision": "approve", "request_id": str(id_), f"version-{id_}": "1", "fragment": "1"}
    before = rows("SELECT * FROM change_request"), rows("SELECT count(*) FROM audit_event")
    part = desk.registrar.post("/approvals/summary", form).text
    assert "<html" not in part and 'id="decision-title"' in part
    assert (rows("SELECT * FROM change_request"), rows("SELECT count(*) FROM audit_event")) == before


def test_garbage_in_a_summary_is_refused(desk):
    (id_,) = desk.sent()
    one = {"request_id": str(id_), f"version-{id_}": "1"}
    for form in (
        one | {"decision": "burn"},
        {"decision": "approve", "request_id": "0"},
        {"decision": "approve", "all": "1"},
        {"decision": "approve", "all": "1", "shown_at": "yesterday"},
        {"decision": "approve", "all": "1", "shown_at": "2026-11-21T12:00:00"},
        {"decision": "approve", "all": "1", "shown_at": "2026-11-21T12:00:00+07:00", "besides": "x"},
    ):
        assert desk.registrar.post("/approvals/summary", form).status_code == 400, form
    nothing = desk.registrar.post("/approvals/summary", {"decision": "approve"}, follow_redirects=True)
    assert "ยังไม่ได้เลือกคำขอ" in nothing.text
    assert desk.registrar.client.post("/approvals/summary", data=one | {"decision": "approve"}).status_code == 400


@pytest.mark.parametrize(
    "instant", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-11-21T10:00:00", ""]
)
def test_an_instant_that_no_page_of_ours_wrote_is_refused(desk, instant):
    form = {"all": "1", "shown_at": instant, "decision": "approve"}
    assert desk.registrar.post("/approvals/summary", form).status_code == 400

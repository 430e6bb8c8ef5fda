"""My work: what came back with its reason and one step to mend it, counts on the home page, taking back."""

import re
from datetime import date
from html import unescape

import pytest

from app.domain.actor import NATION, robot
from app.domain.clock import real_now
from app.domain.people import Relation
from app.models import ChangeRequest, Succession
from app.services import approvals, change_requests, clerk_desk, draft_changes
from app.services.transaction import reading, transaction
from tests.services import roster_workbooks as workbooks
from tests.services.carried_families import approve, run_next_round
from tests.services.conftest import family, nid, official, relative
from tests.services.roster_desk import bring_in
from tests.views.family_desk import actor, filled_in, logged_in, send
from tests.views.offices import TAO, TOWN, rows


@pytest.fixture
def clerk(portal):
    return actor(portal, "clerk1", "personnel_clerk")


@pytest.fixture
def registrar(portal):
    return actor(portal, "registrar1", "registrar")


@pytest.fixture
def browser(portal, clerk):
    return logged_in(portal, "clerk1")


def seen(ids):
    with reading(NATION) as session:
        return {request_id: session.get_one(ChangeRequest, request_id).version for request_id in ids}


def statuses():
    return [status for (status,) in rows("SELECT status FROM change_request ORDER BY id")]


def work(browser, query=""):
    answer = browser.get(f"/my-work/{query}")
    assert answer.status_code == 200
    return unescape(answer.text)


def count_at_home(browser) -> str:
    found = re.search(r'data-waits="my_work">\s*(\d+)', browser.get("/").text)
    return found[1] if found else "0"


def sent(clerk, *members):
    return change_requests.record(family(*(members or (official(nid(1)),))), actor=clerk, submit=True)


def test_what_came_back_is_corrected_in_one_step_and_sent_again(portal, clerk, registrar, browser):
    done = sent(clerk, official(nid(1)), relative(Relation.CHILD, nid(2)))
    assert "ไม่มีรายการที่ต้องทำ" in work(browser) and "รออนุมัติ" in work(browser)
    first, second = done.request_ids
    approvals.return_([first], "ชื่อไม่ตรง", actor=registrar, seen_versions=seen([first]))
    approvals.reject([second], "ไม่ใช่บุตร", actor=registrar, seen_versions=seen([second]))
    page = work(browser)
    assert "ชื่อไม่ตรง" in page and "ไม่ใช่บุตร" in page and "แก้ไขทั้งหมด" in page
    assert "1-9901-xxxxx-" in page and nid(1) not in page
    assert count_at_home(browser) == "2"
    answer = browser.post("/my-work/correct", {"request_id": [str(first), str(second)]})
    assert answer.headers["Location"] == f"/family-forms/{done.submission_no}.{first}"
    assert browser.get(answer.headers["Location"]).headers["Location"] == f"/family-forms/{done.submission_no}"
    assert statuses() == ["DRAFT", "DRAFT"]
    again = send(browser, "submit", {"members-0-first_name_th": "สมชัย"}, path=f"/family-forms/{done.submission_no}")
    assert again.status_code == 302 and statuses() == ["PENDING_APPROVAL", "PENDING_APPROVAL"]
    assert rows("SELECT revision FROM change_request") == [(2,), (2,)]
    assert count_at_home(browser) == "0"


def test_one_of_a_family_is_corrected_beside_its_waiting_principal(clerk, registrar, browser):
    done = sent(clerk, official(nid(1)), relative(Relation.CHILD, nid(2)))
    _own, child = done.request_ids
    approvals.return_([child], "ขาดสูติบัตร", actor=registrar, seen_versions=seen([child]))
    address = browser.get(browser.post("/my-work/correct", {"request_id": str(child)}).headers["Location"]).location
    shown = filled_in(browser.get(address).text)
    assert shown["members-0-national_id"].replace("-", "") == nid(2) and "members-1-national_id" not in shown
    assert "นายสมชาย ใจดี" in browser.get(address).text
    assert send(browser, "submit", path=address).status_code == 302
    assert statuses() == ["PENDING_APPROVAL", "PENDING_APPROVAL"]


def test_what_its_round_refused_says_why_and_can_be_corrected(clerk, registrar, browser):
    done = sent(clerk, official(nid(1)), relative(Relation.CHILD, nid(2)))
    _own, child = done.request_ids
    approve([child], registrar)
    run_next_round()
    assert statuses() == ["PENDING_APPROVAL", "ROUND_ERROR"]
    page = work(browser)
    assert "ประมวลผลไม่ผ่าน" in page and "ผู้มีสิทธิ" in page and count_at_home(browser) == "1"
    assert browser.post("/my-work/correct", {"request_id": str(child)}).status_code == 302
    assert statuses() == ["PENDING_APPROVAL", "DRAFT"]


def test_taking_back(clerk, registrar, browser):
    done = sent(clerk)
    draft = change_requests.record(family(official(nid(9))), actor=clerk)
    ids = [str(i) for i in (*done.request_ids, *draft.request_ids)]
    assert browser.post("/my-work/cancel", {"request_id": ids}).headers["Location"] == "/my-work/"
    assert statuses() == ["CANCELLED"]
    again = sent(clerk)
    approve(again.request_ids, registrar)
    browser.post("/my-work/cancel", {"request_id": str(again.request_ids[0])})
    assert "มีผลวินิจฉัยแล้ว" in work(browser) and statuses()[-1] == "APPROVED"


def test_throwing_a_draft_away_from_its_form(clerk, browser):
    draft = change_requests.record(family(official(nid(1))), actor=clerk)
    page = browser.get(f"/family-forms/{draft.submission_no}").text
    assert f'name="request_id" value="{draft.request_ids[0]}"' in page and 'id="throw-away"' in page
    browser.post("/my-work/cancel", {"request_id": str(draft.request_ids[0])})
    assert statuses() == [] and browser.get(f"/family-forms/{draft.submission_no}").status_code == 404


def test_mine_and_the_whole_agency(portal, clerk, browser):
    colleague = actor(portal, "clerk2", "personnel_clerk")
    change_requests.record(family(official(nid(1), first_name_th="ของเพื่อน")), actor=colleague)
    assert "ของเพื่อน" not in work(browser) and "ของเพื่อน" in work(browser, "?whose=agency")
    assert count_at_home(browser) == "0" and count_at_home(logged_in(portal, "clerk2")) == "1"


def test_a_neighbour_sees_and_moves_nothing(portal, clerk, registrar, browser):
    done = sent(clerk)
    approvals.return_(done.request_ids, "แก้", actor=registrar, seen_versions=seen(done.request_ids))
    neighbour = portal.officer("personnel_clerk", TAO)
    assert "สมชาย" not in work(neighbour, "?whose=agency")
    for verb in ("cancel", "correct"):
        for one in (str(done.request_ids[0]), "0", "-1", "x", "²", "9" * 30, ""):
            assert neighbour.post(f"/my-work/{verb}", {"request_id": one}).status_code == 404
        assert neighbour.post(f"/my-work/{verb}").status_code == 404
    assert statuses() == ["RETURNED"]


def test_families_of_one_import_come_back_as_forms_of_their_own(clerk, registrar, browser, tmp_path, monkeypatch):
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))
    staff = [workbooks.official(n) for n in (1, 2, 3)]
    kin = [workbooks.dependent(501, 2), workbooks.dependent(502, 1)]
    number = bring_in(workbooks.workbook(staff, kin), clerk).submission_no
    ids = [one for (one,) in rows("SELECT id FROM change_request ORDER BY position")]
    own, child, other, other_child, third = ids
    with monkeypatch.context() as few:
        few.setattr(clerk_desk, "MOST_ROWS", 3)
        few.setattr(clerk_desk, "MOST_OF_FORM", 2)
        assert "คำขอทั้ง 5 รายการ" in work(browser) and work(browser).count('class="work-line"') == 3
        first, last = (browser.get(f"/family-forms/{number}?page={n}").text for n in (1, 9))
    assert [page.count('class="work-line"') for page in (first, last)] == [3, 2] and "5 คำขอ · หน้า 2 จาก 2" in last
    approvals.return_(ids, "ขาดเอกสาร", actor=registrar, seen_versions=seen(ids))
    answer = browser.post("/my-work/correct", {"request_id": [str(one) for one in ids]})
    assert answer.location == f"/family-forms/{number}.{own}" and set(statuses()) == {"DRAFT"}
    page = unescape(browser.get(answer.location).text)
    assert workbooks.nid(502) in page and workbooks.nid(2) not in page and workbooks.nid(501) not in page
    kept = send(browser, "save", {"members-0-first_name_th": "สมชัย"}, path=answer.location)
    assert kept.location == answer.location and set(statuses()) == {"DRAFT"}
    following = {own: other, other: third, third: own}  # round and round, saved or not
    for one, after in following.items():
        assert f'href="/family-forms/{number}.{after}"' in browser.get(f"/family-forms/{number}.{one}").text
    sent_off = send(browser, "submit", path=answer.location)
    assert sent_off.location == f"/family-forms/{number}"
    assert browser.get(sent_off.location).location == f"/family-forms/{number}.{other}"
    assert f"/family-forms/{number}.{other}" in browser.get(f"/family-forms/{number}.{own}").text
    found = dict(rows("SELECT id, status FROM change_request"))
    assert [found[one] for one in ids] == ["PENDING_APPROVAL"] * 2 + ["DRAFT"] * 3
    asked = browser.get(f"/family-forms/{number}.{other_child}")  # by anybody of the family
    assert asked.location == f"/family-forms/{number}.{other}"
    assert browser.get(f"/family-forms/{number}.99999").status_code == 404
    standing = draft_changes.standing(f"{number}.{other}", actor=clerk)
    assert (set(standing.versions), standing.principal_national_id) == ({other, other_child}, workbooks.nid(2))
    assert child not in standing.versions


@pytest.mark.parametrize(
    ("other", "new", "words"),
    [
        (TOWN, {"new_code": "03110101", "new_name": "เทศบาลนครใหม่"}, "หน่วยงานเป็น เทศบาลนครใหม่"),
        (TAO, {}, "รับช่วงหน่วยงานนี้แล้ว"),
    ],
)
def test_what_a_succession_sent_back_says_what_to_do_now(portal, clerk, registrar, browser, other, new, words):
    ids = sent(clerk).request_ids
    approvals.return_(ids, "ประกาศ มท.", actor=registrar, seen_versions=seen(ids))
    assert words not in work(browser)  # a registrar may have the same to say
    with transaction(robot("test")) as session:
        session.add(
            Succession(
                agency_id=portal.agencies[TOWN], successor_id=portal.agencies[other], starts_on=date(2026, 10, 1),
                text="ประกาศ มท.", state="DONE", counts={}, passes=1, proposed_by_id=clerk.user_id,
                proposed_at=real_now(), decided_by_id=registrar.user_id, decided_at=real_now(), **new,
            )
        )  # fmt: skip
    assert words in work(browser) and words in unescape(browser.get("/my-work/returned/").text)

"""An approval of many on the page: asked for once, confirmed with its summary, told row by row and as Excel."""

import io
import re
import zipfile

import pytest

from app.services import decision_plans
from tests import builders
from tests.builders import clock
from tests.services.test_mass_approvals import work
from tests.views.approval_desk import REASON, open_desk, text_of
from tests.views.offices import TAO, rows, write
from tests.views.test_approval_selection import all_form


def test_more_than_a_decision_takes_goes_on_in_the_background(portal):
    clock("2026-11-21 12:00")
    desk = open_desk(portal)
    ids = builders.waiting([ask for n in range(41) for ask in builders.family(1 + 10 * n, 5)], desk.clerk.user_id)
    everything = desk.registrar.get("/approvals/?all=1").text
    asked = desk.registrar.post("/approvals/summary", all_form(everything))
    words = text_of(asked.text)
    assert "อนุมัติ 205 รายการ" in words and "ผู้มีสิทธิรายใหม่ 41" in words and "เพิ่มบุตร 123" in words
    assert "<html" not in desk.registrar.post("/approvals/summary", all_form(everything, fragment="1")).text
    (address,) = re.findall(r'action="(/approvals/many/\d+)/confirm"', asked.text)
    assert desk.registrar.post(f"{address}/confirm").status_code == 404  # the second summary took its place
    address = f"/approvals/many/{rows('SELECT max(id) FROM mass_approval')[0][0]}"
    assert desk.registrar.get(address).status_code == 404
    running = desk.registrar.post(f"{address}/confirm", follow_redirects=True).text
    assert "พิจารณาแล้ว 0 จาก 205 รายการ" in text_of(running) and "js/progress.js" in running
    assert address in desk.registrar.get("/approvals/").text
    write("UPDATE change_request SET version = version + 1 WHERE id = :id", id=ids[0])
    with portal.app.app_context():
        work()
    over = desk.registrar.get(f"{address}/progress").text
    assert 'data-progress-state="over"' in over and "พิจารณาแล้ว 205 จาก 205 รายการ" in text_of(over)
    counts = dict(rows("SELECT outcome, count(*) FROM mass_approval_row GROUP BY outcome"))
    assert counts == {"APPROVED": 200, "CHANGED": 1, "NEEDS_LOOK": 4}  # his family waits with him
    left = text_of(desk.registrar.get(f"{address}?show=CHANGED").text)
    assert "โปรดตรวจดูอีกครั้ง" in left
    assert "โปรดเปิดและพิจารณาเป็นรายกรณี" in text_of(desk.registrar.get(f"{address}?show=NEEDS_LOOK").text)
    with zipfile.ZipFile(io.BytesIO(desk.registrar.get(f"{address}/file").data)) as book:
        assert b"".join(map(book.read, book.namelist())).count(b"CR-") == 205
    assert address in desk.registrar.get("/approvals/many/").text
    stopped = desk.registrar.post(f"{address}/stop", follow_redirects=True)
    assert stopped.status_code == 200 and rows("SELECT status FROM job WHERE kind = 'mass_approval'") == [("DONE",)]


@pytest.mark.parametrize(
    ("verb", "title", "told"), [("return", "ส่งกลับแก้ไข", "RETURNED"), ("reject", "ไม่อนุมัติ", "REJECTED")]
)
def test_more_than_a_decision_takes_goes_back_with_one_reason(portal, monkeypatch, verb, title, told):
    monkeypatch.setattr(decision_plans, "LIMIT", 3)
    clock("2026-11-21 12:00")
    desk = open_desk(portal)
    builders.waiting(builders.family(1, 5), desk.clerk.user_id)
    everything = desk.registrar.get("/approvals/?all=1").text
    asked = desk.registrar.post("/approvals/summary", all_form(everything, decision=verb)).text
    assert f"{title} 5 รายการ" in text_of(asked) and 'name="reason"' in asked
    (address,) = re.findall(r'action="(/approvals/many/\d+)/confirm"', asked)
    assert portal.officer("registrar", TAO).post(f"{address}/confirm", {"reason": REASON}).status_code == 404
    beside = {"reason": " ", "is_cut": "1", "came_later": "7"}
    empty = desk.registrar.post(f"{address}/confirm", beside)
    assert "มีคำขอเข้ามาใหม่ 7 รายการ" in text_of(empty.text) and 'name="came_later" value="7"' in empty.text
    assert 'name="is_cut"' in empty.text and 'name="is_cut"' not in asked
    assert empty.status_code == 422 and f"{title} 5 รายการ" in text_of(empty.text) and "reason-error" in empty.text
    running = desk.registrar.post(f"{address}/confirm", {"reason": REASON}, follow_redirects=True).text
    assert REASON in text_of(running) and f"{title} 5 รายการ" in text_of(running)
    with portal.app.app_context():
        work()
    over = desk.registrar.get(address).text
    assert f'data-count="{told}">5<' in over and 'data-count="APPROVED"' not in over
    assert rows("SELECT DISTINCT status, decision_reason FROM change_request") == [(told, REASON)]
    assert title in text_of(desk.registrar.get("/approvals/many/").text)
    verbs = {verb for (verb,) in rows("SELECT DISTINCT verb FROM audit_event WHERE object_type = 'mass_approval'")}
    assert verbs == {f"{verb}_many"}

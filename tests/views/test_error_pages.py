"""Whatever goes wrong, a page says what happened, what to do now, and the number by which it is found."""

import re

import pytest
from flask import abort

from app.domain.errors import Conflict
from tests.views.offices import TOWN, write


def told(answer) -> tuple[str, list[str]]:
    """The sentence and the steps of an error page, whose reference number was checked."""
    assert re.search(r"หมายเลขอ้างอิง: [0-9A-F]{8}", answer.text)
    sentence = re.search(r"<h1>(.*?)</h1>", answer.text, re.S)[1]
    steps = re.search(r"สิ่งที่ทำได้ตอนนี้</h2>\s*<ul>(.*?)</ul>", answer.text, re.S)[1]
    return sentence, re.findall(r"<li>(.*?)</li>", steps)


@pytest.mark.parametrize(
    "status, words",
    [
        (400, "คำร้องขอ"),
        (403, "บทบาทของท่าน"),
        (404, "ไม่พบหน้านี้"),
        (405, ""),
        (409, ""),
        (413, "ไม่เกิน 20 เมกะไบต์"),
        (500, "ระบบขัดข้อง"),
        (503, "ระบบขัดข้อง"),
        (418, ""),
    ],
)
def test_each_status_has_its_sentence_and_its_steps_in_the_frame(portal, status, words, monkeypatch):
    browser = portal.officer("registrar")
    monkeypatch.setitem(portal.app.view_functions, "HomeView.index", lambda: abort(status))
    answer = browser.get("/")
    sentence, steps = told(answer)
    assert answer.status_code == status and words in sentence and steps and all(steps)
    assert "เมนูหลัก" in answer.text


def test_a_workbook_that_is_too_large_hears_the_size_that_its_page_takes(portal, monkeypatch):
    browser = portal.officer("personnel_clerk")
    monkeypatch.setitem(portal.app.view_functions, "RosterView.upload", lambda: abort(413))
    sentence, steps = told(browser.post("/rosters/", {}))
    assert "ไม่เกิน 10 เมกะไบต์" in sentence and "แบ่งไฟล์" in steps[0] and not any("สแกน" in step for step in steps)


def test_a_method_that_no_page_takes_is_told_so_and_is_no_form_that_grew_old(portal):
    client = portal.officer("registrar").client
    answers = {method: client.open("/", method=method) for method in ("PUT", "PATCH", "DELETE", "POST")}
    assert {answer.status_code for answer in answers.values()} == {405}
    assert "GET" in answers["PUT"].headers["Allow"] and client.post("/nowhere").status_code == 404


def test_a_refusal_keeps_its_own_words(portal, monkeypatch):
    def stale():
        raise Conflict("STALE")

    browser = portal.officer("registrar")
    monkeypatch.setitem(portal.app.view_functions, "HomeView.index", stale)
    answer = browser.get("/")
    assert answer.status_code == 409 and "มีผู้อื่นแก้ไข" in told(answer)[0]


def test_a_form_that_was_open_too_long_says_how_to_save_what_was_typed(portal):
    browser = portal.officer("nhso_admin")
    answer = browser.client.post("/titles/add", data={"csrf_token": "old", "name_th": "x", "position": "1"})
    sentence, steps = told(answer)
    assert answer.status_code == 400 and "ยังไม่ได้บันทึก" in sentence and any("ตรวจดูแล้วส่งอีกครั้ง" in step for step in steps)
    browser.post("/logout/")
    steps = told(browser.client.post("/titles/add", data={"csrf_token": "old", "name_th": "x"}))[1]
    assert "แท็บใหม่" in steps[0] and len(steps) == 2, "a form of an earlier log-in is taken by no later one"


def test_a_visitor_sees_no_menu(portal):
    answer = portal.browser().get("/nothing")
    sentence, steps = told(answer)
    assert sentence and "เมนูหลัก" not in answer.text
    assert any("ที่อยู่" in step for step in steps) and not any("ค้นหา" in step for step in steps), "he has no search"


def test_without_the_database_a_page_without_frame_still_tells(portal, monkeypatch):
    browser = portal.officer("registrar", TOWN)
    monkeypatch.setitem(portal.app.config, "PROPAGATE_EXCEPTIONS", False)
    write("ALTER TABLE user_session RENAME TO away")
    answer = browser.get("/")
    assert answer.status_code == 500 and answer.mimetype == "text/html" and told(answer)[1]
    assert "เมนูหลัก" not in answer.text and "user_session" not in answer.text
    assert re.findall(r'<script src="([^"?]+)', answer.text) == ["/static/js/house/kept.js"], "what was typed waits"


def test_an_unreachable_account_table_is_told_too(portal, monkeypatch):
    browser = portal.officer("registrar", TOWN)
    monkeypatch.setitem(portal.app.config, "PROPAGATE_EXCEPTIONS", False)
    write("ALTER TABLE ab_user RENAME TO ab_user_away")
    answer = browser.get("/")
    assert answer.status_code == 500 and told(answer)[1]

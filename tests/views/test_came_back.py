"""What a registrar wrote when a request came back stays in sight while its clerk writes it anew, whatever kind it is."""

import re
from html import unescape

import pytest

from app.services import approvals
from tests.services.conftest import nid, official
from tests.views.canary import actor
from tests.views.offices import TOWN, rows
from tests.views.test_changes import Desk, right_of
from tests.views.test_my_work import browser, clerk, registrar, seen, sent, work  # noqa: F401

REASON = "วันเกิดไม่ตรงกับบัตร"


def plain(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))


@pytest.fixture
def desk(portal):
    return Desk(portal)


def test_the_reason_stands_on_the_form_of_a_family_and_in_my_work(clerk, registrar, browser):  # noqa: F811
    ids = sent(clerk, official(nid(1))).request_ids
    assert REASON not in work(browser)
    approvals.return_(ids, REASON, actor=registrar, seen_versions=seen(ids))
    address = browser.post("/my-work/correct", {"request_id": str(ids[0])}).location
    for page in (browser.get(address, follow_redirects=True).text, work(browser)):
        assert plain(page).count(f"ส่งกลับแก้ไข {REASON}") == 1
    assert rows("SELECT status, decision_reason FROM change_request") == [("DRAFT", None)]


@pytest.mark.parametrize("verb", [approvals.return_, approvals.reject])
def test_the_reason_stands_on_the_form_of_a_change(desk, verb):
    clerk_a, own = desk.browser("clerk_a"), right_of(nid(1))
    registrar_a = actor(desk.portal, "registrar_a", "registrar", TOWN)
    form = {"reason": "DISMISSED", "event_date": "1/10/2568", "without_papers": "y"}
    assert clerk_a.post(f"/ends/{own}", data=form).status_code == 303
    ids = [one for (one,) in rows("SELECT id FROM change_request WHERE type = 'TERMINATE' ORDER BY id")]
    verb(ids, REASON, actor=registrar_a, seen_versions=seen(ids))
    address = clerk_a.post("/my-work/correct", {"request_id": str(ids[0])}).location
    said = "ส่งกลับแก้ไข" if verb is approvals.return_ else "ไม่อนุมัติ"
    for page in (clerk_a.get(address).text, work(clerk_a)):
        assert f"{said} {REASON}" in plain(page)

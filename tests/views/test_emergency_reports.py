"""The day after somebody came in without a card: who supervises is told what was done, and one who had no part reads it."""

import pytest
import sqlalchemy as sa

from app.models.database import db
from app.services import emergency_reports
from tests.views import card_desk
from tests.views.card_desk import inside
from tests.views.offices import TAO, rows
from tests.views.test_card_pages import browser_of, secret

WAITS = "รายงานการเข้าระบบฉุกเฉิน"


@pytest.fixture
def town(portal, monkeypatch):
    card_desk.settle(monkeypatch, portal.app)
    card_desk.people(portal)
    for name in ("nhso2", "nhso3"):
        portal.account(name, "nhso_admin")
    portal.account("auditor1", "auditor")
    portal.account("finance1", "nhso_finance")
    return portal


def let_in(town, username):
    """An officer who came in by the emergency door."""
    first, second = browser_of(town, "nhso1"), browser_of(town, "nhso2")
    assert first.post("/card/policies/ask", {"username": username, "reason": "เครื่องอ่านเสีย"}).status_code == 303
    number = rows("SELECT max(id) FROM break_glass")[0][0]
    code = secret(second.post(f"/card/policies/allow/{number}"))
    officer = town.browser()
    assert officer.post("/login/emergency/", {"username": username, "code": code}).status_code == 303
    return officer


def test_the_report_comes_the_next_day_says_what_was_done_and_waits_for_a_reader(town):
    registrar = browser_of(town, "registrar1")
    elsewhere = browser_of(town, "clerk1")
    clerk = let_in(town, "registrar1")
    assert not inside(registrar)  # what the account does from now on is done under this access
    appointed = {"order_no": "1/2569", "from_on": "1/1/2569"}
    assert clerk.post(f"/card/officers/{town.ids['clerk1']}/appoint", appointed).status_code == 303
    auditor, first, third = (browser_of(town, name) for name in ("auditor1", "nhso1", "nhso3"))
    emergency_reports.report_due()
    assert (
        rows("SELECT reported_at FROM break_glass") == [(None,)] and WAITS not in auditor.get("/").text.split("<nav")[0]
    )
    assert "ออกในวันพรุ่งนี้" in auditor.get("/card/emergencies/").text
    assert auditor.post("/card/emergencies/1/read").status_code == 409  # the day is not over

    begun = rows("SELECT used_at FROM break_glass")[0][0]
    with pytest.MonkeyPatch.context() as patch:
        real = emergency_reports.real_now
        patch.setattr(emergency_reports, "real_now", lambda: real() + emergency_reports.timedelta(days=1))
        for _ in range(2):
            emergency_reports.report_due()
    told = rows("SELECT detail FROM audit_event WHERE verb = 'report_break_glass'")
    assert len(told) == 1 and '"acts": 1' in told[0][0]
    page = auditor.get("/card/emergencies/1").text
    for word in ("เครื่องอ่านเสีย", "แต่งตั้งเจ้าหน้าที่", "อ่านรายงานนี้แล้ว"):
        assert word in page, word
    assert "รายการแรกจาก" not in auditor.get("/card/emergencies/1").text
    columns = "at, actor_id, actor_name, verb, object_type, object_id, agency_id, detail"
    many = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {emergency_reports.MOST_ACTS})"
    again = f"{many} SELECT {columns} FROM audit_event, n WHERE verb = 'appoint_officer'"
    with db.writer.begin() as connection:  # of more than fit on the page all are counted
        connection.execute(sa.text(f"INSERT INTO audit_event ({columns}) {again}"))
    assert "แสดง 300 รายการแรกจาก 301 รายการ" in auditor.get("/card/emergencies/1").text
    assert "ใครเข้าระบบโดยไม่ใช้บัตร" in auditor.get("/").text and "ใครเข้าระบบโดยไม่ใช้บัตร" not in first.get("/").text
    assert elsewhere.get("/card/emergencies/").status_code == 403
    stranger = town.officer("registrar", TAO)
    assert (
        stranger.get("/card/emergencies/1").status_code == 404
        and "เครื่องอ่านเสีย" not in stranger.get("/card/emergencies/").text
    )
    assert stranger.post("/card/emergencies/1/read").status_code == 404
    for one in (first, clerk):
        assert one.post("/card/emergencies/1/read").status_code == 403
    assert third.post("/card/emergencies/1/read").status_code == 303
    assert auditor.post("/card/emergencies/1/read").status_code == 409
    assert "ใครเข้าระบบโดยไม่ใช้บัตร" not in auditor.get("/").text
    assert rows("SELECT used_at FROM break_glass")[0][0] == begun


def test_who_came_in_without_a_card_decides_nothing_about_money(town):
    usual = browser_of(town, "finance1")
    doors = ("/claim-review/", "/claim-payments/", "/payment-runs/", "/agency-accounts/", "/fund-accounts/")
    assert [usual.get(path).status_code for path in doors] == [200] * len(doors)
    finance = let_in(town, "finance1")
    assert [finance.get(path).status_code for path in doors] == [403] * len(doors)
    assert finance.get("/claims/list/").status_code == 200

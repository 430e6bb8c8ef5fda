"""Who decides what: taken, handed over, given back, told to whoever decides it all the same; what came back is never lost."""

from app.services import approvals
from tests.builders import clock
from tests.services.conftest import nid, official
from tests.views.approval_desk import REASON, open_desk, status, text_of, version
from tests.views.offices import TAO, TOWN, rows, write


def assigned() -> dict[int, int | None]:
    return dict(rows("SELECT id, assigned_to_id FROM change_request ORDER BY id"))


def test_work_is_taken_handed_over_and_decided_by_whoever_is_there(portal):
    clock("2026-11-21 12:00")
    desk = open_desk(portal)
    portal.account("somying", "registrar", TOWN)
    other = portal.browser()
    other.log_in("somying")
    foreign = portal.officer("registrar", TAO)
    me, her = portal.ids[f"registrar.{TOWN}"], portal.ids["somying"]
    first, second, third = (desk.sent(official(nid(n)))[0] for n in (1, 2, 3))
    seen = {i: version(i) for i in (first, second, third)}

    def assign(browser, *ids, deed="claim", **more):
        return browser.post(
            "/approvals/assign/", {"request_id": list(map(str, ids)), "deed": deed} | more, follow_redirects=True
        )

    assert "ท่านรับไว้พิจารณา 2 รายการ" in text_of(assign(desk.registrar, first, second).text)
    assert assign(foreign, third).status_code == 200 and assigned() == {first: me, second: me, third: None}
    assert assign(desk.registrar, third, deed="hand", colleague=str(portal.ids["neighbour"])).status_code == 404
    assert assign(desk.registrar, third, deed="sell").status_code == 400
    assert "มอบให้แล้ว 1 รายการ" in text_of(assign(desk.registrar, third, deed="hand", colleague=str(her)).text)
    mine = text_of(desk.registrar.get("/approvals/?whose=mine").text)
    assert "ของฉัน (2)" in mine and "ยังไม่มีผู้รับ (0)" in mine and "2 คำขอรอการตัดสินใจ" in mine
    assert "รอท่านพิจารณา" in text_of(other.get("/").text)
    nobody = text_of(desk.registrar.get("/approvals/?whose=nobody").text)
    assert "0 คำขอรอการตัดสินใจ" in nobody
    # She decides what he has: nobody is a bottleneck, but she is told.
    form = {"decision": "approve", "request_id": [str(first)], f"version-{first}": str(seen[first])}
    warned = text_of(other.post("/approvals/summary", form).text)
    assert "มีเพื่อนร่วมงานรับไว้พิจารณาบางรายการแล้ว" in warned and "· 1" in warned
    other.post("/approvals/decide", form)
    assert status(first) == "APPROVED"  # no version was raised by any of it
    assert "เดิมมีผู้รับไว้แล้ว" in text_of(assign(other, second).text)
    assert "คืนให้ทุกคน" in text_of(assign(other, second, deed="release").text) and assigned()[second] is None
    assert {version(i) for i in (second, third)} == {seen[second], seen[third]}
    told = rows("SELECT verb, count(*) FROM audit_event WHERE verb IN ('claim_requests', 'hand_requests_over',"
                " 'release_requests') GROUP BY verb ORDER BY verb")  # fmt: skip
    assert told == [("claim_requests", 3), ("hand_requests_over", 1), ("release_requests", 1)]


def test_what_came_back_is_seen_by_its_maker_whatever_his_role(portal):
    desk = open_desk(portal)
    (id_,) = desk.sent(official(nid(1)))
    approvals.return_([id_], REASON, actor=desk.registrar_actor, seen_versions={id_: version(id_)})
    finance = "(SELECT id FROM ab_role WHERE name = 'finance_clerk')"
    write(f"UPDATE ab_user_role SET role_id = {finance} WHERE user_id = :id", id=portal.ids["clerk"])
    browser = portal.browser()
    browser.log_in("clerk")
    assert browser.get("/my-work/").status_code == 403
    assert "/my-work/returned/" in browser.get("/").text
    page = text_of(browser.get("/my-work/returned/").text)
    assert REASON in page and "บทบาทของท่านแก้ไขคำขอไม่ได้แล้ว" in page
    assert REASON not in text_of(portal.officer("finance_clerk", TAO).get("/my-work/returned/").text)
    assert REASON not in text_of(portal.officer("finance_clerk", TOWN).get("/my-work/returned/").text)

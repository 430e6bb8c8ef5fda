"""Generated screens in a real browser: usable by keyboard and on a phone, and each question is asked before it is done."""

import re
import threading
from collections.abc import Iterator

import pytest
from flask import request, request_started
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.browser.pages import violations
from tests.services.claim_counter import open_counter
from tests.views.offices import PASSWORD, Portal, rows

_THE_WORKER_IS_AWAKE = """async () => {
  while (navigator.serviceWorker.controller?.state !== "activated") { await new Promise((next) => { setTimeout(next, 50); }); }
}"""
_THE_NEXT_KEY_AFTER_CLOSING = """() => {
  const key = (target, told) => target.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...told }));
  key(document.activeElement, { key: "ArrowDown", altKey: true });
  document.querySelector("dialog[open]").close();
  key(document.activeElement, { key: "F1" });
  return new Promise((told) => setTimeout(() => told(document.activeElement.tagName), 100));
}"""
_COUNTS_FORMATS = """
window.formatsMade = 0;
Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, {
  construct(...words) { formatsMade += 1; return Reflect.construct(...words); },
});
"""
_PRESSED_TWICE = """() => {
  const form = document.querySelector("main form[method=post]"), button = form.querySelector("button[type=submit]"), stopped = [];
  for (const name of ["method", "target"]) { form.append(Object.assign(document.createElement("input"), { name, value: "x" })); }
  window.addEventListener("submit", (event) => { stopped.push(event.defaultPrevented); event.preventDefault(); });
  button.click();
  button.click();
  return stopped;
}"""
_KEPT_BY_THE_WORKER = """
async () => {
  const boxes = await Promise.all((await caches.keys()).map(name => caches.open(name)));
  const requests = (await Promise.all(boxes.map(box => box.keys()))).flat();
  return requests.map(({url}) => new URL(url)).map(({pathname, search}) => pathname + search).sort();
}
"""


@pytest.fixture
def served(portal_on) -> Iterator[tuple[Portal, str]]:
    """A portal and its address."""
    portal = portal_on("sqlite")
    server = make_server("127.0.0.1", 0, portal.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield portal, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def administrator(served, chromium) -> Iterator[Page]:
    """The window of the administrator `boss`, logged in."""
    portal, address = served
    portal.account("boss", "nhso_admin")
    page = chromium.new_page(base_url=address, viewport={"width": 1366, "height": 900})
    page.set_default_timeout(60_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("/titles/list/")
    page.get_by_label("ชื่อผู้ใช้").fill("boss")
    page.get_by_label("รหัสผ่าน", exact=False).first.fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("คำนำหน้าชื่อ")
    yield page
    assert [words for words in complaints if "ERR_INTERNET_DISCONNECTED" not in words] == []
    page.close()


def test_a_row_is_removed_only_after_the_dialogs_yes(administrator):
    page = administrator
    remove = page.get_by_role("button", name="ลบออก นางสาว")
    remove.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("ลบ “นางสาว” หรือไม่")
    page.keyboard.press("Escape")
    expect(remove).to_be_focused()
    assert rows("SELECT count(*) FROM title WHERE name_th = 'นางสาว'") == [(1,)]
    remove.click()
    dialog.get_by_role("button", name="ลบออก").click()
    expect(page.get_by_text("ลบแล้ว")).to_be_visible()
    assert rows("SELECT count(*) FROM title WHERE name_th = 'นางสาว'") == [(0,)]


def test_ticked_tokens_are_revoked_after_they_were_named(administrator):
    page = administrator
    for name in ("รพ.หนึ่ง", "รพ.สอง"):
        page.goto("/tokens/add")
        page.get_by_label("ใช้สำหรับ", exact=False).fill(name)
        page.get_by_label("รหัสสถานพยาบาล", exact=False).fill("11111")
        page.get_by_role("button", name="บันทึก").click()
        page.get_by_role("button", name="คัดลอก").click()
        expect(page.get_by_text("คัดลอก", exact=False).last).to_be_visible()
    page.goto("/tokens/list/")
    revoke = page.get_by_role("button", name="เพิกถอน")
    expect(revoke).to_be_disabled()
    page.get_by_label("เลือก รพ.สอง").check()
    revoke.click()
    expect(page.get_by_role("dialog")).to_contain_text("รพ.สอง")
    page.get_by_role("dialog").get_by_role("button", name="เพิกถอน").click()
    expect(page.get_by_text("เพิกถอนแล้ว")).to_be_visible()
    revoked = rows("SELECT name FROM api_token WHERE revoked_at IS NOT NULL")
    assert revoked == [("รพ.สอง",)]


def test_a_search_leaves_only_what_was_asked_in_the_address_and_a_row_opens_by_a_click(administrator):
    page = administrator
    page.goto("/agencies/list/")
    page.get_by_role("textbox", name="ชื่อหน่วยงาน").fill("เมือง")
    page.keyboard.press("Enter")
    page.wait_for_url("**/agencies/list/?name_th=*")
    assert "agency_type" not in page.url
    page.get_by_role("cell", name="เทศบาลเมืองตัวอย่าง").click()
    expect(page.get_by_role("heading", level=2, name="เทศบาลเมืองตัวอย่าง")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="04110101")).to_be_focused()
    page.set_viewport_size({"width": 390, "height": 844})  # no room beside: the row leads to its page
    page.get_by_role("link", name="04110101").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("เทศบาลเมืองตัวอย่าง")


def test_the_next_page_asks_for_no_file_that_the_browser_has(administrator, served):
    portal, _address = served
    page, asked = administrator, []

    def note(_app, **_more):
        asked.append(request.full_path)

    page.goto("/agencies/list/", wait_until="networkidle")
    with request_started.connected_to(note, portal.app):
        page.goto("/titles/list/", wait_until="networkidle")
    assert any(path.startswith("/titles/list/") for path in asked)
    assert [path for path in asked if path.startswith("/static/")] == []


def test_no_page_waits_for_names_of_months_before_a_calendar_opens(administrator):
    page = administrator
    page.add_init_script(_COUNTS_FORMATS)
    page.goto("/agencies/add")
    assert page.evaluate("window.formatsMade") == 0
    page.locator("[aria-haspopup=dialog].calendar-open").first.click()
    expect(page.locator("dialog.calendar[open]")).to_be_visible()
    assert 0 < page.evaluate("window.formatsMade") < 5


def test_a_day_can_be_chosen_from_a_calendar_by_keyboard_and_its_field_explains_itself(administrator):
    page = administrator
    page.goto("/agencies/add")
    box = page.get_by_role("textbox", name="สิ้นสภาพตั้งแต่")
    box.fill("31/1/2567")
    box.press("Alt+ArrowDown")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="วันพุธ 31 มกราคม 2567")).to_be_focused()
    page.keyboard.press("PageDown")  # there is no 31 February
    expect(dialog.get_by_role("button", name="วันพฤหัสบดี 29 กุมภาพันธ์ 2567")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+PageUp")
    page.keyboard.press("Enter")
    expect(box).to_have_value("01/03/2566")
    expect(box).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    assert page.evaluate(_THE_NEXT_KEY_AFTER_CLOSING) == "A"
    expect(box).to_have_value("01/03/2566")
    box.press("F1")
    expect(page.get_by_text("ไม่ใช่วันสุดท้ายที่ยังมีผล", exact=False)).to_be_visible()
    expect(page.get_by_role("link", name="อ่านต่อในคู่มือ").filter(visible=True)).to_be_focused()


def test_without_the_network_a_form_stays_and_is_told_why(administrator):
    page = administrator
    page.goto("/titles/add")
    page.get_by_label("คำนำหน้าชื่อ", exact=False).fill("คุณหญิง")
    page.context.set_offline(True)
    page.get_by_role("button", name="บันทึก").click()
    expect(page.get_by_text("ข้อมูลที่พิมพ์ไว้ไม่หาย", exact=False)).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("ข้อมูลที่พิมพ์ไว้ไม่หาย", exact=False)).to_be_hidden()
    page.get_by_label("ลำดับในรายการ", exact=False).fill("90")
    page.get_by_role("button", name="บันทึก").click()
    expect(page.get_by_text("บันทึกแล้ว")).to_be_visible()
    assert rows("SELECT position FROM title WHERE name_th = 'คุณหญิง'") == [(90,)]


def test_a_page_that_cannot_be_fetched_is_stood_in_for_and_nothing_personal_is_kept(administrator):
    page = administrator
    page.goto("/accounts/list/")
    page.evaluate(_THE_WORKER_IS_AWAKE)
    page.context.set_offline(True)
    page.goto("/agencies/list/")
    expect(page.get_by_role("heading", level=1)).to_have_text("ติดต่อระบบทะเบียนไม่ได้")
    number = page.locator("[data-number]").inner_text()
    assert re.fullmatch(r"OFF-\d{6}-\d{4}-[A-Z2-9]{4}", number)
    assert re.fullmatch(r"\d{1,2} \S+ 25\d\d เวลา \d\d.\d\d น.", page.locator("[data-since]").inner_text())
    assert violations(page) == []
    page.reload()
    expect(page.locator("[data-number]")).to_have_text(number)
    page.context.set_offline(False)  # it goes on by itself
    expect(page.get_by_role("heading", level=1)).to_have_text("ข้อมูลหน่วยงาน")
    kept = page.evaluate(_KEPT_BY_THE_WORKER)
    assert kept.pop(0).startswith("/offline/?lang=") and len(kept) == 3
    assert all(re.fullmatch(r"/static/\S+[?]kept=1&v=\w+", path) for path in kept)  # no other page asks for these


def test_a_worker_that_stands_still_holds_up_no_page(administrator):
    page = administrator
    page.goto("/accounts/list/")
    page.evaluate(_THE_WORKER_IS_AWAKE)
    page.context.service_workers[0].evaluate("() => { setTimeout(() => { for (;;); }); }")
    page.set_default_timeout(20_000)
    page.goto("/agencies/list/")
    expect(page.get_by_role("heading", level=1)).to_have_text("ข้อมูลหน่วยงาน")
    page.locator("main [name=name_th]").fill("ตัวอย่าง")
    page.get_by_role("button", name="ค้นหา", exact=True).click()  # sent, and then shown under another address
    expect(page.get_by_text("ชื่อหน่วยงาน: ตัวอย่าง")).to_be_visible()
    page.goto("/lang/th")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_password_can_be_looked_at_and_caps_lock_is_told(served, chromium):
    page = chromium.new_page(base_url=served[1])
    page.goto("/login/")
    box = page.locator("#password")
    box.fill("geheim")
    page.get_by_role("button", name="แสดงรหัสผ่าน").click()
    expect(box).to_have_attribute("type", "text")
    page.get_by_role("button", name="ซ่อนรหัสผ่าน").click()
    expect(box).to_have_attribute("type", "password")
    box.dispatch_event("keyup", {"key": "A", "modifierCapsLock": True})
    expect(page.get_by_text("แป้น Caps Lock เปิดอยู่")).to_be_visible()
    page.close()


@pytest.mark.parametrize("path", ["/agencies/list/", "/audit/list/", "/accounts/add", "/styleguide/"])
def test_a_phone_shows_everything_without_scrolling_sideways(administrator, path):
    page = administrator
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_form_is_sent_once_whatever_its_boxes_are_called(administrator):
    page = administrator
    page.goto("/titles/add")
    page.get_by_label("คำนำหน้าชื่อ", exact=False).first.fill("คุณชาย")
    page.get_by_label("ลำดับในรายการ", exact=False).fill("91")
    assert page.evaluate(_PRESSED_TWICE) == [False, True]


def test_the_queue_of_claims_shows_a_typed_amount_and_the_chosen_reason_whole(served, chromium, tmp_path):
    portal, address = served
    with portal.app.app_context():
        open_counter(tmp_path).sent()
    portal.account("nhsof", "nhso_finance", None)
    page = chromium.new_page(base_url=address, viewport={"width": 1366, "height": 768})
    page.goto("/claim-review/")
    page.get_by_label("ชื่อผู้ใช้").fill("nhsof")
    page.get_by_label("รหัสผ่าน", exact=False).first.fill(PASSWORD)
    page.keyboard.press("Enter")
    amount, reason = page.locator("input[name^=amount-]"), page.locator("select[name^=reason-]")
    amount.fill("1,015,750.25")
    assert amount.evaluate("box => box.scrollWidth <= box.clientWidth")
    wide = "box => { const one = box.cloneNode(1); one.style.width = 'auto'; return document.body.appendChild(one).offsetWidth; }"
    assert reason.evaluate("box => box.offsetWidth") >= reason.evaluate(wide)
    page.close()

"""A clerk who presses Back at once after a faulted save goes on typing in the one window that there is."""

import re

import pytest

from tests.browser.test_family_form import NEW, kept
from tests.services.conftest import nid


@pytest.fixture
def demo_portal(shared_demo_portal):
    return shared_demo_portal


def _second_window(page):
    with page.expect_popup() as opened:
        page.evaluate("() => { window.open(location.href) }")
    opened.value.wait_for_load_state()
    return opened.value


def test_back_at_once_after_a_fault_keeps_on_keeping(desk):
    clerk = desk("clerk1")
    page = clerk.open(NEW).page
    for first, waits in (("ครั้งแรก", 0), ("ครั้งที่สอง", 400)):
        page.fill("[name='members-0-first_name_th']", first)
        page.fill("[name='members-0-birth_date']", "31/2/2562")
        kept(clerk)
        page.click(".form-head [value=save]")
        page.locator(".fault-summary, [role=alert]").first.wait_for()
        page.wait_for_timeout(waits)
        page.go_back()
        page.wait_for_load_state()
        page.wait_for_function("() => document.querySelector('[data-autosave]')?.inert === false")
        page.fill("[name='members-0-last_name_th']", f"หลังย้อน{first}")
        kept(clerk)
        page.reload()
        assert page.input_value("[name='members-0-last_name_th']") == f"หลังย้อน{first}"
    clerk.errors[:] = [words for words in clerk.errors if "Failed to load resource" not in words]


def test_a_window_whose_form_went_on_in_another_one_asks_before_it_is_left(desk):
    clerk = desk("clerk1")
    page = clerk.open(NEW).page
    page.fill("[name='members-0-first_name_th']", "หน้าต่างแรก")
    kept(clerk)
    other = _second_window(page)
    other.fill("[name='members-0-first_name_th']", "หน้าต่างที่สอง")
    other.wait_for_function("() => document.querySelector('.autosave').dataset.state === 'kept'")
    page.fill("[name='members-0-last_name_th']", "ยังอยู่ไหม")
    page.wait_for_function("() => document.querySelector('.autosave').dataset.state === 'stopped'")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    assert page.input_value("[name='members-0-first_name_th']") == "หน้าต่างที่สอง"
    assert "ยังอยู่ไหม" in page.input_value("main [data-left-words] textarea")
    page.click("[data-left-away]")
    other.close()
    page.route("**/family-forms/typed/", lambda route: route.abort())
    page.fill("[name='members-0-last_name_th']", "ยังไม่ถึง")
    page.wait_for_selector(".autosave[data-state=offline]", state="attached")
    page.evaluate(
        "() => fetch('/family-forms/typed/forget', { method: 'POST',"
        " body: new URLSearchParams({ typed_id: document.querySelector('[name=typed_id]').value }),"
        " headers: { 'X-CSRFToken': document.getElementById('form-words').dataset.csrf } })"
    )
    page.reload()  # thrown away by another window, as it were: the form is empty, and the words are not lost
    assert page.input_value("[name='members-0-first_name_th']") == ""
    assert "ยังไม่ถึง" in page.input_value("main [data-left-words] textarea")
    clerk.errors[:] = [words for words in clerk.errors if "Failed to load resource" not in words]


def test_who_leaves_at_once_and_returns_later_finds_the_words_and_no_false_alarm(desk):
    clerk = desk("clerk1")
    page = clerk.open(NEW).page
    page.fill("[name='members-0-first_name_th']", "ก่อนไป")
    kept(clerk)
    address = page.url
    page.fill("[name='members-0-last_name_th']", "ทันที")
    page.goto(address.partition("/family-forms")[0] + "/")
    page.goto(address)
    page.wait_for_function("() => document.querySelector('[data-autosave]')?.inert === false")
    assert page.locator(".autosave").get_attribute("data-state") != "stopped", "no other window has the form"
    assert page.input_value("[name='members-0-last_name_th']") == "ทันที"
    page.route("**/family-forms/typed/", lambda route: route.fulfill(status=429, content_type="text/html", body="ช้าลง"))
    page.fill("[name='members-0-last_name_th']", "ระหว่างที่ถามมากไป")
    page.goto(address.partition("/family-forms")[0] + "/")
    page.goto(address)
    page.locator("[data-when=offline]").wait_for()
    assert page.evaluate("document.querySelector('[data-autosave]').inert"), "older words are not typed on"
    page.unroute("**/family-forms/typed/")
    page.wait_for_function(
        "() => document.querySelector(\"[name='members-0-last_name_th']\")?.value === 'ระหว่างที่ถามมากไป'"
    )
    page.wait_for_function("() => document.querySelector('[data-autosave]').inert === false")
    page.route("**/family-forms/typed/", lambda route: route.fetch())  # the server hears it, the page hears no answer
    page.fill("[name='members-0-last_name_th']", "ทันทีและ")
    page.locator("[data-autosave-state][data-state=saving] >> nth=0").wait_for()
    page.fill("[name='members-0-last_name_th']", "ทันทีและต่อ")
    page.goto(address.partition("/family-forms")[0] + "/")
    page.unroute_all(behavior="ignoreErrors")
    page.goto(address)
    page.wait_for_function("() => document.querySelector(\"[name='members-0-last_name_th']\")?.value === 'ทันทีและต่อ'")
    assert page.locator(".autosave").get_attribute("data-state") != "stopped", "no other window has the form"
    clerk.errors[:] = [words for words in clerk.errors if "Failed to load resource" not in words]


def test_words_that_never_arrived_take_no_other_windows_place_and_who_logs_out_before_they_do_is_asked(desk):
    clerk = desk("clerk1")
    page = clerk.open(NEW).page
    page.fill("[name='members-0-first_name_th']", "หนึ่ง")
    kept(clerk)
    other = _second_window(page)
    page.route("**/family-forms/typed/", lambda route: route.abort())
    page.fill("[name='members-0-last_name_th']", "จากหน้าต่างแรก")
    page.wait_for_selector(".autosave[data-state=offline]", state="attached")
    with other.expect_response("**/family-forms/typed/"):
        other.fill("[name='members-0-last_name_th']", "จากหน้าต่างที่สอง")
    page.unroute("**/family-forms/typed/")
    page.click(".form-head [value=save]")  # who knows nothing of the other window is told before anything is sent
    page.wait_for_selector(".autosave[data-state=stopped]", state="attached")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.click(".form-head [value=save]")
    page.click("dialog[data-confirm-dialog][open] [value=yes]")
    page.wait_for_selector("#complaints")  # meant: it was sent
    assert asked == [], "the browser has nothing more to ask"
    page.wait_for_selector(".autosave[data-state=stopped]", state="attached")  # refused, and still the older words
    page.click("details:has(form[action$='/logout/']) > summary")
    page.click("form[action$='/logout/'] button")
    page.click("dialog[data-confirm-dialog][open] [value=no]")
    other.route("**/family-forms/typed/", lambda route: route.fulfill(status=429, body="ช้าลง"))
    other.click("details:has(form[action$='/logout/']) > summary")
    other.fill("[name='members-0-first_name_th']", "คำสุดท้าย")
    other.click("form[action$='/logout/'] button")
    other.wait_for_selector("dialog[data-confirm-dialog][open]")
    assert "ข้อความล่าสุดยังไม่ได้รับการเก็บ" in other.inner_text("dialog[data-confirm-dialog]")
    other.click("dialog[data-confirm-dialog] [value=no]")
    other.unroute("**/family-forms/typed/")
    with other.expect_response("**/family-forms/typed/"):
        other.evaluate("() => dispatchEvent(new Event('online'))")
    other.reload()
    words = [other.input_value(f"[name='members-0-{name}_name_th']") for name in ("first", "last")]
    assert words == ["คำสุดท้าย", "จากหน้าต่างที่สอง"]
    other.click("details:has(form[action$='/logout/']) > summary")
    other.click("form[action$='/logout/'] button")
    other.wait_for_url("**/login/**")
    clerk.errors.clear()  # the requests that were to fail


def test_older_words_about_a_draft_that_never_arrived_stand_beside_the_newer_ones_of_a_window_that_is_closed(desk):
    clerk = desk("clerk1")
    page = clerk.open(NEW).page
    page.route("**/family-forms/typed/", lambda route: (route.fetch(), route.abort()))  # kept, and the answer lost
    page.fill("[name='members-0-first_name_th']", "ร่างที่คำตอบหาย")
    page.wait_for_selector(".autosave[data-state=offline]", state="attached")
    page.unroute_all(behavior="ignoreErrors")
    held = []
    page.route("**/family-forms/typed/", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/family-forms/typed/"):
        page.fill("[name='members-0-national_id']", nid(7702))
    page.evaluate("() => dispatchEvent(new Event('online'))")  # one waits behind the slow one
    page.fill("[name='members-0-last_name_th']", "ครบ")
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.click(".form-head [value=save]")  # and the press behind both
    held[0].continue_()
    page.wait_for_url(re.compile("/family-forms/[A-Z]"))
    address, other = page.url, _second_window(page)
    page.route("**/family-forms/typed/", lambda route: route.abort())
    page.fill("[name='members-0-last_name_th']", "เก่า")
    page.wait_for_selector(".autosave[data-state=offline]", state="attached")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    other.fill("[name='members-0-last_name_th']", "ใหม่กว่า")
    other.wait_for_function("() => document.querySelector('.autosave').dataset.state === 'kept'")
    other.close()
    clerk.open("/my-work/")
    assert asked == ["beforeunload"], "nobody but this tab has the last words"
    assert page.locator("a[href*='typed=']", has_text="ร่างที่คำตอบหาย").count() == 0, "it was one form all the time"
    page.unroute_all(behavior="ignoreErrors")
    for _twice in range(2):
        page.goto(address)
        assert "เก่า" in page.input_value("main [data-left-words] textarea")
        assert page.input_value("[name='members-0-last_name_th']") == "ใหม่กว่า"
    with page.expect_response("**/family-forms/typed/"):
        page.fill("[name='members-0-first_name_th']", "ต่อไป")
    page.click("[data-left-away]")
    page.reload()
    assert page.locator("main [data-left-words]").count() == 0
    assert [page.input_value(f"[name='members-0-{name}_name_th']") for name in ("first", "last")] == ["ต่อไป", "ใหม่กว่า"]
    clerk.errors.clear()  # the requests that were to fail

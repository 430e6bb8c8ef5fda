"""What was sent into nothing is in its boxes again when the officer comes back to the form, and gone once it arrived."""

import re

import pytest

from app.services.demo.accounts import EXAMPLE_ID
from tests.browser.test_money_story import _day as day


@pytest.fixture
def demo_portal(shared_demo_portal):
    return shared_demo_portal


def _boxes(page):
    boxes = page.locator("main form[data-keeps] :is(input:not([type=hidden]), select)")
    return boxes.evaluate_all("boxes => boxes.map(box => [box.name, box.value])")


def test_a_claim_sent_after_the_log_in_ended_is_there_again_and_gone_once_it_is_saved(desk):
    clerk = desk("finance1")
    page = clerk.open("/claim-forms/new").page
    empty = _boxes(page)
    typed = {
        "national_id": EXAMPLE_ID, "served_on": day(page), "hospital": "99011", "receipt_no": "KEPT-77", "total": "1,234.50",
        "receipt_on": day(page), "claimable": "1,000.00", "name_on_receipt": "สมชาย ตัวอย่างดี",
    }  # fmt: skip
    for name, value in typed.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=patient_type]", "OP")
    filled = _boxes(page)
    page.context.clear_cookies()
    page.click("button[value=save]")
    page.wait_for_selector(".mishap")
    clerk.log_in("finance1")
    clerk.open("/claim-forms/new")
    assert _boxes(page) == filled and page.is_visible("[data-kept-words]")
    page.press("[name=national_id]", "Enter")  # the section's own button: the look-up
    page.wait_for_selector("form[data-answered]")
    page.press("[name=claimable]", "Enter")  # no button here: the form's own
    page.wait_for_url(re.compile("/claims/show/"))
    clerk.open("/claim-forms/new")
    assert _boxes(page) == empty and not page.is_visible("[data-kept-words]")
    assert all("status of 400" in words for words in clerk.errors)  # the press after the log-in had ended
    clerk.errors.clear()


def test_a_generated_form_sent_after_the_log_in_ended_is_there_again(desk):
    officer = desk("nhso1")
    page = officer.open("/hospitals/add").page
    page.fill("[name=name_th]", "โรงพยาบาลที่พิมพ์ค้างไว้")
    page.context.clear_cookies()
    page.click("main form.generated [type=submit]")
    page.wait_for_selector(".mishap")
    officer.log_in("nhso1").open("/hospitals/add")
    assert page.input_value("[name=name_th]") == "โรงพยาบาลที่พิมพ์ค้างไว้" and page.is_visible("[data-kept-words]")
    officer.errors.clear()


def _asks_to_return(registrar):
    page = registrar.page
    page.click("[data-row] [data-open] >> nth=0")
    page.wait_for_selector("[data-panel-title]")
    page.keyboard.press("r")
    page.wait_for_selector("dialog[open] [name=reason]")
    return page


def test_a_reason_in_a_dialog_is_there_again_for_the_same_requests_and_gone_once_they_went_back(desk):
    registrar = desk("registrar1").open("/approvals/")
    page = _asks_to_return(registrar)
    name = page.inner_text("dialog .names [lang=th] >> nth=0")
    page.fill("dialog [name=reason]", "ชื่อไม่ตรงกับทะเบียนบ้าน")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.wait_for_function("words => !document.querySelector('dialog[open]')?.innerText.includes(words)", arg=name)
    page.wait_for_selector("dialog[open] [name=reason]")
    assert page.input_value("dialog [name=reason]") == "", "another request is another reason"
    page.keyboard.press("Escape")
    _asks_to_return(registrar)
    assert page.input_value("dialog [name=reason]") == "ชื่อไม่ตรงกับทะเบียนบ้าน", "closed by mistake"
    page.context.clear_cookies()
    page.click("dialog [data-decide-confirm]")
    page.wait_for_selector(".mishap")
    _asks_to_return(registrar.log_in("registrar1").open("/approvals/"))
    assert page.input_value("dialog [name=reason]") == "ชื่อไม่ตรงกับทะเบียนบ้าน"
    assert page.is_visible("dialog [data-kept-words]")
    page.click("dialog [data-decide-confirm]")
    page.wait_for_selector("[data-outcomes]")
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('typed '))") == []
    registrar.errors.clear()


def test_what_a_pulled_card_a_reload_or_another_form_of_the_page_took_is_there_again(desk):
    clerk = desk("clerk1").open("/what-if/")
    page = clerk.page
    _typed(page, **{"born-own": "1/1/2530"})
    page.click("main form .btn-primary")
    page.wait_for_selector("form[data-answered]")
    page.reload()
    assert page.input_value("#born-own") == "1/1/2530", "a reload asks for the page, not for its answer"
    clerk.open("/what-if/")
    assert page.input_value("#born-own") == "", "a new visit is a new family"
    _typed(page, **{"born-own": "2/2/2530"})
    page.context.clear_cookies()  # as card.js leaves the page once the card is out
    page.evaluate("location.replace('/login/?next=/what-if/')")
    page.wait_for_selector("[name=password]")
    page.evaluate(  # the officer's lunch
        "() => Object.entries(sessionStorage).forEach(([key, words]) => sessionStorage.setItem(key,"
        " JSON.stringify({ ...JSON.parse(words), at: Date.now() - 90 * 60 * 1000 })))"
    )
    clerk.log_in("clerk1").open("/what-if/")
    assert page.input_value("#born-own") == "2/2/2530" and page.is_visible("[data-kept-words]")
    clerk.open("/other-schemes/1")
    _typed(page, via_principal="ใครคนหนึ่ง", declared_on="3/3/2569")
    for presses, comes in (("[name=via_principal]", "/rights"), ("[name=since]", "/other-schemes/1")):
        if comes == "/other-schemes/1":
            page.fill("[name=since]", "1/1/2560")
        page.press(presses, "Enter")
        page.wait_for_url("**" + comes)
        assert page.input_value("[name=declared_on]") == "3/3/2569"
    assert page.input_value("[name=via_principal]") == "", "what was sent and taken is not typed anew"
    clerk.errors.clear()  # without its day the right is refused


def _typed(page, **values):
    for name, value in values.items():
        page.fill(f"[name={name}]", value)


def test_back_from_what_a_faulted_form_led_to_opens_the_form_and_what_was_only_left_is_in_it_again(desk):
    officer = desk("nhso1")
    page = officer.open("/hospitals/list/").open("/hospitals/add").page
    empty = _boxes(page)
    _typed(page, name_th="โรงพยาบาลที่ลืมรหัส")
    page.click("main form.generated [type=submit]")
    page.wait_for_selector("form[data-answered]")
    page.click("main a[href='/hospitals/list/'] >> nth=0")  # left with its fault
    page.wait_for_url(re.compile("/hospitals/list/"))
    page.go_back()
    assert page.input_value("[name=name_th]") == "โรงพยาบาลที่ลืมรหัส" and page.is_visible("[data-kept-words]")
    page.reload()
    assert page.input_value("[name=name_th]") == "โรงพยาบาลที่ลืมรหัส"
    page.goto(officer.address + "/hospitals/list/")
    officer.open("/hospitals/add")  # a new visit is a new form
    assert _boxes(page) == empty and not page.is_visible("[data-kept-words]")
    _typed(page, name_th="โรงพยาบาลที่ไม่รอคำตอบ")
    never = []
    page.route(
        "**/hospitals/add", lambda asked: never.append(asked) if asked.request.method == "POST" else asked.continue_()
    )
    page.evaluate(
        "() => setTimeout(() => { document.querySelector('main form.generated').requestSubmit();"
        " setTimeout(() => document.querySelector(\"main a[href='/hospitals/list/']\").click(), 500); })"
    )
    page.wait_for_url(re.compile("/hospitals/list/"))
    page.go_back()
    assert page.input_value("[name=name_th]") == "โรงพยาบาลที่ไม่รอคำตอบ" and len(never) == 1
    assert page.is_visible("[data-kept-words]"), "not by the browser alone"
    officer.errors.clear()  # the fault is answered with 400


def test_back_from_what_was_saved_after_a_fault_is_the_empty_form_and_sends_nothing_again(desk):
    clerk = desk("finance1")
    page = clerk.open("/claim-forms/new").page
    empty = _boxes(page)
    posts = []
    page.on("request", lambda asked: posts.append(asked.url) if asked.method == "POST" else None)
    page.click("button[value=save]")
    page.wait_for_selector("form[data-answered]")
    typed = {
        "hospital": "99011",
        "receipt_no": "BACK-1",
        "total": "10",
        "claimable": "10",
        "name_on_receipt": "สมชาย ตัวอย่างดี",
    }
    _typed(page, national_id=EXAMPLE_ID, served_on=day(page), receipt_on=day(page), **typed)
    page.select_option("[name=patient_type]", "OP")
    page.click("button[value=save]")
    page.wait_for_url(re.compile("/claims/show/"))
    page.go_back()
    page.wait_for_url(re.compile("/claim-forms/new"))
    assert _boxes(page) == empty and not page.is_visible("[data-kept-words]") and len(posts) == 2
    clerk.errors.clear()  # the fault is answered with 400


def test_forms_that_differ_in_their_query_alone_fill_each_other_never(desk):
    officer = desk("nhso1")
    page = officer.open("/hospitals/add?of=1").page
    _typed(page, name_th="โรงพยาบาลหนึ่งเท่านั้น")
    page.context.clear_cookies()
    page.click("main form.generated [type=submit]")
    page.wait_for_selector(".mishap")
    officer.log_in("nhso1").open("/hospitals/add?of=2")
    assert page.input_value("[name=name_th]") == "" and not page.is_visible("[data-kept-words]")
    officer.open("/hospitals/add?of=1")
    assert page.input_value("[name=name_th]") == "โรงพยาบาลหนึ่งเท่านั้น"
    officer.errors.clear()


def test_a_page_without_frame_and_the_page_without_a_connection_let_what_was_typed_wait(desk):
    officer = desk("nhso1")
    page = officer.open("/hospitals/add").page
    alone = re.search(r'src="(/static/js/house/kept.js[^"]*)"', page.request.get(officer.address + "/offline/").text())[
        1
    ]
    fault = f'<script src="{alone}" defer></script><section class="mishap"><a href="/">กลับ</a></section>'
    page.route("**/hospitals/add", lambda route: route.fulfill(status=500, content_type="text/html", body=fault))
    _typed(page, name_th="โรงพยาบาลที่ส่งแล้วล้ม")
    page.click("main form.generated [type=submit]")
    page.wait_for_selector(".mishap")
    page.unroute("**/hospitals/add")
    page.click(".mishap a")
    page.wait_for_selector("#form-words", state="attached")
    officer.open("/hospitals/add")
    assert page.input_value("[name=name_th]") == "โรงพยาบาลที่ส่งแล้วล้ม"
    _typed(page, name_th="โรงพยาบาลที่กดส่งขณะขาดสาย")
    page.context.set_offline(True)
    page.click("main form.generated [type=submit]")  # held back: it was never sent
    page.context.set_offline(False)
    page.click("main a[href='/hospitals/list/'] >> nth=0")
    page.wait_for_url(re.compile("/hospitals/list/"))
    page.go_back()
    assert page.input_value("[name=name_th]") == "โรงพยาบาลที่กดส่งขณะขาดสาย" and page.is_visible("[data-kept-words]")
    _typed(page, name_th="โรงพยาบาลที่ยังไม่ได้ส่ง")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.click("main a[href='/hospitals/list/'] >> nth=0")  # only left, and nothing came
    page.wait_for_selector("[data-offline-page]")
    page.context.set_offline(False)
    page.wait_for_selector("#form-words", state="attached")
    officer.open("/hospitals/add")
    assert page.input_value("[name=name_th]") == "โรงพยาบาลที่ยังไม่ได้ส่ง"
    officer.open("/")  # left with it typed
    page.locator("form[action*=logout]").first.evaluate("form => form.requestSubmit()")
    page.wait_for_selector("[name=password]")
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('typed '))") == []
    officer.errors.clear()


def test_a_note_about_a_claim_that_a_colleague_decided_meanwhile_stands_beside_until_it_is_put_away(desk):
    officer = desk("nhso_finance1").open("/claim-review/")
    page = officer.page
    claim = page.get_attribute("main table a[href^='/claims/show/'] >> nth=0", "href")
    officer.open(claim)
    _typed(page, amount="1.00", note="โทรถามโรงพยาบาลแล้ว")
    page.context.clear_cookies()
    page.click("button[value=APPROVE]")
    page.wait_for_selector(".mishap")
    colleague = desk("nhso_finance2").open(claim).page
    _typed(colleague, note="ภาพไม่ชัด")
    colleague.select_option("[name=reason]", index=1)
    colleague.click("button[value=RETURN]")
    colleague.wait_for_selector("[name=decision]", state="detached")
    officer.log_in("nhso_finance1").open(claim)
    beside = page.locator("main > [data-left-words] textarea")
    assert "โทรถามโรงพยาบาลแล้ว" in beside.input_value() and "1.00" in beside.input_value()
    finance = desk("finance1").open(claim)
    clerk = finance.page
    clerk.click("form[action$='/submit'] button")
    clerk.wait_for_selector("form[action$='/submit']", state="detached")
    officer.open(claim)
    assert page.input_value("[name=note]") == page.input_value("[name=amount]") == "", (
        "it was about what stood there then"
    )
    assert "โทรถามโรงพยาบาลแล้ว" in page.input_value("main [data-left-words] textarea")
    page.click("main [data-left-away]")
    officer.open(claim)
    assert page.locator("main [data-left-words]").count() == 0
    clerk.goto(officer.address + "/claim-forms/2")
    _typed(clerk, private_unit="คลินิกที่พิมพ์ไว้")
    with clerk.expect_popup() as opened:
        clerk.evaluate("() => { window.open('/claims/show/2') }")
    other = opened.value
    other.click("form[action$='/cancel'] button")
    other.click("dialog[open] [value=yes]")
    other.wait_for_selector("form[action$='/cancel']", state="detached")
    clerk.click("button[value=save]")
    assert "คลินิกที่พิมพ์ไว้" in clerk.input_value("main [data-left-words] textarea"), "it cannot be written any more"
    finance.errors.clear()  # told so with 409
    officer.errors.clear()  # the press after the log-in had ended

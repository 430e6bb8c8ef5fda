"""What was sent into nothing is in its boxes again when the officer comes back to the form, and gone once it arrived."""

import re

from app.services.demo.accounts import EXAMPLE_ID
from tests.browser.test_money_story import _day as day


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

"""The pages of refunds: from the claim to the printed form and the money, and what a neighbour and other roles get of them."""

import io

import pypdfium2
import pytest
import zxingcpp
from python_calamine import CalamineWorkbook

from app.domain.claims import ClaimStatus
from app.domain.refunds import RefundMethod, RefundStatus
from app.services.money import fund_accounts
from app.services.money.fund_accounts import AccountForm
from tests.services.claim_counter import Counter, open_counter, value
from tests.services.rights_register import TODAY, days
from tests.services.test_appeals import Desk as Appeals
from tests.services.test_payment_runs import made, release, work
from tests.services.test_refunds import Desk
from tests.views.offices import TAO, TOWN, Browser, Portal, rows
from tests.views.test_claims import be

NUMBER = "02-002-8-04827-8"


@pytest.fixture
def counter(portal, tmp_path) -> Counter:
    with portal.app.app_context():
        return open_counter(tmp_path)


@pytest.fixture
def claim(counter, portal) -> tuple[int, str]:
    """A paid claim of the town, 900 baht; two officers have set an account of the fund."""
    with portal.app.app_context():
        first, second = counter.finance[:2]
        fund_accounts.decide(
            fund_accounts.propose(AccountForm("ธ.ก.ส.", "กองทุนทดสอบ", NUMBER, TODAY), actor=first), True, actor=second
        )
        claim_id = counter.brought_to(ClaimStatus.PAID)
        return claim_id, value("claim_no", claim_id)


def seen(refund_id: int) -> dict[str, str]:
    return {"version": str(rows("SELECT version FROM refund_request WHERE id = :id", id=refund_id)[0][0])}


def form(**values: str) -> dict[str, str]:
    reason, account = (str(rows(f"SELECT min(id) FROM {table}")[0][0]) for table in ("refund_reason", "fund_account"))
    return {
        "amount": "250.50", "reason_id": reason, "method": "TRANSFER", "account_id": account, "words": "", "sent_on": "",
        "sent_no": "", **values,
    }  # fmt: skip


def recorded(clerk: Browser, claim: tuple[int, str], **values: str) -> int:
    to_form = clerk.post("/refund-forms/", {"claim_no": f" {claim[1].lower()} "})
    assert to_form.status_code == 303
    answer = clerk.post(to_form.location, form(**values))
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


def officer(portal: Portal, name: str, role: str = "nhso_finance") -> Browser:
    portal.account(name, role, None)
    browser = portal.browser()
    browser.log_in(name)
    return browser


def test_the_file_sums_what_really_came_back_and_each_sum_has_its_own_name(claim, portal: Portal):
    clerk, nhso = portal.officer("finance_clerk", TOWN), officer(portal, "nhsof")
    recorded(clerk, claim)
    pages = (clerk.get("/refunds/list/").text, nhso.get("/refund-review/").text)
    assert all("จำนวนขอคืน (บาท)" in page for page in pages)
    assert "ได้รับคืนแล้ว (บาท)" in pages[0] and "ได้รับคืน" not in pages[1].partition("<main")[2]
    for status, received in (("AWAITING_CONFIRMATION", 0), ("MONEY_RECEIVED", 250.50)):
        book = CalamineWorkbook.from_filelike(io.BytesIO(clerk.post("/refunds/export").data))
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        assert any(str(row[0]).startswith("วันที่บันทึก: ") for row in cells)
        head = next(row for row in cells if "จำนวนขอคืน (บาท)" in row)
        asked, back = head.index("จำนวนขอคืน (บาท)"), head.index("ได้รับคืนแล้ว (บาท)")
        one, total = cells[cells.index(head) + 1], next(row for row in cells if "รวม" in row)
        assert (one[asked], one[back], total[asked], total[back]) == (250.50, received, "", received), status
        if not received:
            paid_back(rows("SELECT id FROM refund_request")[0][0], nhso, clerk)


def paid_back(refund_id: int, nhso: Browser, clerk: Browser) -> None:
    nhso.post(f"/refund-deeds/{refund_id}/confirm", seen(refund_id))
    clerk.get(f"/refund-deeds/{refund_id}/print")
    clerk.post(f"/refund-deeds/{refund_id}/print", seen(refund_id))
    there = seen(refund_id) | {"received_on": be(days(0)), "received_no": "IN-1"}
    assert nhso.post(f"/refund-review/{refund_id}/receive", there).status_code == 303


def test_from_the_claim_to_the_printed_form_and_the_money(claim, portal: Portal):
    clerk, nhso = portal.officer("finance_clerk", TOWN), officer(portal, "nhsof")
    assert "ไม่มีคำร้องนี้" in clerk.post("/refund-forms/", {"claim_no": "RC1"}).text
    blank = clerk.get(f"/refund-forms/for/{claim[0]}").text
    assert "900.00" in blank and NUMBER in blank
    wrong = clerk.post(f"/refund-forms/for/{claim[0]}", form(amount="900.01", reason_id=""))
    assert wrong.status_code == 400 and "amount-error" in wrong.text and "reason_id-error" in wrong.text
    assert clerk.post(f"/refund-forms/for/{claim[0]}", form(amount="1.005")).status_code == 400
    refund_id = recorded(clerk, claim)
    page = clerk.get(f"/refunds/show/{refund_id}").text
    assert "รอยืนยันแจ้งคำร้องคืนเงิน" in page and "สองร้อยห้าสิบบาทห้าสิบสตางค์" in page
    own = clerk.post(f"/refund-deeds/{refund_id}/confirm", seen(refund_id), follow_redirects=True)
    assert "ผู้บันทึกคำร้องขอคืนเงินยืนยัน" in own.text
    assert "250.50" in nhso.get("/refund-review/").text
    nhso.post(f"/refund-deeds/{refund_id}/confirm", seen(refund_id))
    untold = clerk.post(f"/refund-deeds/{refund_id}/print", seen(refund_id))
    assert untold.status_code == 303 and untold.location.endswith("/print")
    assert rows("SELECT prints FROM refund_request") == [(0,)] and "ยังไม่ได้พิมพ์" in clerk.get(untold.location).text
    told = clerk.get(f"/refund-deeds/{refund_id}/print").text
    assert NUMBER in told and "ยกเว้นค่าธรรมเนียม" in told and "ยืนยันการพิมพ์" in told
    printed = clerk.post(f"/refund-deeds/{refund_id}/print", seen(refund_id))
    number = rows("SELECT refund_no FROM refund_request")[0][0]
    sheet = pypdfium2.PdfDocument(printed.data)[0]
    words = sheet.get_textpage().get_text_bounded()
    assert number in words and claim[1] in words and "250.50" in words and NUMBER in words and "900.00" in words
    (code,) = zxingcpp.read_barcodes(sheet.render(scale=3).to_pil())
    assert code.text == number
    locked = clerk.get(f"/refunds/show/{refund_id}").text
    assert "พิมพ์เอกสารแล้ว" in locked and "/cancel" not in locked and f"/refund-forms/{refund_id}" not in locked
    assert clerk.get(f"/refund-forms/{refund_id}").status_code == 303
    refused = clerk.post(
        f"/refund-deeds/{refund_id}/cancel", seen(refund_id) | {"confirmed": "yes"}, follow_redirects=True
    )
    assert "เพื่อแจ้งยกเลิกข้อมูล" in refused.text
    stale = clerk.post(f"/refund-deeds/{refund_id}/print", {"version": "1"})
    assert stale.status_code == 303 and stale.location.endswith("/print")
    dayless = nhso.post(f"/refund-review/{refund_id}/receive", seen(refund_id) | {"received_no": "IN-7"})
    assert dayless.status_code == 400 and 'value="IN-7"' in dayless.text
    nhso.post(
        f"/refund-review/{refund_id}/receive", seen(refund_id) | {"received_on": be(days(0)), "received_no": "IN-7"}
    )
    assert "IN-7" in clerk.get(f"/refunds/show/{refund_id}").text
    for query in (number, claim[1]):
        assert number in clerk.get(f"/refunds/list/?number={query}").text
    assert number not in clerk.get("/refunds/list/?number=RC1").text
    assert clerk.post("/refunds/export").data[:2] == b"PK"
    found = clerk.post("/refunds/find", {"national_id": rows("SELECT national_id FROM person ORDER BY id")[0][0]})
    assert "patient_id=" in found.location and number in clerk.get(found.location).text
    assert "649.50" in clerk.get(f"/refund-forms/for/{claim[0]}").text
    assert number in clerk.get(f"/claims/show/{claim[0]}").text


def test_instructions_that_were_shown_before_a_change_are_shown_again(claim, portal: Portal):
    clerk, nhso = portal.officer("finance_clerk", TOWN), officer(portal, "nhsof")
    refund_id = recorded(clerk, claim)
    nhso.post(f"/refund-deeds/{refund_id}/confirm", seen(refund_id))
    assert "250.50" in clerk.get(f"/refund-deeds/{refund_id}/print").text
    assert clerk.post(f"/refund-forms/{refund_id}", form(amount="700") | seen(refund_id)).status_code == 303
    nhso.post(f"/refund-deeds/{refund_id}/confirm", seen(refund_id))
    untold = clerk.post(f"/refund-deeds/{refund_id}/print", seen(refund_id))
    assert untold.status_code == 303 and untold.location.endswith("/print")
    assert rows("SELECT prints, amount FROM refund_request") == [(0, 700_00)]
    assert "700.00" in clerk.get(f"/refund-deeds/{refund_id}/print").text
    assert clerk.post(f"/refund-deeds/{refund_id}/print", seen(refund_id)).mimetype == "application/pdf"


def test_the_form_names_each_transfer_of_what_came_in_several(counter, claim, portal: Portal):
    with portal.app.app_context():
        appealed = Appeals(counter)
        appeal_id = appealed.sent(claim[0], additional=100_00)
        appealed.decide(appeal_id)
        appealed.pay(appeal_id)
    clerk, nhso = portal.officer("finance_clerk", TOWN), officer(portal, "nhsof")
    refund_id = recorded(clerk, claim)
    nhso.post(f"/refund-deeds/{refund_id}/confirm", seen(refund_id))
    page = clerk.get(f"/refunds/show/{refund_id}").text
    clerk.get(f"/refund-deeds/{refund_id}/print")
    printed = clerk.post(f"/refund-deeds/{refund_id}/print", seen(refund_id))
    words = "".join(pypdfium2.PdfDocument(printed.data)[0].get_textpage().get_text_bounded().split())
    assert "1,000.00" in words and "900.00" in words and "KTB-1" in words and "100.00บาท" in words and "KTB-2" in words
    assert "KTB-1" in page and "KTB-2" in page


def test_the_story_of_a_cancelled_refund_tells_its_confirmation(claim, portal: Portal):
    clerk, nhso = portal.officer("finance_clerk", TOWN), officer(portal, "nhsof")
    refund_id = recorded(clerk, claim)
    confirmed = "<b>ยืนยันคำร้องขอคืนเงิน</b>"
    assert confirmed not in clerk.get(f"/refunds/show/{refund_id}").text
    nhso.post(f"/refund-deeds/{refund_id}/confirm", seen(refund_id))
    assert clerk.get(f"/refunds/show/{refund_id}").text.count(confirmed) == 1
    clerk.post(f"/refund-deeds/{refund_id}/cancel", seen(refund_id) | {"confirmed": "yes"})
    assert rows("SELECT status, confirmed_at FROM refund_request") == [("CANCELLED_BY_AGENCY", None)]
    assert clerk.get(f"/refunds/show/{refund_id}").text.count(confirmed) == 1


def test_who_prints_in_a_second_tab_reads_who_printed_and_when(claim, portal: Portal):
    clerk, nhso = portal.officer("finance_clerk", TOWN), officer(portal, "nhsof")
    refund_id = recorded(clerk, claim)
    nhso.post(f"/refund-deeds/{refund_id}/confirm", seen(refund_id))
    both_tabs = seen(refund_id)
    page = clerk.get(f"/refund-deeds/{refund_id}/print").text
    assert "พิมพ์ไปแล้ว" not in page and 'method="post" data-stays' in page
    assert clerk.post(f"/refund-deeds/{refund_id}/print", both_tabs).mimetype == "application/pdf"
    told = clerk.post(f"/refund-deeds/{refund_id}/print", both_tabs, follow_redirects=True).text
    name = rows("SELECT first_name FROM ab_user WHERE id = (SELECT printed_by_id FROM refund_request)")[0][0]
    assert "ยังไม่ได้พิมพ์" in told and "พิมพ์ไปแล้ว รวม 1 ครั้ง" in told and name in told.partition("พิมพ์ไปแล้ว")[2][:200]
    assert rows("SELECT prints FROM refund_request") == [(1,)]


def test_a_refused_cancellation_keeps_its_words(claim, portal: Portal):
    clerk, nhso = portal.officer("finance_clerk", TOWN), officer(portal, "nhsof")
    refund_id = recorded(clerk, claim)
    nhso.post(f"/refund-deeds/{refund_id}/confirm", seen(refund_id))
    clerk.get(f"/refund-deeds/{refund_id}/print")
    clerk.post(f"/refund-deeds/{refund_id}/print", seen(refund_id))
    long = "ตามหนังสือของหน่วยงาน " * 50
    refused = nhso.post(f"/refund-review/{refund_id}/annul", seen(refund_id) | {"note": long})
    assert refused.status_code == 400 and f"{long}</textarea>" in refused.text
    old = {"version": "1", "note": "อย่าลืม"}
    told = nhso.post(f"/refund-review/{refund_id}/annul", old)
    assert (
        told.status_code == 409
        and "อย่าลืม</textarea>" in told.text
        and rows("SELECT status FROM refund_request") == [("PRINTED",)]
    )
    nhso.post(f"/refund-review/{refund_id}/annul", seen(refund_id) | {"note": "ตามหนังสือ"})
    late = nhso.post(f"/refund-review/{refund_id}/annul", old)
    assert late.status_code == 409 and "อย่าลืม</textarea>" in late.text, "no form asks for it any more"


def test_another_agency_and_other_roles_get_nothing(claim, portal):
    clerk, neighbour = portal.officer("finance_clerk", TOWN), portal.officer("finance_clerk", TAO)
    personnel, nobody = portal.officer("personnel_clerk"), portal.browser()
    refund_id = recorded(clerk, claim)
    number = rows("SELECT refund_no FROM refund_request")[0][0]
    pages = [
        f"/refunds/show/{refund_id}", f"/refund-forms/{refund_id}", f"/refund-forms/for/{claim[0]}",
        f"/refund-deeds/{refund_id}/sheet.pdf",
    ]  # fmt: skip
    assert {clerk.get(page).status_code for page in pages} == {200}
    assert {neighbour.get(page).status_code for page in [*pages, f"/refund-deeds/{refund_id}/print"]} == {404}
    assert clerk.get(f"/refund-deeds/{refund_id}/print").status_code == 303  # nobody has confirmed it
    assert number in clerk.get("/refunds/list/").text and number not in neighbour.get("/refunds/list/").text
    assert number.encode() not in neighbour.post("/refunds/export").data
    assert neighbour.post("/refund-forms/", {"claim_no": claim[1]}).status_code == 404
    assert {personnel.get(page).status_code for page in [*pages, "/refunds/list/", "/refund-forms/"]} == {403}
    assert {nobody.get(page).status_code for page in [*pages, "/refunds/list/", "/refund-review/"]} == {302}
    before = rows("SELECT version, status FROM refund_request")
    for deed in ("confirm", "cancel", "print"):
        data = seen(refund_id) | {"confirmed": "yes"}
        assert neighbour.post(f"/refund-deeds/{refund_id}/{deed}", data).status_code == 404
        assert nobody.post(f"/refund-deeds/{refund_id}/{deed}", data).status_code == 302
        assert personnel.post(f"/refund-deeds/{refund_id}/{deed}", data).status_code == 403
    for deed in ("receive", "annul"):
        assert clerk.post(f"/refund-review/{refund_id}/{deed}", seen(refund_id)).status_code == 403
    assert {clerk.get(page).status_code for page in ("/refund-review/", "/fund-accounts/")} == {403}
    assert clerk.post("/fund-accounts/1/decide", {"decision": "CONFIRM"}).status_code == 403
    assert rows("SELECT version, status FROM refund_request") == before
    cancelled = clerk.post(
        f"/refund-deeds/{refund_id}/cancel", seen(refund_id) | {"confirmed": "yes"}, follow_redirects=True
    )
    assert "ยกเลิกคำร้องขอคืนเงินแล้ว" in cancelled.text


def test_two_officers_set_an_account(claim, portal):
    first, second = officer(portal, "nhsof"), officer(portal, "admin2", "nhso_admin")
    proposal = {"bank": "กรุงไทย", "account_no": "955-0-17298-8", "account_name": "กองทุน", "valid_from": be(days(0))}
    assert first.post("/fund-accounts/", proposal | {"account_no": "12"}).status_code == 400
    assert first.post("/fund-accounts/", proposal | {"replaces_id": "", "valid_from": be(days(-2))}).status_code == 400
    assert first.post("/fund-accounts/", proposal).status_code == 303
    account = rows("SELECT max(id) FROM fund_account")[0][0]
    decide = f"/fund-accounts/{account}/decide"
    assert "ผู้เสนอบัญชียืนยันเองไม่ได้" in first.post(decide, {"decision": "CONFIRM"}, follow_redirects=True).text
    assert "CONFIRM" in second.get("/fund-accounts/").text
    assert second.post(decide, {"decision": "CONFRIM"}).status_code == 400
    assert rows("SELECT decision FROM fund_account WHERE id = :id", id=account) == [("PROPOSED",)]
    second.post(decide, {"decision": "CONFIRM"})
    assert rows("SELECT decision FROM fund_account WHERE id = :id", id=account) == [("CONFIRMED",)]
    first.post("/fund-accounts/", {"replaces_id": str(account), "valid_from": be(days(0)), "is_end": "1"})
    assert rows("SELECT is_end, replaces_id FROM fund_account ORDER BY id DESC")[0] == (1, account)


def test_a_form_after_a_part_was_kept_back_names_the_rest_and_where_it_can_be_sent(counter, portal):
    with portal.app.app_context():
        desk = Desk(counter)
        refund_id = desk.brought_to(RefundStatus.CONFIRMED, amount=700_00, method=RefundMethod.SET_OFF, account_id=None)
        counter.decide(counter.sent(), amount=100_00, reason="NOT_CLAIMABLE")
        release(counter, made(counter))
        work()
    clerk = portal.officer("finance_clerk", TOWN)
    book = CalamineWorkbook.from_filelike(io.BytesIO(clerk.post("/refunds/export").data))
    cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    head = next(row for row in cells if "ได้รับคืนแล้ว (บาท)" in row)
    assert cells[cells.index(head) + 1][head.index("ได้รับคืนแล้ว (บาท)")] == 100.00, "what was kept back is there"
    clerk.get(f"/refund-deeds/{refund_id}/print")
    printed = clerk.post(f"/refund-deeds/{refund_id}/print", seen(refund_id))
    words = pypdfium2.PdfDocument(printed.data)[0].get_textpage().get_text_bounded()
    account = rows("SELECT account_no FROM fund_account")[0][0]
    assert "100.00" in words and "600.00" in words and account in words
    assert "ไม่ต้องโอน" not in words
    page = clerk.get(f"/transfer-statements/show/{rows('SELECT max(statement_id) FROM refund_set_off')[0][0]}").text
    assert "<dt>โอนสุทธิหลังหักคืน (บาท)</dt><dd>0.00" in page and "โอน (บาท)" not in page
    assert 'data-title="อนุมัติ (บาท)">100.00' in page and "<dt>อนุมัติ (บาท)</dt><dd>100.00" in page
    assert "โอน (บาท)" in clerk.get("/fiscal-summaries/").text

"""Money in Chromium: a receipt from the form to the statement, an appeal, a refund that is kept back from the next transfer.

What is printed and taken home is opened by programs that read the files, and compared with the ledger's own file.
"""

import re
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page
from python_calamine import CalamineWorkbook

from app.services.demo.accounts import EXAMPLE_ID
from tests.browser.conftest import Desk
from tests.browser.test_main_job import picture

PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]>>endobj
trailer<</Root 1 0 R>>
startxref
0
%%EOF
"""


@pytest.mark.soak
def test_from_the_receipt_to_the_statement_and_back(desk, tmp_path):
    clerk, decider, maker, payer = (
        desk(name) for name in ("finance1", "nhso_finance1", "nhso_finance2", "nhso_finance3")
    )
    claim = _claimed(clerk)
    _decided(decider, claim, "APPROVE", amount="2,000.00", reason="NOT_CLAIMABLE")
    run = _paid_out(maker, payer, "run")
    statement = _statement(clerk, claim, tmp_path, "statement")
    assert statement["net"] == statement["satang"] and statement["set_off"] == 0
    _bank_file(payer, maker, run, statement["net"])
    refund = _refunded(clerk, decider, claim)
    _appealed(clerk, decider, claim)
    _paid_out(maker, payer, "second_run")
    after = _statement(clerk, claim, tmp_path, "second_statement")
    assert (after["set_off"], after["net"]) == (150.0, after["satang"] - 150.0)
    page = clerk.open(refund).page
    assert "ได้รับเงินคืนแล้ว" in page.content()
    picture(clerk, "money_refund_received")
    _ledger(clerk, claim, tmp_path)
    for one in (clerk, decider, maker, payer):
        assert one.outside == []


def _claimed(clerk: Desk) -> str:
    """The claim's page, once it is sent."""
    page = clerk.open("/claim-forms/new").page
    page.fill("[name=national_id]", EXAMPLE_ID)
    page.fill("[name=served_on]", _day(page))
    page.click("button[value=check]")
    page.wait_for_selector("[name=hospital]")
    picture(clerk, "money_claim_form")
    for name, value in (
        ("hospital", "99011"), ("receipt_no", "STORY-1"), ("receipt_on", _day(page)), ("total", "2,500.00"),
        ("claimable", "2,300.00"), ("name_on_receipt", "สมชาย ตัวอย่างดี"),
    ):  # fmt: skip
        page.fill(f"[name={name}]", value)
    page.select_option("[name=patient_type]", "OP")
    page.click("button[value=save]")
    page.wait_for_url(re.compile("/claims/show/"))
    page.set_input_files("#paper-file", files=[{"name": "ใบเสร็จ.pdf", "mimeType": "application/pdf", "buffer": PDF}])
    page.click("form[action$='/papers'] button")
    page.wait_for_selector("form[action$='/submit'] button")
    page.click("form[action$='/submit'] button")
    page.wait_for_selector("text=รอตรวจสอบ")
    picture(clerk, "money_claim_sent")
    return page.url.removeprefix(clerk.address).partition("?")[0]


def _day(page: Page) -> str:
    """Ten days before the portal's today, as officers write it."""
    found = page.evaluate("new Date(Date.now() - 10 * 864e5).toISOString().slice(0, 10)")
    year, month, day = found.split("-")
    return f"{int(day)}/{int(month)}/{int(year) + 543}"


def _decided(decider: Desk, claim: str, decision: str, amount: str = "", reason: str = "") -> None:
    page = decider.open(claim).page
    if amount:
        page.fill("#amount", amount)
        page.select_option("[name=reason]", reason)
    page.click(f"button[value={decision}]")
    page.wait_for_selector("text=2,000.00")
    picture(decider, "money_claim_decided")


def _paid_out(maker: Desk, payer: Desk, name: str) -> str:
    """Gathered by one, released by another; the run's page."""
    page = maker.open("/payment-runs/new").page
    picture(maker, f"money_{name}_preview")
    page.click("form[action$='/payment-runs/new'][method=post] button")
    page.wait_for_url(re.compile(r"/payment-runs/\d+"))
    address = page.url.removeprefix(maker.address)
    page = payer.open(address).page
    page.click("form[action$='/release'] button")
    page.click("[data-confirm-yes]")
    page.wait_for_selector("form[action$='/bank-file'] button", timeout=90_000)
    payer.open(address)
    picture(payer, f"money_{name}")
    return address


def _bank_file(first: Desk, second: Desk, run: str, net: float) -> None:
    """The first gets it; who had the page open before is told, and asked once he looks anew."""
    second.open(run)
    page = first.open(run).page
    with page.expect_download() as taken:
        page.click("form[action$='/bank-file'] button")
    text = Path(taken.value.path()).read_text(encoding="utf-8")
    assert f"|{round(net * 100)}" in text
    late = second.page
    late.click("form[action$='/bank-file'] button")
    late.wait_for_selector("text=จ่ายเงินซ้ำ")  # a page that asks: the one he looked at knew of nobody
    second.open(run)
    late.click("form[action$='/bank-file'] button")
    late.wait_for_selector("dialog[open]")
    picture(second, "money_bank_file_again")
    late.click("dialog[open] button[value=no]")


def _statement(clerk: Desk, claim: str, folder: Path, name: str) -> dict[str, float]:
    """The newest statement with its files; what its workbook comes to, after it was compared with page, PDF and letter."""
    page = clerk.open("/transfer-statements/list/").page
    page.click("a[href*='/transfer-statements/show/'] >> nth=0")
    page.wait_for_selector("h1")
    picture(clerk, f"money_{name}")
    shown = page.content()
    assert claim in shown
    files = {}
    for kind in ("xlsx", "pdf"):
        with page.expect_download() as taken:
            page.click(f"form[action$='/{kind}'] button")
        files[kind] = folder / f"{name}.{kind}"
        taken.value.save_as(files[kind])
    letter = folder / f"{name}_letter.pdf"
    address = page.get_attribute("main a[href*='/transfer-letters/']", "href")
    letter.write_bytes(page.request.get(clerk.address + str(address)).body())
    cells = CalamineWorkbook.from_path(files["xlsx"]).get_sheet_by_index(0).to_python()
    head = next(number for number, row in enumerate(cells) if "เลขที่คำร้อง" in row)
    titles = {"satang": "อนุมัติ (บาท)", "set_off": "หักคืน (บาท)", "net": "โอน (บาท)"}
    places = {key: _place(cells[head], key, words) for key, words in titles.items()}
    total = {key: float(cells[-1][place]) for key, place in places.items()}
    for key, place in places.items():
        assert round(sum(float(row[place] or 0) for row in cells[head + 1 : -1]), 2) == total[key], key
    net = f"{total['net']:,.2f}"
    assert net in shown
    for file in (files["pdf"], letter):
        _drawn(file, f"money_{file.stem}_pdf")
        assert net in _text(file), file
    return total


def _place(head: list, key: str, words: str) -> int:
    """Kept back and transferred stand right of what was approved, in this order."""
    first = next(place for place, cell in enumerate(head) if str(cell).startswith("อนุมัติ"))
    return first + ("satang", "set_off", "net").index(key) if words else first


def _text(file: Path) -> str:
    document = pypdfium2.PdfDocument(str(file))
    return "".join("".join(page.get_textpage().get_text_bounded() for page in document).split())


def _drawn(file: Path, name: str) -> None:
    """A picture of the first page beside those of the screens."""
    from tests.browser.test_main_job import PICTURES

    if PICTURES:
        pypdfium2.PdfDocument(str(file))[0].render(scale=1.4).to_pil().save(f"{PICTURES}/{name}.png")


def _refunded(clerk: Desk, confirmer: Desk, claim: str) -> str:
    """150 baht go back from the next transfer; confirmed by another, its form printed. The refund's page."""
    page = clerk.open(claim.replace("/claims/show/", "/refund-forms/for/")).page
    page.fill("[name=amount]", "150.00")
    page.select_option("[name=reason_id]", index=1)
    page.select_option("[name=method]", "SET_OFF")
    picture(clerk, "money_refund_form")
    page.click(".form-bar button[type=submit]")
    page.wait_for_url(re.compile("/refunds/show/"))
    refund = page.url.removeprefix(clerk.address).partition("?")[0]
    confirming = confirmer.open(refund).page
    confirming.click("form[action$='/confirm'] button")
    confirming.wait_for_selector("text=ยืนยันแจ้งคำร้องคืนเงิน")
    page = clerk.open(refund).page
    page.click("a[href$='/print']")
    page.wait_for_selector("form.actions button")
    picture(clerk, "money_refund_print")
    with page.expect_download() as taken:
        page.click("form.actions button")
    form = Path(str(taken.value.path()))
    _drawn(form, "money_refund_paper")
    assert "150.00" in _text(form)  # its Thai words come out of a PDF in the order of their letters
    clerk.open(refund)
    picture(clerk, "money_refund_printed")
    return refund


def _appealed(clerk: Desk, decider: Desk, claim: str) -> None:
    """For 300 baht more, with a paper; it passes."""
    page = clerk.open(claim.replace("/claims/show/", "/appeal-forms/for/")).page
    page.select_option("[name=kind]", "AMOUNT")
    page.select_option("[name=reason_id]", index=1)
    page.select_option("[name=compensation]", index=1)
    page.fill("[name=additional]", "300.00")
    picture(clerk, "money_appeal_form")
    page.click(".form-bar button[type=submit]")
    page.wait_for_url(re.compile("/appeals/show/"))
    page.set_input_files(
        "input[type=file]", files=[{"name": "ใบเสร็จ.pdf", "mimeType": "application/pdf", "buffer": PDF}]
    )
    page.click("form[action$='/papers'] button")
    page.wait_for_selector("form[action$='/submit'] button")
    page.click("form[action$='/submit'] button")
    page.wait_for_selector("text=รอตรวจสอบ")
    deciding = decider.open(page.url.removeprefix(clerk.address)).page
    deciding.click("button[value=PASS]")
    deciding.wait_for_selector("main .chip:has-text('ผ่าน')")
    picture(decider, "money_appeal_passed")


def _ledger(clerk: Desk, claim: str, folder: Path) -> None:
    """The ledger's own file says what the claim's page says: 2,000 and 300 granted and paid, 150 back."""
    page = clerk.open(claim).page
    picture(clerk, "money_claim_over")
    number = page.inner_text("h1").strip()
    page = clerk.open(f"/ledger/list/?claim_no={number}").page
    picture(clerk, "money_ledger")
    amounts = [row.inner_text() for row in page.query_selector_all("main table tbody tr")]
    told = "\n".join(amounts)
    for amount in ("2,000.00", "300.00", "150.00"):
        assert amount in told, told

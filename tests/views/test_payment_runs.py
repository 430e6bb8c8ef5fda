"""The pages of payment runs: from the preview to the release, and what other roles get of them."""

import hashlib
import io
import re

import pytest
from python_calamine import CalamineWorkbook

from app.domain.claims import ClaimStatus
from tests.services.claim_counter import Counter, open_counter, value
from tests.services.test_payment_runs import work
from tests.views.offices import TAO, TOWN, Portal, rows


@pytest.fixture
def counter(portal, tmp_path) -> Counter:
    with portal.app.app_context():
        return open_counter(tmp_path)


def hidden(page: str) -> dict[str, str]:
    """What the form that makes the run sends."""
    form = page[page.index('method="post"') :]
    return dict(re.findall(r'name="(transfer_on|agency|count|satang)" value="([^"]*)"', form))


def nhso(portal: Portal, name: str):
    portal.account(name, "nhso_finance", None)
    browser = portal.browser()
    browser.log_in(name)
    return browser


def test_from_the_preview_to_the_release(counter, portal: Portal):
    with portal.app.app_context():
        claim = counter.brought_to(ClaimStatus.APPROVED)
        number = value("claim_no", claim)
    maker, payer = nhso(portal, "maker"), nhso(portal, "payer")
    page = maker.get("/payment-runs/new").text
    assert "900.00" in page and "04110101" in page
    assert "วันที่โอนผ่านไปแล้ว" in maker.get("/payment-runs/new?transfer_on=1/1/2560").text
    stale = maker.post("/payment-runs/new", hidden(page) | {"satang": "1"}, follow_redirects=True)
    assert "โปรดดูอีกครั้ง" in stale.text
    made = maker.post("/payment-runs/new", hidden(page))
    assert made.status_code == 303 and re.fullmatch(r"/payment-runs/\d+", made.location)
    address = made.location
    assert "ต้องให้ผู้อื่นสั่งจ่าย" in maker.get(address).text
    assert number in payer.get(f"{address}?show=WAITS").text
    assert "PR25" in payer.get("/payment-runs/").text
    asked = payer.post(f"{address}/release", {"version": "1"})
    assert asked.status_code == 200 and "หยุดหรือย้อนกลับไม่ได้" in asked.text
    refused = maker.post(f"{address}/release", {"version": "1", "confirmed": "yes"}, follow_redirects=True)
    assert "ต้องให้ผู้อื่นสั่งจ่าย" in refused.text
    payer.post(f"{address}/release", {"version": "1", "confirmed": "yes"})
    assert 'data-progress-state="running"' in payer.get(f"{address}/progress").text
    with portal.app.app_context():
        work()
    over = payer.get(address).text
    assert "โอนเงินแล้ว" in over and "900.00" in over and "data-progress-of" not in over
    assert payer.get("/payment-runs/99").status_code == 404
    file = maker.post(f"{address}/bank-file", {"seen": "0"})
    assert file.data.startswith(b"H|LGO-TRANSFER-1|PR25") and hashlib.sha256(file.data).hexdigest() in over
    again = payer.get(address).text
    name = "ทดสอบ nhso_finance"
    assert again.count(name) == over.count(name) + 2 and 'name="seen" value="1"' in again
    asked = payer.post(f"{address}/bank-file", {"seen": "1"})
    assert asked.status_code == 200 and "จ่ายเงินซ้ำ" in asked.text and b"LGO-TRANSFER" not in asked.data
    assert payer.post(f"{address}/bank-file", {"seen": "1", "confirmed": "yes"}).data == file.data
    late = maker.post(f"{address}/bank-file", {"seen": "1", "confirmed": "yes"}, follow_redirects=True)
    assert b"LGO-TRANSFER" not in late.data and f"ถูกดาวน์โหลดโดย {name}" in late.text
    statement = re.search(r"/transfer-statements/show/\d+", over)[0]
    letter = re.search(r"/transfer-letters/\d+", over)[0]
    agency_sees_its_own(portal, statement, letter, claim, number)
    assert payer.get("/payment-runs/?page=0").status_code == 400


def test_nobody_else_opens_or_does_anything(counter, portal: Portal):
    with portal.app.app_context():
        counter.brought_to(ClaimStatus.APPROVED)
    maker = nhso(portal, "maker")
    address = maker.post("/payment-runs/new", hidden(maker.get("/payment-runs/new").text)).location
    account = {"agency": "04110101", "bank_code": "006", "account_no": "12", "account_name": "กองคลัง"}
    wrong = maker.post("/agency-accounts/", account)
    assert wrong.status_code == 400 and "10 ถึง 15 หลัก" in wrong.text and 'value="กองคลัง"' in wrong.text
    proposed = maker.post("/agency-accounts/", account | {"account_no": "1234567890"}, follow_redirects=True)
    assert "1234567890" in proposed.text and "รอเจ้าหน้าที่คนที่สองยืนยัน" in proposed.text
    (new,) = rows("SELECT max(id) FROM agency_account")[0]
    own = maker.post(f"/agency-accounts/{new}/decide", {"decision": "CONFIRM"}, follow_redirects=True)
    assert "ต้องให้ผู้อื่นยืนยัน" in own.text
    assert maker.post("/agency-accounts/999/decide", {"decision": "REFUSE"}).status_code == 404
    before = rows("SELECT status, version FROM payment_run")
    others = [portal.officer(role) for role in ("finance_clerk", "registrar")]
    others += [portal.officer("auditor", None), portal.officer("nhso_admin", None)]
    for page in ("/agency-accounts/", "/payment-runs/", "/payment-runs/new", address, f"{address}/progress"):
        assert {one.get(page).status_code for one in others} == {403}
        assert portal.browser().get(page).status_code == 302
    for deed in (
        "/payment-runs/new",
        f"{address}/release",
        f"{address}/cancel",
        f"{address}/leave-mine",
        f"{address}/bank-file",
        "/agency-accounts/",
        "/agency-accounts/1/decide",
    ):
        sent = {"version": "1", "confirmed": "yes", "count": "1", "satang": "90000", "transfer_on": "", "agency": ""}
        assert {one.post(deed, dict(sent)).status_code for one in others} == {403}
        assert portal.browser().post(deed, sent).status_code == 302
    assert rows("SELECT status, version FROM payment_run") == before


def agency_sees_its_own(portal: Portal, statement: str, letter: str, claim: int, number: str) -> None:
    """From the menu to letter, statement, files and claim and back; the neighbour and other roles get none of it."""
    clerk, neighbour = portal.officer("finance_clerk", TOWN), portal.officer("finance_clerk", TAO)
    assert "ใหม่" in clerk.get("/transfer-letters/").text
    page = clerk.get(statement).text
    assert number in page and "เก้าร้อยบาทถ้วน" in page and letter in page and "/payment-runs/" not in page
    assert statement in clerk.get("/transfer-statements/list/").text
    assert clerk.get(letter).data[:5] == b"%PDF-"
    assert "เปิดอ่านแล้ว" in clerk.get("/transfer-letters/").text
    assert clerk.post(f"{statement}/pdf").data[:5] == b"%PDF-"
    answer = clerk.post(f"{statement}/xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    told = "".join(str(line[0]) for line in book[:5])
    assert "เทศบาลเมืองตัวอย่าง (04110101)" in told and "งวด PR25" in told and "เก้าร้อยบาทถ้วน" in told
    assert clerk.post(f"{statement}/csv").status_code == 404
    on_claim = clerk.get(f"/claims/show/{claim}").text
    assert statement in on_claim and letter in on_claim
    assert "ใหม่" not in neighbour.get("/transfer-letters/").text
    assert statement not in neighbour.get("/transfer-statements/list/").text
    assert b"PR25" not in neighbour.post("/transfer-statements/export").data
    clerks = portal.officer("personnel_clerk")
    for address in (statement, letter):
        assert neighbour.get(address).status_code == 404
        assert clerks.get(address).status_code == 403
        assert portal.browser().get(address).status_code == 302
    assert neighbour.post(f"{statement}/xlsx").status_code == 404
    assert clerks.post(f"{statement}/xlsx").status_code == 403

"""The pages of appeals: from the number of a claim to the outcome, and what a neighbour and other roles get of them."""

import io

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from app.models.database import db
from app.services.money import claim_review
from app.services.money.claim_review import Decision
from app.services.money.held_receipts import FurtherReceipt
from tests.services.claim_counter import Counter, open_counter, value, version
from tests.services.rights_register import days
from tests.services.test_appeals import Desk
from tests.services.test_evidence import PDF
from tests.views.offices import TAO, TOWN, Browser, Portal, rows
from tests.views.test_claims import be

FORM = {
    "kind": "AMOUNT", "words": "ลืมใบเสร็จใบที่สอง", "hospital": "", "patient_type": "", "compensation": "MEDICINE",
    "additional": "150.00", "further_rows-0-issuer": "10002", "further_rows-0-receipt_no": "55", "further_rows-0-total": "50.00",
}  # fmt: skip


@pytest.fixture
def counter(portal, tmp_path) -> Counter:
    with portal.app.app_context():
        return open_counter(tmp_path)


@pytest.fixture
def claim(counter, portal) -> tuple[int, str]:
    """An approved claim of the town: its id and number."""
    with portal.app.app_context():
        claim_id = counter.sent()
        decision = Decision(claim_id, version(claim_id), claim_review.ClaimVerb.APPROVE)
        claim_review.decide(decision, actor=counter.finance[0])
        return claim_id, value("claim_no", claim_id)


def seen(appeal_id: int) -> dict[str, str]:
    return {"version": str(rows("SELECT version FROM appeal WHERE id = :id", id=appeal_id)[0][0])}


def recorded(clerk: Browser, claim: tuple[int, str]) -> int:
    to_form = clerk.post("/appeal-forms/", {"claim_no": f" {claim[1].lower()} "})
    assert to_form.status_code == 303
    reason = rows("SELECT min(id) FROM appeal_reason")[0][0]
    answer = clerk.post(to_form.location, FORM | {"reason_id": str(reason)})
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


def test_from_the_number_of_the_claim_to_the_outcome(claim, portal: Portal):
    clerk = portal.officer("finance_clerk", TOWN)
    assert "ไม่มีคำร้องนี้" in clerk.post("/appeal-forms/", {"claim_no": "RC1"}).text
    wrong = clerk.post(f"/appeal-forms/for/{claim[0]}", FORM | {"reason_id": "", "additional": "150.01"})
    assert wrong.status_code == 400
    assert "reason_id-error" in wrong.text and "additional-error" in wrong.text and "ใบที่สอง" in wrong.text
    appeal_id = recorded(clerk, claim)
    clerk.post(f"/appeal-deeds/{appeal_id}/papers", {"file": (io.BytesIO(PDF), "ใบที่สอง.pdf")})
    clerk.post(f"/appeal-deeds/{appeal_id}/submit", seen(appeal_id))
    officers = []
    for name in ("nhsof", "nhsop"):
        portal.account(name, "nhso_finance", None)
        officers.append(portal.browser())
        officers[-1].log_in(name)
    assert "150.00" in officers[0].get("/appeal-review/").text
    undecided = officers[0].post(f"/appeal-review/{appeal_id}/decide", seen(appeal_id) | {"note": "ดูใบที่สอง"})
    assert undecided.status_code == 400 and "ดูใบที่สอง</textarea>" in undecided.text
    old = {"version": "1", "note": "อย่าลืม", "decision": "PASS"}
    changed = officers[0].post(f"/appeal-review/{appeal_id}/decide", old)
    assert changed.status_code == 409 and "อย่าลืม</textarea>" in changed.text, "the note stays to be thought over"
    officers[0].post(f"/appeal-review/{appeal_id}/decide", seen(appeal_id) | {"decision": "PASS"})
    payment = {"paid_on": be(days(0)), "transfer_no": "KTB-7"}
    refused = officers[0].post(f"/appeal-review/{appeal_id}/pay", seen(appeal_id) | payment, follow_redirects=True)
    assert "สั่งจ่ายคำร้องนั้นไม่ได้" in refused.text and 'value="KTB-7"' in refused.text
    officers[1].post(f"/appeal-review/{appeal_id}/pay", seen(appeal_id) | payment)
    late = officers[0].post(f"/appeal-review/{appeal_id}/decide", old)
    assert late.status_code == 409 and "อย่าลืม</textarea>" in late.text, "no form asks for it any more"
    page = clerk.get(f"/appeals/show/{appeal_id}").text
    assert (
        "ผ่าน" in page
        and "ถอนผล" not in page
        and "KTB-7" in page
        and "หนึ่งร้อยห้าสิบบาทถ้วน" in page
        and "1,050.00" in page
        and "55 · โรงพยาบาลสอง" in page
    )
    listed = clerk.get("/appeals/list/?status=PASSED").text
    assert "150.00" in listed and "150.00" not in clerk.get("/appeals/list/?status=DRAFT").text
    book = CalamineWorkbook.from_filelike(io.BytesIO(clerk.post("/appeals/export?status=PASSED").data))
    assert book.get_sheet_by_index(0).to_python()[2][0].startswith("วันที่บันทึก: ")
    assert "AP25" in clerk.get(f"/claims/show/{claim[0]}").text


def test_a_wrong_further_receipt_is_told_in_words_at_its_row(claim, portal: Portal):
    clerk, reason = portal.officer("finance_clerk", TOWN), str(rows("SELECT min(id) FROM appeal_reason")[0][0])
    second = {"further_rows-1-issuer": "10002", "further_rows-1-receipt_no": "56", "further_rows-1-total": "-5"}
    answer = clerk.post(f"/appeal-forms/for/{claim[0]}", FORM | second | {"reason_id": reason})
    assert answer.status_code == 400
    summary = answer.text[answer.text.index("data-error-summary") :].partition("</ul>")[0]
    told = '<a href="#further_rows-1-total">ใบเสร็จเพิ่มเติม แถว 2: จำนวนเงินรวมในใบเสร็จ (บาท): จำนวนเงินไม่ถูกต้อง โปรดพิมพ์'
    assert told in summary and summary.count("<li>") == 1 and "{" not in summary
    assert 'id="further_rows-1-total-error"' in answer.text


def test_a_draft_that_a_colleague_changed_shows_what_differs_and_one_that_is_gone_what_was_typed(claim, portal: Portal):
    clerk = portal.officer("finance_clerk", TOWN)
    appeal_id, reason = recorded(clerk, claim), {"reason_id": str(rows("SELECT min(id) FROM appeal_reason")[0][0])}
    typed = FORM | reason | {"version": "1", "further_rows-0-total": "60.00"}
    assert clerk.post(f"/appeal-forms/{appeal_id}", FORM | reason | {"version": "1", "words": "อื่น"}).status_code == 303
    late = clerk.post(f"/appeal-forms/{appeal_id}", typed)
    table = late.text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert (
        late.status_code == 409 and "60.00" in table and "50.00" in table and "อื่น" in table and table.count("<tr>") == 2
    )
    assert clerk.post(f"/appeal-forms/{appeal_id}", typed | seen(appeal_id)).status_code == 303
    alike = typed | {
        "version": "1",
        "further_rows-0-issuer": "โรงพยาบาลสอง",
        "further_rows-0-total": "60",
        "words": "อีก",
    }
    table = clerk.post(f"/appeal-forms/{appeal_id}", alike).text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert table.count("<tr>") == 1 and "อีก" in table, "the further receipts say the same in other words"
    clerk.post(f"/appeal-deeds/{appeal_id}/cancel", seen(appeal_id) | {"confirmed": "yes"})
    over = clerk.post(f"/appeal-forms/{appeal_id}", typed)
    assert over.status_code == 409 and "data-left-words" in over.text and "60.00" in over.text


def test_what_a_verb_refuses_of_a_further_receipt_is_told_at_its_row(claim, portal: Portal):
    clerk, reason = portal.officer("finance_clerk", TOWN), str(rows("SELECT min(id) FROM appeal_reason")[0][0])
    rest = {  # the second row stays empty
        "further_rows-1-issuer": "", "further_rows-1-receipt_no": "", "further_rows-1-total": "",
        "further_rows-2-issuer": "10002", "further_rows-2-receipt_no": "РC-1", "further_rows-2-total": "5",
        "further_rows-3-issuer": "10002", "further_rows-3-receipt_no": "055", "further_rows-3-total": "50",
    }  # fmt: skip
    answer = clerk.post(f"/appeal-forms/for/{claim[0]}", FORM | rest | {"reason_id": reason})
    assert answer.status_code == 400
    summary = answer.text[answer.text.index("data-error-summary") :].partition("</ul>")[0]
    assert summary.count("<li>") == 2 and "แถว 3: เลขที่ใบเสร็จ: " in summary and "แถว 4: เลขที่ใบเสร็จ: " in summary
    assert 'id="further_rows-2-receipt_no-error"' in answer.text and 'id="further_rows-0' not in summary
    huge = {"further_rows-0-total": "50,000,000.01"}
    assert (
        'id="further_rows-0-total-error"'
        in clerk.post(f"/appeal-forms/for/{claim[0]}", FORM | huge | {"reason_id": reason}).text
    )


def test_what_lost_its_receipt_is_marked_and_its_passing_taken_back(counter, claim, portal):
    with portal.app.app_context():
        desk = Desk(counter)
        own = FurtherReceipt(
            "10002", value("receipt_no", claim[0]), 9_00
        )  # the claim's own number under another issuer
        appeal_id = desk.sent(claim[0], further=[FurtherReceipt("10002", "55", 50_00), own])
        desk.decide(appeal_id)
        with db.writer.begin() as connection:
            connection.execute(sa.text("UPDATE claimed_receipt SET held = false WHERE appeal_id = 1"))
    portal.account("nhsof", "nhso_finance", None)
    officer, page = portal.browser(), f"/appeals/show/{appeal_id}"
    officer.log_in("nhsof")
    held, release = "ใบเสร็จนี้เป็นของคำร้องอื่น", f"/appeal-review/{appeal_id}/pay"
    assert held in officer.get("/appeal-review/").text and held in officer.get(page).text
    assert release not in officer.get(page).text
    twice = "คล้ายใบเสร็จ"
    assert twice in officer.get("/appeal-review/").text and "R-1 · โรงพยาบาลสอง · 9.00" in officer.get(page).text
    wordless = officer.post(f"/appeal-review/{appeal_id}/recall", seen(appeal_id) | {"note": " "})
    assert wordless.status_code == 400 and "ถอนผลว่าผ่าน" in wordless.text
    officer.post(f"/appeal-review/{appeal_id}/recall", seen(appeal_id) | {"note": "ใบเสร็จซ้ำ"})
    told = portal.officer("finance_clerk", TOWN).get(page).text
    assert (
        "ไม่ผ่าน" in told
        and "คำร้องนี้เคยผ่าน ทดสอบ nhso_finance ถอนผลเมื่อ" in told
        and "ใบเสร็จซ้ำ" in told
        and held not in told
    )


def test_another_agency_and_other_roles_get_nothing(claim, portal):
    clerk, neighbour = portal.officer("finance_clerk", TOWN), portal.officer("finance_clerk", TAO)
    personnel, nobody = portal.officer("personnel_clerk"), portal.browser()
    appeal_id = recorded(clerk, claim)
    clerk.post(f"/appeal-deeds/{appeal_id}/papers", {"file": (io.BytesIO(PDF), "ใบที่สอง.pdf")})
    paper = rows("SELECT id FROM appeal_paper")[0][0]
    number = rows("SELECT appeal_no FROM appeal")[0][0]
    pages = [
        f"/appeals/show/{appeal_id}", f"/appeal-forms/{appeal_id}", f"/appeal-forms/for/{claim[0]}", f"/appeal-papers/{paper}",
    ]  # fmt: skip
    assert {clerk.get(page, follow_redirects=True).status_code for page in pages} == {200}
    assert {neighbour.get(page).status_code for page in pages} == {404}
    assert number in clerk.get("/appeals/list/").text and number not in neighbour.get("/appeals/list/").text
    assert neighbour.post("/appeal-forms/", {"claim_no": claim[1]}).status_code == 404
    assert {personnel.get(page).status_code for page in [*pages, "/appeals/list/", "/appeal-forms/"]} == {403}
    assert {nobody.get(page).status_code for page in [*pages, "/appeals/list/", "/appeal-review/"]} == {302}
    before = rows("SELECT version, status FROM appeal")
    for deed in ("submit", "cancel", "papers"):
        data = seen(appeal_id) | {"confirmed": "yes", "file": (io.BytesIO(PDF), "ก.pdf")}
        assert neighbour.post(f"/appeal-deeds/{appeal_id}/{deed}", data).status_code == 404
    for deed in ("decide", "pay", "recall"):
        assert clerk.post(f"/appeal-review/{appeal_id}/{deed}", seen(appeal_id)).status_code == 403
        assert nobody.post(f"/appeal-review/{appeal_id}/{deed}", seen(appeal_id)).status_code == 302
    assert clerk.get("/appeal-review/").status_code == 403
    assert rows("SELECT version, status FROM appeal") == before
    cancelled = clerk.post(
        f"/appeal-deeds/{appeal_id}/cancel", seen(appeal_id) | {"confirmed": "yes"}, follow_redirects=True
    )
    assert "ยกเลิกคำร้องอุทธรณ์แล้ว" in cancelled.text

"""The pages of claims: one receipt from the clerk's form to the payment, its file and search, and what a page refuses."""

import io
import re
import zipfile
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from app.domain.thai_calendar import format_be
from tests.services.claim_counter import CHILD, NAME, PATIENT, Counter, open_counter, value, version
from tests.services.conftest import nid
from tests.services.rights_register import days
from tests.services.test_evidence import PDF
from tests.views.offices import TAO, TOWN, Browser, Portal, rows


def be(day: date) -> str:
    return format_be(day)


FORM = {
    "national_id": PATIENT, "patient_type": "OP", "served_on": be(days(-10)), "discharged_on": "", "hospital": "10001",
    "private_unit": "", "receipt_no": "R-77", "receipt_on": be(days(-10)), "name_on_receipt": NAME, "total": "1,000.50",
    "claimable": "900", "action": "save",
}  # fmt: skip


@pytest.fixture
def counter(portal, tmp_path) -> Counter:
    with portal.app.app_context():
        return open_counter(tmp_path)


@pytest.fixture
def clerk(counter, portal) -> Browser:
    return portal.officer("finance_clerk", TOWN)


def recorded(clerk: Browser, **typed: str) -> int:
    answer = clerk.post("/claim-forms/new", FORM | typed)
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


def test_from_the_form_to_the_payment(counter, clerk, portal: Portal):
    asked = clerk.post("/claim-forms/new", FORM | {"action": "check"})
    assert asked.status_code == 200
    assert NAME in asked.text and "เบิกที่หน่วยงานนี้ได้" in asked.text
    assert rows("SELECT count(*) FROM receipt_claim") == [(0,)]
    claim_id = recorded(clerk)
    paper = {"kind": "RECEIPT", "file": [(io.BytesIO(PDF), "ใบเสร็จ.pdf"), (io.BytesIO(PDF + b" "), "หน้า 2.pdf")]}
    page = clerk.post(f"/claim-deeds/{claim_id}/papers", paper, follow_redirects=True).text
    assert "แนบแล้ว 2 ไฟล์" in page and "หน้า 2.pdf" in page
    clerk.post(f"/claim-deeds/{claim_id}/submit", {"version": str(version(claim_id))})
    first, payer = (portal.browser() for _ in range(2))
    for name, browser in (("nhsof", first), ("nhsop", payer)):
        portal.account(name, "nhso_finance", None)
        browser.log_in(name)
    queue = first.get("/claim-review/").text
    assert "1 คำร้อง รวม 900.00 บาท" in queue and PATIENT not in queue
    decided = first.post(
        "/claim-review/decide",
        {"claim_id": str(claim_id), f"version-{claim_id}": str(version(claim_id)), "decision": "APPROVE",
         f"amount-{claim_id}": "850.25", f"reason-{claim_id}": "NOT_CLAIMABLE"},
        follow_redirects=True,
    )  # fmt: skip
    assert "พิจารณาแล้ว 1 คำร้อง" in decided.text
    payment = {
        "claim_id": str(claim_id), f"version-{claim_id}": str(version(claim_id)), "paid_on": be(days(0)), "transfer_no": "KTB-9",
    }  # fmt: skip
    assert "สั่งจ่ายคำร้องนั้นไม่ได้" in first.post("/claim-payments/pay", payment, follow_redirects=True).text
    assert "สั่งจ่ายแล้ว 1 รายการ" in payer.post("/claim-payments/pay", payment, follow_redirects=True).text
    page = clerk.get(f"/claims/show/{claim_id}").text
    assert "โอนเงินแล้ว" in page and "แปดร้อยห้าสิบบาทยี่สิบห้าสตางค์" in page and "KTB-9" in page


def test_the_same_form_sent_twice_is_one_draft(counter, clerk):
    first, other = recorded(clerk), recorded(clerk, total="2000")
    assert (recorded(clerk), recorded(clerk, total="2000")) == (first, other) and first != other
    assert rows("SELECT last FROM running_number WHERE series LIKE 'RC%'") == [(2,)], "no number is lost"
    assert clerk.client.head("/claim-forms/new").status_code == 200


def test_the_list_finds_and_its_file_is_what_is_shown(counter, clerk):
    number, first = rows_of(recorded(clerk)), recorded(clerk, receipt_no="R-78", total="2000", claimable="1999.99")
    recorded(clerk, receipt_no="R-79", total="6421.37", claimable="6421.37", hospital="10002")
    listed = clerk.get("/claims/list/?hospital=10001").text
    assert number in listed and "1,999.99" in listed and "6,421.37" not in listed and PATIENT not in listed
    assert "1,999.99" in clerk.get("/claims/list/?receipt_no=r+078").text
    for typed in ("นาย สมชาย", "นายสมชายผู้ลับ ใจดี", "ใจดีนามสกุลลับ สมชาย", "ว่าที่ ร.ต. ดร.สมชายผู้", "ผู้ลับ"):
        assert number in clerk.get("/claims/list/", query_string={"patient": typed}).text, typed
    for typed in ("นาย สมหญิง", "สมชาย คนอื่น", "นาย", "%"):
        assert number not in clerk.get("/claims/list/", query_string={"patient": typed}).text, typed
    assert "1,999.99" not in clerk.get("/claims/list/?status=PAID").text
    found = clerk.post("/claims/find", {"national_id": PATIENT})
    assert PATIENT not in found.location and "1,999.99" in clerk.get(found.location).text
    gone = clerk.post("/claims/find", {"national_id": CHILD[:-1] + "0"}, follow_redirects=True)
    assert gone.status_code == 200
    answer = clerk.post("/claims/export?hospital=10001")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    words = [str(row[0]) for row in cells]
    assert any(word.startswith("หน่วยงาน: เทศบาลเมืองตัวอย่าง") for word in words)
    assert any(word.startswith("วันรับบริการ:") for word in words)
    head = next(row for row in cells if "ขอเบิก (บาท)" in row)
    place = head.index("ขอเบิก (บาท)")
    *amounts, total = [row[place] for row in cells[cells.index(head) + 1 :]]
    assert sorted(amounts) == [900, 1999.99]
    assert total == pytest.approx(2899.99)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
        assert PATIENT.encode() not in b"".join(map(package.read, package.namelist()))
    assert "<f>SUBTOTAL(109," in xml and 'paperSize="9"' in xml
    assert value("status", first).value == "DRAFT"


def rows_of(claim_id: int) -> str:
    return str(value("claim_no", claim_id))


BAD = [
    ({"total": "-5"}, "total-error"),
    ({"claimable": "1.234"}, "claimable-error"),
    ({"total": "0", "claimable": "0"}, "total-error"),
    ({"claimable": "2000"}, "claimable-error"),
    ({"receipt_on": be(days(3))}, "receipt_on-error"),
    ({"served_on": "31/2/2569"}, "served_on-error"),
    ({"national_id": "1234567890123"}, "national_id-error"),
    ({"hospital": "โรงพยาบาล"}, "hospital-error"),
    ({"name_on_receipt": "ผู้อื่น"}, "name_on_receipt-error"),
    ({"receipt_no": ""}, "receipt_no-error"),
    ({"total": "๙" * 40}, "total-error"),
    ({"patient_type": "XX"}, "patient_type-error"),
]


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(counter, clerk):
    for typed, told in BAD:
        answer = clerk.post("/claim-forms/new", FORM | typed)
        assert answer.status_code in (400, 422), typed
        assert told in answer.text, typed
        assert 'value="R-77"' in answer.text or "receipt_no" in typed
    assert rows("SELECT count(*) FROM receipt_claim") == [(0,)]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"national_id": nid(8999)}, "ไม่พบสิทธิของบุคคลนี้ในทะเบียน"),
        ({"served_on": be(days(-20_000)), "receipt_on": be(days(-20_000))}, "ยังไม่ถึงวันเกิดสิทธิ"),
    ],
)
@pytest.mark.parametrize("action", ["check", "save"])
def test_who_has_no_right_on_the_day_is_told_why(counter, clerk, typed, why, action):
    answer = clerk.post("/claim-forms/new", FORM | typed | {"action": action})
    assert answer.status_code == (200 if action == "check" else 400) and why in answer.text
    assert rows("SELECT count(*) FROM receipt_claim") == [(0,)]


def test_another_agency_and_other_roles_get_nothing(counter, clerk, portal):
    claim_id = recorded(clerk)
    clerk.post(f"/claim-deeds/{claim_id}/papers", {"kind": "RECEIPT", "file": (io.BytesIO(PDF), "ใบเสร็จ.pdf")})
    paper = rows("SELECT id FROM claim_paper")[0][0]
    pages = [
        f"/claims/show/{claim_id}",
        f"/claims/show/{claim_id}/aside",
        f"/claim-forms/{claim_id}",
        f"/claim-papers/{paper}",
    ]
    assert {clerk.get(page).status_code for page in pages} == {200}
    neighbour, personnel, nobody = (
        portal.officer("finance_clerk", TAO),
        portal.officer("personnel_clerk"),
        portal.browser(),
    )
    assert {neighbour.get(page).status_code for page in pages} == {404}
    assert {personnel.get(page).status_code for page in [*pages, "/claims/list/", "/ledger/list/"]} == {403}
    assert {
        nobody.get(page).status_code for page in [*pages, "/claims/list/", "/claim-review/", "/claim-payments/"]
    } == {302}
    assert {clerk.get(page).status_code for page in ("/claim-review/", "/claim-payments/")} == {403}
    before = rows("SELECT version, status FROM receipt_claim")
    for deed in (
        f"claim-review/{claim_id}/decide",
        "claim-review/decide",
        f"claim-review/{claim_id}/recall",
        f"claim-review/{claim_id}/allow-late",
        "claim-payments/pay",
    ):
        data = {
            "claim_id": str(claim_id),
            "version": "1",
            f"version-{claim_id}": "1",
            "decision": "APPROVE",
            "note": "x",
        }
        assert clerk.post(f"/{deed}", data).status_code == 403
        assert nobody.post(f"/{deed}", data).status_code == 302
    for deed in ("submit", "cancel", "papers"):
        data = {"version": "1", "confirmed": "yes", "kind": "OTHER", "file": (io.BytesIO(PDF), "ก.pdf")}
        assert neighbour.post(f"/claim-deeds/{claim_id}/{deed}", dict(data)).status_code == 404
    assert neighbour.post(f"/claim-deeds/papers/{paper}/remove").status_code == 404
    assert re.search("ไม่พบ|ไม่มี", neighbour.get(f"/claims/list/?claim_no={rows_of(claim_id)}").text)
    assert rows("SELECT version, status FROM receipt_claim") == before


def test_too_many_files_a_disguised_archive_and_a_stale_page_are_told(counter, clerk):
    claim_id = recorded(clerk)
    many = {"kind": "OTHER", "file": [(io.BytesIO(PDF + bytes([n])), f"{n}.pdf") for n in range(200)]}
    told = clerk.post(f"/claim-deeds/{claim_id}/papers", many, follow_redirects=True)
    assert "แนบได้ไม่เกิน 20 ไฟล์" in told.text
    zipped = {"kind": "RECEIPT", "file": (io.BytesIO(b"PK\x03\x04" + bytes(40)), "ใบเสร็จ.pdf")}
    assert "PDF" in clerk.post(f"/claim-deeds/{claim_id}/papers", zipped, follow_redirects=True).text
    assert rows("SELECT count(*) FROM claim_paper") == [(0,)]
    answer = clerk.post(
        f"/claim-forms/{claim_id}",
        FORM | {"version": "99", "total": "1500", "receipt_no": "R-9", "national_id": f" {PATIENT[0]}-{PATIENT[1:]}"},
    )
    assert answer.status_code == 409 and "มีผู้อื่นแก้ไขข้อมูลนี้ไปแล้ว" in answer.text
    table = answer.text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert re.findall(r'href="#(\w+)"', table) == ["receipt_no", "total"] and "1,000.50" in table
    seen = {"version": re.search(r'name="version"[^>]* value="(\d+)"', answer.text)[1]}
    assert clerk.post(f"/claim-forms/{claim_id}", FORM | {"total": "1500"} | seen).status_code == 303
    clerk.post(f"/claim-deeds/{claim_id}/cancel", {"version": str(version(claim_id)), "confirmed": "yes"})
    over = clerk.post(f"/claim-forms/{claim_id}", FORM | {"receipt_no": "R-สิบ"} | seen)
    assert over.status_code == 409 and "data-left-words" in over.text and "R-สิบ" in over.text
    assert clerk.post(f"/claim-deeds/{claim_id}/submit", {"version": "x" * 50}).status_code == 303


@pytest.mark.parametrize("name", ["hospital", "receipt_no", "name_on_receipt", "private_unit", "national_id", "total"])
def test_a_form_without_one_of_its_boxes_is_refused_in_words(portal, name):
    clerk = portal.officer("finance_clerk")
    boxes = dict.fromkeys(("national_id", "hospital", "receipt_no", "name_on_receipt", "total", "claimable"), "1")
    boxes |= {"served_on": "1/11/2569", "receipt_on": "1/11/2569", "patient_type": "OP", "private_unit": ""}
    del boxes[name]
    assert clerk.post("/claim-forms/new", boxes).status_code == 400

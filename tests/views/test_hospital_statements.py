"""The pages of statements of payments to hospitals: bring in, look at what differs, take it home; nobody else gets any of it."""

import io

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from app.domain.claims import ClaimStatus
from app.models.database import db
from tests.services.claim_counter import PATIENT, Counter, open_counter, value
from tests.services.rights_register import days
from tests.services.statement_sheets import workbook
from tests.services.test_hospital_statements import STRANGER, bomb, line
from tests.services.test_payment_runs import work
from tests.views.offices import Portal, rows


@pytest.fixture
def counter(portal, tmp_path, monkeypatch) -> Counter:
    monkeypatch.setenv("INSTANCE", str(portal.app.config["INSTANCE"]))
    with portal.app.app_context():
        return open_counter(tmp_path)


def sent(browser, content: bytes, name: str = "STM ตค69.xlsx"):
    return browser.post(
        "/hospital-statements/", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def test_a_workbook_that_is_too_large_is_told_in_lines_and_not_in_people(portal: Portal, counter):
    portal.account("nhsof", "nhso_finance", None)
    nhso = portal.browser()
    nhso.log_in("nhsof")
    address = sent(nhso, bomb()).location
    with portal.app.app_context():
        work()
    page = nhso.get(address).text
    assert "ไม่เกิน 10 MB และ 30,000 รายการ" in page and "คน โปรดแบ่ง" not in page


def test_what_is_taken_back_has_a_place_of_its_own_on_the_page_and_in_the_file(counter, portal: Portal):
    portal.account("nhsof", "nhso_finance", None)
    nhso = portal.browser()
    nhso.log_in("nhsof")
    address = sent(nhso, workbook([line(1), line(1, net=-850.25), line(2, net=-5)])).location
    two = [line(4, net=50), line(4, net=60), line(4, net=-110)]
    part = sent(nhso, workbook([line(1, net=-7), line(3, net=9), line(3, net=-2), *two]), "ส่วน.xlsx").location
    with portal.app.app_context():
        work()
    first = nhso.get(address).text
    assert 'data-count="REVERSAL">2<' in first and 'data-count="MATCHES">1<' in first and "855.25" in first
    page = nhso.get(f"{address}?show=REVERSAL").text
    book = nhso.post(f"{address}/export", {"show": "REVERSAL"}).data
    file = str(CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python())
    for words in ("เรียกคืนรายการแถวที่ 8 ของไฟล์นี้", "เรียกคืนเงินที่ไม่พบการจ่ายใน STM ที่นำเข้าไว้"):
        assert words in page and words in file
    told = nhso.get(f"{part}?show=REVERSAL").text
    assert (
        "เรียกคืนเกินยอดที่เหลือของแถวที่ 8 ของไฟล์ STM ตค69.xlsx" in told
        and "เรียกคืน 2.00 บาท จาก 9.00 บาทของแถวที่ 9 ของไฟล์นี้" in told
    )
    assert "เรียกคืนรายการแถวที่ 11 ของไฟล์นี้, แถวที่ 12 ของไฟล์นี้" in told
    assert "6 รายการ จ่ายให้หน่วยบริการ 0.00 บาท" in told
    more = sent(nhso, workbook([line(9, net=-4)]), "ลบ.xlsx").location
    with portal.app.app_context():
        work()
    assert "1 รายการ เรียกเงินคืนมากกว่าที่จ่าย 4.00 บาท" in nhso.get(more).text


def test_each_line_that_cannot_be_says_why_on_the_page_and_in_the_file(counter, portal: Portal):
    portal.account("nhsof", "nhso_finance", None)
    nhso = portal.browser()
    nhso.log_in("nhsof")
    early = "01/01/2026"
    address = sent(
        nhso, workbook([line(1, hospital="<script>"), line(2, agency="zz"), line(3, discharged=early), line(4, net=0)])
    ).location
    with portal.app.app_context():
        work()
    page = nhso.get(f"{address}?show=UNREADABLE").text
    book = nhso.post(f"{address}/export", {"show": "UNREADABLE"}).data
    file = str(CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python())
    for words in (
        "ไม่มีหน่วยบริการรหัสนี้", "ไม่มีหน่วยงานรหัสนี้", "วันจำหน่ายอยู่ก่อนวันรับเข้ารักษา", "จำนวนเงินไม่มากกว่าศูนย์",
    ):  # fmt: skip
        assert words in page and words in file
    assert (
        "อ่านไม่ได้หรือเป็นไปไม่ได้" in page
        and "<script>" not in nhso.get(f"{address}?show=UNREADABLE").text.split("<tbody>")[1]
    )
    assert "ตรงกัน" not in page.split("<tbody>")[1]


def test_from_the_file_to_the_differences(counter, portal: Portal):
    with portal.app.app_context():
        claim = counter.brought_to(ClaimStatus.APPROVED)
        number = value("claim_no", claim)
    portal.account("nhsof", "nhso_finance", None)
    nhso = portal.browser()
    nhso.log_in("nhsof")
    empty = nhso.get("/hospital-statements/").text
    assert "ยังไม่มีการนำเข้า" in empty and 'accept=".xlsx"' in empty
    for content, words in (
        (b"", "ที่ไม่ว่าง"),
        (b"%PDF-1.7", "ไม่ใช่"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), ".xls"),
    ):
        refused = sent(nhso, content)
        assert refused.status_code == 400 and words in refused.text
    content = workbook([line(1), line(2, hospital="10001"), line(3, pid=STRANGER, name="นายลึกลับ มาก")])
    address = sent(nhso, content).location
    assert "กำลังอ่าน" in nhso.get(address).text
    with portal.app.app_context():
        work()
    page = nhso.get(address).text
    assert number in page and "มีคำร้องขอเบิกในวันเดียวกัน" in page and "ไม่พบในทะเบียน" in page
    assert PATIENT not in page and STRANGER not in page and "ลึกลับ" not in page
    assert number not in nhso.get(f"{address}?show=PERSON_UNKNOWN").text
    assert "ตรงกัน" in nhso.get(f"{address}?show=MATCHES").text
    again = sent(nhso, content, "อีกชื่อ.xlsx")
    assert again.location == address and "เคยนำเข้าแล้ว" in nhso.get(address).text
    file = nhso.post(f"{address}/export", {"show": ""}).data
    cells = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    text = str(cells)
    assert (
        "วันรับบริการ: " in text
        and number in text
        and PATIENT not in text
        and "ไม่พบในทะเบียน" in text
        and cells[-1][11] == 2 * 850.25
    )
    assert (nhso.get("/hospital-statements/99").status_code, nhso.get(f"{address}?page=0").status_code) == (404, 400)
    bad = sent(nhso, workbook([]))
    with portal.app.app_context():
        work()
    assert "แถวที่ 8" in nhso.get(bad.location).text
    with db.writer.begin() as connection:
        ended = {"day": days(-30), "id": counter.entitlements["own"]}
        connection.execute(sa.text("UPDATE entitlement SET entitled_until = :day WHERE id = :id"), ended)
    lost = nhso.get("/direct-bills/").text
    book = nhso.post("/direct-bills/export", {"risk": "LOST"}).data
    told = str(CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python())
    assert 'href="/hospital-statements/" aria-current="page"' in lost, "the menu shows where it is"
    assert lost.count("850.25") == 4 and "1700.5" in told and PATIENT not in lost + told
    assert "/direct-bills/" in nhso.get("/bills/").text and "/direct-bills/" in nhso.get("/hospital-statements/").text
    assert (nhso.get("/direct-bills/?risk=X").status_code, nhso.get("/direct-bills/?page=0").status_code) == (400, 400)
    others = [portal.officer(role) for role in ("finance_clerk", "registrar", "personnel_clerk")]
    others += [portal.officer("auditor", None), portal.officer("nhso_admin", None)]
    assert "/direct-bills/" not in others[0].get("/bills/").text
    assert {one.post("/direct-bills/export", {"risk": "LOST"}).status_code for one in others} == {403}
    for path in ("/hospital-statements/", address, "/direct-bills/"):
        assert {one.get(path).status_code for one in others} == {403}
        assert portal.browser().get(path).status_code == 302
    assert {one.post(f"{address}/export").status_code for one in others} == {403}
    assert {sent(one, content).status_code for one in others} == {403}
    assert rows("SELECT count(*) FROM hospital_statement") == [(2,)]

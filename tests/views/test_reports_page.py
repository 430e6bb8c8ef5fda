"""The report page in a browser's hands: chosen, told in words, kept, shared with the right colleagues, and taken home."""

import io
import re
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from app.domain.roles import ROLES
from app.services import jobs
from tests.views.register_office import FILES, Office, column, counted, post, table, words

PAGE = "/reports/"


def choose(browser, report: str, **typed: object):
    return post(browser, f"{PAGE}{report}", **typed)


def test_a_choice_is_an_address_of_codes_and_days_and_told_in_words(office: Office):
    browser = office.officer()
    answer = choose(
        browser, "entitled", status="ACTIVE", from_day="1/1/2563", until_day="๓๑ ธ.ค. 2563", order="-sort_key",
        column=["first_name", "entitled_from"],
    )  # fmt: skip
    assert answer.status_code == 303
    query = {name: value[0] for name, value in parse_qs(urlsplit(answer.location).query).items()}
    assert query == {
        "status": "ACTIVE", "from_day": "2020-01-01", "until_day": "2021-01-01", "order": "-sort_key",
        "columns": "first_name,entitled_from",
    }  # fmt: skip
    page = browser.get(answer.location).text
    assert table(page) == [["สมชาย", "1 ม.ค. 2563"]]
    assert "สถานะ: มีสิทธิ" in page and "ถึงวันที่: 31 ธ.ค. 2563" in page and 'value="31/12/2563"' in page
    assert (
        browser.get(f"{PAGE}entitled?status=x&agency_id=%27&age_from=1&columns=a,b&order=password").status_code == 200
    )


def test_what_an_address_says_wrongly_counts_as_not_said(office: Office):
    browser, until = office.officer(), re.compile("ถึงวันที่: [^<]+")
    plain = until.findall(browser.get(f"{PAGE}changes").text)
    wrongs = ("from_day=0001-01-01", "until_day=0001-01-01", "until_day=9999-12-31", f"round_id={2**63}", "round_id=-1")
    for wrong in wrongs:
        page = browser.get(f"{PAGE}changes?{wrong}")
        assert (page.status_code, until.findall(page.text)) == (200, plain) != (200, []), wrong
    for wrong in (f"age_from={2**31}", f"of_age_within={2**31}", "of_age_within=3661"):
        assert browser.get(f"{PAGE}dependents?{wrong}").status_code == 200, wrong


def test_what_cannot_be_read_is_said_at_its_field(office: Office):
    browser = office.officer()
    answer = choose(browser, "dependents", age_from="20", age_to="10", of_age_within="เร็วๆ")
    assert answer.status_code == 400
    assert "อายุสูงสุดน้อยกว่าอายุต่ำสุด" in answer.text and "พิมพ์จำนวนเต็มไม่เกิน" in answer.text
    assert 'value="เร็วๆ"' in answer.text
    swapped = choose(browser, "changes", from_day="2/1/2569", until_day="1/1/2569")
    assert "วันสุดท้ายอยู่ก่อนวันแรก" in swapped.text
    assert choose(browser, "changes", change="DROP").status_code == 400
    assert browser.get(f"{PAGE}nothing").status_code == 404


def test_kept_for_oneself_or_shared_with_colleagues_of_the_agency_alone(office: Office):
    owner, colleague = office.officer(), office.officer("registrar")
    stranger = office.officer("personnel_clerk", office.there)
    post(owner, f"{PAGE}entitled/keep", name="ของฉันเอง", status="ACTIVE")
    answer = post(owner, f"{PAGE}pending/keep", name="งานค้างของเรา", request_status="RETURNED", shared="yes")
    assert answer.status_code == 303
    assert "ของฉันเอง" in owner.get(PAGE).text
    shared = colleague.get(PAGE).text
    assert "งานค้างของเรา" in shared and "แบ่งปันโดย officer1" in shared and "ของฉันเอง" not in shared
    assert (
        "งานค้าง" not in stranger.get(PAGE).text and "งานค้างของเรา" not in office.officer("finance_clerk").get(PAGE).text
    )
    where = re.search(r'href="(/reports/kept/\d+)"[^>]*><b>งานค้างของเรา', shared)[1]
    assert colleague.get(where).location.endswith("/reports/pending?request_status=RETURNED")
    assert stranger.get(where).status_code == 404
    assert post(colleague, f"{where}/delete").status_code == 404
    assert "เพื่อนร่วมงานที่ใช้รายงานนี้ร่วมกัน" in post(owner, f"{where}/delete").text, "asks first"
    assert "งานค้างของเรา" in colleague.get(PAGE).text
    post(owner, f"{where}/delete", confirmed="yes")
    assert "งานค้างของเรา" not in colleague.get(PAGE).text
    post(owner, f"{PAGE}entitled/keep", name="นาย 1-9901-00000-01-7")
    assert "ห้ามใส่เลขประจำตัวประชาชน" in owner.get(PAGE).text


def test_the_file_comes_with_the_words_of_the_page(office: Office):
    browser = office.officer()
    post(
        browser, f"{PAGE}entitled/file", format="xlsx", status="ACTIVE", columns="first_name,status", order="-sort_key"
    )
    job_id = column(sa.text("SELECT max(id) FROM job"))[0]
    assert jobs.run(job_id, 1)
    page = browser.get(FILES).text
    assert "สถานะ: มีสิทธิ · เรียงตามชื่อ (ตามลำดับอักษรไทย)" in words(page)
    file = browser.get(f"{FILES}{job_id}/file", buffered=True)
    lines = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0).to_python()
    assert lines[6:] == [["ลำดับ", "ชื่อ", "สถานะ"], [1, "สมชาย", "มีสิทธิ"]]
    assert post(browser, f"{PAGE}entitled/file", format="exe").status_code == 400


def test_the_page_costs_few_statements_and_each_role_gets_its_own(office: Office):
    browser = office.officer()
    browser.get(f"{PAGE}entitled")
    for path in ("entitled", "pending", "changes", "dependents", "summary", ""):
        with counted() as statements:
            assert browser.get(f"{PAGE}{path}").status_code == 200
        assert len(statements) <= 16, (path, statements)
    expected = {"finance_clerk": {"names", "summary"}, "provincial_officer": {"summary"}}
    for role in (name for name in ROLES if name in expected):
        officer = office.officer(role)
        assert set(re.findall(r'href="/reports/(\w+)"', officer.get(PAGE).text)) == expected[role]
        assert officer.get(f"{PAGE}entitled").status_code == 403
        assert post(officer, f"{PAGE}entitled/file", format="xlsx").status_code == 403
    auditor = office.officer("auditor")
    page = auditor.get(f"{PAGE}entitled").text
    assert "สมชาย" in page and "/reports/entitled/file" not in page and "xxxxx" in page
    assert post(auditor, f"{PAGE}entitled/file", format="xlsx").status_code == 403

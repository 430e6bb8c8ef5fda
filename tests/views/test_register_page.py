"""รายงานข้อมูลผู้มีสิทธิ and ไฟล์ของฉัน in the browser: what officers see, what no address says, who is kept out."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import Role
from python_calamine import CalamineWorkbook
from sqlalchemy import event
from werkzeug.security import generate_password_hash

from app.domain import national_id
from app.domain.people import RequestStatus
from app.domain.powers import Power
from app.domain.roles import ROLES, roles_with
from app.models import Agency, Job, PortalUser, ReadAccess
from app.models.database import db
from app.reports import register
from app.services import jobs, register_reports
from tests.reports.register_builder import RegisterBuilder
from tests.views.rights_portal import PASSWORD, csrf, logged_in, portal

PASSWORD_HASH = generate_password_hash(PASSWORD)
LIST, FILES = "/register/", "/my-files/"
BLANK = dict.fromkeys(("national_id", "name", "status", "relation", "personnel_type", "agency"), "")
WITH_POWER = roles_with(Power.VIEW_REGISTER)


@dataclass
class Office:
    """A portal with two agencies; officers log in by role."""

    app: Flask
    build: RegisterBuilder
    here: Agency
    there: Agency
    officers: int = 0

    def officer(self, role: str = "personnel_clerk", agency: Agency | None = None) -> FlaskClient:
        self.officers += 1
        name = f"officer{self.officers}"
        found = self.build.session.scalars(sa.select(Role).where(Role.name == role)).one_or_none() or Role(name=role)
        user = PortalUser(username=name, first_name=name, last_name="ก", email=f"{name}@example.invalid", active=True)
        user.password, user.roles = PASSWORD_HASH, [found]
        user.agency_id, user.province_code, user.region_no = (agency or self.here).id, "40", 7
        self.build.keep(user)
        return logged_in(self.app, name)


@pytest.fixture
def office(sqlite_database, tmp_path, monkeypatch) -> Iterator[Office]:
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))
    app = portal(sqlite_database, tmp_path / "instance")
    build = RegisterBuilder()
    here, there = build.agency("ทม.หนึ่ง", "40", 7), build.agency("ทม.สอง", "41", 8)
    build.spell(here, build.person("สมชาย", "ณ อยุธยา"))
    build.proposal(here, "เกษม", RequestStatus.REJECTED)
    build.proposal(here, "กมล")
    build.spell(there, build.person("ฟ้าใส"))
    yield Office(app, build, here, there)
    build.session.close()


def search(browser: FlaskClient, **typed: str) -> Any:
    return browser.post(LIST, data=BLANK | typed | {"csrf_token": csrf(browser, LIST)})


def found(browser: FlaskClient, **typed: str) -> str:
    answer = search(browser, **typed)
    assert answer.status_code in (302, 303)
    return browser.get(answer.location).text


def table(page: str) -> list[list[str]]:
    """The words of each cell of the page's table."""
    body = re.search(r"<tbody>(.*)</tbody>", page, re.S)
    rows = re.findall(r"<tr>(.*?)</tr>", body[1], re.S) if body else []
    return [[words(cell) for cell in re.findall(r"<td.*?>(.*?)</td>", row, re.S)] for row in rows]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def column(query: Any) -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def test_a_clerk_sees_his_agency_in_order_with_masked_numbers_and_status_in_words(office):
    page = office.officer().get(LIST).text
    rows = table(page)
    assert [row[1].split()[0] for row in rows] == ["นายกมล", "นายเกษม", "นายสมชาย"]
    assert [row[7] for row in rows] == ["รออนุมัติ", "ไม่อนุมัติ", "มีสิทธิ"]
    (province,) = column(sa.text("SELECT name_th FROM province WHERE code = '40'"))
    assert rows[2][2:6] == ["ผู้มีสิทธิ", "พนักงานเทศบาล L1", f"ทม.หนึ่ง {province}", "1 ม.ค. 2563"]
    assert rows[2][8] == "20 พ.ย. 2569 10.00 น. รอบ 20 พ.ย. 2569 11.00 น."
    numbers = column(sa.text("SELECT national_id FROM person UNION SELECT national_id FROM proposal"))
    assert len(numbers) == 4 and not [number for number in numbers if number in page]
    somchai = office.build.session.scalars(sa.text("SELECT id FROM person ORDER BY id")).first()
    assert f'href="/families/{somchai}"' in page
    forms = column(sa.text("SELECT submission_no FROM change_request WHERE status <> 'EFFECTIVE'"))
    assert len(forms) == 2 and all(f'href="/family-forms/{form}"' in page for form in forms)
    assert 'href="/family-forms/' not in office.officer("auditor").get(LIST).text
    assert "ฟ้าใส" not in page and "3 รายการ" in page


def test_a_search_leads_to_an_address_that_says_nothing_about_it(office):
    browser, number = office.officer(), column(sa.text("SELECT national_id FROM person ORDER BY id"))[0]
    answer = search(browser, national_id=national_id.display(number))
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert [row[1].split()[0] for row in table(page)] == ["นายสมชาย"]
    addresses = [answer.location, *re.findall(r'(?:href|action|src)="([^"]*)"', page)]
    assert not [address for address in addresses if number in address or national_id.display(number) in address]
    with db.reads.connect() as connection:
        (read,) = connection.execute(sa.select(ReadAccess.__table__)).all()
    assert (read.purpose, read.answer) == ("REGISTER_SEARCH", "1")
    stranger = office.officer().get(answer.location)
    assert stranger.status_code == 302 and stranger.location.endswith(LIST)


def test_a_number_that_was_looked_for_is_kept_nowhere(office):
    browser, number = office.officer(), column(sa.text("SELECT national_id FROM person ORDER BY id"))[0]
    unknown = office.build.next_id()
    typed = {"national_id": number, "name": national_id.display(number)}
    for field, value in [*typed.items(), ("national_id", unknown)]:
        page = found(browser, **{field: value})
        assert len(table(page)) == (value != unknown)
        assert f'placeholder="{national_id.mask(national_id.normalize(value))}"' in page
    assert search(browser, name=f"สมชาย {number}").status_code == 400
    kept = column(sa.text("SELECT data FROM user_session"))
    assert "register_searches" in str(kept)
    assert not [each for each in (number, unknown) if each in str(kept) or national_id.display(each) in str(kept)]
    with db.reads.connect() as connection:
        assert connection.execute(sa.select(ReadAccess.__table__.c.answer)).scalars().all() == ["1", "1", "0"]


def test_each_field_of_the_search_finds_and_stays_filled_in(office):
    clerk, nation = office.officer(), office.officer("nhso_admin")
    assert [row[7] for row in table(found(clerk, status="PENDING_APPROVAL"))] == ["รออนุมัติ"]
    page = found(clerk, name=" สมชาย  ณ อยุธยา ")
    assert len(table(page)) == 1 and 'value="สมชาย ณ อยุธยา"' in page
    assert len(table(found(clerk, personnel_type="MUNICIPAL_OFFICER"))) == 1
    assert "ไม่พบรายชื่อ" in found(clerk, relation="CHILD")
    assert [row[1].split()[0] for row in table(found(nation, agency="ทม.สอง"))] == ["นายฟ้าใส"]
    assert len(table(found(nation, agency=office.here.dla_code))) == 3
    assert search(clerk).location.endswith(LIST)


GARBAGE = [
    ("national_id", "123", "13"),
    ("national_id", "1990100000000", "เลข"),
    ("national_id", "'; DROP TABLE person", "ตัวเลข"),
    ("name", "ก" * 101, "100"),
    ("status", "NO_SUCH", "ตัวเลือก"),
    ("agency", "ไม่มีอยู่", "ไม่พบหน่วยงาน"),
    ("agency", "ทม.", "8 หลัก"),
]


def test_what_cannot_be_read_is_said_at_its_field(office):
    browser = office.officer("nhso_admin")
    for field, value, said in GARBAGE:
        answer = search(browser, **{field: value})
        assert answer.status_code == 400, value
        refused = re.search(r"has-error(.*?)</p>", answer.text, re.S)[1]
        assert f'for="{field}"' in refused and said in words(refused), value
        assert table(answer.text) == [], value
        assert field == "status" or f'value="{value}"' in unescape(answer.text), value


def test_a_page_costs_at_most_ten_statements(office):
    browser = office.officer()
    browser.get(LIST)
    statements: list[str] = []
    note = lambda *given: statements.append(given[2])  # noqa: E731
    for engine in (db.engine, db.reads):
        event.listen(engine, "before_cursor_execute", note)
    assert len(table(browser.get(LIST).text)) == 3
    counted = [statement for statement in statements if not statement.startswith(("BEGIN", "PRAGMA"))]
    assert 0 < len(counted) <= 10, counted


def test_pages_follow_each_other_and_the_count_is_capped(office, monkeypatch):
    for _ in range(51):
        office.build.proposal(office.here, "ฮะ")
    monkeypatch.setattr(register, "COUNT_LIMIT", 53)
    browser = office.officer()
    first = browser.get(LIST).text
    assert "มากกว่า 53 รายการ" in first and len(table(first)) == 50
    following = unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])
    rows = table(browser.get(following).text)
    assert [row[0] for row in rows] == ["51", "52", "53", "54"]
    for odd in ("0", "-1", "x", "99999999999999999999", "๓"):
        assert browser.get(f"{LIST}?page={odd}").status_code == 200


def test_who_has_no_business_here_is_kept_out(office):
    job_id = 1
    for role in ROLES:
        browser = office.officer(role)
        allowed, may_export = role in WITH_POWER, role in roles_with(Power.EXPORT_REGISTER)
        assert browser.get(LIST).status_code == (200 if allowed else 403), role
        word = {"csrf_token": csrf(browser, LIST if allowed else "/"), "search": ""}
        assert browser.post(f"{LIST}export", data=word).status_code == (303 if may_export else 403), role
        assert browser.get(FILES).status_code == (200 if may_export else 403), role
        assert ("ส่งออกข้อมูลเป็น Excel" in browser.get(LIST).text) is may_export, role
        assert browser.post(LIST, data={**BLANK, **word, "name": "ก"}).status_code == (303 if allowed else 403), role
    visitor = office.app.test_client()
    for path in (LIST, f"{LIST}x", FILES, f"{FILES}{job_id}/progress", f"{FILES}{job_id}/file"):
        answer = visitor.get(path)
        assert answer.status_code == 302 and "/login/" in answer.location, path
    assert visitor.post(f"{LIST}export").status_code == 400  # no token of a form of ours


def exported(browser: FlaskClient, page: str = LIST, key: str = "") -> int:
    answer = browser.post(f"{LIST}export", data={"csrf_token": csrf(browser, page), "search": key})
    assert answer.status_code == 303 and answer.location.endswith(FILES)
    return column(sa.select(sa.func.max(Job.__table__.c.id)))[0]


def cells(file: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()


def test_the_downloaded_file_holds_what_the_screen_shows(office):
    browser = office.officer()
    shown = table(browser.get(LIST).text)
    job_id = exported(browser)
    assert f'data-progress="{FILES}{job_id}/progress"' in browser.get(FILES).text
    waiting = browser.get(f"{FILES}{job_id}/progress").json
    assert waiting == {"done": 0, "total": None, "words": waiting["words"], "ready": False, "over": False}
    missing = browser.get(f"{FILES}{job_id}/file")
    assert missing.status_code == 302 and "ไฟล์นี้ไม่มีอยู่แล้ว" in browser.get(FILES).text
    assert jobs.run(job_id, 1)
    done = browser.get(f"{FILES}{job_id}/progress").json
    assert (done["done"], done["total"], done["ready"], done["over"]) == (3, 3, True, True)
    answer = browser.get(f"{FILES}{job_id}/file", buffered=True)
    name = f"รายงานข้อมูลผู้มีสิทธิ_{office.here.dla_code}_"
    assert f"filename*=UTF-8''{quote(name)}25" in answer.headers["Content-Disposition"]
    lines = cells(answer.data)
    assert lines[6][:5] == ["ลำดับ", "เลขประจำตัวประชาชน", "คำนำหน้า", "ชื่อ", "นามสกุล"]
    assert lines[6][17:] == ["สาเหตุการหมดสิทธิ", "สถานะ", "วันเวลาที่อนุมัติ", "รอบที่ปรับปรุง"]
    rows = lines[7:]
    assert [f"{row[2]}{row[3]} {row[4]}" in cells[1] for row, cells in zip(rows, shown, strict=True)] == [True] * 3
    assert [national_id.mask(row[1]) in cells[1] for row, cells in zip(rows, shown, strict=True)] == [True] * 3
    assert [(row[7], row[18]) for row in rows] == [(cells[2], cells[7]) for cells in shown]
    assert lines[2][0] == "ทุกรายการ" and "officer1" in lines[3][0]


def test_the_file_of_a_search_says_which_and_masks_the_number(office):
    browser, number = office.officer(), column(sa.text("SELECT national_id FROM person ORDER BY id"))[0]
    where = search(browser, national_id=number, status="ACTIVE").location
    job_id = exported(browser, where, where.rpartition("/")[2])
    jobs.run(job_id, 1)
    page = browser.get(FILES).text
    assert number not in page and f"เลขประจำตัวประชาชน: {national_id.mask(number)}" in page and "สถานะ: มีสิทธิ" in page
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(browser.get(f"{FILES}{job_id}/file", buffered=True).data)
    ).get_sheet_by_index(0)
    assert [row[1] for row in sheet.to_python()[7:]] == [number]


def test_somebody_else_finds_neither_the_file_nor_its_progress(office):
    owner = office.officer()
    job_id = exported(owner)
    jobs.run(job_id, 1)
    others = [office.officer(), office.officer("registrar"), office.officer("personnel_clerk", office.there)]
    for other in (*others, office.officer("nhso_admin")):
        assert other.get(f"{FILES}{job_id}/progress").status_code == 404
        assert other.get(f"{FILES}{job_id}/file").status_code == 404
        assert f"{FILES}{job_id}/" not in other.get(FILES).text
    assert owner.get(f"{FILES}{job_id}/file", buffered=True).status_code == 200
    assert owner.get(f"{FILES}99999999999999999999999/file").status_code == 404


def test_too_many_files_at_once_are_refused_in_words(office):
    browser = office.officer()
    for _ in range(register_reports.WAITING_LIMIT):
        exported(browser)
    exported(browser)
    assert "ยังจัดทำไม่เสร็จ" in browser.get(FILES).text
    assert len(column(sa.select(Job.__table__.c.id))) == register_reports.WAITING_LIMIT

"""What every generated list, record and form does for people: search in words, order, pages, counts, languages."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.domain.roles import ROLES
from app.models.audit import AuditEvent
from app.models.database import db
from tests.views.offices import TOWN, Browser, rows
from tests.views.test_open_doors import routes

THAI = re.compile("[ก-๎]")


def events(*instants: datetime, verb: str = "login", name: str = "somchai") -> None:
    """Audit events at these instants."""
    values = [{"at": instant, "actor_name": name, "verb": verb, "object_type": "thing"} for instant in instants]
    with db.writer.begin() as connection:
        connection.execute(sa.insert(AuditEvent.__table__), values)


def listed(page: str) -> list[str]:
    """The first words of each row."""
    return [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall(r"<tr[^>]*>\s*<td[^>]*>(.*?)</td>", page, re.S)]


@pytest.fixture
def auditor(portal) -> Browser:
    return portal.officer("auditor")


def test_days_are_asked_in_the_buddhist_era_and_counted_in_bangkok(auditor):
    events(
        datetime(2026, 3, 9, 16, 59, tzinfo=UTC),
        datetime(2026, 3, 9, 17, 0, tzinfo=UTC),  # midnight in Bangkok
        datetime(2026, 3, 10, 16, 59, tzinfo=UTC),
        datetime(2026, 3, 10, 17, 0, tzinfo=UTC),
    )
    page = auditor.get("/audit/list/?object_type=&at_from=10/3/2569&at_until=๑๐ มี.ค. ๒๕๖๙").text
    assert listed(page) == ["10 มี.ค. 2569 23.59 น.", "10 มี.ค. 2569 00.00 น."]
    assert 'value="๑๐ มี.ค. ๒๕๖๙"' in page


@pytest.mark.parametrize("typed, words", [("10/3/2026", "2026"), ("yesterday", "วันที่ไม่ถูกต้อง")])
def test_a_day_that_cannot_be_read_is_marked_and_stays(auditor, typed, words):
    answer = auditor.get(f"/audit/list/?at_from={typed}")
    assert answer.status_code == 400 and words in answer.text and f'value="{typed}"' in answer.text
    assert listed(answer.text) == []
    swapped = auditor.get("/audit/list/?at_from=10/3/2569&at_until=9/3/2569")
    assert swapped.status_code == 400 and "วันสุดท้ายอยู่ก่อนวันแรก" in swapped.text


def test_the_audit_trail_speaks_of_people_and_acts(portal, auditor):
    portal.account("somsri", "personnel_clerk")
    page = auditor.get("/audit/list/?verb=create_account").text
    assert "สร้างบัญชีผู้ใช้" in page and "somsri" in page and ">create_account<" not in page
    key = rows("SELECT max(id) FROM audit_event WHERE verb = 'create_account'")[0][0]
    shown = auditor.get(f"/audit/show/{key}").text
    assert "บทบาท: เจ้าหน้าที่ทะเบียนบุคลากร" in shown and f"รหัสหน่วยงาน: {TOWN}" in shown
    key = rows("SELECT max(id) FROM audit_event WHERE verb = 'login'")[0][0]
    assert f"auditor.{TOWN} · เข้าสู่ระบบ" in auditor.get(f"/audit/show/{key}").text.replace("\n", " ")


def test_heads_sort_and_say_so(portal):
    administrator = portal.officer("nhso_admin")
    page = administrator.get("/titles/list/").text
    assert re.search(r'aria-sort="ascending">\s*<a[^>]*>ลำดับ', page)
    address = re.search(r'<a href="([^"]+)">ลำดับ', page)[1].replace("&amp;", "&")
    page = administrator.get(address).text
    assert 'aria-sort="descending"' in page
    assert listed(page)[0] == rows("SELECT name_th FROM title ORDER BY position DESC, id DESC")[0][0]


def test_pages_and_sizes_keep_the_search(auditor):
    events(*[datetime(2026, 3, day, tzinfo=UTC) for day in range(1, 31)], name="somsak")
    page = auditor.get("/audit/list/?actor_name=somsak").text
    assert "30 รายการ" in page and "รายการที่ 1 ถึง 25" in page and len(listed(page)) == 25
    address = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert "actor_name=somsak" in address
    page = auditor.get(address).text
    assert "รายการที่ 26 ถึง 30" in page and len(listed(page)) == 5 and 'rel="prev"' in page and 'rel="next"' not in page
    assert len(listed(auditor.get("/audit/list/?actor_name=somsak&psize_AuditView=50").text)) == 30


def test_a_long_list_is_counted_only_as_far_as_people_page(auditor):
    events(*[datetime(2026, 1, 1, tzinfo=UTC)] * 10_001)
    first = auditor.get("/audit/list/").text
    assert "มากกว่า 10,000 รายการ" in first and "ไฟล์ Excel มี 10,000 รายการแรก" in first
    told = auditor.post("/audit/export").data
    with zipfile.ZipFile(io.BytesIO(told)) as book:
        assert "เฉพาะ 10,000 รายการแรก" in book.read("xl/worksheets/sheet1.xml").decode()[:4_000]
    last = auditor.get("/audit/list/?page_AuditView=100&psize_AuditView=100")
    assert last.status_code == 200 and 'rel="next"' not in last.text
    assert auditor.get("/audit/list/?page_AuditView=101&psize_AuditView=100").status_code == 400


def test_an_empty_list_says_what_next(portal):
    administrator = portal.officer("nhso_admin")
    empty = administrator.get("/tokens/list/").text
    assert "ยังไม่มีรายการ" in empty and empty.count('href="/tokens/add"') == 2
    nothing = administrator.get("/titles/list/?name_th=ไม่มีคำนี้").text
    assert "ไม่พบรายการที่ตรงกับการค้นหา" in nothing and 'href="/titles/list/">ล้างการค้นหา' in nothing


def test_a_blank_question_asks_nothing(portal):
    administrator = portal.officer("nhso_admin")
    assert len(listed(administrator.get("/agencies/list/?name_th=&agency_type=&province=&dla_code=+").text)) == 2


def test_a_form_says_on_top_and_at_the_field_what_is_wrong(portal):
    answer = portal.officer("nhso_admin").post("/titles/add", {"name_th": "", "position": "x"})
    links = dict(re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', answer.text))
    assert answer.status_code == 400 and set(links) == {"name_th", "position"}
    for name in links:
        box = re.search(rf'<input[^>]*id="{name}"[^>]*>', answer.text)[0]
        assert 'aria-invalid="true"' in box and f"{name}-error" in box and f'id="{name}-error"' in answer.text


def test_data_stay_thai_and_are_marked_on_an_english_page(portal):
    administrator = portal.officer("nhso_admin")
    administrator.get("/lang/en")
    for path in (
        "/agencies/list/",
        f"/agencies/show/{portal.agencies[TOWN]}",
        "/province-regions/list/",
        "/accounts/list/",
    ):
        page = administrator.get(path).text
        assert '<html lang="en">' in page and THAI.search(page)
        page = re.sub(r'<span lang="th">.*?</span>', "", page)
        cells = re.findall(r"<(?:td|dd|h1)([^>]*)>(.*?)</(?:td|dd|h1)>", page, re.S)
        unmarked = [text for tag, text in cells if THAI.search(re.sub("<[^>]+>", "", text)) and 'lang="th"' not in tag]
        assert unmarked == [], path


def test_no_page_asks_for_a_file_of_flask_appbuilder_or_holds_a_style(portal):
    """Each page as the first of these sees it who may; the soak's walk opens all of them as everybody."""
    roles = ("nhso_admin", "auditor", "registrar", "personnel_clerk", "hospital_user")
    browsers, pages = {role: portal.officer(role, TOWN) for role in roles}, 0
    for path, method, power in routes(portal.app):
        role = next((role for role in roles if power in ROLES[role].powers), None)
        answer = browsers[role].get(path) if role and method == "GET" else None
        if answer is not None and answer.mimetype == "text/html":
            pages += 1
            assert "/static/appbuilder/" not in answer.text and "jquery" not in answer.text.lower(), path
            assert not re.search(r"<[^>]*\sstyle=", answer.text), path
    assert pages > 60


def test_the_style_guide_is_for_builders_only(portal):
    officer = portal.officer("registrar")
    assert "คู่มือรูปแบบหน้าจอ" in officer.get("/styleguide/").text
    assert "/login/" in portal.browser().get("/styleguide/").location
    portal.app.config["PORTAL_ENV"] = "production"
    try:
        assert officer.get("/styleguide/").status_code == 404
    finally:
        portal.app.config["PORTAL_ENV"] = "development"

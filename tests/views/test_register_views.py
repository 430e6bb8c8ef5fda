"""The register made one's own: born in a month, sorted, columns chosen, filters kept, a family read beside the list."""

import io
import re
from datetime import date
from typing import Any

import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from app.domain import national_id
from app.domain.powers import Power
from app.domain.roles import ROLES, roles_with
from app.models import Job, ReadAccess, SavedView
from app.models.database import db
from app.services import jobs
from tests.views.register_office import FILES, LIST, Office, column, counted, found, post, search, table
from tests.views.rights_portal import csrf

VIEWS = f"{LIST}views/"


def people(page: str) -> list[str]:
    return [row[1].split()[0] for row in table(page)]


def kept(browser: Any, called: str, **typed: str) -> int:
    """The id of a view made of a search."""
    key = search(browser, **typed).location.rpartition("/")[2]
    answer = post(browser, VIEWS, search=key, name=called)
    assert answer.status_code == 303 and answer.location.endswith(key)
    return column(sa.select(sa.func.max(SavedView.__table__.c.id)))[0]


def test_everybody_of_my_agency_born_in_a_month_is_one_field_away(office):
    office.build.spell(office.here, office.build.person("มีนา", birth_date=date(1990, 3, 15)))
    office.build.spell(office.here, office.build.person("มีนาก่อน", birth_date=date(1970, 3, 1)))
    office.build.spell(office.there, office.build.person("ข้างบ้าน", birth_date=date(1990, 3, 15)))
    browser = office.officer()
    assert 'name="birth_month"' in browser.get(LIST).text
    page = found(browser, birth_month="3")
    assert people(page) == ["นายมีนา", "นายมีนาก่อน"] and "เดือนเกิด: มีนาคม" in page
    page = found(browser, birth_month="3", birth_year="๒๕๓๓")
    assert people(page) == ["นายมีนา"] and 'value="2533"' in page
    page = found(browser, born_from="1 มี.ค. 2513", born_to="01/03/2513")
    assert people(page) == ["นายมีนาก่อน"] and page.count('value="01/03/2513"') == 2
    assert people(found(browser, begins_from="1/12/2569")) == ["นายกมล", "นายเกษม"]


def test_a_heading_sorts_and_says_so(office):
    browser = office.officer()
    page = browser.get(LIST).text
    assert 'aria-sort="ascending"' in page and f'href="{LIST}?order=birth_date"' in page
    page = browser.get(f"{LIST}?order=birth_date").text
    assert people(page) == ["นายสมชาย", "นายกมล", "นายเกษม"]
    heading = re.search(r"<th[^>]*birth_date[^>]*>", page)[0]
    assert 'aria-sort="ascending"' in heading and f'href="{LIST}?order=-birth_date"' in page
    assert people(browser.get(f"{LIST}?order=-birth_date").text) == ["นายกมล", "นายเกษม", "นายสมชาย"]
    for odd in ("national_id", "-", "--birth_date", "x'"):
        assert people(browser.get(LIST, query_string={"order": odd}).text) == ["นายกมล", "นายเกษม", "นายสมชาย"]


def test_chosen_columns_stay_with_their_officer_and_shape_the_file(office):
    browser, colleague = office.officer(), office.officer()
    before = browser.get(LIST).text
    assert post(browser, f"{VIEWS}columns", search="", column=["agency", "status", "nonsense"]).status_code == 303
    page = browser.get(LIST).text
    (province,) = column(sa.text("SELECT name_th FROM province WHERE code = '40'"))
    assert table(page)[2][2:] == [f"ทม.หนึ่ง {province}", "มีสิทธิ"]
    assert table(colleague.get(LIST).text) == table(before)
    assert post(browser, f"{LIST}export", search="", format="exe").status_code == 400
    assert post(browser, f"{LIST}export", search="").status_code == 303
    job_id = column(sa.select(sa.func.max(Job.__table__.c.id)))[0]
    jobs.run(job_id, 1)
    file = browser.get(f"{FILES}{job_id}/file", buffered=True).data
    header = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()[6]
    assert [title for title in header if title] == [
        "ลำดับ", "เลขประจำตัวประชาชน", "คำนำหน้า", "ชื่อ", "นามสกุล", "หน่วยงาน", "จังหวัด", "สถานะ",
    ]  # fmt: skip
    post(browser, f"{VIEWS}columns", search="", reset="yes")
    assert table(browser.get(LIST).text) == table(before)


def test_a_kept_filter_opens_the_same_search_with_what_is_true_then(office):
    browser = office.officer()
    view_id = kept(browser, "รออนุมัติทั้งหมด", status="PENDING_APPROVAL")
    assert f'href="{VIEWS}{view_id}"' in browser.get(LIST).text
    office.build.proposal(office.here, "ขวัญ")
    answer = browser.get(f"{VIEWS}{view_id}")
    assert answer.status_code == 303 and "PENDING" not in answer.location
    page = browser.get(answer.location).text
    assert people(page) == ["นายกมล", "นายขวัญ"] and "สถานะ: รออนุมัติ" in page
    assert post(browser, f"{VIEWS}{view_id}/delete", search="").status_code == 303
    assert "ลบตัวกรองแล้ว" in browser.get(LIST).text and browser.get(f"{VIEWS}{view_id}").status_code == 404


def test_a_kept_filter_keeps_its_columns(office):
    browser = office.officer()
    post(browser, f"{VIEWS}columns", search="", column="status")
    view_id = kept(browser, "แคบ", relation="SELF")
    post(browser, f"{VIEWS}columns", search="", column=["status", "agency"])
    where = browser.get(f"{VIEWS}{view_id}").location
    assert len(table(browser.get(where).text)[0]) == 3 and len(table(browser.get(LIST).text)[0]) == 4
    post(browser, f"{VIEWS}columns", search=where.rpartition("/")[2], column=["status", "birth_date", "relation"])
    assert len(table(browser.get(where).text)[0]) == 5


def test_no_search_for_a_person_is_kept_and_no_number_in_a_name(office):
    browser, number = office.officer(), column(sa.text("SELECT national_id FROM person ORDER BY id"))[0]
    where = search(browser, national_id=number).location
    assert "บันทึกตัวกรองนี้" not in browser.get(where).text
    post(browser, VIEWS, search=where.rpartition("/")[2], name="คนนี้")
    assert "จะไม่ถูกบันทึก" in browser.get(where).text
    other = search(browser, status="ACTIVE").location
    post(browser, VIEWS, search=other.rpartition("/")[2], name=f"บัตร {national_id.display(number)}")
    assert "ตัวกรองจะไม่เก็บเลข" in browser.get(other).text
    assert column(sa.select(SavedView.__table__.c.id)) == []


def test_somebody_elses_filter_is_not_there_and_who_may_not_search_keeps_none(office):
    owner = office.officer()
    view_id = kept(owner, "ของฉัน", name="สมชาย")
    for role in sorted(ROLES):
        other = office.officer(role)
        status = 404 if role in roles_with(Power.VIEW_REGISTER) else 403
        word = {"csrf_token": csrf(other, LIST if status == 404 else "/")}
        assert other.get(f"{VIEWS}{view_id}").status_code == status, role
        assert other.post(f"{VIEWS}{view_id}/delete", data=word).status_code == status, role
        if status == 403:
            assert other.post(VIEWS, data=word).status_code == 403
            assert other.post(f"{VIEWS}columns", data=word).status_code == 403
        else:
            assert f"{VIEWS}{view_id}" not in other.get(LIST).text, role
    assert owner.get(f"{VIEWS}{view_id}").status_code == 303
    assert post(owner, VIEWS, search="unknown", name="x").location.endswith(LIST)


def test_the_family_beside_the_list_is_read_as_its_page_is(office: Office):
    browser = office.officer()
    person_id, number = (
        column(sa.text("SELECT id FROM person"))[0],
        column(sa.text("SELECT national_id FROM person"))[0],
    )
    assert f'data-aside="{LIST}families/{person_id}"' in browser.get(LIST).text
    piece = browser.get(f"{LIST}families/{person_id}").text
    assert national_id.display(number) in piece and "มีสิทธิ" in piece and "<html" not in piece
    with db.reads.connect() as connection:
        (read,) = connection.execute(sa.select(ReadAccess.__table__)).all()
    assert (read.purpose, read.object_id) == ("FAMILY", str(person_id))
    browser.get("/lang/en")
    assert re.search(r'Family of <span lang="th">[^<]*[ก-ฮ]', browser.get(f"{LIST}families/{person_id}").text)
    assert re.search(r'<h1>Family of <span lang="th">', browser.get(f"/families/{person_id}").text)
    neighbour = office.officer(agency=office.there)
    assert neighbour.get(f"{LIST}families/{person_id}").status_code == 404
    assert office.officer("hospital_user").get(f"{LIST}families/{person_id}").status_code == 403
    assert "/login/" in office.app.test_client().get(f"{LIST}families/{person_id}").location


def test_an_empty_list_says_what_next(office):
    browser = office.officer(agency=office.build.agency("ทม.ใหม่", "41"))
    page = browser.get(LIST).text
    assert "ยังไม่มีรายชื่อ" in page and 'href="/family-forms/new"' in page.partition('id="main"')[2]
    page = found(browser, name="ไม่มีใคร")
    assert "ไม่พบรายชื่อ" in page and f'href="{LIST}"' in page.partition('id="main"')[2]
    assert "/family-forms/new" not in office.officer("auditor").get(LIST).text


def test_more_rows_and_more_filters_cost_no_statement_more(office):
    browser = office.officer()
    kept(browser, "หนึ่ง", relation="SELF")
    browser.get(LIST)
    with counted() as few:
        assert len(table(browser.get(LIST).text)) == 3
    for number in range(10):
        office.build.proposal(office.here, "ฮะ")
        kept(browser, f"ตัวกรอง {number}", relation="SELF")
    browser.get(LIST)
    with counted() as many:
        assert len(table(browser.get(LIST).text)) == 13
    assert len(many) == len(few) <= 16, set(many) ^ set(few)

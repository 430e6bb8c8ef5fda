"""รายงานข้อมูลผู้มีสิทธิ in the browser: what officers see, what no address says, who is kept out."""

import re
from html import unescape

import pytest
import sqlalchemy as sa

from app.domain import national_id
from app.domain.powers import Power
from app.domain.roles import ROLES, roles_with
from app.models import ReadAccess
from app.models.database import db
from app.reports import register_pages
from tests.views.register_office import BLANK, FILES, LIST, column, counted, found, search, table, words
from tests.views.rights_portal import csrf

WITH_POWER = roles_with(Power.VIEW_REGISTER)


def test_a_clerk_sees_his_agency_in_order_with_masked_numbers_and_status_in_words(office):
    page = office.officer().get(LIST).text
    rows = table(page)
    assert [row[1].split()[0] for row in rows] == ["นายกมล", "นายเกษม", "นายสมชาย"]
    assert [row[6] for row in rows] == ["รออนุมัติ", "ไม่อนุมัติ", "มีสิทธิ"]
    assert rows[2][2:6] == ["3 ก.พ. 2528 ชาย", "ผู้มีสิทธิ พนักงานเทศบาล L1", "1 ม.ค. 2563", ""]
    numbers = column(sa.text("SELECT national_id FROM person UNION SELECT national_id FROM proposal"))
    assert len(numbers) == 4 and not [number for number in numbers if number in page]
    somchai = office.build.session.scalars(sa.text("SELECT id FROM person ORDER BY id")).first()
    assert f'href="/families/{somchai}"' in page
    forms = column(sa.text("SELECT submission_no FROM change_request WHERE status <> 'EFFECTIVE'"))
    assert len(forms) == 2 and all(f'href="/family-forms/{form}.' in page for form in forms)
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
    assert [row[6] for row in table(found(clerk, status="PENDING_APPROVAL"))] == ["รออนุมัติ"]
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
    ("birth_month", "13", "ตัวเลือก"),
    ("birth_year", "1985", "พ.ศ."),
    ("birth_year", "เมื่อก่อน", "วันที่"),
    ("born_from", "31/2/2530", "วันที่"),
    ("ends_to", "1/10/2026", "พ.ศ."),
]


def test_what_cannot_be_read_is_said_at_its_field(office):
    browser = office.officer("nhso_admin")
    for field, value, said in GARBAGE:
        answer = search(browser, **{field: value})
        assert answer.status_code == 400, value
        refused = re.search(r'has-error"(.*?class="field-error".*?)</span>', answer.text, re.S)[1]
        assert f'for="{field}"' in refused and said in words(refused), value
        assert f'href="#{field}"' in answer.text, value
        assert table(answer.text) == [], value
        assert field in ("status", "birth_month") or f'value="{value}"' in unescape(answer.text), value
    for first, last in (("born_from", "born_to"), ("begins_from", "begins_to"), ("ends_from", "ends_to")):
        answer = search(browser, **{first: "2/3/2530", last: "1/3/2530"})
        assert answer.status_code == 400 and "วันสุดท้ายอยู่ก่อนวันแรก" in answer.text and f'href="#{last}"' in answer.text
        assert search(browser, **{first: "2/3/2530", last: "2/3/2530"}).status_code == 303, "one day is a range"


# Statements of a page; two, three, one and none of them count what waits for the menu: each as of now, not of half a minute ago.
STATEMENTS = {"personnel_clerk": 11, "registrar": 12, "nhso_admin": 11, "auditor": 10}


@pytest.mark.parametrize("role", STATEMENTS)
def test_a_page_costs_at_most_ten_statements_beside_the_counts_of_the_menu(office, role):
    browser = office.officer(role)
    browser.get(LIST)
    with counted() as statements:
        assert len(table(browser.get(LIST).text)) >= 3
    assert len(statements) == STATEMENTS[role], statements


def test_pages_follow_each_other_and_the_count_is_capped(office, monkeypatch):
    for _ in range(26):
        office.build.proposal(office.here, "ฮะ")
    monkeypatch.setattr(register_pages, "COUNT_LIMIT", 28)
    browser = office.officer()
    first = browser.get(LIST).text
    assert "มากกว่า 28 รายการ" in first and len(table(first)) == 25
    following = unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])
    rows = table(browser.get(following).text)
    assert [row[0] for row in rows] == ["26", "27", "28", "29"]
    before = unescape(re.search(r'rel="prev" href="([^"]+)"', browser.get(following).text)[1])
    assert table(browser.get(before).text) == table(first)
    assert "ฮะ" not in following and "sort_key" not in following
    for odd in ("0", "-1", "s", "sx", "s99999999999999999999", "s๓", "q1"):
        assert browser.get(f"{LIST}?after={odd}&first={odd}").status_code == 200


def test_who_has_no_business_here_is_kept_out(office):
    job_id = 1
    for role in ROLES:
        browser = office.officer(role)
        allowed, may_export = role in WITH_POWER, role in roles_with(Power.EXPORT_REGISTER)
        assert browser.get(LIST).status_code == (200 if allowed else 403), role
        word = {"csrf_token": csrf(browser, LIST if allowed else "/"), "search": ""}
        assert browser.post(f"{LIST}export", data=word).status_code == (303 if may_export else 403), role
        has_files = role in roles_with(Power.VIEW_REPORTS)
        assert browser.get(FILES).status_code == (200 if has_files else 403), role
        assert ("ส่งออกข้อมูลเป็น Excel" in browser.get(LIST).text) is may_export, role
        assert browser.post(LIST, data={**BLANK, **word, "name": "ก"}).status_code == (303 if allowed else 403), role
    visitor = office.app.test_client()
    for path in (LIST, f"{LIST}x", f"{LIST}families/1", FILES, f"{FILES}activity", f"{FILES}{job_id}/file"):
        answer = visitor.get(path)
        assert answer.status_code == 302 and "/login/" in answer.location, path
    for path in ("export", "views/", "views/columns", "views/1/delete"):
        assert visitor.post(f"{LIST}{path}").status_code == 400, path  # no token of a form of ours

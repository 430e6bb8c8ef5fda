"""A personnel list with names in one cell as a clerk meets it: known, shown taken apart, explained by hand, sent back."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.services.roster_desk import work
from tests.services.roster_workbooks import STAFF_HEADINGS, nid, official, written
from tests.services.test_roster_whole_names import one_cell, staff
from tests.views.offices import rows
from tests.views.roster_desk import counts, submitted, verdict


@pytest.fixture
def clerk(portal, monkeypatch):
    monkeypatch.setenv("INSTANCE", portal.app.config["INSTANCE"])
    shutil.rmtree(Path(os.environ["INSTANCE"]) / "rosters", ignore_errors=True)
    return portal.officer("personnel_clerk")


def test_the_import_shows_how_a_name_was_taken_apart_and_sends_it_so(clerk):
    where = verdict(clerk, staff("นางสาวสมหญิง ณ อยุธยา"))
    page = clerk.get(f"{where}?show=NEW").text
    for part in ('คำนำหน้า <b lang="th">นางสาว</b>', 'ชื่อ <b lang="th">สมหญิง</b>', 'นามสกุล <b lang="th">ณ อยุธยา</b>'):
        assert part in page
    submitted(clerk, where)
    assert rows("SELECT title_th, first_name_th, last_name_th FROM proposal") == [("นางสาว", "สมหญิง", "ณ อยุธยา")]


def test_names_with_columns_of_their_own_are_shown_as_ever(clerk):
    page = clerk.get(verdict(clerk, written({"ก": [STAFF_HEADINGS, official(1)]}))).text
    assert "นายสมชาย ใจดี" in page and "คำนำหน้า <b" not in page


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("สมชาย ใจดี", "ไม่ได้ขึ้นต้นด้วยคำนำหน้าที่ระบบรู้จัก"),
        ("นายสมชาย", "มีชื่อหรือนามสกุลไม่ครบ"),
        ("นายสมชาย กลาง ใจดี", "แบ่งเป็นชื่อและนามสกุลได้มากกว่าหนึ่งแบบ"),
    ],
)
def test_a_name_that_cannot_be_divided_is_told_with_the_person_and_an_example(clerk, name, words):
    page = clerk.get(verdict(clerk, staff(name))).text
    assert f"“ชื่อ-สกุล” {words}" in page and "เช่น นาย/สมชาย/ใจดี" in page
    assert f'<b lang="th">{name}</b>' in page and counts(page)["MEND"] == 1


def test_the_example_leaves_out_what_has_its_own_column(clerk):
    page = clerk.get(verdict(clerk, staff("สมชาย", without=("ชื่อ", "นามสกุล")))).text
    assert "เช่น สมชาย/ใจดี" in page


def test_a_refused_row_shows_its_name_but_no_number_typed_as_one(clerk):
    numbered = official(2, เพศ="?", ชื่อ=nid(9))
    page = clerk.get(verdict(clerk, written({"ก": [STAFF_HEADINGS, official(1, เพศ="?"), numbered]}))).text
    assert '<b lang="th">นาย สมชาย ใจดี</b>' in page and nid(9) not in page


def test_a_clerk_explains_a_heading_that_nobody_knows(clerk):
    where = verdict(clerk, staff(heading="ผู้ปฏิบัติงาน"))
    asked = clerk.get(where).headers["Location"]
    page = clerk.get(asked).text
    assert '<option value="full_name">ชื่อ-สกุลในช่องเดียว</option>' in page
    fields = [None, "national_id", "full_name", "birth_date", "sex", "personnel_type", "service_start_date"]
    said = {f"sheet-0-column-{index}": field for index, field in enumerate(fields) if field}
    assert one_cell(STAFF_HEADINGS, official(1))[0][1:3] == ["เลขประจำตัวประชาชน", "ชื่อ-สกุล"]
    assert clerk.post(asked, said | {"sheet-0": "PRINCIPALS", "sheet-0-column-2": ""}).status_code == 400
    assert clerk.post(asked, said | {"sheet-0": "PRINCIPALS"}).status_code == 303
    work()
    page = clerk.get(where).text
    assert counts(page)["NEW"] == 1 and "สมชาย" in page


def test_a_date_that_excel_took_for_another_era_is_asked_back_with_both_readings(clerk):
    line = official(1, วันเดือนปีเกิด=date(2516, 10, 7))
    page = clerk.get(verdict(clerk, written({"ก": [STAFF_HEADINGS, line]}))).text
    assert "เป็น ค.ศ. 2516 (พ.ศ. 3059) หากหมายถึง พ.ศ. 2516" in page and "พิมพ์ 7/10/2516" in page


def test_the_question_before_an_undo_has_two_answers_that_read_differently(clerk):
    where = verdict(clerk, staff())
    submitted(clerk, where)
    asked = clerk.post(f"{where}/undo").text.partition('class="actions"')[2].partition("</form>")[0]
    assert "ยกเลิกการนำเข้า" in asked and "ไม่ กลับไปก่อน" in asked and ">ยกเลิก<" not in asked

"""Personnel lists with one column ชื่อ-สกุล: taken apart where there is one reading, sent back where there are two."""

import pytest

from app.domain.errors import BadInput
from app.services.rosters.one_cell import splitter
from tests.services.roster_workbooks import (
    FAMILY_HEADINGS,
    STAFF_HEADINGS,
    dependent,
    official,
    refusal_of,
    verdict_on,
    written,
)

SPLIT = splitter(("ว่าที่ร้อยตรี", "จ่าสิบเอก", "พระครู"))


def one_cell(headings, line, heading="ชื่อ-สกุล", name="นายสมชาย ใจดี", without=("คำนำหน้า", "ชื่อ", "นามสกุล")):
    """The headings and the line with one column in place of the first name and of others."""
    kept = [(h, v) for h, v in zip(headings, line, strict=True) if h not in without]
    kept.insert(2, (heading, name))
    return [h for h, _ in kept], [v for _, v in kept]


def staff(name="นายสมชาย ใจดี", **layout):
    return written({"รายชื่อ": one_cell(STAFF_HEADINGS, official(1), name=name, **layout)})


def name_of(content):
    (row,) = verdict_on(content).principals
    return row.title, row.first_name, row.last_name


@pytest.mark.parametrize(
    "heading",
    [
        *("ชื่อ-สกุล", "ชื่อ - นามสกุล", "ชื่อ – สกุล", "ชื่อและนามสกุล", "ชื่อ นามสกุล", "ชื่อ สกุล", "ชื่อ-ชื่อสกุล (ตามบัตร)"),
        *("คำนำหน้า ชื่อ-สกุล", "คำนำหน้าชื่อ-ชื่อ-สกุล", "ยศ ชื่อ - สกุล", "ชื่อตัวและชื่อสกุล"),
    ],
)
def test_the_column_is_known_by_its_heading(heading):
    assert name_of(staff(heading=heading)) == ("นาย", "สมชาย", "ใจดี")


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("นางสาวสมหญิง ใจดี", ("นางสาว", "สมหญิง", "ใจดี")),
        ("นางสาวิตรี ใจดี", ("นาง", "สาวิตรี", "ใจดี")),
        ("น.ส. สมหญิง  ใจดี", ("นางสาว", "สมหญิง", "ใจดี")),
        ("นส.สมหญิง ใจดี", ("นางสาว", "สมหญิง", "ใจดี")),
        ("นาย สมชาย ณ อยุธยา", ("นาย", "สมชาย", "ณ อยุธยา")),
        ("นายสมชาย เทพหัสดิน ณ อยุธยา", ("นาย", "สมชาย", "เทพหัสดิน ณ อยุธยา")),
        ("ว่าที่ ร.ต.หญิง สมใจ ใจดี", ("ว่าที่ ร.ต.หญิง", "สมใจ", "ใจดี")),
        ("ว่าที่ร้อยตรี สมชาย ใจดี", ("ว่าที่ร้อยตรี", "สมชาย", "ใจดี")),
        ("ส.ต.ท.สมชาย ใจดี", ("ส.ต.ท.", "สมชาย", "ใจดี")),
        ("นายจ่าสิบเอก ใจดี", ("นาย", "จ่าสิบเอก", "ใจดี")),
        ("ด.ช.ดี ใจดี", ("ด.ช.", "ดี", "ใจดี")),
        ("พระ สมชาย ใจดี", ("พระ", "สมชาย", "ใจดี")),
        ("ผศ.ดร.สมชาย ใจดี", ("ผศ.ดร.", "สมชาย", "ใจดี")),
        ("ร.ต.อ. หญิง สมศรี ใจดี", ("ร.ต.อ. หญิง", "สมศรี", "ใจดี")),
        ("นาง สาวิตรี ใจดี", ("นาง", "สาวิตรี", "ใจดี")),
        ("นายกมล ใจดี", ("นาย", "กมล", "ใจดี")),
        ("นายกอบชัย กองคำ", ("นาย", "กอบชัย", "กองคำ")),
        ("นายกองคำ ใจดี-มีสุข", ("นาย", "กองคำ", "ใจดี-มีสุข")),
        ("นางสมหญิง/ใจดี มีสุข", None),
        ("นาง / สมหญิง / ใจดี มีสุข", ("นาง", "สมหญิง", "ใจดี มีสุข")),
    ],
)
def test_title_first_and_last_name_are_taken_apart(cell, parts):
    assert name_of(staff(cell)) == parts if parts else verdict_on(staff(cell)).refusals[0].code == "NAME_UNSURE"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *(("สมชาย ใจดี", "NAME_NO_TITLE"), ("นายิกา ใจดี", "NAME_NO_TITLE"), ("พระพาย ใจดี", "NAME_NO_TITLE")),
        *(("พระครูดี ใจดี", "NAME_NO_TITLE"), ("นายสมชาย", "NAME_NOT_WHOLE"), ("นาย", "NAME_NOT_WHOLE")),
        *(("นางสาว ใจดี", "NAME_NOT_WHOLE"), ("นาย ณ อยุธยา", "NAME_NOT_WHOLE"), ("นายสมชาย ณ", "NAME_NOT_WHOLE")),
        *(("นายสมชาย กลาง ใจดี", "NAME_UNSURE"), ("นายสมชาย ใจดี (เกษียณ)", "NAME_UNSURE")),
        *(("นาย ดร. ณ อยุธยา", "NAME_UNSURE"), ("นาย//ใจดี", "NAME_UNSURE"), ("นายจ่าสิบเอก ดี ณ อยุธยา", "NAME_UNSURE")),
    ],
)
def test_what_has_two_readings_goes_back(cell, code):
    with pytest.raises(BadInput, match=code) as refused:
        SPLIT({"full_name": cell})
    assert (refused.value.field, refused.value.facts["parts"]) == ("full_name", ("title", "first_name", "last_name"))


@pytest.mark.parametrize(
    "cell",
    [
        *("ดร.นายสมชาย ใจดี", "ดร. นาย สมชาย", "นายแพทย์นายสมชาย ใจดี", "ศ.นพ.สมชาย ใจดี", "ผศ.พญ.มาลี ใจดี"),
        *("ร.ต.ท.ดร.สมชาย ใจดี", "นายร.ต.สมชาย ใจดี", "นายร้อยตรีสมชาย ใจดี", "นายพันเอกสมชาย ณ อยุธยา"),
        *("ร.ต.อ.(หญิง) สมศรี", "พ.ต.อ.(พิเศษ)สมชาย ใจดี", "ร้อยตรี หญิง สมศรี", "นาง สาวสมหญิง ใจดี"),
        *("นายกเทศมนตรี สมชาย", "นายกองค์การบริหารส่วนตำบล สมชาย", "นายกอบต. สมชาย", "นายกอบจ สมชาย", "นายก สมชาย"),
        *("นายอำเภอ สมชาย", "นายช่างโยธา สมชาย", "นายหมวดเอกสมชาย ใจดี", "นายสัตวแพทย์สมชาย ใจดี"),
        *("นายสมชาย ใจดี(เกษียณ)", "นางสมศรี(ใจดี) มีสุข", "นายสมชาย, ใจดี", "นายสมชาย ดร.", "นายสมชาย -ใจดี"),
        *("นายสมชาย -", "นาย - ใจดี", "นายสมชาย ''", "นาย/สมชาย ใจดี/ลาออก", "นาย/ดร.สมชาย/ใจดี"),
    ],
)
def test_a_second_title_a_post_or_a_remark_is_no_part_of_a_name(cell):
    with pytest.raises(BadInput, match="NAME_UNSURE"):
        SPLIT({"full_name": cell})


@pytest.mark.parametrize("cell", ["สมชาย ใจดี/ลาออก", "นายสมชาย/ใจดี", "ดร.สมชาย/ใจดี", "นาย สมชาย", "สมชาย -"])
def test_beside_a_title_of_its_own_too(cell):
    with pytest.raises(BadInput, match="NAME_UNSURE"):
        SPLIT({"title": "ดร." if cell == "นาย สมชาย" else "นาย", "full_name": cell})


@pytest.mark.parametrize("cell", ["ดร.นายสมชาย", "พ.ต.อ.(พิเศษ)สมชาย", "นายกเทศมนตรี", "นาย -", "นาย/สมชาย ใจดี"])
def test_beside_a_surname_of_its_own_too(cell):
    with pytest.raises(BadInput, match="NAME_UNSURE"):
        SPLIT({"full_name": cell, "last_name": "ใจดี"})


@pytest.mark.parametrize(
    ("cell", "names"),
    [("นางนวล/ใจดี", ("นางนวล", "ใจดี")), ("พันเอก/ใจดี", ("พันเอก", "ใจดี")), ("สมชาย/-", ("สมชาย", "-"))],
)
def test_what_somebody_divided_by_hand_is_a_name(cell, names):
    parts = SPLIT({"title": "นาง", "full_name": cell})
    assert (parts["first_name"], parts["last_name"]) == names


def test_a_line_goes_back_under_the_heading_of_the_file():
    (refusal,) = verdict_on(staff("นายสมชาย กลาง ใจดี")).refusals
    assert (refusal.code, refusal.field, refusal.heading) == ("NAME_UNSURE", "full_name", "ชื่อ-สกุล")
    (refusal,) = verdict_on(staff("")).refusals
    assert (refusal.code, refusal.field) == ("REQUIRED", "full_name")


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        *(("สมชาย ใจดี", ("นาย", "สมชาย", "ใจดี")), ("นาย สมชาย ใจดี", ("นาย", "สมชาย", "ใจดี"))),
        *(("สมชาย/ใจดี มีสุข", ("นาย", "สมชาย", "ใจดี มีสุข")), ("จ่าสิบเอก ใจดี", ("นาย", "จ่าสิบเอก", "ใจดี"))),
        *(("นายสมชาย ใจดี", "NAME_UNSURE"), ("นาง สมหญิง ใจดี", "NAME_UNSURE"), ("สมชาย", "NAME_NOT_WHOLE")),
    ],
)
def test_a_title_in_its_own_column_beside_both_names_in_one(cell, outcome):
    verdict = verdict_on(staff(cell, without=("ชื่อ", "นามสกุล")))
    found = [(row.title, row.first_name, row.last_name) for row in verdict.principals]
    assert found == [outcome] if isinstance(outcome, tuple) else [r.code for r in verdict.refusals] == [outcome]


def test_title_and_first_name_in_one_column_beside_the_surname():
    kept = {"heading": "คำนำหน้า-ชื่อ", "without": ("คำนำหน้า", "ชื่อ")}
    assert name_of(staff("นางสาวสมหญิง", **kept)) == ("นางสาว", "สมหญิง", "ใจดี")
    assert [r.code for r in verdict_on(staff("นางสาวสมหญิง ใจดี", **kept)).refusals] == ["NAME_UNSURE"]


def test_a_surname_beside_the_first_name_stays_one():
    assert name_of(staff("ใจดี", heading="ชื่อสกุล", without=("นามสกุล",))) == ("นาย", "สมชาย", "ใจดี")


def test_names_with_columns_of_their_own_are_not_taken_apart():
    assert name_of(staff("นางอื่น คนละคน", without=())) == ("นาย", "สมชาย", "ใจดี")


def test_a_list_without_any_first_name_is_still_asked_about():
    code, facts = refusal_of(staff(heading="หมายเหตุ"))
    assert (code, facts["columns"]) == ("ROSTER_NO_COLUMN", ["title", "first_name", "last_name"])


def test_the_family_sheet_has_one_column_too():
    content = written({"ก": one_cell(FAMILY_HEADINGS, dependent(501, 7), name="เด็กหญิงดี ใจดี")})
    (row,) = verdict_on(content, register=[dependent(501, 7)[1]]).family
    assert (row.title, row.first_name, row.last_name) == ("ด.ญ.", "ดี", "ใจดี")

"""Every code of a refused row, the order among them, and what is accepted in which writing."""

from datetime import date, datetime

import pytest

from app.domain.people import AgencyType, DocType, PersonnelType, Relation
from app.services.rosters.columns import MANDATORY, SheetKind
from app.services.rosters.judge import judge
from app.services.rosters.words import EVIDENCE, RELATIONS
from app.services.rosters.workbook import read_roster
from tests.services.roster_workbooks import (
    FAMILY_HEADINGS,
    STAFF_HEADINGS,
    codes,
    dependent,
    nid,
    official,
    verdict_on,
    workbook,
    written,
)

BIRTH, START, ID, TYPE = "วันเดือนปีเกิด", "วันที่เริ่มปฏิบัติหน้าที่", "เลขประจำตัวประชาชน", "ประเภทบุคลากร"
HOLDER, RELATION, EVIDENCE_COLUMN, ORDER = "เลขประจำตัวประชาชนผู้มีสิทธิ", "ความสัมพันธ์", "หลักฐาน", "บุตรลำดับที่"


@pytest.mark.parametrize("heading", STAFF_HEADINGS[1:])
@pytest.mark.parametrize("empty", [None, "   ", "\u00a0", "-", "–"])
def test_every_staff_column_but_the_number_is_mandatory(heading, empty):
    (refusal,) = verdict_on(workbook([official(1, **{heading: empty})])).refusals
    assert (refusal.code, refusal.heading) == ("REQUIRED", heading)


@pytest.mark.parametrize("heading", FAMILY_HEADINGS[1:-1])
def test_every_family_column_but_number_and_birth_order_is_mandatory(heading):
    (refusal,) = verdict_on(workbook([official(1)], [dependent(501, **{heading: " "})])).refusals
    assert (refusal.sheet, refusal.code, refusal.heading) == ("ครอบครัว", "REQUIRED", heading)


def test_number_and_birth_order_may_be_empty():
    content = workbook([official(1, **{"ลำดับ": None})], [dependent(501, **{"ลำดับ": None, ORDER: "-"})])
    verdict = verdict_on(content)
    assert (len(verdict.principals), verdict.family[0].birth_order, verdict.refusals) == (1, None, ())


@pytest.mark.parametrize(
    "written_id",
    [
        "1-9901-00000-01-{0}",
        "1 9901 00000 01 {0} ",
        "๑๙๙๐๑๐๐๐๐๐๐๑{0}",
        "１９９０１００００００１{0}",
        "\u200b199010000001{0}\u00a0",
        "1–9901–00000–01–{0}",
    ],
)
def test_an_id_in_any_writing(written_id):
    content = workbook([official(1, **{ID: written_id.format(nid(1)[-1])})])
    assert [row.national_id for row in verdict_on(content).principals] == [nid(1)]


def test_an_id_stored_as_a_number():
    assert [row.national_id for row in verdict_on(workbook([official(1, **{ID: int(nid(1))})])).principals] == [nid(1)]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("1990A00000019", "NOT_DIGITS"),
        ("1.99010000001E+12", "NOT_DIGITS"),
        (1990100000012.5, "NOT_DIGITS"),
        (nid(1)[:-1], "LENGTH"),
        (int(nid(1)[:-1]), "LENGTH"),
        (int(nid(1, category=0)), "LENGTH"),  # a lost leading zero is never put back
        (date(1990, 1, 9), "LENGTH"),
        ("9990100000011", "UNASSIGNED_CATEGORY"),
        (nid(1)[:-1] + str((int(nid(1)[-1]) + 1) % 10), "CHECK_DIGIT"),
        ("1111111111119", "DEGENERATE"),
    ],
)
def test_a_bad_id(bad, code):
    assert codes(workbook([official(1, **{ID: bad})])) == [(2, code)]
    family = [dependent(501, **{HOLDER: bad}), dependent(502, **{ID: bad})]
    assert codes(workbook([official(1)], family)) == [(2, code), (3, code)]


@pytest.mark.parametrize(
    "cell",
    [
        date(2008, 2, 29),
        datetime(2008, 2, 29, 13, 30),  # noqa: DTZ001 (an Excel cell has no zone)
        39507,
        39507.75,
        "29/02/2551",
        "29-2-2551 ",
        "29.02.2551",
        "29 ก.พ. 2551",
        "29 กุมภาพันธ์ 2551",
        "๒๙ กุมภาพันธ์ พ.ศ. ๒๕๕๑",
    ],
)
def test_a_date_in_any_writing(cell):
    verdict = verdict_on(workbook([official(1, **{START: cell})]))
    assert [row.service_start_date for row in verdict.principals] == [date(2008, 2, 29)]


def test_day_numbers_of_a_workbook_that_counts_from_1904():
    line = official(1, **{BIRTH: date(2008, 2, 29), START: 39507 - 1462})
    content = written({"บุคลากร": [STAFF_HEADINGS, line]}, date_1904=True)
    (row,) = verdict_on(content).principals
    assert (row.birth_date, row.service_start_date) == (date(2008, 2, 29), date(2008, 2, 29))


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("31/04/2530", "INVALID_DATE"),
        ("29/02/2552", "INVALID_DATE"),
        ("29/02/2527x", "INVALID_DATE"),
        ("เมื่อวาน", "INVALID_DATE"),
        ("1/5/41", "YEAR_NOT_BE"),
        (2516, "INVALID_DATE"),  # a year alone, not the day number 2516
        (7102516, "INVALID_DATE"),
        (True, "INVALID_DATE"),
        (date(2516, 10, 7), "INVALID_DATE"),  # a Buddhist-era year typed into a real date
        ("01/10/1998", "YEAR_NOT_BE"),
        ("1 ต.ค. 1998", "YEAR_NOT_BE"),
    ],
)
def test_a_bad_date(bad, code):
    assert codes(workbook([official(1, **{BIRTH: bad})])) == [(2, code)]
    assert codes(workbook([official(1, **{START: bad})])) == [(2, code)]


def test_a_common_era_year_comes_with_its_suggestion_and_its_column():
    (refusal,) = verdict_on(workbook([official(1, **{START: "01/10/1998"})])).refusals
    assert (refusal.field, refusal.heading) == ("service_start_date", START)
    assert refusal.facts == {"year": 1998, "suggested_year": 2541}


@pytest.mark.parametrize("word", ["พนักงานจ้างตามภารกิจ", "ลูกจ้างชั่วคราว", "ข้าราชการ", "MUNICIPAL_OFFICER", "1"])
def test_an_unknown_personnel_type_is_told_with_the_known_ones(word):
    (refusal,) = verdict_on(workbook([official(1, **{TYPE: word})])).refusals
    assert (refusal.code, refusal.facts["word"]) == ("UNKNOWN_CODE", word)
    assert "ลูกจ้างประจำ" in refusal.facts["accepted"]


def test_labels_may_differ_in_spaces_and_typing():
    content = workbook([official(1, **{TYPE: " ลูกจ้าง ประจํา", "เพศ": "ชาย\u200b"})])
    assert [row.personnel_type for row in verdict_on(content).principals] == [PersonnelType.PERMANENT_EMPLOYEE]


@pytest.mark.parametrize("word", ["บุตรบุญธรรม", "พี่", "ผู้มีสิทธิ"])
def test_an_unknown_relation(word):
    assert codes(workbook([official(1)], [dependent(501, **{RELATION: word})])) == [(2, "UNKNOWN_CODE")]


@pytest.mark.parametrize("word", ["คำสั่งศาล", "ใบขับขี่", "คำสั่ง/ประกาศ"])
def test_an_unknown_evidence(word):
    assert codes(workbook([official(1)], [dependent(501, **{EVIDENCE_COLUMN: word})])) == [(2, "UNKNOWN_CODE")]


def test_every_listed_relation_and_evidence_is_accepted():
    family = [dependent(501 + n, **{RELATION: word}) for n, word in enumerate(RELATIONS.labels)]
    family += [dependent(601 + n, **{EVIDENCE_COLUMN: word}) for n, word in enumerate(EVIDENCE.labels)]
    verdict = verdict_on(workbook([official(1)], family))
    assert verdict.refusals == ()
    assert {row.relation for row in verdict.family} == set(Relation) - {Relation.SELF}
    not_orders = {kind for kind in DocType if not kind.endswith("_ORDER") and kind is not DocType.ELECTION_RESULT}
    assert {row.doc_type for row in verdict.family} == not_orders


def test_a_document_number_stored_as_a_number_keeps_no_decimals():
    (row,) = verdict_on(workbook([official(1)], [dependent(501, เลขที่หลักฐาน=984)])).family
    assert row.doc_no == "984"


@pytest.mark.parametrize(("cell", "order"), [("2", 2), (2, 2), ("๒", 2), ("คนที่ 2", 2), (" ", None), ("-", None)])
def test_birth_order(cell, order):
    verdict = verdict_on(workbook([official(1)], [dependent(501, **{ORDER: cell})]))
    assert (verdict.family[0].birth_order, verdict.law) == (order, ())


@pytest.mark.parametrize("cell", ["คนโต", "0", 1.5])
def test_an_unreadable_birth_order_is_pointed_out_and_the_row_accepted(cell):
    answer = verdict_on(workbook([official(1)], [dependent(501, **{ORDER: cell})])).as_json()
    assert (answer["family_ok"], answer["errors"]) == (1, [])
    assert answer["law"] == [{"sheet": "ครอบครัว", "excel_row": 2, "code": "BIRTH_ORDER_UNREADABLE"}]


def test_the_second_row_of_a_person_is_the_duplicate_whatever_the_writing():
    again = official(3, **{ID: f"{nid(1)[0]}-{nid(1)[1:]}", "ชื่อ": "อื่น"})
    content = workbook([official(1), official(2), again, official(1)])
    verdict = verdict_on(content)
    assert [(row.excel_row, row.code) for row in verdict.refusals] == [
        (4, "DUPLICATE_IN_FILE"),
        (5, "DUPLICATE_IN_FILE"),
    ]
    assert verdict.refusals[0].facts == {"sheet": "บุคลากร", "excel_row": 2}


def test_a_second_row_is_a_duplicate_even_of_a_refused_one():
    content = workbook([official(1, **{BIRTH: "31/04/2530"}), official(1)])
    assert codes(content) == [(2, "INVALID_DATE"), (3, "DUPLICATE_IN_FILE")]


def test_one_mother_under_two_holders_is_no_duplicate_but_twice_under_one_is():
    mother = {RELATION: "มารดา", EVIDENCE_COLUMN: "ทะเบียนบ้าน"}
    family = [dependent(501, 1, **mother), dependent(501, 2, **mother), dependent(501, 1, **mother)]
    family.append(dependent(501, 1, **{RELATION: "คู่สมรส"}))
    assert codes(workbook([official(1), official(2)], family)) == [(4, "DUPLICATE_IN_FILE")]


def test_an_official_may_also_be_somebody_s_spouse():
    content = workbook([official(1), official(2)], [dependent(2, 1, **{RELATION: "คู่สมรส"})])
    assert verdict_on(content).refusals == ()


def test_a_holder_stands_in_the_accepted_rows_or_in_the_register():
    staff = [official(1), official(2, **{TYPE: "ลูกจ้างชั่วคราว"})]
    family = [dependent(501, 1), dependent(502, 2), dependent(503, 3), dependent(504, 4)]
    verdict = verdict_on(workbook(staff, family), register=[nid(3)])
    assert [row.national_id for row in verdict.family] == [nid(501), nid(503)]
    _, refused_holder, stranger = verdict.refusals
    assert (refused_holder.excel_row, refused_holder.code) == (3, "HOLDER_NOT_FOUND")
    assert (stranger.excel_row, stranger.code) == (5, "HOLDER_NOT_FOUND")
    assert [row.facts["holder_excel_row"] for row in (refused_holder, stranger)] == [3, None]


def test_a_refused_holder_who_is_registered_already_still_holds():
    content = workbook([official(1, เพศ="?")], [dependent(501, 1)])
    assert codes(content, register=[nid(1)]) == [(2, "UNKNOWN_CODE")]


def test_the_register_is_asked_once_and_only_for_holders_outside_the_file():
    asked: list[set[str]] = []

    def known_holders(holders: set[str]) -> set[str]:
        asked.append(holders)
        return set()

    family = [dependent(501, 1), dependent(502, 2), dependent(503, 3), dependent(504, 4, เลขที่หลักฐาน="")]
    roster = read_roster(workbook([official(1)], family))
    judge(roster, agency_type=AgencyType.TOWN_MUNICIPALITY, known_holders=known_holders)
    assert asked == [{nid(2), nid(3)}]


def test_the_first_code_in_the_order_wins():
    family = [dependent(501, 1)]
    faults = [
        ("HOLDER_NOT_FOUND", {HOLDER: nid(77)}),
        ("UNKNOWN_CODE", {EVIDENCE_COLUMN: "?"}),
        ("YEAR_NOT_BE", {"วันที่ในหลักฐาน": "1/1/2000"}),
        ("INVALID_DATE", {BIRTH: "99/99/2560"}),
        ("LENGTH", {ID: "12"}),
        ("CHECK_DIGIT", {HOLDER: nid(1)[:-1] + str((int(nid(1)[-1]) + 5) % 10)}),
        ("REQUIRED", {"เลขที่หลักฐาน": ""}),
    ]
    changes: dict[str, str] = {}
    for row, (code, change) in enumerate(faults, start=3):
        changes |= change
        family.append(dependent(501, 1, **changes))
        assert codes(workbook([official(1)], family))[-1] == (row, code)


def test_no_mandatory_column_is_forgotten():
    assert len(MANDATORY[SheetKind.PRINCIPALS]) == len(STAFF_HEADINGS) - 1
    assert len(MANDATORY[SheetKind.FAMILY]) == len(FAMILY_HEADINGS) - 2


def test_a_year_of_the_buddhist_era_that_excel_took_for_another_is_told_as_it_is_to_be_typed():
    (refusal,) = verdict_on(workbook([official(1, วันเดือนปีเกิด=datetime(2516, 10, 7))])).refusals
    assert (refusal.code, refusal.facts) == (
        "INVALID_DATE", {"year": 3059, "suggested_year": 2516, "meant": "7/10/2516"},
    )  # fmt: skip


@pytest.mark.parametrize("year", [2601, 3000, 9999])
def test_a_year_that_nobody_can_mean_is_not_proposed(year):
    (refusal,) = verdict_on(workbook([official(1, วันเดือนปีเกิด=datetime(year, 1, 1))])).refusals
    assert (refusal.code, refusal.facts) == ("INVALID_DATE", {})


def test_a_negative_number_is_no_national_id():
    line = official(1)
    for number, expected in ((-int(nid(1)), [(2, "NOT_DIGITS")]), (int(nid(1)), [])):
        line[1] = number
        assert codes(workbook([line])) == expected

"""A list names who can never be sent, a second chief executive or a spouse who is kin, and brings in everybody else."""

from datetime import UTC, date, datetime

import pytest

from app.domain.actor import robot
from app.domain.imports import Fate, ImportState
from app.domain.people import PersonnelType, Relation, Sex
from app.models import Proposal
from app.services import change_requests
from app.services.clock import set_clock
from tests.services.carried_families import in_effect
from tests.services.conftest import family, relative
from tests.services.conftest import official as member
from tests.services.roster_desk import bring_in, check
from tests.services.roster_workbooks import dependent, nid, official, workbook
from tests.services.test_change_requests import rows

TYPE, HEAD = "ประเภทบุคลากร", "นายกเทศมนตรี"


@pytest.fixture(autouse=True)
def first_of_december(database, tmp_path, monkeypatch):
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))
    set_clock(datetime(2026, 12, 1, 2, tzinfo=UTC), actor=robot("test"), production=False)


def said(found):
    return [(row.fate, row.code, row.heading) for row in found.rows]


@pytest.mark.parametrize("stands", [True, False])
def test_the_line_of_a_second_chief_executive_is_refused_and_the_others_go(people, stands):
    first = member(nid(90), personnel_type=PersonnelType.POLITICAL_EXECUTIVE, service_start_date=date(2021, 12, 1))
    if stands:
        in_effect(first, clerk=people.clerk, registrar=people.registrar)
    else:
        change_requests.record(family(first), actor=people.clerk, submit=True)
    content = workbook([official(1, **{TYPE: HEAD}), official(2)], [dependent(501, 1), dependent(502, 2)])
    found = check(content, people.clerk)
    assert said(found) == [
        (Fate.LAW, "SECOND_EXECUTIVE", TYPE), (Fate.NEW, None, ""),
        (Fate.LAW, "PRINCIPAL_REFUSED", "เลขประจำตัวประชาชนผู้มีสิทธิ"), (Fate.NEW, None, ""),
    ]  # fmt: skip
    assert (found.rows[0].facts["holder"], found.rows[0].facts["since"]) == ("สมชาย ใจดี", date(2021, 12, 1))
    done = bring_in(content, people.clerk)
    assert (done.state, done.problem, done.row_count) == (ImportState.SUBMITTED, None, 2)
    assert {p.national_id for p in rows(Proposal)} == {nid(90), nid(2), nid(502)}


def test_the_chief_executive_of_another_agency_is_none_here(people):
    first = member(nid(90), personnel_type=PersonnelType.POLITICAL_EXECUTIVE, service_start_date=date(2021, 12, 1))
    change_requests.record(family(first), actor=people.other_clerk, submit=True)
    assert bring_in(workbook([official(1, **{TYPE: HEAD})]), people.clerk).row_count == 1


def test_the_line_of_a_spouse_who_is_a_brother_is_refused_and_the_others_go(people):
    born, officers = date(1976, 1, 2), {"clerk": people.clerk, "registrar": people.registrar}
    mother = member(nid(91), sex=Sex.F, birth_date=born, service_start_date=date(2000, 1, 1), title_th="นาง")
    brother = relative(Relation.CHILD, nid(501), birth_date=date(2007, 5, 1), sex=Sex.M, first_name_th="ดี")
    in_effect(mother, brother, **officers)
    son = member(nid(1), birth_date=date(1996, 10, 7), service_start_date=date(2019, 9, 16))
    in_effect(
        son, relative(Relation.MOTHER, nid(91), birth_date=born, first_name_th="สมชาย", title_th="นาง"), **officers
    )
    own = official(1, **{"วันเดือนปีเกิด": "07/10/2539", "วันที่เริ่มปฏิบัติหน้าที่": "16 ก.ย. 2562"})
    wife = {"ความสัมพันธ์": "คู่สมรส", "นามสกุล": "ใจดี", "วันเดือนปีเกิด": "1/5/2550", "หลักฐาน": "ทะเบียนสมรส",
            "วันที่ในหลักฐาน": "1/6/2568"}  # fmt: skip
    content = workbook([own, official(2)], [dependent(501, 1, **wife, **{"บุตรลำดับที่": ""})])
    found = check(content, people.clerk)
    assert said(found)[1:] == [(Fate.NEW, None, ""), (Fate.LAW, "SPOUSE_IS_KIN", "ความสัมพันธ์")]
    done = bring_in(content, people.clerk)
    assert (done.state, done.problem, done.row_count) == (ImportState.SUBMITTED, None, 1)


MOTHER = {"คำนำหน้า": "น.ส.", "ความสัมพันธ์": "มารดา", "นามสกุล": "ใจดี", "วันเดือนปีเกิด": "1/5/2493", "บุตรลำดับที่": "",
          "หลักฐาน": "สูติบัตร"}  # fmt: skip


@pytest.mark.parametrize(("stands", "code"), [(True, "OTHER_RELATION"), (False, "OTHER_RELATION_ASKED")])
def test_the_line_of_somebody_in_another_relation_is_refused_and_the_others_go(people, stands, code):
    own = member(nid(1), birth_date=date(1973, 10, 7), service_start_date=date(2009, 9, 16))
    wife = relative(Relation.SPOUSE, nid(501), birth_date=date(1950, 5, 1), sex=Sex.F, first_name_th="ดี")
    if stands:
        in_effect(own, wife, clerk=people.clerk, registrar=people.registrar)
    else:
        change_requests.record(family(own, wife), actor=people.clerk, submit=True)
    content = workbook([official(2), official(1)], [dependent(501, 1, **MOTHER)])
    found = check(content, people.clerk)
    assert (found.rows[0].fate, found.rows[-1].code) == (Fate.NEW, code), said(found)


def test_what_a_declared_paper_tells_and_what_it_does_not(people):
    """The day of a Thai marriage certificate is the marriage's; what proves nothing of the relation is said beside the line."""
    parent, paper, none = {"นามสกุล": "ใจดี", "วันเดือนปีเกิด": "1/5/2493", "บุตรลำดับที่": ""}, "หลักฐาน", {"บุตรลำดับที่": ""}
    wife = {"ความสัมพันธ์": "คู่สมรส", "คำนำหน้า": "นาง", "วันเดือนปีเกิด": "1/5/2520", "วันที่ในหลักฐาน": "1/5/2560"} | none
    lines = [
        dependent(501, 1, **wife, **{paper: "ทะเบียนสมรสไทย"}),
        dependent(502, 1, **parent, **{"ความสัมพันธ์": "มารดา", "คำนำหน้า": "นาย", paper: "สูติบัตร"}),
        dependent(
            503, 1, **parent | {"คำนำหน้า": "นาย"} | {"ความสัมพันธ์": "บิดา", "วันเดือนปีเกิด": "1/5/2490", paper: "ทะเบียนบ้าน"}
        ),
        dependent(504, 1, **{paper: "ทะเบียนรับบุตรบุญธรรม"}),
        dependent(505, 1, **{paper: "ทะเบียนสมรสไทย", "วันเดือนปีเกิด": "1/5/2541", "วันที่ในหลักฐาน": "1/5/2540"}),
        dependent(506, 2, **wife, **{paper: "ทะเบียนบ้าน"}),
        dependent(507, 3, **wife, **{paper: "ทะเบียนสมรส ตปท."}),
        dependent(508, 3, **{paper: "ทะเบียนหย่า"}),
        dependent(509, 4, **wife | {"คำนำหน้า": "ร.ต.ท."}, **{paper: "ทะเบียนสมรสไทย"}),
    ]
    content = workbook([official(n) for n in (1, 2, 3, 4)], lines)
    found = [row for row in check(content, people.clerk).rows if row.sheet == "ครอบครัว"]
    assert [(row.fate.value, row.code or row.remark) for row in found] == [
        ("NEW", "RIGHT_FROM_THE_PAPERS_DAY"), ("NEW", "TITLE_OF_THE_OTHER_SEX"), ("NEW", "PAPER_NOT_OF_FATHER"),
        ("LAW", "ADOPTED_CHILD"),
        ("NEW", "RIGHT_OVER"), ("NEW", "PAPER_NOT_OF_SPOUSE"), ("NEW", "MARRIAGE_DAY_NOT_TOLD"), ("NEW", "PAPER_NOT_OF_CHILD"),
        ("NEW", "RIGHT_FROM_THE_PAPERS_DAY"),
    ]  # fmt: skip
    assert found[3].heading == "หลักฐาน" and bring_in(content, people.clerk).problem is None
    asked = {one.national_id: one for one in rows(Proposal)}
    first_days = {number: asked[nid(number)].entitled_from for number in (501, 506)}
    assert first_days == {501: date(2017, 5, 1), 506: date(2009, 9, 16)} and asked[nid(501)].marriage_date == date(
        2017, 5, 1
    )


def test_nothing_is_said_of_a_marriage_before_the_service_nor_of_a_right_that_still_runs(people):
    wife = {"ความสัมพันธ์": "คู่สมรส", "คำนำหน้า": "นาง", "วันเดือนปีเกิด": "1/5/2515", "บุตรลำดับที่": "", "หลักฐาน": "ทะเบียนสมรสไทย"}
    lines = [
        dependent(501, 1, **wife, **{"วันที่ในหลักฐาน": "1/5/2540"}),
        dependent(502, 1, **{"วันเดือนปีเกิด": "2/12/2549"}),  # of age tomorrow
        dependent(503, 2, **{"วันเดือนปีเกิด": "1/12/2549"}),
    ]
    found = check(workbook([official(1), official(2)], lines), people.clerk).rows
    assert [(row.fate, row.remark) for row in found if row.sheet == "ครอบครัว"] == [
        (Fate.NEW, None), (Fate.NEW, None), (Fate.NEW, "RIGHT_OVER"),
    ]  # fmt: skip


@pytest.mark.parametrize("stands", [True, False])
def test_of_a_spouse_with_a_bare_rank_the_day_of_the_certificate_tells_the_sex(people, stands):
    """Lists leave หญิง out behind a rank; before two of one sex could marry a spouse was of the other."""
    woman = {"คำนำหน้า": "นาง", "เพศ": "หญิง"}
    if stands:
        born, since = date(1973, 10, 7), date(2009, 9, 16)
        wife = member(nid(1), sex=Sex.F, birth_date=born, service_start_date=since, title_th="นาง")
        in_effect(wife, clerk=people.clerk, registrar=people.registrar)
    spouse = {"ความสัมพันธ์": "คู่สมรส", "คำนำหน้า": "ส.ต.ท.", "วันเดือนปีเกิด": "1/5/2520", "บุตรลำดับที่": ""}
    married, day = {"หลักฐาน": "ทะเบียนสมรสไทย", "วันที่ในหลักฐาน": "1/5/2560"}, "วันที่ในหลักฐาน"
    lines = [
        dependent(501, 1, **spouse, **married), dependent(502, 2, **spouse, **married),
        dependent(503, 3, **spouse, **married | {day: "23/1/2568"}),
        dependent(504, 4, **spouse, **married | {"หลักฐาน": "ทะเบียนบ้าน"}),
    ]  # fmt: skip
    content = workbook([*([] if stands else [official(1, **woman)]), *(official(n) for n in (2, 3, 4))], lines)
    found = [row for row in check(content, people.clerk).rows if row.sheet == "ครอบครัว"]
    assert [(row.fate, row.code or row.remark) for row in found] == [
        *[(Fate.NEW, "RIGHT_FROM_THE_PAPERS_DAY")] * 2, *[(Fate.MEND, "SEX_UNKNOWN")] * 2,
    ]  # fmt: skip
    assert bring_in(content, people.clerk).problem is None
    asked = {one.national_id: one for one in rows(Proposal) if one.relation is Relation.SPOUSE}
    assert {one: (row.sex, row.entitled_from) for one, row in asked.items()} == {
        nid(501): (Sex.M, date(2017, 5, 1)), nid(502): (Sex.F, date(2017, 5, 1)),
    }  # fmt: skip


END = {
    "father": ({"ความสัมพันธ์": "บิดา", "คำนำหน้า": "นาย", "วันเดือนปีเกิด": "1/5/2490", "บุตรลำดับที่": ""}, "มรณบัตร", "PAPER_OF_A_DEATH"),
    "child": ({}, "มรณบัตร", "PAPER_OF_A_DEATH"),
    "wife": (
        {"ความสัมพันธ์": "คู่สมรส", "คำนำหน้า": "นาง", "วันเดือนปีเกิด": "1/5/2520", "บุตรลำดับที่": ""}, "ทะเบียนหย่า",
        "PAPER_OF_A_DIVORCE",
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", END)
def test_a_paper_that_tells_an_end_brings_nobody_in(people, who):
    """No dead child takes a place of three: the line comes back with what to do, and what follows it in the file goes."""
    whose, paper, code = END[who]
    content = workbook([official(1)], [dependent(501, 1, **whose, **{"หลักฐาน": paper}), dependent(502, 1)])
    assert said(check(content, people.clerk))[1:] == [(Fate.MEND, code, "หลักฐาน"), (Fate.NEW, None, "")]
    assert bring_in(content, people.clerk).row_count == 2


@pytest.mark.parametrize("paper", ["มรณบัตร", "ทะเบียนรับบุตรบุญธรรม", "สูติบัตร"])
def test_of_who_is_known_the_paper_of_an_end_is_told(people, paper):
    bring_in(workbook([official(1)], [dependent(501, 1)]), people.clerk)
    again = workbook([official(1), official(2)], [dependent(501, 1, **{"หลักฐาน": paper})])
    found = check(again, people.clerk).rows[2]
    assert (found.fate, found.remark) == (Fate.KNOWN, None if paper == "สูติบัตร" else "END_TO_REPORT")


@pytest.mark.parametrize("paper", ["ทะเบียนรับบุตรบุญธรรม", "มรณบัตร"])
@pytest.mark.parametrize(("is_numbered", "sent"), [(True, 3), (False, 4)])
def test_a_child_who_stays_out_though_the_list_counts_it_does_not_hold_up_the_file(people, paper, is_numbered, sent):
    """The check says of the fourth what the sending would: who is adopted or dead stays out and comes before nobody."""
    children = [dependent(501, 1, **{"หลักฐาน": paper})]
    for n in (2, 3, 4):
        born = {"วันเดือนปีเกิด": f"1/5/{2558 + n}", "บุตรลำดับที่": str(n) if is_numbered else ""}
        married = {"หลักฐาน": "ทะเบียนสมรส", "วันที่ในหลักฐาน": "1/5/2550"}
        children.append(dependent(500 + n, 1, **born, **married))
    done = bring_in(workbook([official(1)], children), people.clerk)
    assert (done.state, done.problem, done.row_count) == (ImportState.SUBMITTED, None, sent)

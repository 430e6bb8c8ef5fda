"""A workbook becomes submitted requests: once, whole or not at all, with every other line's reason."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.errors import BadInput, NotAllowed, NotFound
from app.domain.imports import Fate, ImportState
from app.domain.people import Relation, RequestStatus, Sex
from app.models import ChangeRequest, EvidenceDocument, EvidenceLink, Proposal, RequestEditor, RequestRevision
from app.models.roster_import import RosterImport
from app.services import approvals, change_requests, roster_imports, roster_judging, roster_pages
from app.services.clock import set_clock
from app.services.transaction import reading
from tests.services.carried_families import in_effect
from tests.services.conftest import family, relative
from tests.services.conftest import official as member
from tests.services.rights_register import reads
from tests.services.roster_desk import bring_in, check, tray
from tests.services.roster_workbooks import EXPECTED, SAMPLE, dependent, nid, official, workbook

WRITTEN = (ChangeRequest, Proposal, RequestRevision, RequestEditor, EvidenceDocument, EvidenceLink, RosterImport)


@pytest.fixture(autouse=True)
def first_of_december(database, tmp_path, monkeypatch):
    """The sample's evidence reaches into November 2569; grown children are grown whenever it is judged."""
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))
    set_clock(datetime(2026, 12, 1, 2, tzinfo=UTC), actor=robot("test"), production=False)


def rows(kind):
    with reading(NATION) as session:
        return list(session.scalars(sa.select(kind)))


def counts():
    return [len(rows(kind)) for kind in WRITTEN]


def fates(content, actor):
    """Excel row (family rows from 1000 up), fate and code of every line that is not ready."""
    return [
        (row.excel_row + 1000 * (row.sheet == "ครอบครัว"), row.fate, row.code)
        for row in check(content, actor).rows
        if row.fate is not Fate.NEW
    ]


def test_the_sample_becomes_pending_requests_under_one_number(people):
    found = check(SAMPLE.read_bytes(), people.clerk)
    assert roster_judging.check(SAMPLE.read_bytes(), "04110101").as_json() == EXPECTED
    assert [row for row in counts() if row] == [1]  # the import itself
    law = [row for row in found.rows if row.fate is Fate.LAW]
    assert Counter(row.code for row in law) == {"AGE_20": 16} and {row.citation for row in law} == {
        "ป.พ.พ. มาตรา 16 และ 19"
    }
    assert found.count(Fate.MEND) == len(EXPECTED["errors"])
    done = bring_in(SAMPLE.read_bytes(), people.clerk, "รายชื่อ 2570.xlsx")
    assert done.row_count == found.count(Fate.NEW) == 308 + 697 - 16
    requests, proposals = rows(ChangeRequest), rows(Proposal)
    assert {(r.status, r.submission_no) for r in requests} == {(RequestStatus.PENDING_APPROVAL, done.submission_no)}
    assert Counter(p.relation == "SELF" for p in proposals) == {True: 308, False: 681}
    assert {p.sub_inscl for p in proposals} >= {"L1", "L2"}
    assert all(p.entitled_from and p.sex and p.sort_key for p in proposals)
    assert counts() == [989, 989, 989, 989, 681, 681, 1]
    assert (done.original_name, done.state) == ("a.xlsx", ImportState.SUBMITTED)  # as it was called first


def test_each_family_stands_behind_its_principal_with_its_declared_evidence(people):
    staff = [official(1), official(2)]
    bring_in(workbook(staff, [dependent(501, 2), dependent(502, 1)]), people.clerk, "a.xlsx")
    order = [r.proposal.national_id for r in loaded("position")]
    assert order == [nid(1), nid(502), nid(2), nid(501)]
    papers = rows(EvidenceDocument)
    assert {(p.doc_type, p.doc_no, p.issue_date, p.sha256) for p in papers} == {
        ("BIRTH_CERT", "12/2558", date(2015, 5, 2), None)
    }
    child = next(p for p in rows(Proposal) if p.national_id == nid(501))
    assert (child.principal_national_id, child.relation, child.sex, child.birth_order) == (nid(2), "CHILD", "M", 1)
    assert {r.submitted_by_id for r in rows(RequestRevision)} == {people.clerk.user_id}


def loaded(order):
    with reading(NATION) as session:
        query = sa.select(ChangeRequest).order_by(getattr(ChangeRequest, order)).options(
            sa.orm.joinedload(ChangeRequest.proposal)
        )  # fmt: skip
        return list(session.scalars(query))


def test_an_import_can_be_approved_by_the_registrar_but_not_by_who_brought_it(people):
    bring_in(workbook([official(1), official(2)]), people.registrar, "a.xlsx")
    seen = {r.id: r.version for r in rows(ChangeRequest)}
    for outcome in approvals.approve(list(seen), actor=people.registrar, seen_versions=seen):
        assert outcome.error is not None and outcome.error.code == "FOUR_EYES"


def test_the_same_file_twice_creates_nothing_twice(people):
    content = workbook([official(1)], [dependent()])
    first = bring_in(content, people.clerk)
    before = counts()
    again = check(content, people.registrar, "another name.xlsx").note
    assert (again.id, again.state, again.submission_no) == (first.id, ImportState.SUBMITTED, first.submission_no)
    assert counts() == before


def test_the_same_people_in_a_new_file_are_known_and_only_the_new_ones_go_in(people):
    bring_in(workbook([official(1)], [dependent()]), people.clerk, "a.xlsx")
    content = workbook([official(1), official(2)], [dependent(), dependent(502, 2)])
    known = [(2, Fate.KNOWN, "PENDING_APPROVAL"), (1002, Fate.KNOWN, "PENDING_APPROVAL")]
    assert fates(content, people.clerk) == known
    assert bring_in(content, people.clerk, "b.xlsx").row_count == 2
    before = counts()
    done = bring_in(workbook([official(2), official(1)]), people.clerk, "c.xlsx")
    assert (done.state, done.submission_no, done.row_count) == (ImportState.CHECKED, None, 0)
    assert counts()[:-1] == before[:-1]
    with pytest.raises(BadInput, match="NOTHING_NEW"):
        roster_imports.submit(done.id, actor=people.clerk)


def test_what_stands_here_is_known_and_a_family_may_follow_later(people):
    in_effect(member(nid(1)), clerk=people.clerk, registrar=people.registrar)
    content = workbook([official(1)], [dependent()])
    assert fates(content, people.clerk) == [(2, Fate.CHANGED, "STANDING")]
    only_family = workbook([official(2)], [dependent(501, 1)])
    assert fates(only_family, people.clerk) == []
    assert roster_judging.check(only_family, "04110101").as_json()["family_ok"] == 1
    assert roster_judging.check(only_family, "06900101").as_json()["errors"] == [
        {"sheet": "ครอบครัว", "excel_row": 2, "code": "HOLDER_NOT_FOUND"}
    ]
    assert bring_in(only_family, people.clerk, "a.xlsx").row_count == 2


def test_what_the_register_says_stands_beside_what_the_file_says(people):
    same = {"birth_date": date(1973, 10, 7), "service_start_date": date(2009, 9, 16)}
    in_effect(
        member(nid(1), **same), relative(Relation.MOTHER, nid(601), last_name_th="เก่า", sex=Sex.F, birth_date=date(1950, 1, 1)),
        clerk=people.clerk, registrar=people.registrar,
    )  # fmt: skip
    mother = {"ความสัมพันธ์": "มารดา", "คำนำหน้า": "นาง", "ชื่อ": "สมศรี", "นามสกุล": "ใหม่", "วันเดือนปีเกิด": "1/1/2493"}
    found = check(workbook([official(1)], [dependent(601, 1, **mother), dependent(502, 1)]), people.clerk)
    assert [(row.fate, row.code) for row in found.rows] == [
        (Fate.KNOWN, "STANDING"), (Fate.CHANGED, "STANDING"), (Fate.NEW, None),
    ]  # fmt: skip
    assert found.rows[1].beside == ({"field": "last_name_th", "today": "เก่า", "proposed": "ใหม่"},)
    changed = check(workbook([official(1, เพศ="หญิง", วันที่เริ่มปฏิบัติหน้าที่="17/9/2552")]), people.clerk).rows[0].beside
    assert [(c["field"], c["today"], c["proposed"]) for c in changed] == [
        ("sex", "M", "F"), ("service_start_date", "2009-09-16", "2009-09-17"),
    ]  # fmt: skip
    assert bring_in(workbook([official(1, เพศ="หญิง")]), people.clerk).submission_no is None, (
        "a change makes no request yet"
    )


def test_one_refused_line_sinks_no_other(people):
    teacher = {"ประเภทบุคลากร": "ลูกจ้างประจำ"}
    in_effect(
        member(nid(9), personnel_type="PERMANENT_EMPLOYEE"), clerk=people.other_clerk, registrar=people.other_registrar
    )
    change_requests.record(
        family(member(nid(8), personnel_type="PERMANENT_EMPLOYEE")), actor=people.other_clerk, submit=True
    )
    change_requests.record(family(member(nid(7))), actor=people.clerk)
    staff = [
        official(1), official(9, **teacher), official(8, **teacher), official(7),
        official(2, ประเภทบุคลากร="พนักงานส่วนตำบล"), official(3, วันเดือนปีเกิด="1/1/2420"),
        official(4, ชื่อ="ก" * 121), official(5, วันเดือนปีเกิด="1/1/3000"),
    ]  # fmt: skip
    home = {"ความสัมพันธ์": "บิดา", "คำนำหน้า": "นาย", "วันเดือนปีเกิด": "1/5/2490"}
    kin = [
        dependent(501, 9), dependent(502, 2), dependent(503, 1, วันเดือนปีเกิด="1/5/2532"),
        dependent(504, 1, **home), dependent(505, 1, **home), dependent(1, 1),
        dependent(506, 1, วันที่ในหลักฐาน="1/1/2600"), dependent(507, 1, **{"ความสัมพันธ์": "คู่สมรส", "คำนำหน้า": "ดร."}),
        dependent(508, 7, **{"บุตรลำดับที่": "หก"}), dependent(509, 1, เลขที่หลักฐาน="9" * 101), dependent(510, 5),
    ]  # fmt: skip
    content = workbook(staff, kin)
    assert fates(content, people.clerk) == [
        (3, Fate.LAW, "OWN_RIGHT_OVERLAP"),
        (4, Fate.LAW, "ALREADY_PENDING"),
        (5, Fate.KNOWN, "DRAFT"),
        (6, Fate.LAW, "TYPE_AGENCY_MISMATCH"),
        (7, Fate.MEND, "DATE_TOO_OLD"),
        (8, Fate.MEND, "TOO_LONG"),
        (9, Fate.MEND, "DATE_IN_FUTURE"),
        (1002, Fate.LAW, "PRINCIPAL_REFUSED"),
        (1003, Fate.LAW, "PRINCIPAL_REFUSED"),
        (1004, Fate.LAW, "AGE_20"),
        (1006, Fate.MEND, "ONE_PARENT_EACH"),
        (1007, Fate.MEND, "DUPLICATE_IN_FORM"),
        (1008, Fate.MEND, "DATE_IN_FUTURE"),
        (1009, Fate.MEND, "SEX_UNKNOWN"),
        (1010, Fate.LAW, "PRINCIPAL_NOT_SUBMITTED"),
        (1011, Fate.MEND, "TOO_LONG"),
        (1012, Fate.MEND, "HOLDER_NOT_FOUND"),
    ]
    assert bring_in(content, people.clerk, "a.xlsx").row_count == 2
    sent = {r.proposal.national_id for r in loaded("id") if r.status is RequestStatus.PENDING_APPROVAL}
    assert sent == {nid(8), nid(1), nid(504)}


def test_a_second_father_or_mother_is_refused_line_by_line(people):
    born = {"birth_date": date(1955, 1, 1)}
    in_effect(
        member(nid(1)), relative(Relation.FATHER, nid(601), sex=Sex.M, **born),
        clerk=people.clerk, registrar=people.registrar,
    )  # fmt: skip
    mother = relative(Relation.MOTHER, nid(602), **born)
    change_requests.record(family(mother, principal_national_id=nid(1)), actor=people.clerk, submit=True)
    word = "ความสัมพันธ์"
    old = {"วันเดือนปีเกิด": "1/5/2495"}
    kin = [dependent(603, 1, **{word: "บิดา"}, **old), dependent(604, 1, **{word: "มารดา"}, **old), dependent(605, 1)]
    content = workbook([official(1)], kin)
    assert fates(content, people.clerk) == [
        (2, Fate.CHANGED, "STANDING"), (1002, Fate.LAW, "ONE_PARENT_EACH"), (1003, Fate.LAW, "ONE_PARENT_EACH"),
    ]  # fmt: skip
    assert bring_in(content, people.clerk, "a.xlsx").row_count == 1


def test_only_those_with_the_power_and_an_agency_bring_anything_in(people):
    content = workbook([official(1)])
    for actor, code in (
        (replace(people.clerk, powers=frozenset()), "POWER_MISSING"),
        (replace(people.clerk, agency_id=None), "AGENCY_NEEDED"),
    ):
        for verb in (
            lambda actor=actor: check(content, actor),
            lambda actor=actor: roster_imports.submit(1, actor=actor),
            lambda actor=actor: roster_imports.undo(1, actor=actor),
            lambda actor=actor: roster_imports.decide(1, {}, actor=actor),
            lambda actor=actor: roster_imports.discard(1, actor=actor, tray=tray()),
        ):
            with pytest.raises(NotAllowed) as refused:
                verb()
            assert refused.value.code == code
    assert counts() == [0] * len(WRITTEN)


def test_a_neighbour_sees_no_import_of_ours_and_may_bring_the_same_file(people):
    content = workbook([official(1, ประเภทบุคลากร="ลูกจ้างประจำ")])
    done = bring_in(content, people.clerk, "a.xlsx")
    assert [row.note.id for row in roster_pages.history(actor=people.clerk)] == [done.id]
    assert roster_pages.history(actor=people.other_clerk) == []
    for verb in (
        lambda: roster_pages.find(done.id, actor=people.other_clerk),
        lambda: roster_pages.lines(done.id, Fate.NEW, page=1, actor=people.other_clerk),
        lambda: roster_pages.staying_out(done.id, actor=people.other_clerk),
        lambda: roster_imports.undo(done.id, actor=people.other_clerk),
        lambda: roster_imports.stop(done.id, actor=people.other_clerk),
        lambda: roster_imports.check_again(done.id, actor=people.other_clerk),
        lambda: roster_imports.explain_columns(done.id, [], actor=people.other_clerk),
        lambda: roster_imports.discard(done.id, actor=people.other_clerk, tray=tray()),
    ):
        with pytest.raises(NotFound):
            verb()
    assert fates(content, people.other_clerk) == [(2, Fate.LAW, "ALREADY_PENDING")]
    assert bring_in(content, people.other_clerk).submission_no is None


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 rubbish"])
def test_rubbish_is_refused_before_anything_is_asked(people, content):
    with pytest.raises(BadInput):
        bring_in(content, people.clerk, "a.xlsx")
    assert counts() == [0] * len(WRITTEN) and reads() == []


def test_the_check_knows_no_agency_of_an_unknown_code(people):
    with pytest.raises(NotFound) as refused:
        roster_judging.check(SAMPLE.read_bytes(), "99999999")
    assert refused.value.code == "AGENCY_NOT_FOUND"

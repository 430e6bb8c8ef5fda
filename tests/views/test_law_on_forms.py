"""The law on the clerk's form and the registrar's desk: what is decided, why, on which paper, and what is in doubt."""

import io
import re
from html import unescape

import pytest
import sqlalchemy as sa

from app.models.database import db
from tests.builders import clock
from tests.services.conftest import nid
from tests.services.test_evidence import PDF
from tests.views.family_desk import NEW, complaints, filled_in, principal, relative, requests, send
from tests.views.offices import TAO, rows

TYPED = "/family-forms/typed/"
MARRIED = "1/2/2550"


@pytest.fixture
def clerk(portal):
    clock("2026-11-21 10:00")
    return portal.officer("personnel_clerk")


def told(clerk, *fields):
    """What the form is told while it is typed: by row, the words beside the person, without markup."""
    shown = filled_in(clerk.get(NEW).text)
    for more in fields:
        shown |= more
    answer = clerk.post(TYPED, shown).json
    by_row = {line["row"]: re.sub(r"(?:<[^>]+>|\s)+", " ", unescape(line["html"])) for line in answer["then"]}
    return by_row, {line["id"]: line["words"] for line in answer["left"]}


def spouse(row, number, **changes):
    fields = {
        "relation": "SPOUSE", "national_id": number, "title_th": "นาง", "first_name_th": "สมศรี", "last_name_th": "ใจดี",
        "birth_date": "5/4/2530", "sex": "F", "marriage_date": MARRIED, "marriage_paper": "MARRIAGE_CERT_TH",
        "to_follow": "1",
    }  # fmt: skip
    return {f"members-{row}-{name}": value for name, value in (fields | changes).items()}


def by_nikah(row, number, province):
    return spouse(
        row, number, first_name_th="มารียัม", marriage_paper="NIKAH_CERT_TH", marriage_date="1/2/2560", is_muslim="1",
        home_province_code=province,
    )  # fmt: skip


def children(*births, **changes):
    found = {}
    for row, birth in enumerate(births, start=1):
        found |= relative(row, nid(10 + row), birth_date=birth, first_name_th=f"ลูก{row}", **changes)
    return found


def test_a_fourth_child_has_no_place(clerk):
    law, left = told(clerk, principal(nid(1)), children("1/1/2555", "1/1/2557", "1/1/2559", "1/1/2561"))
    assert "โดยการสมรสของบิดามารดา ตามมาภายใน" in law["members-3"]
    assert "มีสิทธิ" in law["members-3"] and "บุตรชอบด้วยกฎหมายสามคนแรก" in law["members-3"]
    assert "บุตรสามคนก่อนหน้าครบลำดับแล้ว" in law["members-4"] and "บุตรลำดับที่ 1-3" in law["members-4"]
    assert "ตามมาภายใน" not in law["members-4"]  # no paper would help
    assert "บุตรสามคนก่อนหน้าครบลำดับแล้ว" in left["members-4-birth_order"]


def test_twins_in_third_place_both_come_in(clerk):
    family = children("1/1/2555", "1/1/2557", "1/1/2559", "1/1/2559")
    twins = {"members-3-seq_in_delivery": "1", "members-4-seq_in_delivery": "2"}
    law, left = told(clerk, principal(nid(1)), family, twins)
    assert left == {} and "ลำดับที่สามเป็นบุตรแฝด บุตรแฝดทุกคนของครรภ์นั้นมีสิทธิ" in law["members-4"]


def test_an_unmarried_fathers_child_without_papers_is_told_what_to_bring(clerk):
    child = relative(1, nid(2), marriage_date="", to_follow="")
    law, left = told(clerk, principal(nid(1)), child)
    assert "ยังไม่มีเอกสารที่ระเบียบกำหนด" in law["members-1"] and "หลักฐานบุตร" in law["members-1"]
    assert "ทะเบียนรับรองบุตร (คร.11)" in left["members-1-evidence_ids"]
    assert "ไม่มีสิทธิ" not in law["members-0"]
    page = send(clerk, "submit", principal(nid(1)), child)
    assert page.status_code == 400 and "ให้แนบเอกสารที่พิสูจน์ได้" in complaints(page) and requests() == []


def test_a_second_wife_by_nikah_in_pattani_and_in_phrae(clerk):
    wives = spouse(1, nid(2))
    law, left = told(clerk, principal(nid(1)), wives, by_nikah(2, nid(3), "94"))
    assert (
        left == {}
        and "โดยใบนิกะห์ ตามมาภายใน 21 ธ.ค. 2569" in law["members-2"]
        and "ชายมุสลิมในสี่จังหวัดบันทึกคู่สมรสด้วยใบนิกะห์ได้ไม่เกินสี่คน" in law["members-2"]
    )
    law, left = told(clerk, principal(nid(1)), wives, by_nikah(2, nid(3), "54"))
    assert "สตูล ปัตตานี ยะลา หรือนราธิวาส" in left["members-2-marriage_paper"] and "หลักฐานคู่สมรส" in law["members-2"]


@pytest.mark.parametrize(("own", "changed", "words"), [
    ({}, {"is_muslim": ""}, "ยังไม่ได้ทำเครื่องหมาย"),
    ({}, {"home_province_code": "54"}, "ไม่ใช่สี่จังหวัดนี้"),
    ({"sex": "F"}, {"sex": "M"}, "ไม่ได้บันทึกเป็นเพศชาย"),
])  # fmt: skip
def test_a_refused_nikah_says_which_fact_stands_against_it(clerk, own, changed, words):
    wife = by_nikah(1, nid(3), "94") | {f"members-1-{name}": value for name, value in changed.items()}
    _, left = told(clerk, principal(nid(1), **own), wife)
    assert words in left["members-1-marriage_paper"]


def test_a_spouse_who_is_an_official_elsewhere_stands_by(clerk):
    law, left = told(clerk, principal(nid(1)), spouse(1, nid(2), declared_scheme="CSMBS"))
    assert left == {} and "สิทธิสำรอง" in law["members-1"]
    assert "ต้องใช้สิทธิตนเองก่อน" in law["members-1"] and "ใช้สิทธิตนเองก่อน" in law["members-1"]


def test_a_child_whose_20th_birthday_is_tomorrow_has_one_day_more(clerk):
    law, left = told(clerk, principal(nid(1)), relative(1, nid(2), birth_date="22/11/2549"))
    assert left == {} and "ถึง 21 พ.ย. 2569" in law["members-1"] and "ผลนี้เปลี่ยนได้ในวันที่ 22 พ.ย. 2569" in law["members-1"]
    law, left = told(clerk, principal(nid(1)), relative(1, nid(2), birth_date="21/11/2549"))
    assert "บรรลุนิติภาวะ" in left["members-1-birth_date"] and "มาตรา 16" in left["members-1-birth_date"]


def test_the_statements_of_a_keystroke_do_not_grow_with_the_family(clerk):
    def count(*fields):
        shown, seen = filled_in(clerk.get(NEW).text) | {"csrf_token": clerk.token()}, []
        for more in fields:
            shown |= more

        def listen(*call):
            seen.append(call[2])

        sa.event.listen(db.engine, "before_cursor_execute", listen)
        try:
            assert clerk.client.post(TYPED, data=shown).status_code == 200
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", listen)
        return len([statement for statement in seen if not statement.startswith("BEGIN")])

    small = count(principal(nid(1)), spouse(1, nid(2)))
    assert small == count(principal(nid(1)), children(*["1/1/2555"] * 5), spouse(6, nid(2))) == 12


def attached(clerk, row, doc_type, place=0):
    paper = {"doc_type": doc_type, "file": (io.BytesIO(PDF), "paper.pdf")}
    return {f"members-{row}-evidence-{place}-{name}": value for name, value in paper.items()}


def test_an_ordinary_family_takes_the_marriage_and_its_paper_from_the_spouse(clerk):
    child = relative(2, nid(3), marriage_date="", to_follow="")
    del child["members-2-to_follow"]
    wife = spouse(1, nid(2))
    del wife["members-1-to_follow"]
    papers = attached(clerk, 1, "MARRIAGE_CERT_TH") | attached(clerk, 2, "BIRTH_CERT")
    page = send(clerk, "submit", principal(nid(1)), wife, child, papers)
    assert page.status_code == 302, complaints(page)
    assert rows("SELECT marriage_date FROM proposal WHERE relation = 'CHILD'") == [("2007-02-01",)]
    of_child = (
        "SELECT count(*) FROM evidence_link l JOIN proposal p ON p.request_id = l.request_id WHERE relation = 'CHILD'"
    )
    assert rows(of_child) == [(2,)]
    assert rows("SELECT DISTINCT law_code, status FROM change_request") == [("OK", "PENDING_APPROVAL")]


def test_facts_of_another_relation_are_no_facts_of_this_one(clerk):
    wife = spouse(1, nid(2)) | {"members-1-is_adopted": "1", "members-1-kinship": "STEP"}
    assert send(clerk, "submit", principal(nid(1)), wife).status_code == 302
    assert rows("SELECT kinship, is_adopted, marriage_paper FROM proposal WHERE relation = 'SPOUSE'") == [
        (None, None, "MARRIAGE_CERT_TH")
    ]


@pytest.fixture
def registrar(portal, clerk):
    return portal.officer("registrar")


def versions(*ids):
    return {f"version-{i}": str(rows("SELECT version FROM change_request WHERE id=:i", i=i)[0][0]) for i in ids}


def sent_spouse(clerk, paper="MARRIAGE_CERT_TH", **changes):
    """The request of a spouse with one paper, sent off with the principal."""
    wife = spouse(1, nid(2), **changes)
    del wife["members-1-to_follow"]
    page = send(clerk, "submit", principal(nid(1)), wife, attached(clerk, 1, paper))
    assert page.status_code == 302, complaints(page)
    return rows("SELECT request_id FROM proposal WHERE relation = 'SPOUSE'")[0][0]


def test_a_paper_that_is_not_accepted_goes_back_and_another_one_cures_it(clerk, registrar):
    id_ = sent_spouse(clerk)
    ((paper,),) = rows("SELECT evidence_id FROM evidence_link")
    ask = {"decision": "return", "request_id": str(id_), **versions(id_)}
    assert f'name="fault-{paper}"' in registrar.post("/approvals/summary", ask).text
    done = ask | {"reason": "อ่านไม่ออก โปรดสแกนใหม่", f"fault-{paper}": "UNREADABLE"}
    assert registrar.post("/approvals/decide", done | {f"fault-{paper}": "NONSENSE"}).status_code == 400
    assert registrar.post("/approvals/decide", done).status_code == 303
    assert rows("SELECT fault FROM evidence_link") == [("UNREADABLE",)]
    assert "ไม่รับเอกสาร: อ่านไม่ออก" in clerk.get("/my-work/").text
    assert clerk.post("/my-work/correct", {"request_id": str(id_)}).status_code == 302
    ((number,),) = rows("SELECT submission_no FROM change_request WHERE id = :i", i=id_)
    path = f"/family-forms/{number}"
    page = clerk.get(path).text
    assert "ไม่รับเอกสาร: อ่านไม่ออก" in page and "เอกสารที่มียังพิสูจน์ความสัมพันธ์ไม่ได้" in page
    assert send(clerk, "submit", path=path).status_code == 400
    place = {name.replace("members-1", "members-0"): v for name, v in attached(clerk, 1, "MARRIAGE_CERT_TH").items()}
    assert send(clerk, "submit", place, path=path).status_code == 302
    assert sorted(rows("SELECT fault FROM evidence_link"), key=str) == [("UNREADABLE",), (None,)]


def test_a_doubt_is_ticked_off_with_a_note(clerk, registrar):
    kids = relative(1, nid(2), birth_order="2") | relative(2, nid(3), birth_date="1/1/2565", birth_order="1")
    page = send(clerk, "submit", principal(nid(1)), kids)
    assert page.status_code == 302, complaints(page)
    ((doubtful, clause),) = rows("SELECT request_id, clause FROM request_flag")
    assert clause == "CHILD_ORDER_DIFFERS"
    ids = [i for (i,) in rows("SELECT id FROM change_request ORDER BY id")]
    assert "ต้องตรวจก่อนอนุมัติ" in registrar.get(f"/approvals/{doubtful}").text
    assert "ต้องตรวจดูก่อนอนุมัติ" in registrar.get("/approvals/").text
    ask = {"decision": "approve", "request_id": [str(i) for i in ids], **versions(*ids)}
    summary = registrar.post("/approvals/summary", ask).text
    assert "มี 1 คำขอที่มีข้อสงสัยซึ่งท่านต้องตรวจ" in summary and "ลำดับบุตรที่กรอกไม่ตรง" in summary
    told = {f"doubts-{doubtful}": clause}
    assert f'name="doubts-{doubtful}" value="{clause}"' in summary
    unticked = registrar.post("/approvals/decide", ask | told | {"note": "ดูสูติบัตรแล้ว"})
    assert unticked.status_code == 422 and "ทำเครื่องหมายว่าตรวจข้อสงสัยแล้ว" in unticked.text
    assert rows("SELECT count(*) FROM change_request WHERE status = 'APPROVED'") == [(0,)]
    unasked = registrar.post("/approvals/decide", ask | {"request_id": str(doubtful)}, follow_redirects=True)
    assert "กฎหมายยังมีข้อสงสัยในคำขอนี้" in unasked.text
    ticked = {"checked": "1", "note": "ดูสูติบัตรแล้ว ลำดับถูกต้อง"}
    other = ask | ticked | {"request_id": str(doubtful), f"doubts-{doubtful}": "CHILD_PUSHES_OUT"}
    assert "มีข้อสงสัยตามระเบียบเพิ่มจากที่แสดงไว้" in registrar.post("/approvals/decide", other, follow_redirects=True).text
    assert registrar.post("/approvals/decide", ask | ticked | told).status_code == 303
    assert rows("SELECT note FROM request_flag") == [("ดูสูติบัตรแล้ว ลำดับถูกต้อง",)]
    assert rows("SELECT DISTINCT status FROM change_request") == [("APPROVED",)]
    assert "ดูสูติบัตรแล้ว ลำดับถูกต้อง" in registrar.get(f"/approvals/{doubtful}").text


def test_a_document_filed_before_is_offered_to_its_agency_again(portal, clerk):
    sent_spouse(clerk)
    ((paper,),) = rows("SELECT evidence_id FROM evidence_link")
    shown = filled_in(clerk.get(NEW).text) | principal(nid(9)) | spouse(1, nid(2), to_follow="")
    html = {line["row"]: line["html"] for line in clerk.post(TYPED, shown).json["then"]}
    assert f'data-use-paper="{paper}"' in html["members-1"] and "เคยยื่นไว้ของบุคคลนี้" in html["members-1"]
    again = shown | {"members-1-evidence_ids": str(paper)}
    html = {line["row"]: line["html"] for line in clerk.post(TYPED, again).json["then"]}
    assert "data-use-paper" not in html["members-1"] and "มีแล้ว" in html["members-1"]
    neighbour = portal.officer("personnel_clerk", TAO)
    shown = filled_in(neighbour.get(NEW).text) | principal(nid(9)) | spouse(1, nid(2), to_follow="")
    assert "data-use-paper" not in str(neighbour.post(TYPED, shown).json)


def test_the_registrar_reads_why_and_which_papers_are_owed_until_when(portal, clerk):
    page = send(clerk, "submit", principal(nid(1)), spouse(1, nid(2)))
    assert page.status_code == 302
    registrar, ids = portal.officer("registrar"), [i for (i,) in rows("SELECT id FROM change_request ORDER BY id")]
    review = registrar.get(f"/approvals/{ids[1]}").text
    assert "จดทะเบียนสมรสแล้ว จึงเป็นคู่สมรสโดยชอบด้วยกฎหมาย" in review and "ตามมาภายใน 21 ธ.ค. 2569" in review
    assert "ทะเบียนสมรสไทย" in review and "1 ก.พ. 2550" in review


def test_who_lacks_only_papers_is_told_the_short_way_out(clerk):
    refused = send(clerk, "submit", principal(nid(1)), relative(1, nid(11), to_follow=""))
    words = complaints(refused)
    assert refused.status_code in (400, 422) and "เอกสาร" in words, words
    way_out = "ให้ทำเครื่องหมาย “ส่งเอกสารตามมาภายใน 30 วัน”"
    assert words.count(way_out) == 1
    untold = complaints(send(clerk, "submit", principal(nid(1)), relative(1, nid(11), marriage_date="")))
    assert "ทะเบียนรับรองบุตร" in untold and way_out not in untold  # who promised them already has to tell the fact
    assert send(clerk, "submit", principal(nid(1)), relative(1, nid(11))).status_code == 302


def test_what_cannot_be_is_told_at_its_field_while_it_is_typed(clerk):
    law, left = told(clerk, principal(nid(1)), spouse(1, nid(2), birth_date="1/1/2548"))
    assert "ยังรับรองไม่ได้" in law["members-1"] and "อายุไม่ถึง 9 ปี" in left["members-1-marriage_date"]
    assert "1 ก.พ. 2550" in left["members-1-marriage_date"] and "1 ม.ค. 2548" in left["members-1-marriage_date"]
    law, left = told(
        clerk, principal(nid(1)), relative(1, nid(3), birth_date="1/5/2560", paternity_registered_date="1/4/2560")
    )
    assert "อยู่ก่อนวันเกิด 1 พ.ค. 2560 (บุตร)" in left["members-1-paternity_registered_date"]


def test_a_hidden_sign_is_told_at_the_name_and_turns_no_line_around(clerk):
    name = "สม\u202eชาย"
    answer_law, left = told(clerk, principal(nid(1)), spouse(1, nid(2), first_name_th=name))
    assert "U+202E" in left["members-1-first_name_th"] and answer_law


def test_a_birth_that_lies_ahead_is_told_at_once(clerk):
    _law, left = told(clerk, principal(nid(1)), children("1/5/2580"))
    assert "1 พ.ค. 2580" in left["members-1-birth_date"]

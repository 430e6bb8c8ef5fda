"""อนุมัติรับรองสิทธิ on its pages: the queue, one request, decisions with an outcome per row, and what is refused."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.national_id import display, mask
from app.domain.people import DocType, PersonnelType, Relation
from app.models.database import db
from app.services import approvals, change_requests
from tests.builders import clock
from tests.services.conftest import family, nid, official, relative
from tests.services.rights_register import right
from tests.views.approval_desk import REASON, actor, open_desk, status, text_of, version
from tests.views.offices import TAO, TOWN, rows, write


@pytest.fixture
def desk(portal):
    clock("2026-11-21 14:00")
    return open_desk(portal)


def a_family(desk):
    mother = relative(Relation.MOTHER, nid(3), title_th="นาง", birth_date=date(1950, 1, 1))
    child = relative(Relation.CHILD, nid(2), title_th="ด.ญ.", first_name_th="พิมพ์ชนก", birth_order=1)
    return desk.sent(official(nid(1)), child, mother)


def test_the_queue_shows_families_masked_with_the_round_that_will_carry_them(desk):
    a_family(desk)
    page = desk.registrar.get("/approvals/").text
    words = text_of(page)
    assert "3 คำขอรอการตัดสินใจ" in words and "อนุมัติก่อน 15.00 น. มีผลวันนี้" in words
    assert "3 คน · บันทึกโดย" in words and "ส่งเมื่อ 21 พ.ย. 2569" in words
    assert "บุตร ลำดับที่ 1 ของ นายสมชาย ใจดี" in words and f"นายสมชาย ใจดี {mask(nid(1))}" in words
    assert not [n for n in (1, 2, 3) if nid(n) in page]
    assert 3500 < int(re.search(r'data-countdown="(\d+)"', page)[1]) <= 3601


def test_home_counts_what_waits(desk):
    assert 'data-waits="approvals"' not in desk.registrar.get("/").text
    a_family(desk)
    assert 'data-waits="approvals">3<' in desk.registrar.get("/").text


def test_several_are_approved_and_each_row_says_its_round(desk):
    ids = a_family(desk)
    answer = desk.decide("approve", *ids)
    assert answer.request.path == "/approvals/"
    assert text_of(answer.text).count("อนุมัติแล้ว มีผลในรอบ 21 พ.ย. 2569 15.00 น.") == 3
    assert "สำเร็จ 3 จาก 3 รายการ" in answer.text and {status(i) for i in ids} == {"APPROVED"}
    assert "ไม่มีคำขอรออนุมัติ" in answer.text
    assert "สำเร็จ 3" not in desk.registrar.get("/approvals/").text


def test_what_was_decided_is_found_again_by_its_status_and_cannot_be_ticked(desk):
    own, child, _mother = a_family(desk)
    desk.decide("return", child, reason=REASON)
    found = desk.registrar.post("/approvals/", {"status": "RETURNED"}, follow_redirects=True).text
    words = text_of(found)
    assert "ส่งกลับแก้ไข: 1 รายการ" in words and "พิมพ์ชนก" in words and 'name="request_id"' not in found
    assert "เฉพาะ: ส่งกลับแก้ไข" in words and 'value="RETURNED"' in found
    empty = desk.registrar.post("/approvals/", {"status": "EFFECTIVE"}, follow_redirects=True).text
    assert "ไม่พบคำขอที่ตรงกับตัวกรองนี้" in empty
    assert desk.registrar.post("/approvals/", {"status": "DRAFT"}).status_code == 400
    assert text_of(desk.registrar.get("/approvals/").text).count(f"นายสมชาย ใจดี {mask(nid(1))}") == 1 and own


def test_a_mix_gives_one_outcome_per_row_and_stops_at_none(desk):
    own, child, mother = a_family(desk)
    (mine,) = desk.sent(official(nid(5), first_name_th="อนันต์"), by=desk.registrar_actor)
    (taken,) = desk.sent(official(nid(6), first_name_th="วิชัย"))
    change_requests.cancel([taken], actor=desk.clerk)
    (foreign,) = desk.sent(official(nid(7), personnel_type=PersonnelType.TAO_OFFICER), by=desk.neighbour)
    answer = desk.decide("approve", own, child, mine, taken, foreign, mother, seen={child: 99})
    words = text_of(answer.text)
    assert "สำเร็จ 2 จาก 6 รายการ" in words
    outcomes = re.findall(r'<li class="is-(done|refused)">(.*?)</li>', answer.text, re.DOTALL)
    assert [kind for kind, _ in outcomes] == ["refused"] * 4 + ["done"] * 2
    stale, four_eyes, gone, hidden, _, _ = (text_of(words) for _, words in outcomes)
    assert "แล้วตัดสินใจอีกครั้ง" in stale
    assert "ให้นายทะเบียนคนอื่นของหน่วยงานเป็นผู้ตัดสินใจ" in four_eyes
    assert "ยกเลิก" in gone and "ถอนคำขอไปก่อนแล้ว" in gone
    assert "คำขอที่ไม่อยู่ในหน่วยงานของท่าน" in hidden
    assert [status(i) for i in (own, child, mine, taken, foreign, mother)] == [
        "APPROVED", "PENDING_APPROVAL", "PENDING_APPROVAL", "CANCELLED", "PENDING_APPROVAL", "APPROVED",
    ]  # fmt: skip


def test_a_second_press_is_told_that_it_was_oneself(desk):
    mine, others = desk.sent()[0], desk.sent(official(nid(2)))[0]
    desk.portal.account("registrar2", "registrar", TOWN)
    second = actor(desk.portal, "registrar2", "registrar", TOWN)
    approvals.approve([others], actor=second, seen_versions={others: version(others)})
    pages = [desk.decide("approve", one).text for one in (mine, mine, others)]
    assert ["ท่านเป็นผู้ตัดสินเองแล้ว" in page for page in pages] == [False, True, False]


def test_return_and_reject_ask_for_a_reason(desk):
    for serial, decision, after, words in (
        (1, "return", "RETURNED", "ส่งกลับแก้ไขแล้ว"),
        (2, "reject", "REJECTED", "ไม่อนุมัติแล้ว"),
    ):
        (id_,) = desk.sent(official(nid(serial)))
        _ask_and_decide(desk, id_, decision, after, words)


def _ask_and_decide(desk, id_, decision, after, words):
    asked = desk.decide(decision, id_)
    assert asked.status_code == 200 and "<textarea" in asked.text and "นายสมชาย ใจดี" in asked.text
    blank = desk.decide(decision, id_, reason=" \n ", asked="1")
    assert blank.status_code == 400 and "โปรดระบุข้อมูลในช่องนี้" in blank.text
    long = desk.decide(decision, id_, reason="ก" * 1001, asked="1")
    assert long.status_code == 400 and "ก" * 1001 in long.text
    assert status(id_) == "PENDING_APPROVAL"
    done = desk.decide(decision, id_, reason=REASON)
    assert words in done.text and status(id_) == after
    assert rows("SELECT decision_reason FROM change_request WHERE id = :id", id=id_) == [(REASON,)]


def test_after_a_return_the_page_shows_reason_and_what_changed(desk):
    (id_,) = desk.sent()
    desk.decide("return", id_, reason=REASON)
    number = change_requests.correct(id_, actor=desk.clerk).submission_no
    again = official(nid(1), birth_date=date(1985, 5, 14), request_id=id_)
    change_requests.record(family(again, submission_no=number), actor=desk.clerk, submit=True)
    words = text_of(desk.registrar.get(f"/approvals/{id_}").text)
    assert "ส่งกลับแก้ไข · ทดสอบ registrar · 21 พ.ย. 2569" in words
    assert f"เหตุผล: {REASON}" in words and "วันเกิด 4 พ.ค. 2528 14 พ.ค. 2528" in words
    assert "แก้ไขครั้งที่ 2" in text_of(desk.registrar.get("/approvals/").text)
    assert "มีผลในรอบ" in desk.decide("approve", id_, from_review="1").text


def test_the_request_is_shown_in_full_beside_its_evidence_and_family(desk):
    own, child, _mother = a_family(desk)
    for number, media, kind in ((1, "image/png", DocType.BIRTH_CERT), (2, "application/pdf", DocType.HOUSE_REG)):
        write(
            "INSERT INTO evidence_document (id, uploader_agency_id, doc_type, doc_no, media_type, uploaded_at)"
            " VALUES (:id, :a, :kind, '214/2569', :media, '2026-11-20')",
            id=number, a=desk.clerk.agency_id, kind=kind, media=media,
        )  # fmt: skip
        write(
            "INSERT INTO evidence_link (request_id, evidence_id, agency_id) VALUES (:r, :e, :a)",
            r=child, e=number, a=desk.clerk.agency_id,
        )  # fmt: skip
    page = desk.registrar.get(f"/approvals/{child}").text
    words = text_of(page)
    assert '<img src="/evidence/1"' in page and 'href="/evidence/2"' in page
    assert "สูติบัตร 214/2569" in words and display(nid(2)) in page and display(nid(1)) not in page
    assert "2 ม.ค. 2558 (อายุ 11 ปี)" in words and "1 ต.ค. 2558 – 1 ม.ค. 2578" in words
    assert f'href="/approvals/{own}"' in page and 'rel="prev"' in page and 'rel="next"' in page


def test_opening_a_request_is_written_down(desk):
    (id_,) = desk.sent()
    assert desk.registrar.get(f"/approvals/{id_}").status_code == 200
    with db.reads.connect() as connection:
        found = connection.execute(sa.text("SELECT object_type, object_id, actor_id FROM read_access")).all()
    assert [tuple(row) for row in found] == [("change_request", str(id_), desk.registrar_actor.user_id)]


def test_four_eyes_is_said_and_the_buttons_are_gone(desk):
    (mine,) = desk.sent(by=desk.registrar_actor)
    page = desk.registrar.get(f"/approvals/{mine}").text
    assert "จึงต้องให้นายทะเบียนคนอื่นเป็นผู้อนุมัติ" in page and "data-decide" not in page
    assert "ท่านบันทึกหรือแก้เอง" in desk.registrar.get("/approvals/").text
    write("UPDATE ab_user SET active = :off WHERE username = 'clerk'", off=False)
    page = desk.registrar.get(f"/approvals/{mine}").text
    assert "ให้ผู้ตรวจสอบเห็น" in page and "data-decide" in page


def test_a_wrong_entry_is_voided_by_approval(desk):
    entry = right(nid(1), agency_id=desk.clerk.agency_id)
    (id_,) = change_requests.report_error(entry, "บันทึกผิดคน", actor=desk.clerk).request_ids
    assert "ยกเลิกรายการที่บันทึกผิด" in desk.registrar.get("/approvals/").text
    words = text_of(desk.registrar.get(f"/approvals/{id_}").text)
    assert "เหตุผลที่แจ้งบันทึกผิด: บันทึกผิดคน" in words and "ยกเลิก เสมือนไม่เคยบันทึก" in words
    answer = desk.decide("approve", id_, from_review="1")
    assert answer.request.path == f"/approvals/{id_}" and "มีผลในรอบ 21 พ.ย. 2569 15.00 น." in text_of(answer.text)
    assert status(id_) == "APPROVED"


def test_filters_are_kept_out_of_the_address_and_said_in_words(desk):
    own, child, _mother = a_family(desk)
    form = {"relation": "CHILD", "submitted_from": "1/11/2569", "name": "พิมพ์", "recorder_id": str(desk.clerk.user_id)}
    answer = desk.registrar.post("/approvals/", form, follow_redirects=True)
    assert re.fullmatch(r"q=[\w-]+", answer.request.query_string.decode())
    assert "แสดงเฉพาะ: บันทึกโดย" in text_of(answer.text) and "ส่งตั้งแต่ 1 พ.ย. 2569 · บุตร · ชื่อมีคำว่า พิมพ์" in answer.text
    assert re.findall(r'name="request_id" value="(\d+)"', answer.text) == [str(child)]
    link = re.search(rf'href="(/approvals/{child}\?q=[\w-]+)"', answer.text)[1]
    assert 'rel="next"' not in desk.registrar.get(link).text
    assert desk.registrar.post("/approvals/", {}).location == "/approvals/"
    assert desk.registrar.get("/approvals/?q=forgotten").text.count('name="request_id"') == 3


def test_what_cannot_be_read_is_said_at_its_field_and_stays_typed(desk):
    for form, words in (
        ({"submitted_from": "31/2/2569"}, "วันที่ไม่ถูกต้อง"),
        ({"submitted_from": "2/11/2569", "submitted_until": "1/11/2569"}, "วันสุดท้ายอยู่ก่อนวันแรก"),
        ({"type": "NONSENSE"}, "has-error"),
        ({"recorder_id": "999999"}, "has-error"),
        ({"relation": "'; --"}, "has-error"),
        ({"name": "ก" * 101}, "has-error"),
        ({"name": "1234"}, "13 หลัก"),
    ):
        answer = desk.registrar.post("/approvals/", form)
        assert answer.status_code == 400 and "has-error" in answer.text and words in answer.text, form
        assert next(iter(form.values())) in answer.text or form.keys() & {"type", "recorder_id", "relation"}


def test_a_number_goes_to_its_request_and_never_into_an_address(desk):
    (id_,) = desk.sent()
    answer = desk.registrar.post("/approvals/", {"name": nid(1)})
    assert answer.location == f"/approvals/{id_}"
    missing = desk.registrar.post("/approvals/", {"name": nid(2)})
    assert missing.location == "/approvals/"
    assert "ไม่มีคำขอที่รออนุมัติของเลขนี้" in desk.registrar.get("/approvals/").text


def test_garbage_for_ids_is_refused_and_nothing_is_decided(desk):
    (id_,) = desk.sent()
    many = [str(number) for number in range(1, 10_001)]
    for ids in (["ก"], ["-1"], ["0"], ["1e3"], ["9" * 40], ["2147483648"], [str(id_), "x"], many):
        form = {"decision": "approve", "request_id": ids, f"version-{id_}": "1"}
        assert desk.registrar.post("/approvals/decide", form).status_code == 400
    for path in ("ก", "-1", "0", "4711", "9" * 30, "1.5"):
        assert desk.registrar.get(f"/approvals/{path}").status_code == 404
    assert status(id_) == "PENDING_APPROVAL"


def test_other_garbage_is_refused(desk):
    (id_,) = desk.sent()
    assert desk.registrar.post("/approvals/decide", {"decision": "burn", "request_id": str(id_)}).status_code == 400
    none_ticked = desk.registrar.post("/approvals/decide", {"decision": "approve"}, follow_redirects=True)
    assert "ยังไม่ได้เลือกคำขอ" in none_ticked.text
    for seen in ("", "abc", "-1", "9" * 50):
        form = {"decision": "approve", "request_id": str(id_), f"version-{id_}": seen}
        assert "is-refused" in desk.registrar.post("/approvals/decide", form, follow_redirects=True).text
    for page in ("0", "-3", "x", "9" * 30, "99999999"):
        assert desk.registrar.get(f"/approvals/?page={page}").status_code == 200
    assert status(id_) == "PENDING_APPROVAL"


def test_neighbours_and_wrong_roles_reach_nothing(desk):
    (id_,) = desk.sent()
    neighbour = desk.portal.officer("registrar", TAO)
    assert neighbour.get(f"/approvals/{id_}").status_code == 404
    assert neighbour.get(f"/approvals/{id_}/panel").status_code == 404
    assert "สมชาย" not in neighbour.get("/approvals/").text
    form = {"decision": "approve", "request_id": str(id_), f"version-{id_}": "1"}
    refused = neighbour.post("/approvals/decide", form, follow_redirects=True).text
    assert "คำขอที่ไม่อยู่ในหน่วยงานของท่าน" in refused and "สมชาย" not in refused
    reason = neighbour.post("/approvals/decide", form | {"decision": "return"})
    assert "สมชาย" not in reason.text
    strangers = [desk.portal.officer(r) for r in ("personnel_clerk", "finance_clerk", "nhso_admin", "auditor")]
    for stranger in (*strangers, visitor := desk.portal.browser()):
        wanted = 302 if stranger is visitor else 403
        for answer in (
            stranger.get("/approvals/"),
            stranger.get(f"/approvals/{id_}"),
            stranger.get(f"/approvals/{id_}/panel"),
            stranger.post("/approvals/summary", form),
            stranger.post("/approvals/", {"name": "x"}),
            stranger.post("/approvals/decide", form),
        ):
            assert answer.status_code == wanted and "สมชาย" not in answer.text
    assert status(id_) == "PENDING_APPROVAL"


def test_without_the_forms_token_nothing_is_decided(desk):
    (id_,) = desk.sent()
    form = {"decision": "approve", "request_id": str(id_), f"version-{id_}": "1"}
    assert desk.registrar.client.post("/approvals/decide", data=form).status_code == 400
    assert status(id_) == "PENDING_APPROVAL"


def test_the_list_asks_few_questions_however_long_it_is(desk):
    def statements() -> list[str]:
        asked: list[str] = []

        def count(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("BEGIN", "SAVEPOINT", "ROLLBACK", "RELEASE")):
                asked.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", count)
        assert desk.registrar.get("/approvals/").status_code == 200
        sa.event.remove(db.engine, "before_cursor_execute", count)
        return asked

    a_family(desk)
    statements()  # the session takes the form's token
    few = statements()
    assert len(few) <= 34  # half of them are the frame's: who is here, what waits, the coming round
    for serial in range(10, 40):
        desk.sent(official(nid(serial)))
    right(nid(1), agency_id=desk.clerk.agency_id)
    assert [s.split(" FROM ")[-1][:60] for s in statements()] == [s.split(" FROM ")[-1][:60] for s in few]

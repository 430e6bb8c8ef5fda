"""ตรวจสอบสิทธิ as an officer meets it: the answer, its marks, what is refused, and where the number never stands."""

import logging

import pytest

from app.domain import national_id
from app.domain.clock import real_now
from tests.services.conftest import nid
from tests.services.rights_register import NAMES, TODAY, agency, days, lose_the_audit_of_reads, reads, right
from tests.views.rights_portal import be, csrf, logged_in, officer, portal

PAGE = "/rights/"
SOMCHAI, SUDA, STRANGER = nid(201), nid(202), nid(203)


@pytest.fixture
def ask(app):
    """Ask as a clerk, through the form."""
    browser = logged_in(app, officer("personnel_clerk"))
    word = csrf(browser, PAGE)

    def ask(national_id, on=""):
        return browser.post(PAGE, data={"national_id": national_id, "on": on, "csrf_token": word})

    return ask


def test_a_clerk_reads_the_answer_in_thai_with_dates_of_the_buddhist_era(ask):
    right(SOMCHAI, entitled_from=days(-10), entitled_until=days(20))
    page = ask(national_id.display(SOMCHAI), be(TODAY))
    assert page.status_code == 200
    assert "✓ มีสิทธิ" in page.text and "✗ ไม่มีสิทธิ" not in page.text
    assert "เทศบาลเมืองตัวอย่าง" in page.text and "04110101" in page.text and "L1" in page.text
    last = days(19)
    assert f"{last.day} " in page.text and f" {last.year + 543}" in page.text
    assert "คำตอบชั่วคราว" not in page.text and "สิทธิอื่น: ไม่ทราบ" in page.text
    assert national_id.display(SOMCHAI) in page.text
    assert not [name for name in NAMES if name in page.text]


def test_without_a_day_today_is_meant(ask):
    right(SOMCHAI, entitled_from=TODAY)
    assert "✓ มีสิทธิ" in ask(SOMCHAI).text


def test_a_day_ahead_is_marked_provisional(ask):
    right(SOMCHAI)
    page = ask(SOMCHAI, be(days(30)))
    assert "✓ มีสิทธิ" in page.text and "คำตอบชั่วคราว" in page.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"entitled_from": days(5)}, "ยังไม่ถึงวันเกิดสิทธิ"),
        ({"entitled_until": days(-5)}, "หมดสิทธิก่อนวันที่ถาม"),
        ({"suspended": True, "entitled_until": days(-1)}, "สิทธิถูกระงับระหว่างพักราชการ"),
        ({"voided": True, "voided_at": real_now()}, "รายการถูกยกเลิกเพราะบันทึกผิด"),
        ({"effective_at": real_now().replace(year=real_now().year + 1)}, "ไม่พบสิทธิของบุคคลนี้ในทะเบียน"),
    ],
)
def test_a_no_says_why(ask, values, words):
    right(SOMCHAI, **values)
    page = ask(SOMCHAI)
    assert "✗ ไม่มีสิทธิ" in page.text and "✓ มีสิทธิ" not in page.text
    assert words in page.text


def test_several_rights_stand_in_the_order_of_use(ask):
    right(SUDA)
    right(SUDA, through=SOMCHAI, standby_since=days(-5), agency_id=agency("06900101", "อบต.ตัวอย่าง"))
    page = ask(SUDA).text
    assert page.index("ลำดับการใช้สิทธิที่ 1") < page.index("04110101") < page.index("ลำดับการใช้สิทธิที่ 2")
    assert page.index("ลำดับการใช้สิทธิที่ 2") < page.index("06900101")


@pytest.mark.parametrize(
    ("number", "on", "words"),
    [
        ("", "", "โปรดระบุข้อมูลในช่องนี้"),
        ("1990101000017", "", "หลักสุดท้ายไม่ตรงกับหลักอื่น"),
        ("19901", "", "ต้องมี 13 หลัก"),
        ("<script>alert(1)</script>", "", "ต้องเป็นตัวเลขเท่านั้น"),
        ("9" * 500, "", "ต้องเป็นตัวเลขเท่านั้น"),
        (SOMCHAI, "31/2/2569", "วันที่ไม่ถูกต้อง"),
        (SOMCHAI, "21/11/2026", "ไม่ใช่ปี พ.ศ."),
        (SOMCHAI, "x" * 500, "วันที่ไม่ถูกต้อง"),
    ],
)
def test_garbage_is_explained_at_its_field_and_kept(ask, number, on, words):
    page = ask(number, on)
    assert page.status_code == 400 and words in page.text
    assert "<script>alert" not in page.text and "right-verdict" not in page.text
    assert (number or on) == "" or (number or on).replace("<", "&lt;").replace(">", "&gt;") in page.text
    assert reads() == []


def test_every_look_up_is_recorded_under_the_officer(ask):
    right(SOMCHAI)
    for _ in range(2):
        ask(SOMCHAI)
    ask(STRANGER)
    assert [(row.actor_name, row.purpose, row.answer) for row in reads()] == [
        ("personnel_clerk_1", "RIGHTS_LOOKUP", "ENTITLED"),
        ("personnel_clerk_1", "RIGHTS_LOOKUP", "ENTITLED"),
        ("personnel_clerk_1", "RIGHTS_LOOKUP", "NO_RIGHT_KNOWN"),
    ]


def test_what_cannot_be_recorded_is_not_answered(ask):
    right(SOMCHAI)
    lose_the_audit_of_reads()
    page = ask(SOMCHAI)
    assert page.status_code == 503 and "จึงไม่ให้คำตอบ" in page.text
    assert "✓ มีสิทธิ" not in page.text and "04110101" not in page.text


def test_the_number_stands_in_no_address_and_no_log(ask, caplog):
    caplog.set_level(logging.DEBUG)
    right(SOMCHAI)
    page = ask(SOMCHAI)
    assert page.request.query_string == b"" and SOMCHAI not in page.request.path
    assert 'method="post"' in page.text and page.headers["Cache-Control"] == "no-store"
    assert PAGE in caplog.text and SOMCHAI not in caplog.text


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("personnel_clerk", 200), ("finance_clerk", 200), ("registrar", 200), ("nhso_admin", 200), ("nhso_finance", 200),
        ("auditor", 403), ("provincial_officer", 403),
    ],
)  # fmt: skip
def test_the_roles_of_spec_7_may_ask_and_no_others(app, role, status):
    right(SOMCHAI)
    browser = logged_in(app, officer(role))
    assert browser.get(PAGE).status_code == status
    word = csrf(browser, "/")
    page = browser.post(PAGE, data={"national_id": SOMCHAI, "csrf_token": word})
    assert page.status_code == status
    assert ("✓ มีสิทธิ" in page.text) is (status == 200)
    assert len(reads()) == (1 if status == 200 else 0)


def test_a_visitor_is_sent_to_log_in(app):
    right(SOMCHAI)
    visitor = app.test_client()
    for answer in (visitor.get(PAGE), visitor.post(PAGE, data={"national_id": SOMCHAI})):
        assert answer.status_code in (302, 400) and SOMCHAI not in answer.headers.get("Location", "")
        assert "✓ มีสิทธิ" not in answer.text and "04110101" not in answer.text
    assert "/login/" in visitor.get(PAGE).headers["Location"]
    assert reads() == []


def test_another_sites_form_asks_nothing(app):
    browser = logged_in(app, officer("personnel_clerk"))
    assert browser.post(PAGE, data={"national_id": SOMCHAI}).status_code == 400
    assert reads() == []


def test_a_day_that_nobody_lives_to_see_is_asked_again(ask):
    right(SOMCHAI)
    far = ask(SOMCHAI, "1/1/9999")
    assert far.status_code == 400 and "ล่วงหน้านานเกินไป" in far.text and "✓ มีสิทธิ" not in far.text and reads() == []
    assert ask(SOMCHAI, be(days(365 * 99))).status_code == 200


def test_an_officer_asks_so_often_and_no_more_wherever_he_sits(sqlite_database, tmp_path):
    app = portal(sqlite_database, tmp_path / "instance", OFFICER_LOOKUP_LIMIT="3 per hour;5 per day")
    clerk = officer("personnel_clerk")
    one, there, other = (logged_in(app, name) for name in (clerk, clerk, officer("registrar")))
    question = {"national_id": SOMCHAI, "csrf_token": csrf(one, PAGE)}
    assert [one.post(PAGE, data=question).status_code for _ in range(3)] == [200] * 3
    refused = there.post(PAGE, data=question | {"csrf_token": csrf(there, PAGE)})
    assert refused.status_code == 429 and len(reads()) == 3 and int(refused.headers["Retry-After"]) > 3000
    assert "เจ้าหน้าที่หนึ่งคนตรวจได้" in refused.text and "โปรดรอ" in refused.text and "Caps Lock" not in refused.text
    assert one.get(PAGE).status_code == 200
    assert other.post(PAGE, data=question | {"csrf_token": csrf(other, PAGE)}).status_code == 200


def test_who_asks_for_strangers_on_the_claim_form_has_no_more_questions_than_on_the_page_of_rights(
    sqlite_database, tmp_path
):
    app = portal(sqlite_database, tmp_path / "instance", OFFICER_LOOKUP_LIMIT="4 per hour")
    right(SOMCHAI)
    right(STRANGER, agency_id=agency("06900101", "อบต.ตัวอย่าง"))
    browser = logged_in(app, officer("finance_clerk"))
    form = "/claim-forms/new"
    word = {
        "csrf_token": csrf(browser, form),
        "served_on": be(days(-3)),
        "receipt_on": be(days(-3)),
        "patient_type": "OP",
    }

    def post(number: str, action: str = "check"):
        return browser.post(form, data=word | {"national_id": number, "action": action})

    assert [post(SOMCHAI).status_code for _ in range(6)] == [200] * 6, "receipts of its own people, all day"
    assert post(SOMCHAI, "save").status_code == 400 and post("", "check").status_code == 200
    assert "เบิกที่หน่วยงานนี้ไม่ได้" in post(STRANGER).text
    assert post(STRANGER, "save").status_code == 400 and post(SUDA).status_code == 200
    assert browser.post(PAGE, data=word | {"national_id": SOMCHAI}).status_code == 200, "there each question counts"
    for refused in (post(STRANGER), browser.post(PAGE, data=word | {"national_id": SOMCHAI})):
        assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 3000
        assert "เจ้าหน้าที่หนึ่งคนตรวจได้" in refused.text and "Caps Lock" not in refused.text
    assert "ข้อมูลที่พิมพ์ไว้ยังอยู่" in post(STRANGER, "save").text, "how to keep what was typed"
    own = (post(SOMCHAI), post(SOMCHAI, "save"), post("1", "save"), post(SUDA))
    assert [one.status_code for one in own] == [200, 400, 400, 429], "its own people are no look-up, nor is a slip"

"""The family form on real pages: drafts and sending, everything kept after a refusal, stale forms, two presses, hints."""

import io
import re
import threading
from html import unescape

import pytest

from tests.services.carried_families import in_effect, person_id
from tests.services.conftest import nid, official
from tests.services.test_evidence import PDF, PROGRAM, png
from tests.views.family_desk import (
    NEW,
    actor,
    complaints,
    filled_in,
    logged_in,
    official_form,
    principal,
    relative,
    requests,
    send,
)
from tests.views.offices import TAO, rows


@pytest.fixture
def clerk(portal):
    return portal.officer("personnel_clerk")


def text_of(page) -> str:
    return unescape(page.text)


def with_file(row: int, content: bytes, name: str, **values) -> dict:
    given = {"doc_type": "HOUSE_REG", "doc_no": "12/2560", "issue_date": "1/3/2560"} | values
    fields = {f"members-{row}-evidence-0-{field}": value for field, value in given.items()}
    return fields | {f"members-{row}-evidence-0-file": (io.BytesIO(content), name)}


def test_a_family_goes_from_draft_to_the_registrar(both_portals):
    clerk = both_portals.officer("personnel_clerk")
    kept = send(clerk, "save", official_form(), relative(1, nid(2)), with_file(1, png(), "สูติบัตร ใบบุญ.png"))
    assert kept.status_code == 302 and requests() == [("DRAFT",), ("DRAFT",)]
    address = kept.headers["Location"]
    page = clerk.get(address)
    shown = filled_in(page.text)
    assert shown["members-0-birth_date"] == "04/05/2528" and "วันเสาร์ 4 พ.ค. 2528" in page.text
    assert shown["members-1-first_name_th"] == "ใบบุญ" and "สูติบัตร ใบบุญ.png" in page.text
    assert shown["members-1-evidence_ids"] and "members-0-evidence_ids" not in shown
    sent = send(clerk, "submit", {"members-1-first_name_th": "ใบบัว"}, path=address)
    assert sent.status_code == 302
    assert requests() == [("PENDING_APPROVAL",), ("PENDING_APPROVAL",)]
    assert rows("SELECT first_name_th FROM proposal ORDER BY request_id") == [("สมชาย",), ("ใบบัว",)]
    assert rows("SELECT count(*) FROM evidence_link") == [(1,)]
    after = text_of(clerk.get(sent.headers["Location"]))
    assert "รออนุมัติ" in after and "ใบบัว" in after and "โรงพยาบาลจะเห็นสิทธิ" in after
    assert nid(1) not in address + sent.headers["Location"] and "1-9901-xxxxx-" in after


def test_an_english_form_names_its_round_by_the_hour_alone(clerk):
    clerk.get("/lang/en")
    words = re.search(r"<dd data-round>([^<]+)", clerk.get(NEW).text)[1]
    assert re.fullmatch(r"Round \d\d\.00(?: of \d{1,2} [A-Z][a-z]{2} 25\d\d)?, if approved before", words)


def test_everything_typed_and_uploaded_is_kept_when_something_is_wrong(clerk):
    wrong = relative(1, "1-9901-00127-64-2", birth_date="31/2/2563") | {"members-0-birth_date": "4/5/1985"}
    page = send(clerk, "submit", official_form(), wrong, with_file(0, PDF, "ทะเบียนบ้าน.pdf"))
    assert page.status_code == 400 and requests() == []
    told = complaints(page)
    assert "ปี 1985 ไม่ใช่ปีพุทธศักราช หมายถึง 2528 หรือไม่" in told and "หลักสุดท้าย" in told
    assert 'href="#members-1-national_id"' in page.text and 'href="#members-0-birth_date"' in page.text
    shown = filled_in(page.text)
    assert shown["members-1-national_id"] == "1-9901-00127-64-2"
    assert (shown["members-0-birth_date"], shown["members-1-birth_date"]) == ("4/5/1985", "31/2/2563")
    assert shown["members-0-personnel_type"] == "MUNICIPAL_OFFICER" and "ทะเบียนบ้าน.pdf" in page.text
    mended = shown | relative(1, nid(2)) | {"members-0-birth_date": "4/5/2528", "action": "submit"}
    assert clerk.post(NEW, mended).status_code == 302
    assert len(requests()) == 2 and rows("SELECT count(*) FROM evidence_document") == [(1,)]
    assert rows("SELECT count(*) FROM evidence_link") == [(1,)]


def test_what_the_law_refuses_stands_at_its_field(clerk):
    page = send(
        clerk,
        "submit",
        principal(nid(1), personnel_type="TAO_OFFICER", birth_date="4/5/2505"),
        relative(1, nid(2), birth_date="1/1/2535"),
    )
    assert page.status_code == 400 and requests() == []
    assert "พนักงานส่วนตำบล" in complaints(page) and "บรรลุนิติภาวะเมื่อ 1 ม.ค. 2555" in complaints(page)
    assert 'href="#members-0-personnel_type"' in page.text and 'href="#members-1-birth_date"' in page.text


def test_a_draft_may_be_incomplete_but_not_the_submission(clerk):
    thin = {"members-0-relation": "SELF", "members-0-national_id": nid(1)}
    assert send(clerk, "submit", thin).status_code == 400
    assert send(clerk, "save", thin).status_code == 302
    assert requests() == [("DRAFT",)]


def test_rows_come_and_go_without_a_script(clerk):
    page = send(clerk, "add", official_form(), with_file(0, PDF, "ก.pdf"))
    assert page.status_code == 200 and requests() == []
    shown = filled_in(page.text)
    assert shown["members-1-national_id"] == "" and shown["members-0-first_name_th"] == "สมชาย"
    assert shown["members-0-evidence_ids"]
    again = clerk.post(NEW, shown | relative(1, nid(2)) | {"action": "add"})
    shown = filled_in(again.text)
    assert shown["members-1-first_name_th"] == "ใบบุญ" and "members-2-national_id" in shown
    less = filled_in(clerk.post(NEW, shown | {"action": "remove-1"}).text)
    assert "ใบบุญ" not in less.values()
    # A row in which nobody was entered is no person.
    assert clerk.post(NEW, less | {"action": "submit"}).status_code == 302
    assert len(requests()) == 1


def test_birth_dates_as_the_civil_registry_knows_them(clerk):
    parents = relative(1, nid(2), relation="FATHER", sex="M", birth_date="๒๔๙๐") | relative(
        2, nid(3), relation="MOTHER", birth_date="00/07/2495"
    )
    address = send(clerk, "save", official_form(), parents).headers["Location"]
    found = rows("SELECT birth_date_precision, birth_date FROM proposal ORDER BY request_id")
    assert [precision for precision, _ in found] == ["DAY", "YEAR", "MONTH"]
    assert [str(day) for _, day in found][1:] == ["1947-01-01", "1952-07-01"]
    shown = filled_in(clerk.get(address).text)
    assert (shown["members-1-birth_date"], shown["members-2-birth_date"]) == ("2490", "00/07/2495")
    assert send(clerk, "save", path=address).status_code == 302
    assert rows("SELECT birth_date_precision, birth_date FROM proposal ORDER BY request_id") == found


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (PROGRAM, "สแกน.pdf", "ไม่ใช่ PDF, JPG หรือ PNG จริง"),
        (b"", "ว่าง.pdf", "ไฟล์ว่างเปล่า"),
        (PDF + b"\n" * (5 * 1024 * 1024), "ใหญ่.pdf", "เกิน 5 MB"),
    ],
)
def test_a_bad_upload_is_refused_at_its_row_and_the_good_one_stays(clerk, content, name, words):
    page = send(
        clerk, "submit", official_form(), relative(1, nid(2)), with_file(0, png(), "ดี.png"), with_file(1, content, name)
    )
    assert page.status_code == 400 and requests() == []
    assert words in complaints(page) and 'href="#members-1-evidence-0-file"' in page.text
    shown = filled_in(page.text)
    assert shown["members-0-evidence_ids"] and "members-1-evidence_ids" not in shown
    assert rows("SELECT original_name FROM evidence_document") == [("ดี.png",)]


def test_a_document_needs_its_kind_and_its_file(clerk):
    page = send(clerk, "save", official_form(), {"members-0-evidence-0-doc_type": "HOUSE_REG"})
    assert page.status_code == 400 and 'href="#members-0-evidence-0-file"' in page.text
    page = send(clerk, "save", official_form(), with_file(0, PDF, "ก.pdf", doc_type=""))
    assert page.status_code == 400 and 'href="#members-0-evidence-0-doc_type"' in page.text
    assert requests() == []


def test_the_second_press_shows_what_the_first_did(clerk):
    shown = filled_in(clerk.get(NEW).text) | official_form() | {"action": "submit"}
    first, second = clerk.post(NEW, shown), clerk.post(NEW, shown)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert len(requests()) == 1
    assert "แบบนี้ส่งไปแล้ว" in clerk.get(second.headers["Location"]).text


def test_a_refused_form_may_be_sent_again_as_it_is(clerk):
    shown = filled_in(clerk.get(NEW).text) | official_form() | {"members-0-sex": "", "action": "submit"}
    for _ in range(2):
        assert clerk.post(NEW, shown).status_code == 400
    assert requests() == []


def test_two_presses_at_once_write_once(both_portals):
    clerk = both_portals.officer("personnel_clerk")
    shown = filled_in(clerk.get(NEW).text) | official_form() | {"action": "save", "csrf_token": clerk.token()}
    start, answers = threading.Barrier(2), []

    def press():
        browser = both_portals.app.test_client()
        browser.set_cookie("lgo_portal", clerk.cookie())
        start.wait()
        answers.append(browser.post(NEW, data=shown))

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert requests() == [("DRAFT",)]


def test_a_form_that_somebody_else_changed_is_refused(clerk):
    address = send(clerk, "save", official_form(), relative(1, nid(2))).headers["Location"]
    mine = filled_in(clerk.get(address).text) | {"members-0-first_name_th": "ของฉัน", "action": "save"}
    assert send(clerk, "save", {"members-0-first_name_th": "ของเขา"}, path=address).status_code == 302
    page = clerk.post(address, mine)
    assert page.status_code == 409 and "มีผู้แก้ไขแบบนี้ระหว่างที่ท่านเปิดอยู่" in page.text
    assert filled_in(page.text)["members-0-first_name_th"] == "ของฉัน"
    assert rows("SELECT first_name_th FROM proposal ORDER BY request_id") == [("ของเขา",), ("ใบบุญ",)]


def test_a_draft_that_the_form_never_showed_is_not_dropped_by_it(clerk):
    address = send(clerk, "save", official_form(), relative(1, nid(2))).headers["Location"]
    shown = filled_in(clerk.get(address).text)
    unseen = {name: value for name, value in shown.items() if not name.startswith("members-1-")}
    unseen["seen_requests"] = shown["members-0-request_id"]
    assert clerk.post(address, unseen | {"action": "save"}).status_code == 409
    assert len(requests()) == 2
    assert clerk.post(address, unseen | {"seen_requests": shown["seen_requests"], "action": "save"}).status_code == 302
    assert len(requests()) == 1


def test_family_is_added_to_a_principal_of_the_register(portal):
    clerk, registrar = actor(portal, "clerk1", "personnel_clerk"), actor(portal, "registrar1", "registrar")
    in_effect(official(nid(1)), clerk=clerk, registrar=registrar)
    browser, path = logged_in(portal, "clerk1"), f"/family-forms/for/{person_id(nid(1))}"
    assert "นายสมชาย ใจดี" in browser.get(path).text
    sent = send(browser, "submit", relative(0, nid(2)), path=path)
    assert sent.status_code == 302
    assert rows("SELECT principal_national_id FROM proposal ORDER BY request_id") == [(nid(1),), (nid(1),)]
    assert "นายสมชาย ใจดี" in browser.get(sent.headers["Location"]).text
    assert send(browser, "submit", principal(nid(3)), path=path).status_code == 400
    assert send(browser, "submit", path=path).status_code == 400
    for number in (10**9, 10**30):
        assert browser.get(f"/family-forms/for/{number}").status_code == 404


def test_hints_while_typing(portal):
    mine, registrar = actor(portal, "clerk1", "personnel_clerk"), actor(portal, "registrar1", "registrar")
    in_effect(official(nid(1)), clerk=mine, registrar=registrar)
    browser, neighbour = logged_in(portal, "clerk1"), portal.officer("personnel_clerk", TAO)

    def hint(who, number):
        return who.post("/family-forms/hints/person", {"national_id": number}).json

    assert hint(browser, nid(9))["look"] == "good"
    assert hint(browser, "1990101000010")["look"] == "bad" and "หลักสุดท้าย" in hint(browser, "1990101000010")["words"]
    assert hint(browser, nid(1))["link"] == f"/families/{person_id(nid(1))}"
    told = hint(neighbour, nid(1))
    assert "หน่วยงานอื่น" in told["words"] and told["link"] is None
    assert not any(word in str(told) for word in ("สมชาย", "เทศบาลเมืองตัวอย่าง", "2558"))  # a number alone tells no more
    day = browser.post("/family-forms/days/", {"day": "๒๙ กุมภาพันธ์ ๒๕๔๓"}).json
    assert day["words"].startswith("วันอังคาร 29 ก.พ. 2543") and day["shown"] == "29/02/2543"
    for odd in ("31/2/2560", "", "x" * 10_000, "1/1/2026"):
        assert browser.post("/family-forms/days/", {"day": odd}).json["look"] == "bad"


def test_hints_are_limited_per_officer(clerk):
    answers = [clerk.post("/family-forms/hints/person", {"national_id": "1"}).status_code for _ in range(61)]
    assert set(answers[:60]) == {200} and answers[60] == 429

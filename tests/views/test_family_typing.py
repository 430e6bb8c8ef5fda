"""Nothing typed is lost: the form keeps itself as it stands, wrong values too, comes back, and is its officer's alone."""

import io
from datetime import timedelta

import pytest

from app.services import change_requests, typed_forms
from app.services.clock import business_now
from tests.services.carried_families import in_effect, person_id
from tests.services.conftest import family, nid, official
from tests.services.test_evidence import PDF, PROGRAM
from tests.views.family_desk import (
    NEW,
    actor,
    filled_in,
    logged_in,
    official_form,
    post,
    principal,
    relative,
    requests,
    send,
)
from tests.views.offices import TAO, rows, write

TYPED = "/family-forms/typed/"
PAPERS = "/family-forms/documents/"


@pytest.fixture
def clerk(portal):
    return portal.officer("personnel_clerk")


def type_in(browser, *fields, path=NEW):
    """The page's script keeps what stands in the form; files and buttons stay out."""
    shown = filled_in(browser.get(path).text)
    for more in fields:
        shown |= more
    return browser.post(TYPED, shown)


def half_filled():
    return principal("1-9901-00127-64-2", birth_date="31/2/2563", first_name_th="ธนา <b>", sex="") | relative(
        1, "๑ ๙๙๐๑"
    )


def test_a_half_filled_form_comes_back_as_typed(both_portals):
    clerk = both_portals.officer("personnel_clerk")
    kept = type_in(clerk, half_filled()).json
    assert kept["version"] == 1 and "บันทึกร่างอัตโนมัติเมื่อ" in kept["words"] and requests() == []
    page = clerk.get(kept["address"])
    shown = filled_in(page.text)
    for name, value in half_filled().items():
        assert shown[name] == value
    assert (shown["typed_id"], shown["typed_version"]) == (str(kept["id"]), "1")
    assert "ธนา &lt;b&gt;" in clerk.get("/my-work/").text and kept["address"] in clerk.get(NEW).text
    assert nid(1) not in kept["address"] and rows("SELECT count(*) FROM audit_event WHERE verb LIKE 'record%'") == [
        (0,)
    ]


def test_a_form_without_a_word_is_not_kept_and_the_same_words_are_kept_once(clerk):
    """A page that is left sends its words, and the next one sends them again: they may arrive in any order."""
    nothing = type_in(clerk, {"members-1-relation": "CHILD", "members-1-birth_order": "1"})
    assert nothing.status_code == 200 and nothing.json["id"] == "" and rows("SELECT count(*) FROM typed_form") == [(0,)]
    left = filled_in(clerk.get(NEW).text) | half_filled()
    first, second = clerk.post(TYPED, left).json, clerk.post(TYPED, left).json
    assert (second["id"], second["version"]) == (first["id"], 1)
    further = left | {"typed_id": str(first["id"]), "typed_version": "1", "members-0-last_name_th": "ต่อ"}
    assert [clerk.post(TYPED, further).json["version"] for _twice in range(2)] == [2, 2]
    late = clerk.post(TYPED, left | {"typed_id": str(first["id"]), "typed_version": "1"})
    assert late.status_code == 409 and rows("SELECT count(*) FROM typed_form") == [(1,)]
    turned = further | {"typed_version": "2", "members-0-last_name_th": "\u202eกลับ"}
    assert clerk.post(TYPED, turned).status_code == 200
    work = clerk.get("/my-work/").text
    assert "กลับ" in work and "\u202e" not in work, "a hidden sign would turn the line around"


def test_it_is_kept_again_and_taken_by_the_button(clerk):
    first = type_in(clerk, official_form()).json
    again = type_in(clerk, {"members-0-first_name_th": "สมชัย"}, path=first["address"]).json
    assert (again["id"], again["version"]) == (first["id"], 2)
    shown = filled_in(clerk.get(first["address"]).text)
    assert shown["members-0-first_name_th"] == "สมชัย"
    shown |= {"typed_version": "1"}  # the answer to the last keeping was lost
    assert clerk.post(first["address"], shown | {"action": "submit"}).status_code == 302
    assert requests() == [("PENDING_APPROVAL",)] and rows("SELECT count(*) FROM typed_form") == [(0,)]
    gone = clerk.get(first["address"], follow_redirects=True)
    assert gone.status_code == 200 and "ส่งไปแล้วหรือทิ้งแล้ว" in gone.text
    assert clerk.post(TYPED, shown).status_code == 404


def test_a_refused_form_keeps_what_was_typed_under_its_number(clerk):
    kept = type_in(clerk, half_filled()).json
    page = post(clerk, kept["address"], filled_in(clerk.get(kept["address"]).text) | {"action": "submit"})
    assert page.status_code == 400 and filled_in(page.text)["typed_id"] == str(kept["id"])
    assert rows("SELECT count(*) FROM typed_form") == [(1,)]


def test_two_windows_on_one_form(clerk):
    kept = type_in(clerk, official_form()).json
    mine = filled_in(clerk.get(kept["address"]).text)
    assert type_in(clerk, {"members-0-first_name_th": "อีกหน้าต่าง"}, path=kept["address"]).status_code == 200
    late = clerk.post(TYPED, mine | {"members-0-first_name_th": "ช้าไป"})
    assert late.status_code == 409 and "อีกหน้าต่างหนึ่ง" in late.json["words"]
    assert clerk.post(kept["address"], mine | {"action": "save"}).status_code == 302
    assert filled_in(clerk.get(kept["address"]).text)["members-0-first_name_th"] == "อีกหน้าต่าง", "not what was sent"


def test_what_is_left_and_what_approval_brings(clerk):
    told = type_in(
        clerk,
        principal(nid(1), service_start_date="1/11/2569", personnel_type="TAO_OFFICER", birth_date="4/5/2505"),
        relative(1, nid(2), birth_date="2/7/2568"),
        relative(2, "1-9901-00127-64-2", birth_date="1/1/2535", first_name_th="โต"),
    ).json
    left = {line["id"]: line["words"] for line in told["left"]}
    assert "พนักงานส่วนตำบล" in left["members-0-personnel_type"]
    assert "หลักสุดท้าย" in left["members-2-national_id"] and "บรรลุนิติภาวะ" in left["members-2-birth_date"]
    assert told["then"][0]["look"] == "bad" and "น." in told["round"]
    told = type_in(
        clerk, principal(nid(1), service_start_date="1/11/2569"), relative(1, nid(2), birth_date="2/7/2568")
    ).json
    assert told["left"] == []
    assert [line["words"] for line in told["then"]] == [
        "มีสิทธิ จาก 1 พ.ย. 2569 (L1)", "มีสิทธิ จาก 1 พ.ย. 2569 ถึง 1 ก.ค. 2588 (L2)",
    ]  # fmt: skip
    young = type_in(clerk, principal(nid(1), service_start_date="1/11/2569", birth_date="4/5/2555")).json
    assert young["then"][0]["look"] == "good" and "ก่อนอายุ 18 ปีบริบูรณ์" in young["then"][0]["html"]
    unfinished = type_in(clerk, principal(nid(1), service_start_date="")).json
    assert unfinished["then"][0]["words"].startswith("รอวันที่") and unfinished["left"] == []


def test_more_members_of_a_registered_principal(portal):
    clerk, registrar = actor(portal, "clerk1", "personnel_clerk"), actor(portal, "registrar1", "registrar")
    in_effect(official(nid(1)), clerk=clerk, registrar=registrar)
    browser, path = logged_in(portal, "clerk1"), f"/family-forms/for/{person_id(nid(1))}"
    blank = filled_in(browser.get(path).text)
    hidden = browser.post(TYPED, blank | relative(0, nid(4), first_name_th="ก่อน") | {"about": "new"}).json["id"]
    told = type_in(browser, relative(0, nid(2)), path=path).json
    assert browser.post(TYPED, blank | relative(0, nid(2))).json["id"] == told["id"], "its answer was lost"
    late = browser.post(TYPED, blank | relative(0, nid(3), first_name_th="อีกหน้าต่าง"))
    assert late.status_code == 409 and "อีกหน้าต่างหนึ่ง" in late.json["words"]
    write("UPDATE typed_form SET about = :about WHERE id = :id", about=f"for-{person_id(nid(1))}", id=hidden)
    assert told["address"] == path and "ถึง 1 ม.ค. 2583" in told["then"][0]["words"]
    assert filled_in(browser.get(path).text)["members-0-first_name_th"] == "ใบบุญ"
    assert "นี่คือสิ่งที่ท่านพิมพ์" in browser.get(path).text
    browser.post("/family-forms/typed/forget", {"typed_id": str(told["id"])})
    assert "members-0-first_name_th" not in filled_in(browser.get(path).text), "nor what stood behind it"


def test_a_kept_form_that_a_colleague_changed_says_who_when_and_what(portal):
    mine = actor(portal, "clerk1", "personnel_clerk")
    actor(portal, "clerk2", "personnel_clerk")
    done = change_requests.record(family(official(nid(1))), actor=mine)
    address = f"/family-forms/{done.submission_no}"
    browser, other = logged_in(portal, "clerk1"), logged_in(portal, "clerk2")
    opened = filled_in(browser.get(address).text) | {"members-0-first_name_th": "ของฉัน"}
    assert browser.post(TYPED, opened).json["stale"] == ""
    assert (
        send(other, "save", {"members-0-last_name_th": "ของเขา"}, relative(1, nid(2)), path=address).status_code == 302
    )
    told = browser.post(TYPED, filled_in(browser.get(address).text)).json
    assert "แก้ไขแบบนี้เมื่อ" in told["stale"] and "ทดสอบ personnel_clerk" in told["stale"]
    page = browser.post(address, opened | {"action": "save"})
    assert page.status_code == 409 and "ของเขา" in page.text and "แก้ไขแบบนี้เมื่อ" in page.text
    shown = filled_in(page.text)
    assert shown["members-0-first_name_th"] == "ของฉัน" and shown["members-1-first_name_th"] == "ใบบุญ"
    assert browser.post(address, shown | {"action": "save"}).status_code == 302
    assert rows("SELECT first_name_th, last_name_th FROM proposal ORDER BY request_id") == [
        ("ของฉัน", "ใจดี"), ("ใบบุญ", "ใจดี"),
    ]  # fmt: skip


def test_a_colleagues_paper_comes_along_when_the_form_is_brought_up_to_date(portal):
    mine = actor(portal, "clerk1", "personnel_clerk")
    actor(portal, "clerk2", "personnel_clerk")
    done = change_requests.record(family(official(nid(1))), actor=mine)
    address = f"/family-forms/{done.submission_no}"
    browser, other = logged_in(portal, "clerk1"), logged_in(portal, "clerk2")
    opened = filled_in(browser.get(address).text)
    paper = {"doc_type": "HOUSE_REG", "doc_no": "12/2560", "issue_date": "1/3/2560", "file": (io.BytesIO(PDF), "ก.pdf")}
    taken = other.post(PAPERS, paper).json["id"]
    assert send(other, "save", {"members-0-evidence_ids": str(taken)}, path=address).status_code == 302
    page = browser.post(address, opened | {"action": "save"})
    assert page.status_code == 409 and "เอกสาร 1 ฉบับ" in page.text
    assert browser.post(address, filled_in(page.text) | {"action": "save"}).status_code == 302
    assert rows("SELECT evidence_id FROM evidence_link") == [(taken,)]


def test_what_nobody_types_on_any_more_is_forgotten(portal, clerk):
    old, young = (type_in(clerk, principal(nid(number))).json["id"] for number in (1, 2))
    write(
        "UPDATE typed_form SET typed_at = :at WHERE id = :id",
        at=(business_now() - typed_forms.KEPT - timedelta(days=1)).replace(tzinfo=None).isoformat(sep=" "), id=old,
    )  # fmt: skip
    typed_forms.sweep()
    assert rows("SELECT id FROM typed_form") == [(young,)]


def test_a_typed_form_is_its_officers_alone(portal, clerk):
    kept = type_in(clerk, half_filled()).json
    shown = filled_in(clerk.get(kept["address"]).text)
    del shown["csrf_token"]
    number = {"typed_id": str(kept["id"])}
    for stranger in (portal.officer("registrar"), portal.officer("personnel_clerk", TAO)):
        assert "ธนา" not in stranger.get(kept["address"], follow_redirects=True).text
        assert "ธนา" not in stranger.get("/my-work/?whose=agency").text
        assert stranger.post(TYPED, shown).status_code == 404
        stranger.post("/family-forms/typed/forget", number)
    for role in ("finance_clerk", "auditor", "nhso_admin"):
        other = portal.officer(role)
        for path in (TYPED, "/family-forms/typed/forget", PAPERS):
            assert other.post(path, shown | number).status_code == 403
    visitor = portal.browser()
    for path in (TYPED, "/family-forms/typed/forget", PAPERS):
        assert "/login/" in visitor.post(path, number).headers["Location"]
    assert clerk.client.post(TYPED, data=shown).status_code == 400
    assert rows("SELECT version FROM typed_form") == [(1,)]


@pytest.mark.parametrize(
    "garbage",
    [
        {"about": ""}, {"about": "for-1 OR 1=1"}, {"about": "x" * 100}, {"members-²-sex": "M"}, {"members": "1"},
        {"members-0-last_name_th": "ก" * 250_000},
        {f"members-{row}-national_id": nid(row + 1) for row in range(40)},
    ],
)  # fmt: skip
def test_garbage_is_not_kept(clerk, garbage):
    answer = type_in(clerk, official_form(), garbage)
    assert answer.status_code in (400, 413) and rows("SELECT count(*) FROM typed_form") == [(0,)]


def test_odd_numbers_open_nothing(clerk):
    for odd in ("0", "-1", "x", "²", "9" * 30, "1 OR 1=1"):
        assert clerk.get(f"{NEW}?typed={odd}").status_code == 302
        assert clerk.post("/family-forms/typed/forget", {"typed_id": odd}).status_code == 302
    assert type_in(clerk, official_form(), {"typed_id": "2147483646", "typed_version": "1"}).status_code == 404


def test_the_oldest_makes_room(portal):
    clerk = actor(portal, "clerk1", "personnel_clerk")
    for turn in range(typed_forms.MOST + 3):
        typed_forms.keep(typed_forms.NEW, str(turn), [("members-0-last_name_th", str(turn))], actor=clerk)
    titles = [form.title for form in typed_forms.mine(actor=clerk)]
    assert titles == [str(turn) for turn in reversed(range(3, typed_forms.MOST + 3))]


def test_a_document_is_taken_in_while_typing(clerk):
    def give(content, name, **fields):
        given = {"doc_type": "HOUSE_REG", "doc_no": "12/2560", "issue_date": "1/3/2560"} | fields
        return clerk.post(PAPERS, given | {"file": (content, name)})

    taken = give(io.BytesIO(PDF), "ทะเบียนบ้าน.pdf")
    assert taken.status_code == 200 and taken.json["words"] == "ทะเบียนบ้าน 12/2560 · 1 มี.ค. 2560 · ทะเบียนบ้าน.pdf"
    assert clerk.get(taken.json["address"]).data == PDF
    sent = send(clerk, "submit", official_form(), {"members-0-evidence_ids": str(taken.json["id"])})
    assert sent.status_code == 302 and rows("SELECT evidence_id FROM evidence_link") == [(taken.json["id"],)]
    assert "file" in give(io.BytesIO(PROGRAM), "สแกน.pdf").json["errors"]
    assert "doc_type" in give(io.BytesIO(PDF), "ก.pdf", doc_type="").json["errors"]
    assert "issue_date" in give(io.BytesIO(PDF), "ก.pdf", issue_date="31/2/2560").json["errors"]

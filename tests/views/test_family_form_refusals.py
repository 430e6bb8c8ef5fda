"""The family form in wrong hands: garbage of every kind, strangers, neighbours and other roles."""

import re

import pytest

from app.services import change_requests
from tests.services.conftest import family, nid, official
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


GARBAGE = {
    "nothing at all": ({name: "" for name in principal("")}, 400),
    "unknown relation": ({"members-0-relation": "COUSIN"}, 400),
    "unknown sex": ({"members-0-sex": "X"}, 400),
    "unknown personnel type": ({"members-0-personnel_type": "KING"}, 400),
    "unknown kind of document": ({"members-0-evidence-0-doc_type": "LOVE_LETTER"}, 400),
    "huge name": ({"members-0-first_name_th": "ก" * 100_000}, 400),
    "endless name": ({"members-0-first_name_th": "ก" * 200_000}, 413),
    "long name": ({"members-0-last_name_th": "ก" * 121}, 400),
    "long document number": ({"members-0-evidence-0-doc_no": "9" * 101}, 400),
    "letters as number": ({"members-0-birth_order": "สาม"}, 400),
    "endless number": ({"members-0-birth_order": "9" * 50}, 400),
    "request of nobody": ({"members-0-request_id": "2147483646", "members-0-seen_version": "1"}, 409),
    "endless request": ({"members-0-request_id": "9" * 30}, 400),
    "superscript": ({"members-0-request_id": "²"}, 400),
    "evidence of nobody": ({"members-0-evidence_ids": "2147483646"}, 400),
    "endless evidence": ({"members-0-evidence_ids": "9" * 30}, 400),
    "two principals": (relative(1, nid(2), relation="SELF"), 400),
    "the same person twice": (relative(1, nid(1)), 400),
    "relative without relation": (relative(1, nid(2), relation=""), 400),
    "no token": ({"token": ""}, 400),
    "forged token": ({"token": "20261121-'; DROP TABLE--"}, 400),
    "odd row": ({"members-²-national_id": nid(2)}, 400),
    "odd name": ({"members": nid(2), "members-x": "1"}, 400),
    "unknown button": ({"action": "explode"}, 400),
    "no button": ({"action": ""}, 400),
}


@pytest.mark.parametrize("case", GARBAGE)
def test_garbage_is_answered_in_words_and_leaves_nothing(clerk, case):
    fields, status = GARBAGE[case]
    page = send(clerk, "submit", official_form(), fields)
    assert page.status_code == status
    assert re.search("[ก-ฮ]", complaints(page) or re.sub("<.*?>", "", page.text)) and "Traceback" not in page.text
    assert requests() == [] and rows("SELECT count(*) FROM evidence_link") == [(0,)]
    assert rows("SELECT count(*) FROM running_number WHERE series LIKE 'SB%'") == [(0,)]


def test_two_hundred_persons_are_too_many(clerk):
    crowd = {name: value for row in range(200) for name, value in {f"members-{row}-national_id": nid(row + 1)}.items()}
    page = send(clerk, "save", official_form(), crowd)
    assert page.status_code == 400 and "หนึ่งแบบบันทึกได้ไม่เกิน 20 คน" in page.text and requests() == []


def test_nul_and_signs_of_no_name_are_refused_and_quotes_are_just_letters(both_portals):
    clerk = both_portals.officer("personnel_clerk")
    assert send(clerk, "save", principal(nid(1), first_name_th="a\0b")).status_code == 400
    for hostile, sign in (("<script>alert(1)</script>", "&lt;"), ("=1+1", "="), ("100%_", "%")):
        page = send(clerk, "save", principal(nid(1), first_name_th=hostile))
        assert page.status_code == 400 and f"ไม่มีชื่อใดใช้เครื่องหมาย {sign}" in page.text
        assert filled_in(page.text)["members-0-first_name_th"] == hostile and "<script>alert" not in page.text
    page = send(clerk, "save", principal(nid(1), first_name_th=nid(2)))
    assert page.status_code == 400 and "เลขประจำตัวประชาชนลงในช่องชื่อ" in page.text
    assert rows("SELECT count(*) FROM proposal") == [(0,)]
    name = "O'Brien (เดิม) ณ, อยุธยา"
    address = send(clerk, "save", principal(nid(1), first_name_th=name)).headers["Location"]
    assert rows("SELECT first_name_th FROM proposal") == [(name,)]
    for path in (address, "/my-work/"):
        page = clerk.get(path).text
        assert "O'Brien" not in page and "O&#39;Brien" in page
    assert filled_in(clerk.get(address).text)["members-0-first_name_th"] == name


def test_another_agency_finds_nothing(portal):
    mine = actor(portal, "clerk1", "personnel_clerk")
    done = change_requests.record(family(official(nid(1))), actor=mine)
    address, neighbour = f"/family-forms/{done.submission_no}", portal.officer("personnel_clerk", TAO)
    assert logged_in(portal, "clerk1").get(address).status_code == 200
    assert neighbour.get(address).status_code == 404
    assert neighbour.post(address, {"action": "save"}).status_code == 404
    for odd in ("SB2570-04110101-999999", "ก", "..", "a" * 500, "%25"):
        assert neighbour.get(f"/family-forms/{odd}").status_code == 404
    assert neighbour.get("/family-forms/%00").status_code == 400
    (own,) = done.request_ids
    stolen = official_form() | {
        "members-0-request_id": str(own),
        "members-0-seen_version": "1",
        "seen_requests": str(own),
    }
    assert send(neighbour, "save", stolen).status_code == 409
    assert requests() == [("DRAFT",)]


@pytest.mark.parametrize("role", ["finance_clerk", "auditor", "nhso_admin", "provincial_officer"])
def test_the_form_is_closed_to_other_roles(portal, role):
    browser = portal.officer(role)
    for path in (NEW, "/family-forms/for/1", "/family-forms/SB2570-04110101-000001", "/my-work/"):
        assert browser.get(path).status_code == 403
    for path in (NEW, "/family-forms/hints/person", "/family-forms/days/", "/my-work/cancel", "/my-work/correct"):
        assert browser.post(path, {"action": "save", "national_id": nid(1), "request_id": "1"}).status_code == 403


def test_visitors_are_sent_to_log_in(portal):
    visitor = portal.browser()
    for path in (NEW, "/family-forms/for/1", "/my-work/", "/families/1", "/evidence/1"):
        assert "/login/" in visitor.get(path).headers["Location"]
    assert visitor.post("/family-forms/hints/person", {"national_id": nid(1)}).status_code == 302


def test_without_the_session_token_nothing_is_taken(clerk):
    shown = filled_in(clerk.get(NEW).text) | official_form() | {"action": "save"}
    del shown["csrf_token"]
    assert clerk.client.post(NEW, data=shown).status_code == 400
    assert clerk.client.post("/family-forms/hints/person", data={"national_id": nid(1)}).status_code == 400
    assert requests() == []

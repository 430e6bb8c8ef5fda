"""A visitor's card at a clerk's desk: asked for with consent, read once by the very computer, taken once by the very page."""

from datetime import timedelta

import pytest

from app.domain.clock import real_now
from app.services import card_sweeps
from card_bridge import messages
from tests.services.conftest import nid
from tests.views.card_desk import ORIGIN, Desk
from tests.views.offices import TAO, rows, write

PERSON = {
    "cid": nid(4711), "title": "นาง", "first": "สมศรี", "middle": "", "last": "ใจดี", "birth_date": "1985-05-04", "sex": "F",
    "address": "9/1 หมู่ที่ 2 ตำบลในเมือง อำเภอเมือง จังหวัดลำพูน",
}  # fmt: skip


@pytest.fixture
def clerk(desk):
    """The clerk of the desk's computer, logged in by password."""
    browser = desk.portal.browser()
    assert browser.log_in("clerk1").status_code == 302
    return browser


def ask(browser, **changes):
    return browser.post("/card-readings/", {"purpose": "FORM", "consent": "yes"} | changes)


def wanted(desk: Desk, **changes):
    return desk.post("wanted", {"m": messages.signed(desk.key, "desk", {"aud": ORIGIN} | changes)})


def bring(desk: Desk, nonce: str, person=PERSON, **changes):
    claims = {"aud": ORIGIN, "nonce": nonce, "person": person} | changes
    return desk.post("reading", {"m": messages.signed(desk.key, "reading", claims)})


def take(browser, reading_id: int):
    return browser.post(f"/card-readings/{reading_id}/take")


def test_what_stands_on_the_card_comes_to_the_page_once_and_is_kept_nowhere(desk, clerk):
    assert wanted(desk).json == {}
    asked = ask(clerk).json
    assert asked["workstation"] == "โต๊ะทะเบียน" and take(clerk, asked["id"]).json == {"state": "WAITING", "person": None}
    wish = wanted(desk).json
    assert wish["purpose"] == "FORM" and wish["officer"] and bring(desk, wish["nonce"]).status_code == 200
    taken = take(clerk, asked["id"]).json
    assert taken["state"] == "READ" and taken["person"]["birth_date"] == "04/05/2528"
    assert taken["person"]["cid"].replace("-", "") == PERSON["cid"] and taken["person"]["first"] == "สมศรี"
    assert take(clerk, asked["id"]).json["state"] == "OVER" and wanted(desk).json == {}
    assert rows("SELECT person FROM card_reading") == [(None,)]
    kept = repr(rows("SELECT detail FROM audit_event")) + repr(rows("SELECT * FROM card_reading"))
    assert PERSON["cid"] not in kept and "สมศรี" not in kept
    ((agreed,),) = rows("SELECT detail FROM audit_event WHERE verb = 'ask_card_reading'")
    assert '"consent": true' in str(agreed)


def test_no_card_is_read_without_consent_without_a_computer_or_for_who_may_not(desk, clerk):
    refused = ask(clerk, consent="")
    assert refused.status_code == 422 and "ยินยอม" in refused.json["error"]
    auditor = desk.portal.officer("auditor")
    assert ask(auditor).status_code == 403
    elsewhere = desk.portal.officer("personnel_clerk", TAO)
    assert ask(elsewhere).status_code == 404 and "นายทะเบียน" in ask(elsewhere).json["error"]
    assert desk.portal.browser().post("/card-readings/").status_code == 302
    assert rows("SELECT count(*) FROM card_reading") == [(0,)]


def test_of_several_computers_the_officer_says_which(desk, clerk):
    write(
        "INSERT INTO workstation (wid, label, public_key, state, issued_by_id, enrolled_at, approved_by_id, approved_at,"
        " agency_id, version) SELECT 'ws_00000000000000000000', 'ช่องบริการ 2', 'x', state, issued_by_id, enrolled_at,"
        " approved_by_id, approved_at, agency_id, 1 FROM workstation"
    )
    write(
        "INSERT INTO workstation_officer (workstation_id, user_id, assigned_by_id, assigned_at, agency_id)"
        " SELECT (SELECT max(id) FROM workstation), user_id, assigned_by_id, assigned_at, agency_id FROM workstation_officer"
    )
    by_card, _told = desk.logged_in()
    assert ask(by_card).json["workstation"] == "โต๊ะทะเบียน", "there the card of this log-in is in"
    write("UPDATE card_session SET workstation_id = (SELECT max(id) FROM workstation)")
    assert ask(by_card).json["workstation"] == "ช่องบริการ 2"
    refused = ask(clerk)  # the same officer by password, somewhere: his card is at another computer
    assert refused.status_code == 400 and {one["label"] for one in refused.json["desks"]} == {"ช่องบริการ 2", "โต๊ะทะเบียน"}
    assert ask(clerk, workstation=str(desk.id)).json["workstation"] == "โต๊ะทะเบียน"
    silent = (real_now() - timedelta(seconds=91)).replace(tzinfo=None).isoformat(sep=" ")
    write("UPDATE card_session SET last_seen_at = :silent", silent=silent)
    before = rows("SELECT count(*) FROM card_reading")
    assert ask(by_card).status_code == 400 and by_card.get("/").status_code == 302, (
        "a silent card has no log-in that asks"
    )
    assert rows("SELECT count(*) FROM card_reading") == before


def test_a_reading_is_its_officers_alone(desk, clerk):
    id_ = ask(clerk).json["id"]
    bring(desk, wanted(desk).json["nonce"])
    colleague = desk.portal.officer("personnel_clerk")
    assert take(colleague, id_).status_code == 404
    assert colleague.post(f"/card-readings/{id_}/give-up").status_code == 200
    assert take(clerk, id_).json["state"] == "READ"


@pytest.mark.parametrize(
    "changed",
    [
        {"cid": "1990100000001"}, {"cid": 7}, {"first": "ก" * 101}, {"birth_date": "4/5/2528"}, {"sex": "1"}, {"religion": "x"},
        {"address": "ก\u202e"}, {"last": None},
    ],
)  # fmt: skip
def test_what_is_no_card_is_refused(desk, clerk, changed):
    ask(clerk)
    assert bring(desk, wanted(desk).json["nonce"], PERSON | changed).status_code == 403
    assert rows("SELECT count(*) FROM card_reading WHERE person IS NOT NULL") == [(0,)]
    assert rows("SELECT count(*) FROM audit_event WHERE verb = 'card_refused' AND object_type = 'workstation'") == [
        (1,)
    ]


def test_an_answer_counts_once_in_time_for_the_newest_question_and_from_an_approved_computer(desk, clerk):
    ask(clerk)
    old, new = wanted(desk).json["nonce"], wanted(desk).json["nonce"]
    assert bring(desk, old).status_code == 403 and bring(desk, "").status_code == 403
    assert bring(desk, new, aud="https://elsewhere.test").status_code == 403
    assert bring(desk, new).status_code == 200 and bring(desk, new).status_code == 403
    late = ask(clerk).json["id"]
    nonce = wanted(desk).json["nonce"]
    past = (real_now() - timedelta(minutes=3)).replace(tzinfo=None).isoformat(sep=" ")
    write("UPDATE card_reading SET expires_at = :past WHERE id = :id", past=past, id=late)
    assert bring(desk, nonce).status_code == 403 and take(clerk, late).json["state"] == "OVER"
    ask(clerk)
    nonce = wanted(desk).json["nonce"]
    write("UPDATE workstation SET state = 'PENDING'")
    assert bring(desk, nonce).status_code == 403 and wanted(desk).status_code == 403


def test_what_was_read_is_not_handed_out_when_its_time_is_over(desk, clerk):
    asked = ask(clerk).json["id"]
    bring(desk, wanted(desk).json["nonce"])
    past = (real_now() - timedelta(minutes=3)).replace(tzinfo=None).isoformat(sep=" ")
    write("UPDATE card_reading SET expires_at = :past WHERE id = :id", past=past, id=asked)
    assert take(clerk, asked).json == {"state": "OVER", "person": None}
    assert rows("SELECT person FROM card_reading") == [(None,)]


def test_what_was_read_and_never_taken_is_swept(desk, clerk):
    ask(clerk)
    bring(desk, wanted(desk).json["nonce"])
    card_sweeps.sweep()
    assert rows("SELECT count(*) FROM card_reading") == [(1,)]
    write("UPDATE card_reading SET expires_at = '2026-01-01 00:00:00'")
    card_sweeps.sweep()
    assert rows("SELECT count(*) FROM card_reading") == [(0,)]


def test_the_button_stands_where_a_computer_is_the_officers(desk, clerk):
    elsewhere = desk.portal.officer("personnel_clerk", TAO)
    for page in ("/family-forms/new", "/rights/"):
        assert "data-read-card" in clerk.get(page).text
        assert "data-read-card" not in elsewhere.get(page).text


def test_a_new_wish_ends_the_one_before_and_each_purpose_has_its_power(desk, clerk):
    first = ask(clerk).json["id"]
    ask(clerk, purpose="LOOKUP")
    assert take(clerk, first).json["state"] == "OVER" and wanted(desk).json["purpose"] == "LOOKUP"
    finance = desk.portal.officer("finance_clerk")  # may look up, records nobody
    assert ask(finance).status_code == 403 and ask(finance, purpose="LOOKUP").status_code == 404


def test_a_made_up_card_fills_no_form_in_production(desk, clerk, monkeypatch):
    ask(clerk)
    monkeypatch.setitem(desk.portal.app.config, "PORTAL_ENV", "production")
    assert bring(desk, wanted(desk).json["nonce"]).status_code == 403
    assert rows("SELECT count(*) FROM card_reading WHERE person IS NOT NULL") == [(0,)]

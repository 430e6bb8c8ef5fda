"""Around the card's door: nonsense breaks nothing, nobody is shut out by mistake, nobody comes in as somebody else."""

import json
from datetime import timedelta

import pytest

from app.domain.errors import PortalError
from app.services import accounts, appointments, officer_cards, pins
from card_bridge import messages
from tests.views import card_desk
from tests.views.card_desk import BRIDGE, ORIGIN, PIN, inside, pin, reasons
from tests.views.offices import rows, write

LONE = "\ud800"


def test_half_a_letter_is_refused_like_any_other_nonsense(desk):
    bodies = {"enrol": {"code": LONE, "pub": "x", "proof": "x"}, "assert": {"assertion": LONE}, "presence": {"m": LONE}}
    for door, body in bodies.items():
        sent = desk.portal.app.test_client().post(
            f"/api/card/v1/{door}", data=json.dumps(body), content_type="application/json", headers=BRIDGE
        )
        assert sent.status_code == 403, door
    other = card_desk.Desk(desk.portal, desk.card)
    said = messages.signed(other.key, "enrol", {"aud": ORIGIN, "code": LONE})
    own = messages.packed(messages.public_key(other.key))
    assert other.post("enrol", {"code": LONE, "pub": own, "proof": said}).status_code == 403 and reasons()[-1] == "CODE"
    assert desk.insert(nonce=LONE).status_code == 403 and reasons()[-1] == "NONCE"
    assert desk.presence(LONE).status_code == 403 and reasons()[-1] == "PRESENCE"


def test_a_clock_of_four_hundred_digits_is_wrong_and_spends_its_nonce(desk):
    nonce = desk.nonce()
    assert desk.insert(nonce=nonce, iat=10**400).status_code == 403 and reasons()[-1] == "CLOCK"
    assert desk.insert(nonce=nonce).status_code == 403 and reasons()[-1] == "NONCE"


def test_numbers_that_no_database_holds_are_no_page(desk):
    browser, far = desk.portal.browser(), 10**20
    browser.log_in("nhso1")
    for path in (f"/card/workstations/{far}", f"/card/officers/{far}"):
        assert browser.get(path).status_code == 404
    for path in (
        f"/card/workstations/{far}/approve", f"/card/officers/{far}/forget", f"/card/policies/allow/{far}",
    ):  # fmt: skip
        assert browser.post(path, {"version": "1"}).status_code == 404, path
    clerk = desk.portal.ids["clerk1"]
    form = {"appointment": far, "until_on": "1/1/2590"}
    assert browser.post(f"/card/officers/{clerk}/end", form).status_code == 400
    assert browser.post(f"/card/workstations/{desk.id}/approve", {"version": far}).status_code == 409


def test_whoever_logs_in_after_somebody_else_gets_a_session_of_his_own(portal):
    portal.account("clerk1", "personnel_clerk")
    portal.account("registrar1", "registrar")
    browser = portal.browser()
    browser.log_in("clerk1")
    before = browser.cookie()
    write("UPDATE ab_user SET active = false WHERE username = 'clerk1'")
    browser.log_in("registrar1")
    assert inside(browser) and browser.cookie() != before
    owners = rows(
        "SELECT username, revoked_at IS NULL FROM user_session s JOIN ab_user u ON u.id = s.user_id ORDER BY 1"
    )
    assert owners == [("clerk1", 0), ("registrar1", 1)]


def test_a_busy_office_does_not_end_the_session_of_one_that_is_in(desk):
    browser, told = desk.logged_in()
    unknown = card_desk.Desk(desk.portal, desk.card)  # whom nobody knows counts with his address
    said = [unknown.presence(told["csid"]).status_code for _ in range(61)]
    said += [desk.post("presence", {"m": "x"}).status_code for _ in range(61)]
    assert said[0] == 403 and said[-1] == 429
    assert desk.presence(told["csid"]).status_code == 200 and inside(browser)


def forged(desk, door: str, kind: str, name: str, **claims):
    """What somebody at the same address sends in the computer's name, without its key."""
    header = messages.signed(desk.key, kind, {}).split(".")[0]
    body = messages.signed(card_desk.Desk(desk.portal, desk.card).key, kind, claims).partition(".")[2]
    return desk.post(door, {"wid": messages.wid_of(desk.key), name: f"{header}.{body}"})


def test_junk_in_the_name_of_a_computer_uses_up_nothing_of_its_own(desk):
    browser, told = desk.logged_in()
    said = {"aud": ORIGIN, "csid": told["csid"], "seq": 9, "state": "removed"}
    junk = [forged(desk, "presence", "presence", "m", **said).status_code for _ in range(121)]
    asked = [desk.post("challenge", {"wid": messages.wid_of(desk.key)}).status_code for _ in range(121)]
    cards = [forged(desk, "assert", "login", "assertion", **said).status_code for _ in range(121)]
    assert (junk[0], junk[-1]) == (403, 429) and (asked[0], asked[-1]) == (200, 429) and cards[-1] == 429
    assert inside(browser) and desk.presence(told["csid"]).status_code == 200
    assert desk.presence(told["csid"], "removed").status_code == 200 and not inside(browser)
    assert desk.insert().status_code == 200  # and the next card comes in


def test_a_pulled_card_is_heard_however_much_its_computer_has_said(desk):
    browser, told = desk.logged_in()
    said = [desk.presence(told["csid"]).status_code for _ in range(121)]
    assert said[-1] == 429
    gone = desk.presence(told["csid"], "removed")
    assert gone.status_code == 200 and not inside(browser)
    assert desk.presence(told["csid"], "removed").status_code == 429  # said again it is one question more
    _other, told = desk.logged_in()
    assert desk.presence(told["csid"], "removed", seq=0).status_code == 429  # this ends nothing either


@pytest.mark.parametrize("odd", [{"aud": "https://elsewhere.example"}, {"more": 1}, {"v": 2}])
def test_what_is_signed_but_meant_for_nobody_here_counts_for_the_address(desk, odd):
    _browser, told = desk.logged_in()
    said = [desk.presence(told["csid"], **odd).status_code for _ in range(121)]
    assert (said[0], said[-1]) == (403, 429)
    assert desk.presence(told["csid"]).status_code == 200  # nothing of the computer's own was used up


def test_a_word_that_was_overtaken_ends_nothing_and_is_counted(desk):
    browser, told = desk.logged_in()
    assert desk.presence(told["csid"], seq=50).status_code == 200
    said = [desk.presence(told["csid"], seq=49).status_code for _ in range(120)]
    assert (said[0], said[-1]) == (403, 429)
    assert desk.presence(told["csid"], "removed", seq=48).status_code == 429 and inside(browser)


def test_an_appointment_shuts_out_no_administrator_and_nobody_before_its_first_day(desk):
    portal, today = desk.portal, appointments.today()
    second = card_desk.acting(portal, "registrar1")
    admin, registrar = portal.ids["nhso1"], portal.ids["registrar1"]
    write(f"""INSERT INTO appointment (user_id, order_no, from_on, until_on, made_by_id, made_at)
        VALUES ({admin}, '1', '2020-01-01', '2021-01-01', {registrar}, '2020-01-01 00:00:00')""")
    browser = portal.browser()
    browser.log_in("nhso1")
    assert inside(browser)
    working = portal.browser()
    working.log_in("registrar1")
    with portal.app.app_context():
        chief = card_desk.acting(portal, "nhso1")
        made = appointments.appoint(registrar, "2/2570", today + timedelta(days=40), None, actor=chief)
    assert inside(working)
    write(f"UPDATE appointment SET from_on = '2020-01-01', until_on = '2021-01-01' WHERE id = {made}")
    assert not inside(working)
    with portal.app.app_context():
        held = rows(f"SELECT id FROM appointment WHERE user_id = {portal.ids['clerk1']}")[0][0]
        appointments.end_appointment(held, today + timedelta(days=3), actor=second)
        with pytest.raises(PortalError, match="APPOINTMENT_LONGER"):
            appointments.end_appointment(held, today + timedelta(days=4), actor=second)
        appointments.end_appointment(held, today + timedelta(days=2), actor=second)


def test_without_a_pepper_passwords_stay_on_and_an_appointment_can_still_be_ended(desk, monkeypatch):
    monkeypatch.setitem(desk.portal.app.config, "CARD_PEPPER", None)
    browser, clerk = desk.portal.browser(), desk.portal.ids["clerk1"]
    browser.log_in("nhso1")
    refused = browser.post("/card/policies/role", {"role": "personnel_clerk", "way": "CARD_ONLY"})
    assert refused.status_code == 409 and "CARD_PEPPER" in refused.text
    assert browser.post("/card/policies/role", {"role": "personnel_clerk", "way": "NO_CODE"}).status_code == 303
    held = rows(f"SELECT id FROM appointment WHERE user_id = {clerk}")[0][0]
    ended = browser.post(f"/card/officers/{clerk}/end", {"appointment": held, "until_on": "1/1/2590"})
    assert ended.status_code == 303
    assert browser.post(f"/card/officers/{clerk}/register", {"national_id": desk.card.cid}).status_code == 404
    assert browser.post(f"/card/officers/{clerk}/forget", {"confirmed": "yes"}).status_code == 303


def test_whose_desk_changes_before_the_pin_does_not_come_in(desk):
    for change in (
        "UPDATE workstation SET state = 'PENDING'", "UPDATE workstation SET agency_id = NULL", "DELETE FROM workstation_officer",
    ):  # fmt: skip
        browser, _told = desk.opened()
        write(change)
        assert pin(browser, PIN).status_code == 404 and not inside(browser), change
        write(
            "UPDATE workstation SET state = 'ACTIVE', agency_id = (SELECT agency_id FROM ab_user WHERE username = 'clerk1')"
        )
    assert rows("SELECT count(*) FROM card_session WHERE ended_at IS NULL") == [(1,)]
    with desk.portal.app.app_context():
        accounts.deactivate(desk.portal.ids["clerk1"], 1, actor=card_desk.acting(desk.portal, "nhso1"))
    assert rows("SELECT count(*) FROM card_session WHERE ended_at IS NULL") == [(0,)]


def test_a_code_that_the_registrar_replaced_meanwhile_sets_no_pin(desk, monkeypatch):
    clerk, registrar = desk.portal.ids["clerk1"], card_desk.acting(desk.portal, "registrar1")
    with desk.portal.app.app_context():
        first = officer_cards.reset_pin(clerk, actor=registrar)
    browser, _told = desk.opened()
    slow = pins.hashed_pin

    def while_another_is_given_out(*args):
        officer_cards.reset_pin(clerk, actor=registrar)
        return slow(*args)

    monkeypatch.setattr(pins, "hashed_pin", while_another_is_given_out)
    form = {"setup": first, "new_pin": PIN, "again": PIN}
    assert browser.post("/login/card/pin", form).status_code == 403 and not inside(browser)
    assert rows("SELECT pin_hash, setup_hash IS NOT NULL FROM officer_card") == [(None, 1)]

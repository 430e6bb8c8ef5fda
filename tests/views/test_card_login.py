"""Logging in by card: the whole way, and each check on it, which alone stops somebody."""

import json
import threading
from datetime import UTC, datetime

import pytest

from app.domain.thai_calendar import format_be_instant
from app.services import card_doors, card_signatures, card_tickets, pins
from card_bridge import messages
from tests.views import card_desk
from tests.views.card_desk import ORIGIN, PEPPER, PIN, inside, pin, reasons
from tests.views.offices import rows, write


def test_a_card_and_its_pin_log_in_and_pulling_the_card_logs_out(desk):
    browser, told = desk.logged_in()
    assert inside(browser)
    assert desk.presence(told["csid"]).json == {"live": True}
    assert desk.presence(told["csid"], "removed").json == {"live": False}
    assert not inside(browser)
    assert desk.presence(told["csid"]).status_code == 403  # removed is final
    verbs = [verb for (verb,) in rows("SELECT verb FROM audit_event ORDER BY id DESC LIMIT 4")]
    assert verbs == ["presence_refused", "card_removed", "login_by_card", "card_accepted"]
    assert inside(desk.logged_in()[0])


CLERK = "(SELECT id FROM ab_user WHERE username = 'clerk1')"
REFUSED_BY_STATE = {
    "WORKSTATION_REVOKED": "UPDATE workstation SET state = 'REVOKED', revoked_at = '2026-01-01 00:00:00'",
    "WORKSTATION_PENDING": "UPDATE workstation SET state = 'PENDING'",
    "UNKNOWN_WORKSTATION": "UPDATE workstation SET wid = 'ws_00000000000000000000'",
    "UNKNOWN_CARD": f"UPDATE officer_card SET cid_hash = 'x' WHERE user_id = {CLERK}",
    "ACCOUNT": "UPDATE ab_user SET active = false WHERE username = 'clerk1'",
    "APPOINTMENT": "UPDATE appointment SET until_on = CURRENT_DATE",
    "NOT_ASSIGNED": "DELETE FROM workstation_officer",
    "OTHER_CARD": "UPDATE officer_card SET card_hash = 'x'",
    "LOCKED": "UPDATE officer_card SET locked_until = '2999-01-01 00:00:00'",
}


@pytest.mark.parametrize("reason", REFUSED_BY_STATE)
def test_each_state_that_forbids_it_refuses_the_card(desk, reason):
    nonce = desk.nonce()
    write(REFUSED_BY_STATE[reason])
    refused = desk.insert(nonce=nonce)
    assert refused.status_code == 403 and refused.json["code"] == "CARD_REFUSED"
    assert reasons()[-1] == reason


def test_an_appointment_elsewhere_or_to_come_opens_nothing_here(desk):
    ours = rows("SELECT agency_id FROM workstation")[0][0]
    write("UPDATE workstation SET agency_id = (SELECT id FROM agency WHERE dla_code = '06900101')")
    assert desk.insert().status_code == 403 and reasons()[-1] == "APPOINTMENT"  # his is in force, but not here
    write(f"UPDATE workstation SET agency_id = {ours}")
    for change in (
        "UPDATE appointment SET agency_id = (SELECT id FROM agency WHERE dla_code = '06900101')",
        "UPDATE appointment SET agency_id = (SELECT agency_id FROM workstation), from_on = '2999-01-01'",
        "UPDATE appointment SET from_on = '2020-01-01', agency_id = NULL",
    ):
        write(change)
        assert desk.insert().status_code == 403 and reasons()[-1] == "APPOINTMENT"


OTHER = messages.Ed25519PrivateKey.generate()
CLAIMS = {
    "VERSION": [{"v": 2}, {"v": True}, {"v": 2, "more": 1}],
    "ISSUER": [{"iss": "ws_00000000000000000000"}],
    "CLAIMS": [{"more": 1}, {"kid": None}],
    "AUDIENCE": [{"aud": "https://evil.test"}, {"aud": None}, {"aud": [ORIGIN]}],
    "NONCE": [{"nonce": "invented"}, {"nonce": None}, {"nonce": 7}],
    "CLOCK": [{"iat": 1}, {"iat": 2**40}, {"iat": "now"}, {"iat": True}, {"iat": float("inf")}],
    "CARD_NUMBER": [{"cid": "1990100001018"}, {"cid": None}, {"cid": "๑" * 13}, {"cid": "12"}],
    "CARD_SHAPE": [{"card": None}, {"card": {}}, {"hash": "x"}, {"more": ""}],
    "CARD_ISSUE": [{"issue": "29990101"}, {"issue": None}, {"issue": 20200101}, {"issue": "20201301"}],
    "OTHER_CARD": [{"issue": "20200102"}, {"expire": "29990101"}],
    "CARD_EXPIRED": [{"expire": "20200101"}, {"expire": ""}, {"expire": None}, {"expire": "25990101x"}],
}


@pytest.mark.parametrize("reason", CLAIMS)
def test_each_claim_is_looked_at(desk, reason):
    for change in CLAIMS[reason]:
        if not change.keys().isdisjoint(("expire", "issue", "hash", "more")) and reason.startswith(("CARD_", "OTHER")):
            change = {"card": desk.card.claims()["card"] | change}
        assert desk.insert(**change).status_code == 403, change
        assert reasons()[-1] == reason, change
    assert desk.insert().status_code == 200


def test_a_word_that_stands_twice_is_refused_and_a_card_confirmed_before_the_days_were_sealed_is_taken(desk):
    nonce = desk.nonce()
    whole = json.dumps({"v": 1, "iss": messages.wid_of(desk.key)} | desk.claims(nonce=nonce))
    for twice in (f'{{"cid":"1",{whole[1:]}', whole.replace('"issue"', '"hash": "x", "issue"'), "[]", "7", "{"):
        said = f"{desk.assertion().partition('.')[0]}.{messages.packed(twice.encode())}"
        word = f"{said}.{messages.packed(desk.key.sign(said.encode()))}"
        assert desk.post("assert", {"assertion": word}).status_code == 403 and reasons()[-1] == "CLAIMS", twice
    before = card_signatures.sealed(PEPPER, "card", desk.card.claims()["card"]["hash"])
    write(f"UPDATE officer_card SET card_hash = '{before}'")
    assert desk.insert().status_code == 200
    assert rows("SELECT card_hash FROM officer_card") != [(before,)]
    young = desk.card.claims()["card"] | {"issue": "20250101"}
    assert desk.insert(card=young).status_code == 403 and reasons()[-1] == "OTHER_CARD"


def test_a_nonce_is_good_once_for_its_own_workstation_and_not_for_long(desk):
    word = desk.assertion()
    assert desk.post("assert", {"assertion": word}).status_code == 200
    assert desk.post("assert", {"assertion": word}).status_code == 403 and reasons()[-1] == "NONCE"
    other = desk.nonce()
    write("UPDATE card_nonce SET wid = 'ws_00000000000000000000' WHERE used_at IS NULL")
    assert desk.insert(nonce=other).status_code == 403
    late = desk.nonce()
    write("UPDATE card_nonce SET expires_at = '2020-01-01 00:00:00' WHERE used_at IS NULL")
    assert desk.insert(nonce=late).status_code == 403
    kept = rows("SELECT count(*) FROM card_nonce")
    assert desk.nonce(OTHER)  # an unknown computer gets one too, of which nothing is kept
    assert rows("SELECT count(*) FROM card_nonce") == kept


def test_only_the_enrolled_key_and_the_exact_header_count(desk):
    whole = desk.assertion()
    header, payload, signature = whole.split(".")

    def with_header(text: str) -> str:
        return f"{messages.packed(text.encode())}.{payload}.{signature}"

    def signed_under(text: str) -> str:
        """Another header, signed by the enrolled key itself."""
        said = f"{messages.packed(text.encode())}.{payload}"
        return f"{said}.{messages.packed(desk.key.sign(said.encode()))}"

    wid = messages.wid_of(desk.key)
    own = '{"alg":"EdDSA","kid":"%s","typ":"lgo-card-login+jwt"}'.replace("%s", wid)
    forged = messages.signed(OTHER, "login", desk.claims(nonce=desk.nonce(), iss=wid)).split(".")
    for word in (
        f"{header}.{'.'.join(forged[1:])}",  # another key under our name
        with_header('{"alg":"none","kid":"%s","typ":"lgo-card-login+jwt"}'.replace('%s', wid)),
        with_header('{"alg":"HS256","kid":"%s","typ":"lgo-card-login+jwt"}'.replace('%s', wid)),
        with_header('{"alg":"EdDSA","kid":"%s","typ":"lgo-card-login+jwt","jwk":{}}'.replace('%s', wid)),
        with_header('{"alg":"EdDSA", "kid":"%s","typ":"lgo-card-login+jwt"}'.replace('%s', wid)),
        messages.signed(desk.key, "presence", desk.claims(nonce=desk.nonce())),
        f"{header}.{messages.packed(b'{}')}.{signature}",
        f"{header}.{payload}.{signature}=",
        f"{header}.{payload}.{signature[:-1]}{chr(ord(signature[-1]) + 1)}",  # the same bytes, spelt otherwise
        signed_under(own + " "), signed_under(own.replace("EdDSA", "HS256")), signed_under(own.replace(',"kid"', ', "kid"')),
        f"{header}.{payload}.",
        "", None, 7, ["x"], "a.b", "...", "\ud800" and "x" * 5000,
    ):  # fmt: skip
        refused = desk.post("assert", {"assertion": word})
        assert refused.status_code == 403 and refused.json["code"] == "CARD_REFUSED", word
    assert set(reasons()[-20:]) <= {"SHAPE", "SIGNATURE"}
    assert desk.post("assert", {"assertion": whole}).status_code == 200  # of all that the nonce was not spent


def test_a_made_up_card_and_a_demo_account_open_nothing_in_production(desk, monkeypatch):
    monkeypatch.setitem(desk.portal.app.config, "PORTAL_ENV", "production")
    assert desk.insert().status_code == 403 and reasons()[-1] == "MADE_UP_CARD"
    monkeypatch.setattr(card_doors, "MADE_UP_OFFICE", "0000")
    assert desk.insert().status_code == 403 and reasons()[-1] == "ACCOUNT"
    monkeypatch.setitem(desk.portal.app.config, "CARD_PEPPER", None)
    assert desk.post("challenge", {"wid": messages.wid_of(desk.key)}).status_code == 403


def test_no_browser_can_ask_and_all_refusals_have_one_text(desk):
    assert desk.post("challenge", {"wid": "ws_" + "0" * 20}).status_code == 200
    for wid in (None, 7, ["ws_" + "0" * 20], {}, True, "ws_1", "", "ws_" + "0" * 21):
        assert desk.post("challenge", {"wid": wid}).status_code == 403, wid
    said = {
        desk.post("challenge", {"wid": "ws_" + "0" * 20}, Origin=ORIGIN).text.split('"reference"')[0],
        desk.post("assert", {"assertion": "x"}, **{"Sec-Fetch-Site": "none"}).text.split('"reference"')[0],
        desk.post("presence", {"m": "x"}).text.split('"reference"')[0],
        desk.post("enrol", {"code": "x"}).text.split('"reference"')[0],
        desk.post("assert", ["no object"]).text.split('"reference"')[0],
    }
    assert len(said) == 1


def test_a_body_that_is_too_large_is_told_so_with_the_size_that_is_taken(desk):
    for door in ("enrol", "challenge", "assert", "presence", "state", "wanted", "reading"):
        answer = desk.post(door, {"m": "x" * 9000})
        assert answer.status_code == 413 and answer.json["code"] == "TOO_LARGE" and "8192" in answer.json["message"], (
            door
        )


def test_the_description_is_public_and_names_every_door(desk):
    document = desk.portal.app.test_client().get("/api/card/v1/openapi.json", headers={"Cookie": "x=1"}).json
    served = {str(rule) for rule in desk.portal.app.url_map.iter_rules() if rule.endpoint.startswith("card_api.")}
    assert {"/api/card/v1" + path for path in document["paths"]} == served
    told = {"challenge": desk.post("challenge", {"wid": messages.wid_of(desk.key)}), "assert": desk.insert()}
    told["presence"] = desk.presence(told["assert"].json["csid"])
    told["state"] = desk.post("state", {"m": messages.signed(desk.key, "desk", {"aud": ORIGIN})})
    for door, answer in told.items():
        schema = document["paths"][f"/{door}"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert set(answer.json) == set(schema["required"]), door
    assert told["state"].json == {"state": "ACTIVE"}
    first = messages.signed(desk.key, "desk", {"aud": ORIGIN, "iat": 1})  # what the first bridges' doctor says
    assert desk.post("state", {"m": first}).json == {"state": "ACTIVE"}
    for claims in ({"aud": "https://evil.test"}, {}, {"aud": ORIGIN, "more": 1}):
        assert desk.post("state", {"m": messages.signed(desk.key, "desk", claims)}).status_code == 403


def test_a_ticket_opens_one_browser_once_and_a_second_one_kills_it(desk):
    browser, told = desk.opened()
    page = browser.get("/login/card/pin").text
    assert told["code"] in page and "ticket" not in page
    thief = desk.portal.browser()
    assert thief.get(told["login_url"].removeprefix(ORIGIN)).status_code == 404
    assert pin(browser, PIN).status_code == 404 and not inside(browser)
    assert rows("SELECT count(*) FROM audit_event WHERE verb = 'ticket_opened_twice'") == [(1,)]
    browser, told = desk.logged_in()  # by whoever was quicker than the officer and knows his PIN
    address = told["login_url"].removeprefix(ORIGIN)
    assert desk.portal.browser().get(address).status_code == 404 and not inside(browser)
    assert desk.portal.browser().get(address).status_code == 404
    assert rows("SELECT count(*) FROM audit_event WHERE verb = 'ticket_opened_twice'") == [
        (2,)
    ]  # what is over is no news
    other = desk.portal.browser()
    assert other.get("/login/card/?ticket=invented").status_code == 404
    late = desk.insert().json["login_url"].removeprefix(ORIGIN)
    write("UPDATE card_ticket SET expires_at = '2020-01-01 00:00:00'")
    assert desk.portal.browser().get(late).status_code == 404


def test_a_pin_page_belongs_to_its_browser_and_its_card(desk):
    browser, told = desk.opened()
    assert desk.portal.browser().get("/login/card/pin").status_code == 404
    assert browser.client.post("/login/card/pin", data={"pin": PIN}).status_code == 400  # no token of our form
    desk.presence(told["csid"], "removed")
    assert pin(browser, PIN).status_code == 404 and not inside(browser)
    browser, told = desk.opened()
    write("UPDATE card_session SET last_seen_at = '2020-01-01 00:00:00'")
    assert pin(browser, PIN).status_code == 404 and not inside(browser)


def test_five_wrong_pins_lock_the_card_and_spend_the_ticket(desk):
    browser, _told = desk.opened()
    for _ in range(4):
        assert pin(browser, "000000").status_code == 403
    for said in (
        pin(browser, "000000"),
        pin(browser, PIN),
        browser.get("/login/card/pin"),
    ):  # the fifth, the sixth, and a look
        until = datetime.fromisoformat(rows("SELECT locked_until FROM officer_card")[0][0]).replace(tzinfo=UTC)
        assert said.status_code == 403 and 'name="pin"' not in said.text
        assert f"ถูกล็อกถึง {format_be_instant(until)}" in said.text.replace("\xa0", " ")
    assert not inside(browser)
    assert desk.insert().status_code == 403 and reasons()[-1] == "LOCKED"
    assert "ถูกล็อกถึง" not in desk.portal.browser().get("/login/card/pin").text  # told to this browser alone
    write("UPDATE officer_card SET locked_until = '2020-01-01 00:00:00'")
    assert browser.get("/login/card/pin").status_code == 404
    browser, _told = desk.logged_in()
    assert inside(browser)
    assert rows("SELECT failed_pins, locked_until FROM officer_card") == [(0, None)]


def at_once(call) -> list:
    """What twenty threads get that call at the same time."""
    found = []
    threads = [threading.Thread(target=lambda: found.append(call())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    return found


def test_of_twenty_at_once_one_answer_one_browser_and_five_guesses_count(both_portals, monkeypatch):
    card_desk.settle(monkeypatch, both_portals.app)
    card_desk.people(both_portals)
    desk = card_desk.enrolled(both_portals)
    word = desk.assertion()
    answers = at_once(lambda: desk.post("assert", {"assertion": word}))
    assert sorted(answer.status_code for answer in answers) == [200] + [403] * 19
    (address,) = (answer.json["login_url"].removeprefix(ORIGIN) for answer in answers if answer.status_code == 200)
    opened = at_once(lambda: both_portals.browser().get(address))
    assert sorted(answer.status_code for answer in opened) == [303] + [404] * 19
    browser, _told = desk.opened()
    with browser.client.session_transaction() as held:
        opener = held["card_opener"]
    judged = []
    real = pins.matches

    def noted(*args):
        judged.append(1)
        return real(*args)

    monkeypatch.setattr(pins, "matches", noted)  # the real one, counted

    def guess() -> None:
        with desk.portal.app.app_context(), pytest.raises(Exception):  # noqa: B017, PT011 - refused one way or the other
            card_tickets.enter_pin(opener, "111222", pepper=PEPPER, address=None)

    at_once(guess)
    assert len(judged) == 5

"""What ends a session that a card opened, enrolment, PINs, and what stands in the database."""

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.errors import PortalError
from app.models.database import db
from app.services import appointments, card_sweeps, officer_cards, workstations
from app.views import pin_again
from tests.views import card_desk
from tests.views.card_desk import PEPPER, PIN, inside, pin, reasons
from tests.views.offices import rows, write


def test_a_session_ends_with_silence_revocation_unassignment_and_appointment(desk):
    registrar = card_desk.acting(desk.portal, "registrar1")

    def revise(verb, *args) -> None:
        version = rows("SELECT version FROM workstation")[0][0]
        with desk.portal.app.app_context():
            verb(desk.id, *args, version, actor=registrar)

    browser, _told = desk.logged_in()
    write("UPDATE card_session SET last_seen_at = '2020-01-01 00:00:00'")
    assert not inside(browser)
    browser, _told = desk.logged_in()
    revise(workstations.assign, [])
    assert not inside(browser)
    revise(workstations.assign, [desk.portal.ids["clerk1"]])
    browser, told = desk.logged_in()
    with desk.portal.app.app_context():
        held = rows("SELECT id FROM appointment")[0][0]
        appointments.end_appointment(held, appointments.today(), actor=registrar)
    assert not inside(browser)
    clerk = desk.portal.browser()
    clerk.log_in("clerk1")
    assert not inside(clerk)  # whose appointment has ended has no password either
    with desk.portal.app.app_context():
        appointments.appoint(desk.portal.ids["clerk1"], "2/2569", appointments.today(), None, actor=registrar)
    browser, told = desk.logged_in()
    write("UPDATE appointment SET from_on = '2020-01-01', until_on = CURRENT_DATE WHERE order_no = '2/2569'")
    assert not inside(browser)  # on every request, whoever ended it
    write("UPDATE appointment SET until_on = NULL WHERE order_no = '2/2569'")
    browser, told = desk.logged_in()
    revise(workstations.revoke)
    assert not inside(browser) and desk.presence(told["csid"]).status_code == 403


def test_a_page_asks_whether_its_card_is_in_and_nothing_else_is_read_or_kept(desk, caplog):
    browser, told = desk.logged_in()
    asked = f"/card/in/{rows('SELECT max(id) FROM card_session')[0][0]}"
    assert asked in browser.get("/").text
    with desk.portal.app.app_context():
        engine = db.engine
    said = []
    sa.event.listen(engine, "before_cursor_execute", lambda *words: said.append(words[2]))
    caplog.clear()
    assert browser.get(asked).status_code == 204
    assert [words.split()[0] for words in said] == ["BEGIN", "SELECT"]
    assert "/card/in" not in caplog.text
    by_password = desk.portal.browser()
    by_password.log_in("clerk1")
    assert by_password.get(asked).status_code == 403 and "/card/in/" not in by_password.get("/").text
    assert desk.portal.browser().get(asked).status_code == 403
    desk.presence(told["csid"], "removed")
    assert browser.get(asked).status_code == 403
    again, _told = desk.logged_in()  # the same browser may be in again meanwhile, the page of then is over all the same
    assert again.get("/").status_code == 200 and again.get(asked).status_code == 403


def test_the_log_in_page_says_why_a_log_in_by_card_is_over(desk):
    registrar = card_desk.acting(desk.portal, "registrar1")

    def told(browser) -> str:
        page = browser.get("/login/").text
        assert (
            page.count('role="status"') >= 1 and browser.get("/login/").text.count("data-may-be-in") == 1
        )  # and again
        return page

    browser, said = desk.logged_in()
    desk.presence(said["csid"], "removed")
    assert "ดึงบัตรออกแล้ว จึงออกจากระบบ" in told(browser) and "หมดเวลา" not in told(browser)
    assert told(browser).count("หน้าใส่รหัส PIN จะเปิดเอง") == 1  # said once
    first, _said = desk.logged_in()
    second, _said = desk.logged_in()
    assert "เสียบบัตรของท่านเข้าระบบใหม่แล้ว" in told(first) and inside(second)
    write("UPDATE card_session SET last_seen_at = '2020-01-01 00:00:00'")
    assert "เกินหนึ่งนาทีครึ่ง" in told(second)
    third, _said = desk.logged_in()
    with desk.portal.app.app_context():
        officer_cards.reset_pin(desk.portal.ids["clerk1"], actor=registrar)
    assert "การเข้าระบบครั้งนี้ถูกปิด" in told(third)
    by_password = desk.portal.browser()
    by_password.log_in("clerk1")
    write("UPDATE user_session SET expires_at = '2020-01-01 00:00:00'")
    assert "หมดเวลาการใช้งานแล้ว" in told(by_password)
    assert "data-may-be-in" not in desk.portal.browser().get("/login/").text


def test_a_copied_cookie_lives_no_longer_than_the_card_and_opens_nothing_in_another_kind_of_browser(desk):
    def copied(**environ):
        thief = desk.portal.browser()
        thief.client.set_cookie("lgo_portal", cookie)
        return thief.client.get("/", environ_overrides=environ).status_code

    browser, told = desk.logged_in()
    cookie = browser.cookie()
    assert copied() == 200  # the security page says so
    desk.presence(told["csid"], "removed")
    assert copied() == 302
    for elsewhere in ({"HTTP_USER_AGENT": "another"}, {"REMOTE_ADDR": "203.0.113.9"}):
        browser, _told = desk.logged_in()
        cookie = browser.cookie()
        assert copied(**elsewhere) == 302 and copied() == 302, elsewhere  # and the log-in is over


def test_presence_counts_up_speaks_for_its_own_session_and_is_signed(desk):
    browser, told = desk.logged_in()
    assert desk.presence(told["csid"], seq=5).status_code == 200
    for change in ({"seq": 5}, {"seq": 4}, {"seq": 6, "aud": "https://evil.test"}, {"seq": 0}, {"seq": "9"}):
        assert desk.presence(told["csid"], **change).status_code == 403, change
    assert desk.presence("other", seq=9).status_code == 403
    assert desk.presence(told["csid"], "perhaps", seq=9).status_code == 403
    mine, desk.key = desk.key, Ed25519PrivateKey.generate()
    assert desk.presence(told["csid"], "removed", seq=10).status_code == 403
    desk.key = mine
    assert inside(browser)
    again, _told = desk.logged_in()
    assert inside(again) and not inside(browser)  # one card, one session


def test_enrolment_needs_a_live_code_and_the_key_and_works_once(desk):
    registrar = card_desk.acting(desk.portal, "registrar1")
    other = card_desk.Desk(desk.portal, desk.card)
    with desk.portal.app.app_context():
        code = workstations.issue_code("อีกโต๊ะ", actor=registrar)
    for changes in ({"aud": "https://evil.test"}, {"code": "0" * 64}):
        assert other.enrol(code, **changes).status_code == 403
    assert other.enrol("AAAAAAAAAA").status_code == 403
    assert other.enrol(code).json["state"] == "PENDING"
    assert card_desk.Desk(desk.portal, desk.card).enrol(code).status_code == 403  # the code is used
    assert other.insert().status_code == 403 and reasons()[-1] == "WORKSTATION_PENDING"
    with desk.portal.app.app_context():
        late = workstations.issue_code("สาม", actor=registrar)
    write("UPDATE workstation_code SET expires_at = '2020-01-01 00:00:00'")
    assert card_desk.Desk(desk.portal, desk.card).enrol(late).status_code == 403


def test_nothing_that_opens_the_door_stands_in_the_database(desk):
    _browser, told = desk.logged_in()
    ticket = told["login_url"].partition("ticket=")[2]
    tables = [name for (name,) in rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    dump = "\n".join(str(rows(f"SELECT * FROM {name}")) for name in tables if name != "person")
    for secret in (desk.card.cid, PIN, PEPPER, ticket, told["csid"]):
        assert secret not in dump


def test_one_changes_the_own_pin_by_the_old_one(desk):
    browser, _told = desk.logged_in()
    new = {"new_pin": "927163", "again": "927163"}
    for wrong in (
        {"old_pin": "111111"} | new,
        {"old_pin": PIN, "new_pin": "123456", "again": "123456"},
        {"old_pin": PIN, "new_pin": "010125", "again": "010125"},
        {"old_pin": PIN, "new_pin": "77", "again": "77"},
        {"old_pin": PIN, "new_pin": desk.card.cid[4:12], "again": desk.card.cid[4:12]},
        {"old_pin": PIN, "new_pin": PIN, "again": PIN},
    ):
        assert browser.post("/card/pin/", wrong).status_code == 400, wrong
    assert browser.post("/card/pin/", {"old_pin": PIN} | new).status_code == 303
    other, _told = desk.opened()
    assert pin(other, PIN).status_code == 403 and pin(other, "927163").status_code == 303


def test_the_first_pin_needs_the_registrars_code(desk):
    registrar = card_desk.acting(desk.portal, "registrar1")
    with desk.portal.app.app_context():
        code = officer_cards.reset_pin(desk.portal.ids["clerk1"], actor=registrar)
    browser, _told = desk.opened()
    form = {"new_pin": PIN, "again": PIN}
    of_card = {"setup": code, "new_pin": desk.card.cid[-6:], "again": desk.card.cid[-6:]}
    assert browser.post("/login/card/pin", of_card).status_code == 400  # stands on the card that a thief would hold
    assert browser.post("/login/card/pin", form | {"setup": "AAAAAAAAAA"}).status_code == 403
    write("UPDATE officer_card SET setup_until = '2020-01-01 00:00:00'")
    assert browser.post("/login/card/pin", form | {"setup": code}).status_code == 403
    with desk.portal.app.app_context():
        code = officer_cards.reset_pin(desk.portal.ids["clerk1"], actor=registrar)
    assert browser.post("/login/card/pin", form | {"setup": code}).status_code == 404  # the reset ended that login
    browser, _told = desk.opened()
    assert browser.post("/login/card/pin", form | {"setup": code.lower()}).status_code == 303 and inside(browser)


def test_yesterdays_shown_card_cannot_be_confirmed(desk):
    desk.card.numbers = "another card of the same person"
    assert desk.insert().status_code == 403 and reasons()[-1] == "OTHER_CARD"
    write("UPDATE officer_card SET shown_at = '2020-01-01 00:00:00'")
    with desk.portal.app.app_context(), pytest.raises(PortalError, match="NO_CARD_SHOWN"):
        officer_cards.confirm_card(desk.portal.ids["clerk1"], "", actor=card_desk.acting(desk.portal, "registrar1"))


def test_what_logins_leave_behind_goes_after_a_day_and_the_live_one_stays(desk):
    tables = ("card_nonce", "card_ticket", "card_session", "workstation_code")
    for table, column in zip(tables, ("expires_at", "expires_at", "last_seen_at", "expires_at"), strict=True):
        write(f"UPDATE {table} SET {column} = '2020-01-01 00:00:00'")
    browser, _told = desk.logged_in()
    card_sweeps.sweep()
    assert [rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables] == [1, 1, 1, 0]
    assert inside(browser)


def test_who_is_in_by_card_says_his_pin_again_before_money(desk, monkeypatch):
    write("UPDATE ab_user_role SET role_id = (SELECT id FROM ab_role WHERE name = 'finance_clerk')"
          " WHERE user_id = (SELECT id FROM ab_user WHERE username = 'clerk1')")  # fmt: skip
    browser, _told = desk.logged_in()
    door, sent = "/refund-deeds/7/confirm", {"version": "3", "note": ["หนึ่ง", "สอง"]}
    assert browser.post(door, sent).status_code == 404  # the PIN is fresh; there is no such refund
    monkeypatch.setattr(pin_again, "FRESH_SECONDS", -1)
    asked = browser.post(door, sent)
    assert (
        asked.status_code == 403 and asked.text.count('name="note"') == 2 and 'name="version" value="3"' in asked.text
    )
    wrong = browser.post(door, sent | {"pin_again": "000000"})
    assert wrong.status_code == 403 and "รหัส PIN ไม่ถูกต้อง" in wrong.text
    assert rows("SELECT failed_pins FROM officer_card") == [(1,)]
    assert browser.post(door, sent | {"pin_again": PIN}).status_code == 404
    assert rows("SELECT failed_pins FROM officer_card") == [(0,)]
    assert browser.post("/phone/", sent).status_code == 200  # nothing else asks
    write("UPDATE officer_card SET failed_pins = 4")
    for word in ("000000", PIN):
        locked = browser.post(door, sent | {"pin_again": word}).text
        assert "รหัสถูกล็อกถึง" in locked and 'type="password"' not in locked
    by_password = desk.portal.browser()
    by_password.log_in("clerk1")
    assert by_password.post(door, sent).status_code == 404

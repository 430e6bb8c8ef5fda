"""Password and the code of a phone: production's way in, each code once, five wrong words lock, a lost phone takes two."""

import re
import time
from datetime import timedelta

import pyotp
import pytest
from werkzeug.security import generate_password_hash

from app.services import second_factors
from tests.views.offices import PASSWORD, asking, rows, write

KEY = re.compile(r"data-phone-key>([A-Z2-7 ]+)<")
OFFER = re.compile(r'name="offer"[^>]*value="([^"]+)"')
CODE = "/login/code/"
QR = 'class="qr"'
CHEAP = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")


class Clock:
    """The real clock as the portal reads it for codes, moved by hand."""

    def __init__(self, monkeypatch):
        self.at = time.time()
        real = second_factors.real_now
        monkeypatch.setattr(second_factors, "real_now", lambda: real().fromtimestamp(self.at, tz=real().tzinfo))

    def next_step(self, steps=1):
        self.at += 30 * steps


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def strict(portal, monkeypatch):
    """The portal as production has it: nobody chose a way for any role."""
    monkeypatch.setitem(portal.app.config, "PORTAL_ENV", "production")
    for name, role in (("clerk1", "personnel_clerk"), ("nhso1", "nhso_admin"), ("nhso2", "nhso_admin")):
        portal.account(name, role)
    write(f"UPDATE ab_user SET is_demo = 0, password = '{CHEAP}'")  # logging in is not what is slow here
    return portal


def inside(browser):
    return browser.get("/").status_code == 200


def asked(portal, name="clerk1"):
    """A browser at the page for the code."""
    browser = portal.browser()
    answer = browser.log_in(name)
    assert answer.status_code == 303 and answer.headers["Location"].startswith(CODE), answer.headers
    return browser


def tied(portal, clock, name="clerk1"):
    """A browser that has just tied a phone to its account, and the phone."""
    browser = asked(portal, name)
    page = browser.get(CODE).text
    phone = pyotp.TOTP(KEY.search(page)[1].replace(" ", ""))
    sent = {"offer": OFFER.search(page)[1], "code": phone.at(clock.at)}
    assert browser.post(CODE, sent).status_code == 302 and inside(browser)
    clock.next_step()
    return browser, phone


def test_production_asks_for_the_phone_and_ties_one_first(strict, clock):
    browser = asked(strict)
    assert not inside(browser) and browser.get("/rights/").status_code == 302
    page = browser.get(CODE).text
    assert QR in page and "ผูกโทรศัพท์กับบัญชีของท่าน" in page and "http" not in page.split(QR)[1].split("</svg>")[0]
    wrong = browser.post(CODE, {"offer": OFFER.search(page)[1], "code": "000000"})
    assert wrong.status_code == 403 and OFFER.search(wrong.text)[1] == OFFER.search(page)[1] and not inside(browser)
    assert rows("SELECT count(*) FROM second_factor") == [(0,)]
    first, phone = tied(strict, clock)
    first.post("/logout/")
    again = asked(strict)
    assert QR not in again.get(CODE).text
    assert again.post(CODE, {"code": phone.at(clock.at)}).status_code == 302 and inside(again)
    kept = str(rows("SELECT secret FROM second_factor"))
    assert phone.secret not in kept and phone.secret not in str(rows("SELECT data FROM user_session"))
    verbs = [verb for (verb,) in rows("SELECT verb FROM audit_event WHERE object_type = 'account' ORDER BY id")][-6:]
    assert verbs == [
        "password_right",
        "code_failed",
        "password_right",
        "enrol_phone",
        "password_right",
        "login_with_code",
    ]


def test_a_code_counts_once_and_clocks_may_be_one_step_apart(strict, clock):
    browser, phone = tied(strict, clock)
    used = phone.at(clock.at)
    assert asked(strict).post(CODE, {"code": used}).status_code == 302
    assert asked(strict).post(CODE, {"code": used}).status_code == 403  # the same again
    clock.next_step(2)
    late, early = phone.at(clock.at - 30), phone.at(clock.at + 30)
    assert asked(strict).post(CODE, {"code": late}).status_code == 302
    for step in (-60, 60):
        assert asked(strict).post(CODE, {"code": phone.at(clock.at + step)}).status_code == 403, step
    assert asked(strict).post(CODE, {"code": f"{early[:3]} {early[3:]}"}).status_code == 302
    now = asked(strict).post(CODE, {"code": phone.at(clock.at)})
    assert now.status_code == 403  # older than the last one used
    assert inside(browser)


def test_wrong_codes_and_wrong_passwords_lock_together_and_a_right_password_forgives_none(strict, clock):
    browser, phone = tied(strict, clock)
    browser.post("/logout/")
    for _ in range(2):
        strict.browser().log_in("clerk1", "wrong")
    for wrong in ("111111", "x", "\u0e51" * 6):  # each time after the right password
        answer = asked(strict).post(CODE, {"code": wrong if wrong != phone.at(clock.at) else "222222"})
        assert answer.status_code == 403
    assert rows("SELECT locked_until IS NOT NULL FROM ab_user WHERE username = 'clerk1'") == [(1,)]
    locked = strict.browser()
    assert locked.log_in("clerk1").status_code == 200 and not inside(locked)  # the right password, too
    write("UPDATE ab_user SET locked_until = NULL")
    waits = asked(strict)
    write("UPDATE ab_user SET locked_until = '2999-01-01 00:00:00' WHERE username = 'clerk1'")
    over = waits.post(CODE, {"code": phone.at(clock.at)})
    assert over.status_code == 303 and "/login/" in over.headers["Location"] and not inside(waits)
    write("UPDATE ab_user SET locked_until = NULL")
    assert asked(strict).post(CODE, {"code": phone.at(clock.at)}).status_code == 302
    assert rows("SELECT failed_logins FROM ab_user WHERE username = 'clerk1'") == [(0,)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ab_user SET active = 0 WHERE username = 'clerk1'",
        "UPDATE ab_user SET password = 'another' WHERE username = 'clerk1'",
        "INSERT INTO login_policy (role, way, changed_by_id, changed_at)"
        " SELECT 'personnel_clerk', 'CARD_ONLY', id, '2026-01-01' FROM ab_user WHERE username = 'nhso1'",
    ],
)
def test_what_changed_after_the_password_stops_the_code(strict, clock, change):
    browser, phone = tied(strict, clock)
    browser.post("/logout/")
    waits = asked(strict)
    write(change)
    assert waits.post(CODE, {"code": phone.at(clock.at)}).status_code == 303 and not inside(waits)


def test_the_first_step_lasts_five_minutes_and_nobody_makes_one_up(strict, clock, monkeypatch):
    browser, phone = tied(strict, clock)
    browser.post("/logout/")
    stranger = strict.browser()
    assert stranger.get(CODE).status_code == 303
    signer = strict.app.session_interface.get_signing_serializer(strict.app)
    stranger.client.set_cookie("lgo_portal", signer.dumps({"first_step": f"{strict.ids['clerk1']} 9999999999 x"}))
    assert stranger.get(CODE).status_code == 303
    waits = asked(strict)
    later = second_factors.real_now() + timedelta(minutes=6)
    monkeypatch.setattr(second_factors.logins, "real_now", lambda: later)
    assert waits.post(CODE, {"code": phone.at(clock.at)}).status_code == 303 and not inside(waits)


def test_a_role_is_switched_off_and_on_and_administrators_stay(strict, clock):
    admin, _phone = tied(strict, clock, "nhso1")

    def choose(role, way):
        return admin.post("/card/policies/role", {"role": role, "way": way}).status_code

    assert "รหัสผ่านและโทรศัพท์ หรือบัตร" in admin.get("/card/policies/").text
    assert choose("personnel_clerk", "NO_CODE") == 303
    assert asked(strict)  # a looser way waits for another administrator
    other, _second = tied(strict, clock, "nhso2")
    assert other.post(f"/accounts/waiting/{asking()}/agree").status_code == 303
    clerk = strict.browser()
    assert clerk.log_in("clerk1").headers["Location"] == "/" and inside(clerk)
    assert choose("personnel_clerk", "WITH_CODE") == 303
    assert not inside(clerk)  # a stricter way ends what a password opened
    asked(strict)
    assert choose("nhso_admin", "NO_CODE") == 403 and choose("nhso_admin", "CARD_ONLY") == 403
    assert choose("nhso_finance", "NO_CODE") == 403  # one administrator would come in with a password that he has set
    assert choose("personnel_clerk", "NO_SUCH_WAY") == 400


def test_in_a_demo_no_phone_is_asked_for_until_an_administrator_chooses_so(portal, clock):
    portal.account("clerk1", "personnel_clerk")
    admin = portal.officer("nhso_admin")
    assert portal.browser().log_in("clerk1").headers["Location"] == "/"
    assert admin.post("/card/policies/role", {"role": "personnel_clerk", "way": "WITH_CODE"}).status_code == 303
    browser, _phone = tied(portal, clock)
    assert "ยังไม่ผูกโทรศัพท์" in admin.get("/phone/").text and QR in browser.get("/phone/").text


def test_a_lost_phone_takes_two_administrators_and_a_new_one_is_tied(strict, clock):
    clerk, phone = tied(strict, clock)
    first, _one = tied(strict, clock, "nhso1")
    second, _two = tied(strict, clock, "nhso2")
    forget = f"/card/policies/phone/{strict.ids['clerk1']}"
    assert second.post(forget).status_code == 404  # nobody asked
    assert clerk.post("/card/policies/phone", {"holder": "clerk1"}).status_code == 403
    for name in ("nobody", "nhso1"):
        assert first.post("/card/policies/phone", {"holder": name}).status_code in (403, 404), name
    assert first.post("/card/policies/phone", {"holder": "clerk1"}).status_code == 303
    assert first.post(forget).status_code == 403
    write("UPDATE second_factor SET reset_asked_at = '2020-01-01 00:00:00' WHERE reset_asked_at IS NOT NULL")
    assert second.post(forget).status_code == 404
    assert first.post("/card/policies/phone", {"holder": "clerk1"}).status_code == 303
    assert "ทดสอบ" in second.get("/card/policies/").text and second.post(forget).status_code == 303
    assert not inside(clerk)
    _browser, fresh = tied(strict, clock)
    assert fresh.secret != phone.secret


def test_one_changes_the_own_phone_by_a_code_of_each(strict, clock):
    browser, phone = tied(strict, clock)
    other = asked(strict)
    other.post(CODE, {"code": phone.at(clock.at)})
    clock.next_step()
    page = browser.get("/phone/").text
    fresh, offer = pyotp.TOTP(KEY.search(page)[1].replace(" ", "")), OFFER.search(page)[1]

    def send(old, new, sealed=offer):
        return browser.post("/phone/", {"offer": sealed, "old_code": old, "new_code": new}).status_code

    assert send("000000", fresh.at(clock.at)) == 400 and send(phone.at(clock.at), "000000") == 400
    assert send(phone.at(clock.at), fresh.at(clock.at), sealed="made up") == 400
    assert rows("SELECT failed_logins FROM ab_user WHERE username = 'clerk1'") == [(1,)]
    assert send(phone.at(clock.at), fresh.at(clock.at)) == 303
    assert inside(browser) and not inside(other)
    clock.next_step()
    assert asked(strict).post(CODE, {"code": phone.at(clock.at)}).status_code == 403
    assert asked(strict).post(CODE, {"code": fresh.at(clock.at)}).status_code == 302


def test_a_secret_is_of_no_use_in_another_row_or_under_another_key(strict, clock):
    _browser, phone = tied(strict, clock)
    write(
        "INSERT INTO second_factor (user_id, secret, last_step, enrolled_at)"
        f" SELECT {strict.ids['nhso1']}, secret, 0, enrolled_at FROM second_factor"
    )
    assert asked(strict, "nhso1").post(CODE, {"code": phone.at(clock.at)}).status_code == 403
    strict.app.config["SECRET_KEY"], before = "k" * 40, strict.app.config["SECRET_KEY"]
    try:
        assert asked(strict).post(CODE, {"code": phone.at(clock.at)}).status_code == 403
    finally:
        strict.app.config["SECRET_KEY"] = before
    assert asked(strict).post(CODE, {"code": phone.at(clock.at)}).status_code == 302


def test_two_browsers_with_one_code_let_one_in(strict, clock):
    _browser, phone = tied(strict, clock)
    one, two = asked(strict), asked(strict)
    code = {"code": phone.at(clock.at)}
    assert sorted((one.post(CODE, code).status_code, two.post(CODE, code).status_code)) == [302, 403]

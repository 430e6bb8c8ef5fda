"""Logging in and out: what opens the door, what closes it, and what stays secret."""

import re
from threading import Thread

import pytest
from flask import flash, session

from tests.views.offices import PASSWORD, open_portal, rows, write


def inside(browser) -> bool:
    """Whether the browser is logged in."""
    return browser.get("/").status_code == 200


def alerts(response) -> str:
    """What the page says aloud."""
    return " ".join(re.findall(r'role="alert".*?<li>(.*?)</li>', response.text, re.S))


def test_right_password_opens_and_a_new_key_is_made(both_portals):
    both_portals.account("clerk1", "personnel_clerk")
    browser = both_portals.browser()
    browser.get("/login/")
    before = browser.cookie()
    assert browser.log_in("clerk1").headers["Location"] == "/"
    assert inside(browser)
    assert browser.cookie().startswith("s.") and browser.cookie() != before
    assert rows("SELECT verb FROM audit_event WHERE verb = 'login'") == [("login",)]
    kept = rows("SELECT key_hash, data FROM user_session")
    assert len(kept) == 1 and browser.cookie() not in str(kept)


def test_what_two_requests_of_one_officer_change_at_once_stays(both_portals, monkeypatch):
    """One is answered while the other is still on its way: words to be told, and what each of them keeps."""
    browser, other = both_portals.officer("registrar"), both_portals.browser()
    other.client.set_cookie("lgo_portal", browser.cookie())
    browser.get("/lang/en")

    def first():
        flash("ONE-OF-TWO")
        session["searches"] = {"a": 1}
        session.pop("locale")
        thread = Thread(target=lambda: other.get("/register/"))
        thread.start()
        thread.join()
        return "done"

    def second():
        flash("TWO-OF-TWO")
        session["searches"] = {"b": 2}
        return "done"

    with monkeypatch.context() as patched:
        patched.setitem(both_portals.app.view_functions, "HomeView.index", first)
        patched.setitem(both_portals.app.view_functions, "RegisterView.show", second)
        assert browser.get("/").text == "done"
    data = rows("SELECT data FROM user_session")[0][0]
    assert '"a":1' in data and '"b":2' in data and '"locale"' not in data
    page = browser.get("/").text
    assert page.count("ONE-OF-TWO") == page.count("TWO-OF-TWO") == 1
    again = browser.get("/").text
    assert "ONE-OF-TWO" not in again and "TWO-OF-TWO" not in again, "each is told once"


def test_user_name_is_taken_without_case_and_blanks(portal):
    portal.account("clerk1", "personnel_clerk")
    browser = portal.browser()
    browser.log_in("  Clerk1 ")
    assert inside(browser)


def test_every_failure_has_the_same_words(both_portals):
    both_portals.account("clerk1", "personnel_clerk")
    both_portals.account("gone", "personnel_clerk")
    write("UPDATE ab_user SET active = false WHERE username = 'gone'")
    browser = both_portals.browser()
    said = {alerts(browser.log_in(*words)) for words in (("clerk1", "wrong"), ("nobody", "x"), ("gone", PASSWORD))}
    assert len(said) == 1 and "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง" in said.pop()
    assert not inside(browser)
    assert rows("SELECT count(*) FROM audit_event WHERE verb = 'login_failed'") == [(3,)]


def test_five_failures_lock_for_a_quarter_of_an_hour(both_portals):
    both_portals.account("clerk1", "personnel_clerk")
    both_portals.account("clerk2", "personnel_clerk")
    browser = both_portals.browser()
    for _ in range(4):
        browser.log_in("clerk1", "wrong")
    assert rows("SELECT locked_until FROM ab_user WHERE username = 'clerk1'") == [(None,)]
    browser.log_in("clerk1", "wrong")
    browser.log_in("clerk1")
    assert not inside(browser)
    browser.log_in("clerk2")
    assert inside(browser)
    write("UPDATE ab_user SET locked_until = '2020-01-01 00:00:00+00' WHERE username = 'clerk1'")
    other = both_portals.browser()
    other.log_in("clerk1")
    assert inside(other)


def test_a_success_forgets_earlier_failures(portal):
    portal.account("clerk1", "personnel_clerk")
    for _ in range(2):
        browser = portal.browser()
        for _ in range(4):
            browser.log_in("clerk1", "wrong")
        write("UPDATE ab_user SET active = active")
        browser.log_in("clerk1")
        assert inside(browser)


def test_too_many_attempts_are_refused_before_the_password_is_tried(sqlite_database, tmp_path):
    portal = open_portal(sqlite_database, tmp_path / "instance", AUTH_RATE_LIMIT="3 per hour")
    portal.account("clerk1", "personnel_clerk")
    browser = portal.browser()
    assert [browser.log_in("clerk1", "wrong").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = browser.log_in("CLERK1 ")
    assert 3000 < int(refused.headers["Retry-After"]) <= 3601 and re.search("โปรดรอ 6[01] นาที", refused.text)
    assert browser.log_in("clerk2", "wrong").status_code == 200
    assert rows("SELECT failed_logins FROM ab_user WHERE username = 'clerk1'") == [(3,)]


def test_who_logs_in_again_and_again_is_not_held_up(sqlite_database, tmp_path):
    portal = open_portal(sqlite_database, tmp_path / "instance", AUTH_RATE_LIMIT="2 per hour")
    portal.account("clerk1", "personnel_clerk")
    for _ in range(4):
        browser = portal.browser()
        browser.log_in("clerk1")
        assert inside(browser)
    assert [portal.browser().log_in("clerk1", "wrong").status_code for _ in range(3)] == [200, 200, 429]


def test_a_redirect_of_the_router_leads_nowhere_else(portal):
    client = portal.browser().client
    for path, leads_to in (("/login", "/login/"), ("/login?next=/x", "/login/?next=/x")):
        answer = client.get(path, headers={"Host": "evil.example"})
        assert (answer.status_code, answer.headers["Location"]) == (308, leads_to), path


def test_a_form_whose_sign_does_not_fit_says_what_to_do_where_one_stands(portal):
    visitor, clerk = portal.browser().client, portal.officer("personnel_clerk").client
    at_login = visitor.post("/login/", data={"username": "x", "password": "y"})
    assert at_login.status_code == 400 and "ไม่เก็บคุกกี้" in at_login.text and "แท็บ" not in at_login.text
    inside_still = clerk.post("/rosters/")
    assert inside_still.status_code == 400 and "การเข้าสู่ระบบครั้งก่อน" in inside_still.text
    logged_out = visitor.post("/rosters/")
    assert "ออกจากระบบไปแล้ว" in logged_out.text


def test_logging_out_ends_the_session_for_every_copy_of_the_cookie(both_portals):
    browser = both_portals.officer("personnel_clerk")
    stolen = browser.cookie()
    assert browser.get("/logout/").status_code == 405
    assert inside(browser)
    assert browser.post("/logout/").status_code == 302
    assert not inside(browser)
    thief = both_portals.browser()
    thief.client.set_cookie("lgo_portal", stolen)
    assert not inside(thief)


def test_logging_out_needs_our_own_form(portal):
    browser = portal.officer("personnel_clerk")
    assert browser.client.post("/logout/").status_code == 400
    assert inside(browser)


def test_a_session_ends_by_its_age(portal):
    browser = portal.officer("personnel_clerk")
    write("UPDATE user_session SET expires_at = '2020-01-01 00:00:00'")
    assert not inside(browser)


def test_a_deactivated_account_is_out_at_once(portal):
    browser = portal.officer("personnel_clerk")
    write("UPDATE ab_user SET active = 0")
    assert not inside(browser)


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_says_nothing(portal):
    browser = portal.officer("personnel_clerk")
    cookie = browser.client.get_cookie("lgo_portal")
    assert cookie.http_only and cookie.same_site == "Lax" and cookie.path == "/"
    assert re.fullmatch(r"s\.[A-Za-z0-9_-]{43}", cookie.value)


def test_a_visitor_leaves_no_row(portal):
    browser = portal.browser()
    browser.get("/login/")
    browser.get("/lang/en")
    assert rows("SELECT count(*) FROM user_session") == [(0,)]


def test_a_visitors_cookie_logs_nobody_in_even_with_the_right_signature(portal):
    clerk = portal.account("clerk1", "personnel_clerk")
    browser = portal.browser()
    signer = portal.app.session_interface.get_signing_serializer(portal.app)
    browser.client.set_cookie("lgo_portal", signer.dumps({"_user_id": str(clerk), "_fresh": True}))
    assert not inside(browser)


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/logout/",
        "/no-such-page",
    ],
)
def test_after_logging_in_nobody_is_sent_to_another_site(portal, wanted):
    portal.account("clerk1", "personnel_clerk")
    browser = portal.browser()
    form = {"username": "clerk1", "password": PASSWORD, "csrf_token": browser.token()}
    answer = browser.client.post("/login/", query_string={"next": wanted}, data=form)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/", "no other site, and no dead page of ours"


def test_a_first_password_opens_only_the_page_where_it_is_changed(both_portals):
    both_portals.account("clerk1", "personnel_clerk")
    write("UPDATE ab_user SET must_change_password = true")
    browser = both_portals.browser()
    browser.log_in("clerk1")
    for path in ("/", "/rights/", "/agencies/list/"):
        assert browser.get(path).headers["Location"] == "/password/own"
    form = {"old_password": PASSWORD, "new_password": "Marigold-2570", "again": "Marigold-2570"}
    assert browser.post("/password/own", form).headers["Location"] == "/"
    assert inside(browser)


def test_demo_accounts_are_refused_in_production(sqlite_database, tmp_path):
    portal = open_portal(sqlite_database, tmp_path / "instance", PORTAL_ENV="production")
    clerk = portal.account("clerk1", "personnel_clerk")
    write(
        "INSERT INTO account_ask (kind, role, way, asked_at, agreed_on_server, agreed_at)"
        " VALUES ('WAY', 'personnel_clerk', 'NO_CODE', '2026-01-01 00:00:00', 1, '2026-01-01 00:00:00')"
    )
    write(f"INSERT INTO login_policy VALUES ('personnel_clerk', {clerk}, '2026-01-01 00:00:00', 'NO_CODE')")
    browser = portal.browser()
    browser.log_in("clerk1")
    assert not inside(browser)
    write("UPDATE ab_user SET is_demo = 0")
    browser.log_in("clerk1")
    assert inside(browser)
    write("UPDATE ab_user SET is_demo = 1")
    assert not inside(browser)


def test_pages_are_thai_first_and_english_on_request(portal):
    browser = portal.browser()
    page = browser.get("/login/").text
    assert '<html lang="th">' in page and "เข้าสู่ระบบ" in page
    browser.get("/lang/en")
    assert "User name" in browser.get("/login/").text
    assert browser.get("/lang/xx").status_code == 404


@pytest.mark.parametrize(
    "garbage", [{}, {"username": ""}, {"username": "x" * 5000, "password": "y"}, {"password": "z"}]
)
def test_the_form_says_what_is_missing(portal, garbage):
    browser = portal.browser()
    answer = browser.post("/login/", garbage)
    assert answer.status_code == 200 and 'aria-invalid="true"' in answer.text and 'role="alert"' in answer.text
    assert rows("SELECT count(*) FROM audit_event WHERE verb = 'login_failed'") == [(0,)]


def test_whoever_was_logged_out_by_time_is_told_and_comes_back_to_where_he_was(portal):
    portal.account("clerk1", "personnel_clerk")
    browser = portal.browser()
    assert "หมดเวลาการใช้งานแล้ว" not in browser.get("/login/").text
    browser.log_in("clerk1")
    write("UPDATE user_session SET expires_at = '2020-01-01 00:00:00'")
    sent = browser.get("/rounds/?page=2").headers["Location"]
    assert "หมดเวลาการใช้งานแล้ว" in browser.get(sent).text
    form = {"username": "clerk1", "password": PASSWORD, "csrf_token": browser.token()}
    assert browser.client.post(sent, data=form).headers["Location"] == "/rounds/?page=2"

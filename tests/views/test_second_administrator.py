"""Accounts that decide, their passwords and looser ways to log in take two administrators; none of the two holds a log-in."""

import re

import pytest
import sqlalchemy as sa

from app.domain.powers import MONEY_DECISIONS, Power
from app.domain.roles import DECIDING_ROLES, ROLES
from tests.views.offices import PASSWORD, TAO, TOWN, rows, write

NEW = {
    "username": "somsri", "first_name": "สมศรี", "last_name": "ใจดี", "email": "somsri@example.org",
    "role": "registrar", "agency_code": TOWN,
}  # fmt: skip
WORD = "Marigold-2570"
SECRET = re.compile(r'id="secret" readonly value="([^"]+)"')
WAITS = "SELECT id FROM account_ask WHERE agreed_at IS NULL AND dropped_at IS NULL"


def administrators(portal, *names):
    browsers = []
    for name in names:
        portal.account(name, "nhso_admin")
        browsers.append(portal.browser())
        assert browsers[-1].log_in(name).status_code == 302
    return browsers


def secret(answer):
    return SECRET.search(answer.text)[1]


def version_of(name):
    return rows("SELECT account_version FROM ab_user WHERE username = :name", name=name)[0][0]


def press(browser, verb, name):
    number = rows("SELECT id FROM ab_user WHERE username = :name", name=name)[0][0]
    return browser.post(f"/accounts/{verb}/{number}", {"version": version_of(name), "confirmed": "yes"})


def agree(browser, number=None):
    return browser.post(f"/accounts/waiting/{number or rows(WAITS)[-1][0]}/agree")


def set_password(portal, link, code=None):
    """The status of the answer to the form behind a link."""
    browser = portal.browser()
    path = link[link.index("/password/set") :]
    if browser.get(path).status_code != 200:
        return 404
    sent = {"link": path.partition("link=")[2], "new_password": WORD, "again": WORD}
    return browser.post("/password/set", sent | ({"code": code} if code else {})).status_code


def comes_in(portal, name, word):
    browser = portal.browser()
    browser.log_in(name, word)
    return browser.get("/").status_code == 200


def test_the_roles_that_take_two_are_those_that_decide_or_administer():
    assert {"registrar", "finance_clerk", "nhso_finance", "nhso_admin"} == DECIDING_ROLES
    deciding = MONEY_DECISIONS | {Power.MANAGE_ACCOUNTS, Power.MANAGE_CARDS, Power.APPROVE_CERTIFICATION}
    assert {role.name for role in ROLES.values() if role.powers & deciding} == DECIDING_ROLES


@pytest.mark.parametrize("role", ["registrar", "finance_clerk", "nhso_finance", "nhso_admin"])
def test_one_administrator_alone_makes_no_second_officer(portal, role):
    first, second = administrators(portal, "nhso1", "nhso2")
    code = secret(first.post("/accounts/add", NEW | {"role": role}))
    assert "/password/set" not in code and rows("SELECT active FROM ab_user WHERE username = 'somsri'") == [(0,)]
    assert rows(
        "SELECT count(*) FROM one_time_link l JOIN ab_user u ON u.id = l.user_id WHERE u.username = 'somsri'"
    ) == [(0,)]
    assert agree(first).status_code == 403  # asked himself
    assert press(first, "reset", "somsri").status_code == 302
    assert press(first, "activate", "somsri").status_code == 200  # asks anew, in the place of what waited
    assert rows("SELECT count(*) FROM one_time_link WHERE ask_id IS NOT NULL AND used_at IS NULL") == [
        (2,)
    ]  # of nhso1 and 2
    page = second.get("/accounts/waiting/").text
    assert "สมศรี ใจดี" in page and "เปิดใช้บัญชี" in page and "รอท่านดำเนินการ" in second.get("/").text
    assert set_password(portal, secret(agree(second)), code) == 400  # the code of the asking that was replaced


def test_the_link_of_one_wants_the_code_of_the_other(portal):
    first, second = administrators(portal, "nhso1", "nhso2")
    answer = first.post("/accounts/add", NEW)
    code, link = secret(answer), secret(agree(second))
    assert answer.headers["Cache-Control"] == "no-store"
    assert set_password(portal, link) == 200 and set_password(portal, link, "AAAAAAAAAA") == 400
    assert not comes_in(portal, "somsri", WORD)
    assert set_password(portal, link, f" {code.lower()} ") == 302 and comes_in(portal, "somsri", WORD)
    assert set_password(portal, link, code) == 404
    assert agree(second, 1).status_code == 404
    told = {verb for (verb,) in rows("SELECT verb FROM audit_event")}
    assert {"ask_second_administrator", "agree_as_second", "activate_account"} <= told
    for table in ("account_ask", "one_time_link", "audit_event"):
        assert code not in str(rows(f"SELECT * FROM {table}")), table


def test_a_new_password_of_who_decides_waits_and_nothing_is_taken_before(portal):
    first, second = administrators(portal, "nhso1", "nhso2")
    portal.account("registrar1", "registrar")
    number = portal.ids["registrar1"]
    question = first.post(f"/accounts/reset/{number}", {"version": version_of("registrar1")}).text
    assert "รหัสผ่านเดิมยังใช้ได้จนถึงตอนนั้น" in question
    code = secret(press(first, "reset", "registrar1"))
    assert comes_in(portal, "registrar1", PASSWORD)
    link = secret(agree(second))
    assert not comes_in(portal, "registrar1", PASSWORD)
    assert set_password(portal, link, code) == 302 and comes_in(portal, "registrar1", WORD)


def test_who_is_given_a_deciding_role_begins_anew(portal):
    first, second = administrators(portal, "nhso1", "nhso2")
    portal.account("clerk1", "personnel_clerk")
    number = portal.ids["clerk1"]
    write("INSERT INTO second_factor VALUES (:who, 'x', 1, '2026-01-01 00:00:00', NULL, NULL)", who=number)
    code = secret(first.post(f"/accounts/edit/{number}", {"role": "registrar", "agency_code": TOWN, "version": 1}))
    assert comes_in(portal, "clerk1", PASSWORD)
    link = secret(agree(second))
    assert not comes_in(portal, "clerk1", PASSWORD) and rows("SELECT count(*) FROM second_factor") == [(0,)]
    assert set_password(portal, link, code) == 302
    # From one deciding role to another: his log-in was two administrators' already and stays.
    form = {"role": "registrar", "agency_code": TAO, "version": version_of("clerk1")}
    moved = first.post(f"/accounts/edit/{number}", form)
    assert moved.status_code == 303 and agree(second).status_code == 303 and comes_in(portal, "clerk1", WORD)
    assert rows("SELECT agency_id FROM ab_user WHERE username = 'clerk1'") == [(portal.agencies[TAO],)]
    # Taking the role away is done at once.
    form = {"role": "personnel_clerk", "agency_code": TOWN, "version": version_of("clerk1")}
    taken = first.post(f"/accounts/edit/{number}", form)
    assert taken.status_code == 303 and rows(WAITS) == []


def test_closing_is_done_at_once_opening_again_by_two_and_what_was_asked_before_is_over(portal):
    first, second = administrators(portal, "nhso1", "nhso2")
    portal.account("registrar1", "registrar")
    press(first, "reset", "registrar1")
    press(first, "deactivate", "registrar1")
    assert rows(WAITS) == [] and not comes_in(portal, "registrar1", PASSWORD)
    assert press(first, "activate", "registrar1").status_code == 303  # his password is there: no link is needed
    assert not comes_in(portal, "registrar1", PASSWORD)
    assert agree(second).status_code == 303 and comes_in(portal, "registrar1", PASSWORD)


def test_a_role_asked_for_a_closed_account_gives_nobody_its_whole_log_in(portal):
    first, second = administrators(portal, "nhso1", "nhso2")
    portal.account("clerk1", "personnel_clerk")
    number = portal.ids["clerk1"]
    press(first, "deactivate", "clerk1")
    asked = {"role": "registrar", "agency_code": TOWN, "version": version_of("clerk1")}
    code = secret(first.post(f"/accounts/edit/{number}", asked))
    press(second, "activate", "clerk1")
    assert rows(WAITS) == []  # opening it is something else than what was asked for
    asked["version"] = version_of("clerk1")
    code = secret(first.post(f"/accounts/edit/{number}", asked))
    link = secret(agree(second))
    assert set_password(portal, link) == 200 and not comes_in(portal, "clerk1", WORD)
    assert set_password(portal, link, code) == 302


def test_an_ask_is_taken_back_refused_or_too_old(portal):
    first, second, third = administrators(portal, "nhso1", "nhso2", "nhso3")
    for who in (first, second):
        name = f"registrar{len(portal.ids)}"
        portal.account(name, "registrar")
        press(first, "reset", name)
        number = rows(WAITS)[-1][0]
        assert who.post(f"/accounts/waiting/{number}/drop").status_code == 303
        assert agree(third, number).status_code == 404
    press(first, "reset", name)
    number = rows(WAITS)[-1][0]
    write("DROP TRIGGER account_ask_frozen")
    write("UPDATE account_ask SET asked_at = '2020-01-01 00:00:00'")
    assert agree(second, number).status_code == 404 and "สมศรี" not in second.get("/accounts/waiting/").text


def test_nobody_agrees_about_his_own_account_and_who_is_alone_is_told_what_to_do(portal):
    first, second = administrators(portal, "nhso1", "nhso2")
    press(first, "reset", "nhso2")
    assert agree(second).status_code == 403
    assert "flask admin agree" not in first.get("/accounts/waiting/").text
    press(first, "deactivate", "nhso2")
    press(first, "reset", "nhso1")
    page = first.get("/accounts/waiting/").text
    assert "flask admin agree" in page and "flask admin invite" in page
    runner = portal.app.test_cli_runner()
    shown = runner.invoke(args=["admin", "waiting"])
    number = rows(WAITS)[0][0]
    assert f"{number}  RESET  nhso1" in shown.output
    done = runner.invoke(args=["admin", "agree", str(number)])
    assert done.exit_code == 0 and "/password/set?link=" in done.output
    assert rows("SELECT actor_name FROM audit_event WHERE verb = 'agree_as_second'") == [("robot:command-line",)]
    assert runner.invoke(args=["admin", "agree", str(number)]).exit_code == 1


def test_a_looser_way_waits_and_a_stricter_one_is_taken_at_once(portal):
    first, second = administrators(portal, "nhso1", "nhso2")

    def choose(way):
        return first.post("/card/policies/role", {"role": "registrar", "way": way}).status_code

    def way():
        return [one for (one,) in rows("SELECT way FROM login_policy")]

    assert choose("WITH_CODE") == 303 and way() == ["WITH_CODE"]
    assert choose("NO_CODE") == 303 and way() == ["WITH_CODE"]
    assert "รอผู้ดูแลระบบอีกคนเห็นชอบ" in first.get("/card/policies/").text
    assert agree(first).status_code == 403 and agree(second).status_code == 303 and way() == ["NO_CODE"]
    assert choose("WITH_CODE") == 303
    assert choose("NO_CODE") == 303 and choose("CARD_ONLY") in (303, 409)
    assert (way(), len(rows(WAITS))) in ((["CARD_ONLY"], 0), (["WITH_CODE"], 1))  # a stricter one takes its place


@pytest.mark.parametrize("role", ["registrar", "auditor", "nhso_finance"])
def test_what_waits_is_the_administrators_alone(portal, role):
    (first,) = administrators(portal, "nhso1")
    first.post("/accounts/add", NEW)
    browser = portal.officer(role)
    assert browser.get("/accounts/waiting/").status_code == 403
    assert agree(browser).status_code == 403 and browser.post("/accounts/waiting/1/drop").status_code == 403
    assert portal.browser().get("/accounts/waiting/").status_code == 302


BEHIND = {
    "opened": "UPDATE ab_user SET active = true WHERE username = 'somsri'",
    "linked": "INSERT INTO one_time_link (token_hash, user_id, created_at, expires_at) SELECT 'x', id, '2026-01-01', '2099-01-01'"
    " FROM ab_user WHERE username = 'somsri'",
    "given a role": "INSERT INTO ab_user_role (id, user_id, role_id) SELECT 9999, u.id, r.id FROM ab_user u, ab_role r"
    " WHERE u.username = 'clerk1' AND r.name = 'nhso_admin'",
    "loosened": "UPDATE login_policy SET way = 'WITH_CODE'",
    "chosen loose": "INSERT INTO login_policy (role, way, changed_by_id, changed_at)"
    " SELECT 'auditor', 'NO_CODE', id, '2026-01-01' FROM ab_user WHERE username = 'nhso1'",
    "forgotten": "DELETE FROM login_policy",
    "agreed alone": "UPDATE account_ask SET agreed_by_id = asked_by_id, agreed_at = asked_at WHERE user_id ="
    " (SELECT id FROM ab_user WHERE username = 'somsri')",
    "asked for another": "UPDATE account_ask SET role = 'nhso_admin'",
    "made away with": "DELETE FROM account_ask",
}


def test_the_database_lets_no_code_path_do_it_alone(both_portals):
    (first,) = administrators(both_portals, "nhso1")
    first.post("/accounts/add", NEW)
    both_portals.account("clerk1", "personnel_clerk")
    write("UPDATE ab_user SET account_version = 2 WHERE username = 'clerk1'")
    write(
        "INSERT INTO login_policy (role, way, changed_by_id, changed_at)"
        " SELECT 'registrar', 'CARD_ONLY', id, '2026-01-01' FROM ab_user WHERE username = 'nhso1'"
    )
    for what, sql in BEHIND.items():
        with pytest.raises(sa.exc.IntegrityError, match=r"TWO_ADM|two_adm|NO_DELETE|FROZEN"):
            write(sql)
            pytest.fail(what)
    write("UPDATE ab_user SET active = false WHERE username = 'clerk1'")
    write("UPDATE ab_user SET active = true WHERE username = 'clerk1'")  # decides nothing

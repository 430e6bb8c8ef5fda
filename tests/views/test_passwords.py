"""Setting a password: by the old one, by a one-time link, and not otherwise."""

import re

import pytest

from app.services import accounts
from tests.views.offices import ADMINISTRATOR, PASSWORD, TOWN, rows, write

NEW = "Marigold-2570"


def change(browser, old=PASSWORD, new=NEW, again=NEW):
    """Send the form of one's own password."""
    return browser.post("/password/own", {"old_password": old, "new_password": new, "again": again})


def can_log_in(portal, username, password):
    browser = portal.browser()
    browser.log_in(username, password)
    return browser.get("/").status_code == 200


@pytest.fixture
def invited(portal):
    """The path of a one-time link of the new account `new1`."""
    reach = accounts.Reach("personnel_clerk", TOWN)
    with portal.app.app_context():
        _id, handed = accounts.create_account(
            accounts.NewAccount("new1", "ก", "ข", "new1@example.org", reach), actor=ADMINISTRATOR
        )
    return f"/password/set?link={handed.link}"


def use(portal, path, password=NEW):
    """Open the link and send its form."""
    browser = portal.browser()
    page = browser.get(path)
    if page.status_code != 200:
        return page
    secret = re.search(r'name="link"[^>]*value="([^"]+)"', page.text)[1]
    return browser.post("/password/set", {"link": secret, "new_password": password, "again": password})


def test_changing_ends_the_other_sessions_and_keeps_this_one(both_portals):
    here = both_portals.officer("personnel_clerk")
    elsewhere = both_portals.browser()
    elsewhere.log_in(f"personnel_clerk.{TOWN}")
    assert change(here).headers["Location"] == "/"
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert can_log_in(both_portals, f"personnel_clerk.{TOWN}", NEW)
    assert not can_log_in(both_portals, f"personnel_clerk.{TOWN}", PASSWORD)


def test_the_old_password_is_asked_and_guessing_it_locks(portal):
    browser = portal.officer("personnel_clerk")
    for _ in range(5):
        assert change(browser, old="wrong").status_code == 400
    assert "รหัสผ่านเดิมไม่ถูกต้อง" in change(browser).text
    assert rows("SELECT locked_until IS NOT NULL FROM ab_user") == [(1,)]


@pytest.mark.parametrize(
    "password, words",
    [
        ("Short-1", "อย่างน้อย 10"),
        ("onlyletters", "ง่ายเกินไป"),
        ("1234567890", "ง่ายเกินไป"),
        ("a1a1a1a1a1a1", "ง่ายเกินไป"),
        (f"personnel_clerk.{TOWN}9", "ชื่อผู้ใช้"),
        (PASSWORD, "ไม่ซ้ำกับรหัสผ่านเดิม"),
    ],
)
def test_a_poor_password_is_refused_with_the_reason(portal, password, words):
    browser = portal.officer("personnel_clerk")
    answer = change(browser, new=password, again=password)
    assert answer.status_code == 400 and words in answer.text
    assert can_log_in(portal, f"personnel_clerk.{TOWN}", PASSWORD)


def test_the_two_must_be_the_same(portal):
    browser = portal.officer("personnel_clerk")
    assert "สองช่องไม่ตรงกัน" in change(browser, again="other").text
    assert can_log_in(portal, f"personnel_clerk.{TOWN}", PASSWORD)


def test_a_visitor_is_sent_to_log_in(portal):
    assert "/login/" in portal.browser().get("/password/own").headers["Location"]


def test_a_link_sets_a_password_once(portal, invited):
    assert not can_log_in(portal, "new1", "")
    assert use(portal, invited).headers["Location"] == "/login/"
    assert can_log_in(portal, "new1", NEW)
    assert use(portal, invited, "Different-2571").status_code == 404
    assert can_log_in(portal, "new1", NEW)


def test_looking_at_a_link_does_not_use_it_up(portal, invited):
    portal.browser().get(invited)
    assert use(portal, invited, "x").status_code == 400
    assert use(portal, invited).status_code == 302


def test_a_link_dies_of_age_of_a_newer_one_and_with_its_account(portal, invited):
    write("UPDATE one_time_link SET expires_at = '2020-01-01 00:00:00'")
    assert use(portal, invited).status_code == 404
    with portal.app.app_context():
        new_id, version = rows("SELECT id, account_version FROM ab_user WHERE username = 'new1'")[0]
        second = accounts.reset(new_id, version, actor=ADMINISTRATOR)
        third = accounts.reset(new_id, version + 1, actor=ADMINISTRATOR)
    assert use(portal, f"/password/set?link={second}").status_code == 404
    write("UPDATE ab_user SET active = 0 WHERE username = 'new1'")
    assert use(portal, f"/password/set?link={third}").status_code == 404


def test_only_the_hash_of_a_link_is_kept(portal, invited):
    secret = invited.partition("=")[2]
    assert secret not in str(rows("SELECT * FROM one_time_link"))
    assert secret not in str(rows("SELECT * FROM audit_event"))


@pytest.mark.parametrize("link", ["", "x", "%00", "../../etc"])
def test_an_invented_link_opens_nothing(portal, link):
    assert portal.browser().get(f"/password/set?link={link}").status_code in (400, 404)

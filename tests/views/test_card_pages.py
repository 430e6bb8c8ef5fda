"""The pages of workstations, officers' cards and policies: used by their own people, useless to the neighbours."""

import re

import pytest

from tests.views import card_desk
from tests.views.card_desk import PIN, inside
from tests.views.offices import TAO, asking, rows

CODE = re.compile(r'id="secret" readonly value="([^"]+)"')


@pytest.fixture
def town(portal, monkeypatch):
    """The town before it has a workstation; the clerk's card lies ready."""
    card_desk.settle(monkeypatch, portal.app)
    card_desk.people(portal)
    return portal


def browser_of(portal, username):
    browser = portal.browser()
    assert browser.log_in(username).status_code == 302
    return browser


def secret(answer):
    assert answer.status_code == 200, answer.text[-2000:]
    return CODE.search(answer.text)[1]


def test_from_the_code_to_the_card_by_the_pages_alone_and_nothing_for_the_neighbours(town):
    registrar, second = browser_of(town, "registrar1"), browser_of(town, "nhso1")
    stranger = town.officer("registrar", TAO)
    desk = card_desk.Desk(town, card_desk.Card(card_desk.nid(4001)))
    told = desk.enrol(secret(registrar.post("/card/workstations/", {"label": "โต๊ะทะเบียน"}))).json
    page = registrar.get("/card/workstations/").text
    assert told["fingerprint"] in page and told["fingerprint"] not in stranger.get("/card/workstations/").text
    clerk = town.ids["clerk1"]
    for path in ("/card/workstations/1", f"/card/officers/{clerk}"):
        assert registrar.get(path).status_code == 200 and stranger.get(path).status_code == 404

    def press(browser, path, **form):
        return browser.post(
            path, {"version": rows("SELECT version FROM workstation")[0][0], "confirmed": "yes", **form}
        )

    for verb in ("approve", "assign", "revoke"):
        assert press(stranger, f"/card/workstations/1/{verb}", officer=clerk).status_code == 404
    assert press(registrar, "/card/workstations/1/approve").status_code == 403  # gave out the code
    assert press(second, "/card/workstations/1/approve").status_code == 303
    assert press(registrar, "/card/workstations/1/assign", officer=clerk).status_code == 303
    foreign = town.ids[f"registrar.{TAO}"]
    assert press(registrar, "/card/workstations/1/assign", officer=foreign).status_code == 404

    verbs = {
        "register": {"national_id": desk.card.cid}, "appoint": {"order_no": "1/2569", "from_on": "1/1/2569"},
        "confirm": {}, "reset": {}, "forget": {}, "end": {"appointment": "1", "until_on": "1/1/2570"},
    }  # fmt: skip
    for verb, form in verbs.items():
        assert press(stranger, f"/card/officers/{clerk}/{verb}", **form).status_code == 404
        own = press(registrar, f"/card/officers/{town.ids['registrar1']}/{verb}", **form)
        assert own.status_code in (403, 404), verb
    assert rows("SELECT count(*) FROM officer_card, appointment") == [(0,)]
    for verb in ("register", "appoint"):
        assert press(registrar, f"/card/officers/{clerk}/{verb}", **verbs[verb]).status_code == 303
    assert press(registrar, f"/card/officers/{clerk}/confirm").status_code == 409
    assert desk.insert().status_code == 403
    assert 'name="card"' not in registrar.get(f"/card/officers/{clerk}").text  # recorded it himself
    page = second.get(f"/card/officers/{clerk}").text
    assert "มีบัตรเลขนี้เสียบที่ โต๊ะทะเบียน" in page
    mark = re.search(r'name="card" value="([0-9a-f]{16})"', page)[1]
    assert press(registrar, f"/card/officers/{clerk}/confirm", card=mark).status_code == 403
    desk.card.numbers = "another card of the same number, put in after the page was shown"
    assert desk.insert().status_code == 403
    assert press(second, f"/card/officers/{clerk}/confirm", card=mark).status_code == 409
    desk.card.numbers = card_desk.Card.numbers
    assert desk.insert().status_code == 403
    setup = secret(press(second, f"/card/officers/{clerk}/confirm", card=mark))
    browser, _told = desk.opened()
    assert browser.post("/login/card/pin", {"setup": setup, "new_pin": PIN, "again": PIN}).status_code == 303
    assert inside(browser) and "เปลี่ยนรหัส PIN" in browser.get("/card/pin/").text
    taken = press(registrar, f"/card/officers/{town.ids['nhso1']}/register", national_id=desk.card.cid)
    assert taken.status_code == 404  # not his agency's
    assert press(registrar, f"/card/officers/{clerk}/forget").status_code == 303
    assert not inside(browser)
    assert press(registrar, "/card/workstations/1/revoke").status_code == 303


def test_a_roles_passwords_are_switched_off_and_on(town):
    admin, clerk = browser_of(town, "nhso1"), browser_of(town, "clerk1")
    assert admin.post("/card/policies/role", {"role": "personnel_clerk", "way": "CARD_ONLY"}).status_code == 303
    assert not inside(clerk)
    clerk.log_in("clerk1")
    assert not inside(clerk)
    assert inside(browser_of(town, "registrar1"))
    assert admin.post("/card/policies/role", {"role": "personnel_clerk", "way": "NO_CODE"}).status_code == 303
    clerk.log_in("clerk1")
    assert not inside(clerk)
    assert admin.post(f"/accounts/waiting/{asking()}/agree").status_code == 403
    number = asking()
    town.account("nhso2", "nhso_admin")
    assert browser_of(town, "nhso2").post(f"/accounts/waiting/{number}/agree").status_code == 303
    assert inside(browser_of(town, "clerk1"))
    assert admin.post("/card/policies/role", {"role": "nhso_admin", "way": "CARD_ONLY"}).status_code == 403
    assert admin.post("/card/policies/role", {"role": "nobody", "way": "WITH_CODE"}).status_code == 400


def test_the_emergency_door_takes_two_administrators_opens_once_and_closes_within_the_hour(town):
    town.account("nhso2", "nhso_admin")
    first, second = browser_of(town, "nhso1"), browser_of(town, "nhso2")
    assert first.post("/card/policies/ask", {"username": "clerk1", "reason": "เครื่องอ่านเสีย"}).status_code == 303
    for username, reason in (("clerk1", ""), ("nobody", "x"), ("nhso1", "x"), ("nhso2", "x")):
        asked = first.post("/card/policies/ask", {"username": username, "reason": reason})
        assert asked.status_code in (400, 403, 404), username
    assert first.post("/card/policies/allow/1").status_code == 403  # asked himself
    code = secret(second.post("/card/policies/allow/1"))
    assert second.post("/card/policies/allow/1").status_code == 404
    officer = town.browser()
    for username, word in (("registrar1", code), ("clerk1", "AAAAAAAAAA")):
        assert officer.post("/login/emergency/", {"username": username, "code": word}).status_code == 404
    assert officer.post("/login/emergency/", {"username": "clerk1", "code": code}).status_code == 303
    assert "เข้าระบบฉุกเฉินโดยไม่ใช้บัตร" in officer.get("/").text
    again = town.browser()
    assert again.post("/login/emergency/", {"username": "clerk1", "code": code}).status_code == 404
    assert officer.get("/my-work/").status_code == 200  # who says the code again does not end the hour that it opened
    lives = (
        "SELECT (julianday(expires_at) - julianday(created_at)) * 24 FROM user_session ORDER BY created_at DESC LIMIT 1"
    )
    assert rows(lives)[0][0] == pytest.approx(1, abs=0.01)

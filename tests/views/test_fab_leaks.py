"""What stock Flask-AppBuilder leaks, each closed by a test on the real pages (design notes fab.md, sections 3, 4, 5)."""

import re
import threading

import pytest

from app.domain.actor import Scope, ScopeKind, robot
from app.services.audit import record
from app.services.transaction import transaction
from tests.views.offices import TAO, TOWN, rows, write


@pytest.fixture
def two_events(portal):
    """One audit event of each agency; their canaries and ids."""
    for code, canary in ((TOWN, "canary-town"), (TAO, "canary-tao")):
        scope = Scope(ScopeKind.AGENCY, portal.agencies[code])
        with transaction(robot("test", scope)) as session:
            record(session, robot(canary), "look", "thing", 1, agency_id=portal.agencies[code])
    found = dict(rows("SELECT actor_name, id FROM audit_event WHERE actor_name LIKE 'robot:canary-%'"))
    return {name.removeprefix("robot:"): key for name, key in found.items()}


def test_a_registrar_sees_rows_of_his_agency_only_and_the_auditor_all(portal, two_events):
    town, tao = portal.officer("registrar", TOWN), portal.officer("registrar", TAO)
    assert "canary-town" in town.get("/audit/list/").text and "canary-tao" not in town.get("/audit/list/").text
    assert "canary-tao" in tao.get("/audit/list/").text and "canary-town" not in tao.get("/audit/list/").text
    assert town.get(f"/audit/show/{two_events['canary-town']}").status_code == 200
    assert town.get(f"/audit/show/{two_events['canary-tao']}").status_code == 404
    assert "<b>1 รายการ" in town.get("/audit/list/?actor_name=canary").text
    everything = portal.officer("auditor").get("/audit/list/").text
    assert "canary-town" in everything and "canary-tao" in everything


def test_searching_and_sorting_reach_no_further_than_the_agency(portal, two_events):
    town = portal.officer("registrar", TOWN)
    for query in ("actor_name=canary-tao", "actor_name=robot:canary-tao", "agency_id=2", "_flt_0_agency_id=2"):
        assert "(canary-tao)" not in town.get(f"/audit/list/?{query}").text
    assert town.get("/audit/list/?_oc_AuditView=detail&_od_AuditView=asc").status_code == 400


def test_actions_on_rows_refuse_the_unknown(portal):
    administrator = portal.officer("nhso_admin")
    for form in (
        {"action": "revoke", "rowid": "999"},
        {"action": "revoke", "rowid": "abc"},
        {"action": "revoke"},
        {"action": "approve", "rowid": "1"},
        {},
    ):
        assert administrator.post("/tokens/action_post", form).status_code == 404
    assert administrator.client.post("/tokens/action_post", data={"action": "revoke"}).status_code == 400
    assert portal.officer("auditor").post("/tokens/action_post", {"action": "revoke", "rowid": "1"}).status_code == 403


def test_no_route_of_flask_appbuilder_that_leaks_is_served(portal):
    rules = [(rule.rule, rule.methods) for rule in portal.app.url_map.iter_rules()]
    for word in ("/download/", "/action/", "/users/", "/roles/", "/resetpassword", "/swagger", "/api/v1/security"):
        assert not [rule for rule, _ in rules if rule.startswith(word) or f"{word}<string:" in rule], word
    assert not [rule for rule, methods in rules if "delete" in rule and "GET" in methods]
    for path in ("/api/v1/security/login", "/api/v1/security/refresh"):
        assert portal.app.test_client().post(path, json={"username": "x", "password": "y"}).status_code == 404


def test_the_role_admin_of_flask_appbuilder_opens_nothing(portal):
    browser = portal.officer("auditor")
    with portal.app.app_context():
        manager = portal.app.appbuilder.sm
        admin = manager.add_role("Admin")
        user = manager.find_user(username=f"auditor.{TOWN}")
        user.roles = [admin]
        manager.update_user(user)
    assert browser.get("/audit/list/").status_code == 403
    assert browser.get("/accounts/list/").status_code == 403


def test_what_was_searched_for_is_kept_in_no_session(portal):
    browser = portal.officer("registrar")
    browser.get("/audit/list/?actor_name=1990100000015")
    browser.get("/lang/en", headers={"Referer": "http://localhost/audit/list/?actor_name=1990100000015"})
    browser.get("/back")
    assert "1990100000015" not in str(rows("SELECT data FROM user_session"))


def test_the_access_log_holds_no_query_string(portal, caplog):
    caplog.set_level("INFO", "portal.access")
    portal.officer("registrar").get("/audit/list/?actor_name=1990100000015")
    assert "GET /audit/list/ 200" in caplog.text and "1990100000015" not in caplog.text


@pytest.mark.parametrize("path", ["/agencies/add", "/titles/add", "/accounts/add", "/tokens/add", "/password/own"])
def test_every_form_needs_its_token(portal, path):
    administrator = portal.officer("nhso_admin")
    before = rows("SELECT count(*) FROM audit_event")
    assert administrator.client.post(path, data={"name_th": "x", "position": "1"}).status_code == 400
    assert administrator.client.post(path, data={"csrf_token": "forged", "name_th": "x"}).status_code == 400
    assert rows("SELECT count(*) FROM audit_event") == before


def test_a_browsers_session_does_not_open_the_interface_for_programs(portal):
    clerk = portal.officer("personnel_clerk")
    assert clerk.client.post("/api/v1/rights/lookup", json={"national_id": "1990100000015"}).status_code == 401


def test_an_accident_shows_no_sql_and_no_values(portal):
    administrator = portal.officer("nhso_admin")
    portal.app.config["PROPAGATE_EXCEPTIONS"] = False
    write("ALTER TABLE title RENAME TO title_gone")
    answer = administrator.post("/titles/add", {"name_th": "ท่านผู้หญิง", "position": "1"})
    assert answer.status_code == 500
    assert not re.search(r"INSERT|SELECT|sqlite|title_gone", answer.text) and "ระบบขัดข้อง" in answer.text
    assert re.search(r"หมายเลขอ้างอิง: [0-9A-F]{8}", answer.text)


def test_headers_let_a_page_load_only_its_own(portal):
    answer = portal.officer("registrar").get("/audit/list/")
    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", policy)[1]
    assert "default-src 'self'" in policy and "frame-ancestors 'self'" in policy and "object-src 'none'" in policy
    scripts = re.findall(r"<script\b([^>]*)>", answer.text)
    assert scripts and all(f'nonce="{nonce}"' in script for script in scripts)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert portal.officer("auditor").get("/").headers["Content-Security-Policy"] != policy
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text)
    assert not re.findall(r"\son[a-z]+=", answer.text)


def test_nobody_sees_the_search_words_of_another(portal):
    """Three readers at once; stock Flask-AppBuilder shows each the others' words (issue 2366 there)."""
    readers = {word: portal.officer(role) for word, role in (("wordone", "registrar"), ("wordtwo", "auditor"))}
    readers["wordthree"] = portal.officer("nhso_region")
    wrong: list[tuple[str, str]] = []
    start = threading.Barrier(len(readers))

    def read(word, browser):
        start.wait()
        for _ in range(25):
            page = browser.get(f"/audit/list/?actor_name={word}").text
            shown = set(re.findall(r"word(?:one|two|three)", page))
            if shown != {word}:
                wrong.append((word, str(shown)))

    threads = [threading.Thread(target=read, args=item) for item in readers.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []

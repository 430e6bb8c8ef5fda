"""The administrator's accounts and tokens: made, bounded, closed, reset; and what nobody may do."""

import re

import pytest

from tests.views.offices import PASSWORD, TAO, TOWN, rows, write

NEW = {
    "username": "somsri",
    "first_name": "สมศรี",
    "last_name": "ใจดี",
    "email": "somsri@example.org",
    "role": "registrar",
    "agency_code": TOWN,
}


@pytest.fixture
def administrator(portal):
    return portal.officer("nhso_admin")


def version(username):
    return rows("SELECT account_version FROM ab_user WHERE username = :name", name=username)[0][0]


def do(browser, verb, portal, username):
    """Press one of the buttons of an account's page."""
    form = {"version": version(username), "confirmed": "yes"}
    return browser.post(f"/accounts/{verb}/{portal.ids[username]}", form)


def test_a_new_account_sets_its_password_by_the_link_that_is_shown_once(portal, administrator):
    answer = administrator.post("/accounts/add", NEW | {"role": "personnel_clerk"})
    link = re.search(r'value="https?://[^/]+(/password/set\?link=[^"]+)"', answer.text)[1]
    assert answer.headers["Cache-Control"] == "no-store"
    browser = portal.browser()
    secret = re.search(r'name="link"[^>]*value="([^"]+)"', browser.get(link).text)[1]
    browser.post("/password/set", {"link": secret, "new_password": "Marigold-2570", "again": "Marigold-2570"})
    browser.log_in("somsri", "Marigold-2570")
    assert browser.get("/").status_code == 200
    assert rows("SELECT agency_id FROM ab_user WHERE username = 'somsri'") == [(portal.agencies[TOWN],)]
    assert secret not in administrator.get("/accounts/list/").text


@pytest.mark.parametrize(
    "change, words",
    [
        ({"username": "1x"}, "อักษรอังกฤษตัวเล็ก"),
        ({"username": "ก ข ค"}, "อักษรอังกฤษตัวเล็ก"),
        ({"email": "nowhere"}, "อีเมลไม่ถูกต้อง"),
        ({"agency_code": ""}, "ระบุขอบเขต"),
        ({"agency_code": "99999999"}, "ไม่มีหน่วยงานรหัสนี้"),
        ({"role": "provincial_officer"}, "ระบุขอบเขต"),
        ({"role": "nhso_region"}, "ระบุขอบเขต"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(administrator, change, words):
    answer = administrator.post("/accounts/add", NEW | change)
    assert answer.status_code in (400, 404) and words in answer.text
    assert (NEW | change)["first_name"] in answer.text and "INSERT" not in answer.text
    assert rows("SELECT count(*) FROM ab_user WHERE first_name = 'สมศรี'") == [(0,)]


@pytest.mark.parametrize("role", ["Admin", "Public", "", "superuser"])
def test_only_roles_of_the_portal_can_be_given(administrator, role):
    assert administrator.post("/accounts/add", NEW | {"role": role}).status_code == 400
    assert rows("SELECT count(*) FROM ab_user WHERE username = 'somsri'") == [(0,)]


def test_a_name_or_address_is_taken_once(administrator):
    administrator.post("/accounts/add", NEW)
    again = administrator.post("/accounts/add", NEW | {"email": "other@example.org", "username": "SOMSRI"})
    assert again.status_code == 409 and "มีผู้ใช้ชื่อผู้ใช้นี้แล้ว" in again.text
    again = administrator.post("/accounts/add", NEW | {"username": "other", "email": "Somsri@Example.org"})
    assert again.status_code == 409 and "มีบัญชีอื่นใช้อีเมลนี้แล้ว" in again.text


def test_a_bound_that_the_role_does_not_need_is_not_kept(administrator):
    administrator.post("/accounts/add", NEW | {"role": "nhso_region", "region_no": "6", "province_code": "11"})
    found = rows("SELECT agency_id, province_code, region_no FROM ab_user WHERE username = 'somsri'")
    assert found == [(None, None, 6)]


def test_another_role_ends_the_sessions_and_opens_other_pages(portal, administrator):
    clerk = portal.officer("finance_clerk")
    name = f"finance_clerk.{TOWN}"
    form = {"role": "auditor", "version": version(name)}
    assert administrator.post(f"/accounts/edit/{portal.ids[name]}", form).status_code == 303
    assert clerk.get("/").status_code == 302
    clerk.log_in(name)
    assert clerk.get("/audit/list/").status_code == 200
    assert rows("SELECT agency_id FROM ab_user WHERE username = :name", name=name) == [(None,)]


def test_two_administrators_do_not_overwrite_each_other(portal, administrator):
    portal.account("clerk1", "personnel_clerk")
    seen = version("clerk1")
    form = {"role": "personnel_clerk", "agency_code": TAO, "version": seen}
    assert administrator.post(f"/accounts/edit/{portal.ids['clerk1']}", form).status_code == 303
    late = administrator.post(f"/accounts/edit/{portal.ids['clerk1']}", form | {"agency_code": TOWN})
    assert late.status_code == 409 and "มีผู้อื่นแก้ไข" in late.text
    assert rows("SELECT agency_id FROM ab_user WHERE username = 'clerk1'") == [(portal.agencies[TAO],)]


def test_deactivating_closes_the_door_and_activating_opens_it(portal, administrator):
    clerk, name = portal.officer("personnel_clerk"), f"personnel_clerk.{TOWN}"
    do(administrator, "deactivate", portal, name)
    assert clerk.get("/").status_code == 302
    clerk.log_in(name)
    assert clerk.get("/").status_code == 302
    do(administrator, "activate", portal, name)
    clerk.log_in(name)
    assert clerk.get("/").status_code == 200


@pytest.mark.parametrize("verb, words", [("deactivate", "ปิดใช้งานบัญชี"), ("reset", "ตั้งรหัสผ่านใหม่ให้")])
def test_what_is_hard_to_undo_is_asked_with_the_name_and_changes_nothing_yet(portal, administrator, verb, words):
    clerk, name = portal.officer("personnel_clerk"), f"personnel_clerk.{TOWN}"
    asked = administrator.post(f"/accounts/{verb}/{portal.ids[name]}", {"version": version(name)}).text
    assert f"{words} {name} หรือไม่" in asked
    assert f'name="version" value="{version(name)}"' in asked and 'name="confirmed" value="yes"' in asked
    assert clerk.get("/").status_code == 200


def test_unlocking_opens_a_locked_account(portal, administrator):
    portal.account("clerk1", "personnel_clerk")
    browser = portal.browser()
    for _ in range(5):
        browser.log_in("clerk1", "wrong")
    do(administrator, "unlock", portal, "clerk1")
    browser.log_in("clerk1")
    assert browser.get("/").status_code == 200


def test_a_reset_ends_sessions_and_the_old_password(portal, administrator):
    clerk, name = portal.officer("personnel_clerk"), f"personnel_clerk.{TOWN}"
    answer = do(administrator, "reset", portal, name)
    assert "/password/set?link=" in answer.text
    assert clerk.get("/").status_code == 302
    clerk.log_in(name, PASSWORD)
    assert clerk.get("/").status_code == 302


def test_nobody_closes_or_changes_his_own_account(portal, administrator):
    name = f"nhso_admin.{TOWN}"
    do(administrator, "deactivate", portal, name)
    administrator.post(f"/accounts/edit/{portal.ids[name]}", {"role": "auditor", "version": version(name)})
    assert administrator.get("/accounts/list/").status_code == 200
    assert rows("SELECT active FROM ab_user WHERE username = :name", name=name) == [(1,)]


@pytest.mark.parametrize("verb, status", [("promote", 404), ("deactivate", 302)])
def test_buttons_refuse_invented_verbs_and_accounts(administrator, verb, status):
    form = {"version": 1, "confirmed": "yes"}
    assert administrator.post(f"/accounts/{verb}/999999", form).status_code == status
    assert administrator.post(f"/accounts/{verb}/1", form | {"version": "x"}).status_code in (400, 404)


@pytest.mark.parametrize("role", ["personnel_clerk", "registrar", "auditor", "nhso_region", "nhso_finance"])
def test_accounts_and_tokens_are_the_administrators_alone(portal, role):
    portal.account("victim", "personnel_clerk")
    browser = portal.officer(role)
    for path in ("/accounts/list/", "/accounts/add", "/accounts/show/1", "/accounts/edit/1", "/tokens/list/"):
        assert browser.get(path).status_code == 403
    for path in ("/accounts/add", "/accounts/edit/1", "/accounts/reset/1", "/accounts/deactivate/1", "/tokens/add"):
        assert browser.post(path, NEW | {"version": 1}).status_code == 403
    assert rows("SELECT password IS NULL, active FROM ab_user WHERE username = 'victim'") == [(0, 1)]


def test_a_token_is_shown_once_and_revoked_for_good(portal, administrator):
    answer = administrator.post(
        "/tokens/add", {"name": "รพ.ตัวอย่าง", "hospital_code": "11111", "scope": "RIGHTS", "days": "365"}
    )
    word = re.search(r'value="(lgo_[^"]+)"', answer.text)[1]
    assert word not in administrator.get("/tokens/list/").text and word not in str(rows("SELECT * FROM api_token"))
    ask = {"json": {"national_id": "1990100000015"}, "headers": {"Authorization": f"Bearer {word}"}}
    assert portal.app.test_client().post("/api/v1/rights/lookup", **ask).status_code != 401
    before = portal.app.test_client().post("/api/v1/rights/lookup", **ask).json
    form = {"action": "revoke", "rowid": "1"}
    asked = administrator.post("/tokens/action_post", form)
    assert "รพ.ตัวอย่าง" in asked.text and rows("SELECT revoked_at FROM api_token") == [(None,)]
    assert administrator.post("/tokens/action_post", form | {"confirmed": "yes"}).status_code == 302
    after = portal.app.test_client().post("/api/v1/rights/lookup", **ask)
    assert after.json != before and after.status_code == 401


def test_searching_accounts_tells_nothing_about_columns_that_are_not_offered(portal, administrator):
    portal.account("clerk1", "personnel_clerk")
    write("UPDATE ab_user SET password = 'scrypt:secret' WHERE username = 'clerk1'")
    page = administrator.get("/accounts/list/?password=scrypt:nothing").text
    assert "clerk1" in page and "scrypt" not in administrator.get(f"/accounts/show/{portal.ids['clerk1']}").text
    for column in ("password", "must_change_password", "agency.name_th", "nothing"):
        assert administrator.get(f"/accounts/list/?_oc_AccountView={column}&_od_AccountView=asc").status_code == 400


@pytest.mark.parametrize(
    "query, found",
    [
        ("name=CLERK1", {"clerk1"}),
        ("name=clerk1@example", {"clerk1"}),
        ("name=%25", set()),
        ("roles=auditor", {"inspector"}),
        (f"agency={TAO}", {"clerk2"}),
        ("agency=องค์การบริหาร", {"clerk2"}),
        ("active=no", {"clerk2"}),
        (f"active=yes&agency={TOWN}", {"clerk1"}),
    ],
)
def test_accounts_are_found_by_name_role_agency_and_state(portal, query, found):
    portal.account("boss", "nhso_admin")
    portal.account("clerk1", "personnel_clerk", TOWN)
    portal.account("clerk2", "personnel_clerk", TAO)
    portal.account("inspector", "auditor")
    write("UPDATE ab_user SET active = false WHERE username = 'clerk2'")
    browser = portal.browser()
    browser.log_in("boss")
    page = browser.get(f"/accounts/list/?{query}").text
    assert {name for name in ("clerk1", "clerk2", "inspector") if f">{name}<" in page} == found
    assert found or "ไม่พบรายการที่ตรงกับการค้นหา" in page

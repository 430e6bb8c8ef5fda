"""ตรวจสอบสิทธิซ้ำซ้อน as a clerk meets it, what a hospital is told then, and who is refused."""

import io
import json
import re
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from tests.services.conftest import nid
from tests.services.rights_register import TODAY, person, right
from tests.views.rights_portal import csrf, logged_in, officer, portal, token

SOMCHAI, WIFE = nid(401), nid(402)
OCTOBER = date(TODAY.year - (TODAY.month < 10), 10, 1)


@pytest.fixture
def app(sqlite_database, tmp_path, monkeypatch):
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    right(SOMCHAI)
    right(WIFE, through=SOMCHAI)
    return portal(sqlite_database, tmp_path)


def test_a_declared_right_is_recorded_ordered_and_told_to_a_hospital(app):
    browser = logged_in(app, officer("personnel_clerk"))
    word = csrf(browser, "/other-schemes/")
    found = browser.post("/other-schemes/", data={"csrf_token": word, "national_id": WIFE})
    assert found.status_code == 303 and found.location.endswith(f"/other-schemes/{person(WIFE)}")
    page = browser.get(found.location)
    assert "ยังไม่ทราบสิทธิอื่น" in page.text
    sent = {"csrf_token": word, "scheme": "CSMBS", "rank": "PRIMARY", "since": "1/1/2563"}
    address = f"/other-schemes/{person(WIFE)}"
    assert browser.post(f"{address}/rights", data=sent | {"since": "x"}).status_code == 400
    done = browser.post(f"{address}/rights", data=sent, follow_redirects=True)
    assert done.status_code == 200 and "เป็นสิทธิสำรองรองจาก" in done.text and "ผู้มีสิทธิแจ้ง" in done.text
    choice = {"csrf_token": word, "scheme": "SSO", "declared_on": f"1/10/{OCTOBER.year + 543}"}
    assert "ไม่มีสิทธิให้เลือก" in browser.post(f"{address}/elections", data=choice).text
    sso = sent | {"scheme": "SSO", "since": "1/1/2564"}
    browser.post(f"{address}/rights", data=sso)
    chosen = browser.post(f"{address}/elections", data=choice, follow_redirects=True)
    assert "เลือกใช้: ประกันสังคม" in chosen.text
    withdraw = re.search(f'action="({address}/elections/[0-9]+/withdrawal)"', chosen.text)[1]
    assert browser.post(withdraw, data={"csrf_token": word, "reason": " "}).status_code == 400
    gone = browser.post(withdraw, data={"csrf_token": word, "reason": "กรอกผิดคน"}, follow_redirects=True).text
    assert "ถอนแล้ว" in gone and "กรอกผิดคน" in gone and withdraw not in gone
    assert browser.post(withdraw, data={"csrf_token": word, "reason": "อีกครั้ง"}).status_code == 404
    assert "ลำดับการใช้สิทธิทุกระบบ" in browser.get(f"/why/{person(WIFE)}").text
    family = browser.get(f"/families/{person(SOMCHAI)}").text
    assert family.count("ลำดับการใช้สิทธิทุกระบบ") == 1 and "เป็นสิทธิสำรองรองจาก" in family
    asked = {"csrf_token": word, "national_id": WIFE, "on": "1/1/2569"}
    assert 'action="/why-of/"' in browser.post("/rights/", data=asked).text
    assert browser.post("/why-of/", data=asked).location.endswith(f"/why/{person(WIFE)}?on=1/1/2569")
    stranger = browser.post("/why-of/", data=asked | {"national_id": nid(409)}, follow_redirects=True)
    assert "ไม่พบบุคคลนี้" in stranger.text or "ไม่มีบุคคลนี้" in stranger.text
    finance = logged_in(app, officer("finance_clerk"))
    assert "/why-of/" not in finance.post("/rights/", data=asked | {"csrf_token": csrf(finance, "/rights/")}).text
    assert finance.post("/why-of/", data=asked | {"csrf_token": csrf(finance, "/rights/")}).status_code == 403
    client, secret = app.test_client(), token()
    answer = client.post(
        "/api/v1/rights/lookup", data=json.dumps({"national_id": WIFE}), content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    ).json  # fmt: skip
    document = client.get("/api/v1/openapi.json").json
    Draft202012Validator({**document, "$ref": "#/components/schemas/Answer"}).validate(answer)
    assert answer["entitled"] and answer["state"] == "STANDBY" and answer["schemes_loaded"] == []
    assert [one["scheme"] for one in answer["other_schemes"]["order"]] == ["CSMBS", "SSO"]
    assert [one["rule"] for one in answer["other_schemes"]["not_used"]] == ["MS06"]


def test_files_are_the_administrator_s_and_recording_is_not_the_auditor_s(app):
    admin = logged_in(app, officer("nhso_admin"))
    word = csrf(admin, "/scheme-files/")
    sent = {"csrf_token": word, "scheme": "SSO", "as_of": "1/10/2568"}
    wrong = admin.post("/scheme-files/", data=sent | {"file": (io.BytesIO(b"a,b\n"), "x.csv")})
    assert wrong.status_code == 400 and "national_id" in wrong.text
    content = f"national_id,since\n{WIFE},2020-01-01\n".encode()
    missing = admin.post("/scheme-files/", data=sent).text
    assert (
        missing.count('aria-invalid="true"') == 1
        and 'name="file" aria-invalid="true" aria-describedby="file-error"' in missing
    )
    assert admin.post("/scheme-files/", data=sent | {"file": (io.BytesIO(content), "ก.csv")}).status_code == 303
    assert "กำลังนำเข้า" in admin.get("/scheme-files/").text
    assert logged_in(app, officer("auditor")).get(f"/other-schemes/{person(WIFE)}").status_code == 403
    assert logged_in(app, officer("personnel_clerk")).get("/scheme-files/").status_code == 403
    assert app.test_client().get("/other-schemes/").status_code == 302

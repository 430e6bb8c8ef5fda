"""Generated lists made one's own: kept filters, chosen columns, a record beside the list, all that fit, the list as Excel."""

import io
import re

from python_calamine import CalamineWorkbook

from app.services import tokens
from app.views import row_actions
from tests.views.offices import ADMINISTRATOR, TAO, TOWN, rows
from tests.views.test_generated_pages import listed


def heads(page: str) -> list[str]:
    found = re.search(r"<thead>(.*?)</thead>", page, re.S)[1]
    return [re.sub("<[^>]+>", "", head).strip() for head in re.findall(r"<th[^>]*>(.*?)</th>", found, re.S)]


def test_a_kept_filter_opens_the_same_search_for_its_owner_alone(portal):
    owner, other = portal.officer("nhso_admin"), portal.officer("nhso_admin", TAO)
    shown = "/agencies/list/?name_th=เมือง&_oc_AgencyView=name_th&_od_AgencyView=desc"
    assert "ชื่อหน่วยงาน: เมือง" in owner.get(shown).text and "บันทึกตัวกรองนี้" not in owner.get("/agencies/list/").text
    kept = owner.post("/agencies/views/" + shown.partition("list/")[2], {"name": "เทศบาลเมือง"})
    assert kept.status_code == 303 and "name_th=" in kept.location
    page = owner.get("/agencies/list/").text
    address = re.search(r'href="([^"]+)"[^>]*>เทศบาลเมือง</a>', page)[1].replace("&amp;", "&")
    assert listed(owner.get(address).text) == [TOWN] and 'aria-sort="descending"' in owner.get(address).text
    (view_id,) = rows("SELECT id FROM saved_view")[0]
    assert "เทศบาลเมือง</a>" not in other.get("/agencies/list/").text
    assert other.post(f"/agencies/views/{view_id}/delete").status_code == 404
    assert owner.post(f"/titles/views/{view_id}/delete").status_code == 404  # of another list
    assert owner.post(f"/agencies/views/{view_id}/delete").status_code == 303
    assert rows("SELECT id FROM saved_view") == []
    assert owner.post("/agencies/views/?name_th=x", {"name": "1-9901-00000-01-1 "}).status_code == 303
    assert rows("SELECT id FROM saved_view") == []


def test_columns_are_chosen_and_the_file_holds_what_is_seen_and_nothing_else(portal):
    owner = portal.officer("nhso_admin")
    before = heads(owner.get("/agencies/list/").text)
    owner.post("/agencies/columns", {"column": ["valid_from", "phone", "nonsense"]})
    assert heads(owner.get("/agencies/list/").text) == ["รหัสหน่วยงาน", "มีผลตั้งแต่", "โทรศัพท์"]
    answer = owner.post("/agencies/export?name_th=เมือง")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert "ชื่อหน่วยงาน: เมือง" in sheet[1][0]
    assert sheet[4][:3] == ["รหัสหน่วยงาน", "มีผลตั้งแต่", "โทรศัพท์"]
    assert [row[0] for row in sheet[5:]] == [TOWN] and sheet[5][1].isoformat() == "2013-01-01"
    assert rows("SELECT object_id, detail FROM audit_event WHERE verb = 'export_list'") == [
        ("agencies", '{"entries": 1}')
    ]
    owner.post("/agencies/columns", {"reset": "yes"})
    assert heads(owner.get("/agencies/list/").text) == before
    assert owner.post("/agencies/export?valid_from=x&agency_type=nonsense").status_code == 400


def test_a_record_is_read_beside_its_list(portal):
    owner = portal.officer("nhso_admin")
    address = f"/agencies/show/{portal.agencies[TOWN]}/aside"
    assert f'data-aside="{address}"' in owner.get("/agencies/list/").text
    piece = owner.get(address).text
    assert "เทศบาลเมืองตัวอย่าง" in piece and "<html" not in piece and f"/agencies/edit/{portal.agencies[TOWN]}" in piece
    assert owner.get("/agencies/show/999/aside").status_code == 404
    registrar = portal.officer("registrar")
    assert registrar.get(address).status_code == 403
    mine, theirs = (
        rows(f"SELECT max(id) FROM audit_event WHERE agency_id = {portal.agencies[code]}")[0][0] for code in (TOWN, TAO)
    )
    assert mine is None or registrar.get(f"/audit/show/{mine}/aside").status_code == 200
    assert theirs is None or registrar.get(f"/audit/show/{theirs}/aside").status_code == 404


def test_all_that_fit_are_named_before_anything_happens_to_them(portal, monkeypatch):
    owner = portal.officer("nhso_admin")
    with portal.app.app_context():
        for number in range(30):
            tokens.create_token(f"รพ.{number:02}", "11111" if number < 28 else "22222", actor=ADMINISTRATOR)
    page = owner.get("/tokens/list/?hospital_code=11111").text
    assert len(listed(page)) == 25 and "ทั้งหมด 28 รายการ ที่ตรงเงื่อนไข" in page
    where = "/tokens/action_post?hospital_code=11111"
    asked = owner.post(where, {"action": "revoke", "all": "1", "confirmed": "yes"})  # a yes to what nobody was shown
    assert "28 รายการ: " in asked.text and "รพ.00" in asked.text and "รพ.28" not in asked.text
    assert rows("SELECT count(*) FROM api_token WHERE revoked_at IS NOT NULL") == [(0,)]
    named = re.findall(r'name="rowid" value="(\d+)"', asked.text)
    with portal.app.app_context():
        tokens.create_token("รพ.มาทีหลัง", "11111", actor=ADMINISTRATOR)
    owner.post(where, {"action": "revoke", "rowid": named, "confirmed": "yes"})
    assert rows("SELECT name FROM api_token WHERE revoked_at IS NULL ORDER BY name") == [
        ("รพ.28",), ("รพ.29",), ("รพ.มาทีหลัง",),
    ]  # fmt: skip
    monkeypatch.setattr(row_actions, "MOST", 20)
    assert "ครั้งละไม่เกิน 20" in owner.post("/tokens/action_post", {"action": "revoke", "all": "1"}).text


def test_a_refusal_that_concerns_no_field_stands_on_top_of_the_form(portal):
    answer = portal.browser().post("/login/", {"username": "nobody", "password": "wrong"})
    summary = re.search(r"data-error-summary>(.*?)</div>", answer.text, re.S)[1]
    assert "ดำเนินการไม่ได้" in summary and "รหัสผ่าน" in summary

"""The administrator's agencies and code tables: made and changed by form, refused with the reason at its field."""

import re

import pytest

from tests.views.offices import TAO, TOWN, rows

NEW = {
    "dla_code": "05110202",
    "name_th": "เทศบาลตำบลบางปู",
    "agency_type": "SUBDISTRICT_MUNICIPALITY",
    "province": "11",
    "valid_from": "1/10/2556",
}


@pytest.fixture
def administrator(portal):
    return portal.officer("nhso_admin")


def named(name="เทศบาลตำบลบางปู"):
    return rows("SELECT dla_code, province_code, valid_from FROM agency WHERE name_th = :name", name=name)


def test_an_agency_is_made_listed_and_searched(both_portals):
    administrator = both_portals.officer("nhso_admin")
    answer = administrator.post("/agencies/add", NEW | {"dla_code": "๐๕๑๑๐๒๐๒"}, follow_redirects=True)
    assert (
        "บันทึกแล้ว" in answer.text
        and "เทศบาลตำบลบางปู" in answer.text
        and "1 ต.ค. 2556" in re.sub("</?span[^>]*>", "", answer.text)
    )
    assert [str(value) for value in named()[0]] == ["05110202", "11", "2013-10-01"]
    found = administrator.get("/agencies/list/?name_th=บางปู").text
    assert "05110202" in found and TAO not in found
    found = administrator.get("/agencies/list/?agency_type=TAO").text
    assert TAO in found and "05110202" not in found
    found = administrator.get("/agencies/list/?province=11").text
    assert "05110202" in found and TOWN in found and TAO not in found


@pytest.mark.parametrize(
    "change, status, words",
    [
        ({"dla_code": "0511020"}, 400, "8 หลัก"),
        ({"dla_code": "0511020x"}, 400, "8 หลัก"),
        ({"dla_code": "06110202"}, 400, "ขึ้นต้นด้วย 05"),
        ({"dla_code": "05120202"}, 400, "รหัสจังหวัด 11"),
        ({"dla_code": TOWN, "agency_type": "TOWN_MUNICIPALITY"}, 400, "มีข้อมูลนี้อยู่แล้ว"),
        ({"province": "10", "dla_code": "05100202"}, 422, "กรุงเทพมหานครและเมืองพัทยา"),
        ({"name_th": "เมืองพัทยา"}, 422, "กรุงเทพมหานครและเมืองพัทยา"),
        ({"name_th": "x" * 201}, 400, ""),
        ({"name_th": "   "}, 400, ""),
        ({"agency_type": "KINGDOM"}, 400, ""),
        ({"province": "99"}, 400, ""),
        ({"valid_from": "31/2/2560"}, 400, "วันที่ไม่ถูกต้อง"),
        ({"valid_from": "1/10/2013"}, 400, "2013"),
        ({"valid_until": "1/10/2556"}, 400, "หลังวันเริ่มต้น"),
        ({"valid_until": "1/10/2560", "successor_code": "99999999"}, 404, "ไม่มีหน่วยงานรหัสนี้"),
        ({"successor_code": TAO}, 400, "วันสิ้นสภาพ"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_reason_and_all_typed_stays(administrator, change, status, words):
    answer = administrator.post("/agencies/add", NEW | change)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert 'role="alert"' in answer.text and (NEW | change)["dla_code"] in answer.text
    assert rows("SELECT count(*) FROM agency") == [(2,)]


def test_changing_keeps_the_row_and_is_written_down(portal, administrator):
    key = portal.agencies[TAO]
    form = {
        "dla_code": "05900101",
        "name_th": "เทศบาลตำบลตัวอย่าง",
        "agency_type": "SUBDISTRICT_MUNICIPALITY",
        "province": "90",
        "valid_from": "1/1/2556",
        "valid_until": "1/1/2570",
        "successor_code": TOWN,
        "version": 1,
    }
    assert 'value="1"' in administrator.get(f"/agencies/edit/{key}").text
    assert administrator.post(f"/agencies/edit/{key}", form).status_code == 302
    changed = rows("SELECT dla_code, agency_type, successor_agency_id, version FROM agency WHERE id = :key", key=key)
    assert changed == [("05900101", "SUBDISTRICT_MUNICIPALITY", portal.agencies[TOWN], 2)]
    assert rows("SELECT object_id FROM audit_event WHERE verb = 'change_agency'") == [(str(key),)]
    late = administrator.post(f"/agencies/edit/{key}", form | {"name_th": "อื่น"})
    assert late.status_code == 409 and "มีผู้อื่นแก้ไข" in late.text
    assert TOWN in administrator.get(f"/agencies/edit/{key}").text
    assert administrator.post(f"/agencies/edit/{key}", form | {"version": ""}).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "page_AgencyView=abc",
        "page_AgencyView=-1",
        "page_AgencyView=99999999999",
        "psize_AgencyView=100000",
        "psize_AgencyView=0",
        "_oc_AgencyView=province.code&_od_AgencyView=asc",
        "_oc_AgencyView=nothing&_od_AgencyView=asc",
        "agency_type=KINGDOM",
        "province=99",
        "province=x",
        f"name_th={'x' * 101}",
        "name_th=%00",
    ],
)
def test_a_list_refuses_garbage_without_an_accident(both_portals, query):
    administrator = both_portals.officer("nhso_admin")
    assert administrator.get(f"/agencies/list/?{query}").status_code == 400


@pytest.mark.parametrize("key", ["abc", "0", "-1", "99999999999999999999", "1;drop", "%00"])
def test_an_invented_key_is_not_found(both_portals, key):
    administrator = both_portals.officer("nhso_admin")
    for path in (f"/agencies/show/{key}", f"/agencies/edit/{key}", f"/accounts/show/{key}"):
        assert administrator.get(path).status_code in (400, 404)


def test_names_are_shown_as_text_never_as_markup(administrator):
    administrator.post("/agencies/add", NEW | {"name_th": "<script>alert(1)</script>"})
    page = administrator.get("/agencies/list/").text
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page


def test_code_tables_are_kept_by_generated_forms(administrator):
    assert administrator.post("/titles/add", {"name_th": "ท่านผู้หญิง", "position": "50"}).status_code == 302
    key = rows("SELECT id FROM title WHERE name_th = 'ท่านผู้หญิง'")[0][0]
    again = administrator.post("/titles/add", {"name_th": "ท่านผู้หญิง", "position": "51"})
    assert again.status_code in (400, 409) and "INSERT" not in again.text and "UNIQUE" not in again.text
    assert administrator.post(f"/titles/edit/{key}", {"name_th": "คุณหญิง", "position": "50"}).status_code == 302
    assert rows("SELECT name_th FROM title WHERE id = :key", key=key) == [("คุณหญิง",)]
    assert administrator.get(f"/titles/delete/{key}").status_code == 405
    assert administrator.client.post(f"/titles/delete/{key}").status_code == 400
    asked = administrator.post(f"/titles/delete/{key}")
    assert "ลบ “คุณหญิง” หรือไม่" in asked.text and 'name="confirmed" value="yes"' in asked.text
    assert rows("SELECT count(*) FROM title WHERE id = :key", key=key) == [(1,)]
    administrator.post(f"/titles/delete/{key}", {"confirmed": "yes"})
    assert rows("SELECT count(*) FROM title WHERE id = :key", key=key) == [(0,)]
    verbs = rows("SELECT verb FROM audit_event WHERE object_type = 'title' ORDER BY id")
    assert verbs == [("add_code",), ("change_code",), ("remove_code",)]


def test_a_province_may_move_to_another_region(administrator):
    form = {"province": "11", "region": "13", "valid_from": "1/10/2569", "valid_until": ""}
    assert administrator.post("/province-regions/add", form).status_code == 302
    found = rows("SELECT region_no FROM province_region WHERE province_code = '11' ORDER BY valid_from")
    assert found == [(6,), (13,)]
    wrong = administrator.post("/province-regions/add", form | {"valid_from": "1/10/2570", "valid_until": "1/10/2569"})
    assert wrong.status_code == 409 and "CHECK" not in wrong.text

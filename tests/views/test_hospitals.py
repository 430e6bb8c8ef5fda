"""The administrator's hospitals: listed, added and changed by him alone."""

import re

import pytest

from tests.views.offices import rows

FIRST = {
    "code": "99011", "name_th": "โรงพยาบาลตัวอย่าง", "hospital_type": "STATE", "province": "11", "valid_from": "1/10/2560",
    "valid_until": "",
}  # fmt: skip


def test_the_administrator_keeps_the_hospitals(portal):
    admin = portal.officer("nhso_admin")
    answer = admin.post("/hospitals/add", FIRST, follow_redirects=True)
    assert answer.status_code == 200 and "โรงพยาบาลตัวอย่าง" in answer.text and "สถานพยาบาลของรัฐ" in answer.text
    stored = "SELECT code, hospital_type, province_code, valid_from, valid_until FROM hospital"
    assert [tuple(map(str, row)) for row in rows(stored)] == [("99011", "STATE", "11", "2017-10-01", "None")]
    twice = admin.post("/hospitals/add", FIRST | {"name_th": "อีกแห่ง"})
    assert twice.status_code < 500 and "อีกแห่ง" in twice.text and len(rows(stored)) == 1
    (key,) = rows("SELECT id FROM hospital")[0]
    admin.post(f"/hospitals/edit/{key}", FIRST | {"valid_until": "1/10/2569"})
    assert str(rows(stored)[0][4]) == "2026-10-01"
    assert "1 ต.ค. 2569" in re.sub("</?span[^>]*>", "", admin.get("/hospitals/list/").text)


@pytest.mark.parametrize("role", ["personnel_clerk", "registrar", "auditor", None])
def test_nobody_else_does(portal, role):
    portal.officer("nhso_admin").post("/hospitals/add", FIRST)
    (key,) = rows("SELECT id FROM hospital")[0]
    stranger = portal.officer(role) if role else portal.browser()
    for path in ("/hospitals/list/", "/hospitals/add", f"/hospitals/edit/{key}"):
        answer = stranger.get(path)
        assert answer.status_code in (302, 401, 403, 404) and "99011" not in answer.text, path
    stranger.post("/hospitals/add", FIRST | {"code": "99012"})
    stranger.post(f"/hospitals/edit/{key}", FIRST | {"name_th": "ของคนอื่น"})
    stranger.post(f"/hospitals/delete/{key}")
    assert rows("SELECT code, name_th FROM hospital") == [("99011", "โรงพยาบาลตัวอย่าง")]

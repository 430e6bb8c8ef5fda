"""What the address of the registrar's queue may say, and what is told where the list does not follow it."""

import pytest

from tests.builders import clock
from tests.views.approval_desk import open_desk, text_of
from tests.views.offices import rows
from tests.views.test_approvals import a_family


@pytest.fixture
def desk(portal):
    clock("2026-11-21 14:00")
    return open_desk(portal)


def test_a_filter_that_an_address_cannot_set_is_told(desk):
    a_family(desk)
    for address in ("?sort=newest&page=1&menu=CERTIFICATION", "?whose=mine", "?all=1", "?q=", ""):
        page = text_of(desk.registrar.get(f"/approvals/{address}").text)
        assert "ไม่รู้จัก" not in page and "ไม่ได้เก็บไว้แล้ว" not in page, address
    for address in (
        "?name=สมชาย",
        "?status=APPROVED",
        "?sort=height",
        "?page=x",
        "?menu=NONE",
        "?whose=theirs",
        "?sort=name&sort=x",
    ):
        assert "ตัวกรองหรือการเรียงลำดับที่รายการนี้ไม่รู้จัก" in text_of(desk.registrar.get(f"/approvals/{address}").text), address
    assert "ตัวกรองของที่อยู่นี้ไม่ได้เก็บไว้แล้ว" in text_of(desk.registrar.get("/approvals/?q=forgotten").text)


def test_a_form_is_found_by_the_number_that_an_import_tells(desk):
    (id_,) = desk.sent()
    ((form_no,),) = rows("SELECT submission_no FROM change_request")
    for number, is_there in ((f" {form_no.lower()} ", True), (form_no[:-1] + "9", False)):
        found = desk.registrar.post("/approvals/", {"name": number}, follow_redirects=True).text
        assert (f"/approvals/{id_}" in found) is is_there and "แบบบันทึก SB" in found

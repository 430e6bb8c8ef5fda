"""What the address of the registrar's queue may say, and what is told where the list does not follow it."""

import pytest

from tests.builders import clock
from tests.views.approval_desk import open_desk, text_of
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

"""รอบการประมวลผล on its pages: the list, one round with outcomes in words, and the countdown's poll."""

import re

import pytest

from app.domain.people import Relation
from app.services import rounds
from tests.builders import Ask, approved, clock, planned_round
from tests.views.approval_desk import open_desk, text_of
from tests.views.offices import TAO, TOWN


@pytest.fixture
def desk(portal):
    clock("2026-11-18 10:00")
    return open_desk(portal)


@pytest.fixture
def late_round(desk):
    """A round that ran 25 minutes late: one request in effect, two failed; one of the neighbour's."""
    home, away = desk.clerk.agency_id, desk.neighbour.agency_id
    round_id = planned_round("2026-11-18 11:00")
    approved(round_id, [Ask(1, agency_id=home), Ask(1, agency_id=home), Ask(3, 2, Relation.SPOUSE, agency_id=home)])
    approved(round_id, [Ask(4, agency_id=away)])
    clock("2026-11-18 11:25:30")
    assert list(rounds.run_due())
    return round_id


def test_the_list_shows_rounds_with_counts_of_the_own_agency(desk, late_round):
    words = text_of(desk.registrar.get("/rounds/").text)
    assert "18 พ.ย. 2569 วันพุธ 1 11.00 น. 18 พ.ย. 2569 11.25 น. ประมวลผลแล้ว ช้า 25 นาที – 1 2" in words
    assert "รอบถัดไป 15.00 น." in words
    assert "ช้า 25 นาที – 1 –" in text_of(desk.portal.officer("personnel_clerk", TAO).get("/rounds/").text)
    assert "ช้า 25 นาที – 2 2" in text_of(desk.portal.officer("auditor").get("/rounds/").text)


def test_a_round_says_what_became_of_each_request_and_why(desk, late_round):
    words = text_of(desk.registrar.get(f"/rounds/{late_round}").text)
    assert "รอบที่ 1 วันที่ 18 พ.ย. 2569" in words and "ช้า 25 นาที" in words
    assert "มีผลแล้ว 1" in words and "ประมวลผลไม่ผ่าน 2" in words
    assert re.search(r"มีคำขออื่นของสิทธิเดียวกันได้รับการพิจารณาก่อน \(CR-\d+\)", words)
    assert "ประมวลผลไม่ผ่าน ผู้มีสิทธิยังไม่มีสิทธิที่มีผล" in words
    assert "ชื่อ4" not in words and "1-9901-xxxxx-" in words


def test_who_does_not_see_the_register_sees_counts_alone(desk, late_round):
    finance = desk.portal.officer("finance_clerk").get(f"/rounds/{late_round}").text
    words = text_of(finance)
    assert "มีผลแล้ว 1" in words and "ประมวลผลไม่ผ่าน 2" in words
    assert not [hidden for hidden in ("ชื่อ1", "CR-", "xxxxx", "/approvals/") if hidden in finance]


def test_before_any_round_the_list_says_so(desk):
    assert "ยังไม่มีรอบการประมวลผล" in desk.registrar.get("/rounds/").text


def test_the_countdown_is_the_business_clocks(desk):
    for now, seconds, words in (
        ("2026-11-18 10:30", 1800, "อนุมัติก่อน 11.00 น. มีผลวันนี้"),
        ("2026-11-18 15:00:02", 72_000, "อนุมัติตอนนี้ มีผล 19 พ.ย. 2569 เวลา 11.00 น."),
    ):
        clock(now)
        answer = desk.registrar.get("/rounds/next").json
        assert (answer["round"], answer["words"]) == ("รอบถัดไป 11.00 น.", words)
        assert seconds - 20 < answer["seconds"] <= seconds + 1


def test_garbage_is_no_page_and_bad_page_numbers_do_no_harm(desk, late_round):
    for path in ("ก", "-1", "0", "4711", "2147483648", "9" * 30):
        assert desk.registrar.get(f"/rounds/{path}").status_code == 404
    for page in ("0", "-3", "x", "9" * 30, "99999", "²"):
        assert desk.registrar.get(f"/rounds/?page={page}").status_code == 200
        assert desk.registrar.get(f"/rounds/{late_round}?page={page}").status_code == 200


def test_roles_without_the_power_and_visitors_see_no_round(desk, late_round):
    for path in ("/rounds/", f"/rounds/{late_round}", "/rounds/next"):
        assert desk.portal.browser().get(path).status_code == 302
    outsider = desk.portal.officer("provincial_officer", TOWN)
    assert [outsider.get(p).status_code for p in ("/rounds/", f"/rounds/{late_round}", "/rounds/next")] == [403] * 3

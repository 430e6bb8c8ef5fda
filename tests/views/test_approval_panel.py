"""The queue's comfort: the panel beside the list, its orders, and what stands beside the buttons."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.national_id import display
from app.domain.people import Relation
from app.models.database import db
from tests.builders import clock
from tests.services.conftest import nid, official, relative
from tests.views.approval_desk import open_desk, text_of
from tests.views.offices import TAO


@pytest.fixture
def desk(portal):
    clock("2026-11-18 14:00")
    return open_desk(portal)


def shown(page):
    return [int(id_) for id_ in re.findall(r'name="request_id" value="(\d+)"', page)]


def opened():
    with db.reads.connect() as connection:
        found = connection.execute(sa.text("SELECT object_type, object_id, actor_id, purpose FROM read_access"))
        return [tuple(row) for row in found]


def test_the_panel_shows_one_request_in_full_and_is_written_down(desk):
    child = relative(Relation.CHILD, nid(2), title_th="ด.ญ.", first_name_th="พิมพ์", birth_order=1)
    own, id_ = desk.sent(official(nid(1)), child)
    listing = desk.registrar.get("/approvals/").text
    assert f'data-panel="/approvals/{id_}/panel"' in listing and opened() == []
    panel = desk.registrar.get(f"/approvals/{id_}/panel").text
    words = text_of(panel)
    assert "<html" not in panel and display(nid(2)) in panel and display(nid(1)) not in panel
    assert "เหตุผลตามกฎหมาย" in words and "ป.พ.พ. มาตรา 16 และ 19" in words and "มีผลวันนี้" in words
    assert "บุตรบรรลุนิติภาวะวันที่ 2 ม.ค. 2578" in words
    assert re.findall(r'name="decision" value="(\w+)"', panel) == ["approve", "return", "reject"]
    assert opened() == [("change_request", str(id_), desk.registrar_actor.user_id, "APPROVAL")]


def test_the_panel_names_what_is_odd_about_a_service(desk):
    (id_,) = desk.sent(official(nid(1), birth_date=date(2001, 1, 2), service_start_date=date(2018, 5, 1)))
    assert "เริ่มปฏิบัติหน้าที่ก่อนอายุ 18 ปีบริบูรณ์" in text_of(desk.registrar.get(f"/approvals/{id_}/panel").text)


def test_a_neighbour_gets_no_panel_and_leaves_no_trace_of_one(desk):
    (id_,) = desk.sent()
    neighbour = desk.portal.officer("registrar", TAO)
    answer = neighbour.get(f"/approvals/{id_}/panel")
    assert answer.status_code == 404 and "สมชาย" not in answer.text and opened() == []


def test_in_the_panel_four_eyes_take_the_buttons_away(desk):
    (mine,) = desk.sent(by=desk.registrar_actor)
    panel = desk.registrar.get(f"/approvals/{mine}/panel").text
    assert "จึงต้องให้นายทะเบียนคนอื่นเป็นผู้อนุมัติ" in panel and 'name="decision"' not in panel


def test_the_queue_is_sorted_by_name_and_by_time_both_ways(desk):
    (last,) = desk.sent(official(nid(1), first_name_th="ไพโรจน์"))
    clock("2026-11-19 14:00")
    father, child = desk.sent(
        official(nid(2), first_name_th="ขจร"), relative(Relation.CHILD, nid(3), first_name_th="เกศ", birth_order=1)
    )
    for sort, wanted in (
        ("oldest", [last, father, child]),
        ("newest", [father, child, last]),
        ("name", [child, father, last]),
        ("name-back", [last, father, child]),
        ("nonsense", [last, father, child]),
    ):
        page = desk.registrar.get(f"/approvals/?sort={sort}").text
        assert shown(page) == wanted, sort
        assert ('scope="rowgroup"' in page) is (not sort.startswith("name"))
    assert 'aria-sort="descending"' in desk.registrar.get("/approvals/?sort=newest").text


def test_previous_and_next_follow_the_order_of_the_list(desk):
    ids = [
        desk.sent(official(nid(serial), first_name_th=name))[0]
        for serial, name in ((1, "ไพโรจน์"), (2, "ขจร"), (3, "เกศ"))
    ]

    def around(id_, sort):
        page = desk.registrar.get(f"/approvals/{id_}?sort={sort}").text
        return [int(found) for found in re.findall(r'rel="(?:prev|next)" href="/approvals/(\d+)', page)]

    assert around(ids[1], "oldest") == [ids[0], ids[2]]
    assert around(ids[1], "newest") == [ids[2], ids[0]]
    assert around(ids[1], "name") == [ids[2], ids[0]]
    assert around(ids[1], "name-back") == [ids[0], ids[2]]
    assert around(ids[2], "name") == [ids[1]]


def test_nothing_waiting_says_what_next(desk):
    assert (
        "/rounds/"
        in re.search(r'<div class="empty">.*?</div>\s*</div>', desk.registrar.get("/approvals/").text, re.DOTALL)[0]
    )
    desk.sent(official(nid(1), birth_date=date(1985, 5, 4)))
    none = desk.registrar.post("/approvals/", {"relation": "MOTHER"}, follow_redirects=True).text
    assert "แสดงทั้งหมด" in none and not shown(none)

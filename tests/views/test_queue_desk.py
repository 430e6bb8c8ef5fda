"""The queue made one's own: filters kept under a name, columns chosen, both for their registrar alone."""

import re
from io import BytesIO

import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from app.domain.people import Relation
from app.models.database import db
from tests.builders import clock
from tests.services.conftest import nid, official, relative
from tests.views.approval_desk import open_desk
from tests.views.offices import TOWN


def test_a_registrar_keeps_filters_and_chooses_columns_for_himself(portal):
    clock("2026-11-21 14:00")
    desk = open_desk(portal)
    _own, child = desk.sent(official(nid(1)), relative(Relation.CHILD, nid(2), birth_order=1))
    desk.portal.account("colleague", "registrar", TOWN)
    colleague = desk.portal.browser()
    colleague.log_in("colleague")
    key = desk.registrar.post("/approvals/", {"relation": "CHILD"}).location.partition("?")[2]
    assert "60 ตัวอักษร" in desk.registrar.post(f"/approvals/views/?{key}", {"name": ""}, follow_redirects=True).text
    desk.registrar.post(f"/approvals/views/?{key}&sort=name", {"name": "บุตรทั้งหมด"})
    view = re.search(r'href="(/approvals/views/\d+)"[^>]*>บุตรทั้งหมด<', desk.registrar.get("/approvals/").text)[1]
    shown = desk.registrar.get(view, follow_redirects=True)
    assert shown.request.args["sort"] == "name" and 'aria-sort="ascending"' in shown.text
    assert re.findall(r'name="request_id" value="(\d+)"', shown.text) == [str(child)]
    desk.registrar.post("/approvals/views/columns", {"column": ["birth_date", "nonsense"]})
    heads = r'<th scope="col" class="col-(\w+)"'
    assert re.findall(heads, desk.registrar.get("/approvals/").text) == ["person", "birth_date"]
    assert re.findall(heads, colleague.get("/approvals/").text) == ["person", "request", "evidence", "law", "waits"]
    assert colleague.get(view).status_code == colleague.post(f"{view}/delete").status_code == 404
    desk.registrar.post(f"{view}/delete")
    assert desk.registrar.get(view).status_code == 404


def test_the_queue_leaves_as_excel_just_as_it_is_filtered_and_that_is_written_down(portal):
    clock("2026-11-21 14:00")
    desk = open_desk(portal)
    desk.sent(official(nid(1)), relative(Relation.CHILD, nid(2), birth_order=1))
    key = desk.registrar.post("/approvals/", {"relation": "CHILD"}).location.partition("?")[2]
    assert "/approvals/file/" in desk.registrar.get(f"/approvals/?{key}").text
    book = CalamineWorkbook.from_filelike(BytesIO(desk.registrar.post(f"/approvals/file/?{key}").data))
    rows = [row for row in book.get_sheet_by_index(0).to_python() if any(row)]
    assert rows[0][0] == "อนุมัติรับรองสิทธิ" and "บุตร" in rows[1][0]
    titles, found = next((row, rows[at + 1 :]) for at, row in enumerate(rows) if row[0] == "เลขที่คำขอ")
    (child,) = [dict(zip(titles, row, strict=True)) for row in found]
    assert (child["เลขประจำตัวประชาชน"], child["สถานะ"]) == (nid(2), "รออนุมัติ")
    with db.reads.connect() as reads:
        assert reads.scalar(sa.text("SELECT answer FROM read_access WHERE purpose = 'QUEUE_EXPORT'")) == "1"

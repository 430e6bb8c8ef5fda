"""The queue made one's own: filters kept under a name, columns chosen, both for their registrar alone."""

import re

from app.domain.people import Relation
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

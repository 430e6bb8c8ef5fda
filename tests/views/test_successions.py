"""Successions through the page: two administrators, a preview first; nobody else sees it."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.models import Succession
from app.services.transaction import reading
from tests.services import rights_register as register
from tests.services.conftest import nid
from tests.views.offices import TAO, TOWN


@pytest.fixture
def sent(portal):
    register.right(nid(1), agency_id=portal.agencies[TAO], entitled_from=date(2015, 1, 1))
    return {"agency_code": TAO, "successor_code": TOWN, "starts_on": "1/10/2570", "text": "ประกาศ มท."}


def row():
    with reading(NATION) as session:
        return session.scalars(sa.select(Succession)).one()


def test_one_administrator_proposes_what_he_has_foreseen_and_another_approves(portal, sent):
    portal.account("nhso.one", "nhso_admin", None)
    portal.account("nhso.two", "nhso_admin", None)
    first, second = portal.browser(), portal.browser()
    first.log_in("nhso.one"), second.log_in("nhso.two")
    page = first.post("/successions/", data=sent | {"foresee": "1"}).text
    assert re.search(r'data-count="officials">1<', page) and 'name="propose"' in page
    wrong = first.post("/successions/", data=sent | {"successor_code": TAO, "foresee": "1"})
    assert wrong.status_code == 422 and 'name="propose"' not in wrong.text
    assert first.post("/successions/", data=sent | {"starts_on": "", "foresee": "1"}).status_code == 400
    assert first.post("/successions/", data=sent | {"propose": "1"}).status_code == 303
    where = f"/successions/{row().id}"
    assert f"{where}/approve" not in first.get("/successions/").text
    first.post(f"{where}/approve", data={"version": row().version})
    assert row().state == "PROPOSED"
    assert f"{where}/approve" in second.get("/successions/").text
    second.post(f"{where}/approve", data={"version": row().version})
    assert row().state == "APPROVED"
    assert first.post("/successions/999/withdraw").status_code == 404
    told = portal.officer("personnel_clerk", TAO).get("/transfer-notices/").text
    assert "ประกาศ มท." in told


def test_nobody_else_sees_it(portal, sent):
    for role, where in (("registrar", TOWN), ("auditor", None), ("nhso_finance", None)):
        browser = portal.officer(role, where)
        assert {browser.get("/successions/").status_code, browser.post("/successions/1/approve").status_code} == {403}
    assert portal.browser().get("/successions/").status_code == 302

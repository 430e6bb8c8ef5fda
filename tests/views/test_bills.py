"""The page of bills at risk: one click to a refund, a reason to close a row, Excel; nothing for neighbours and other roles."""

import pytest

from app.domain.claims import ClaimStatus
from tests.services.claim_counter import Counter, open_counter, value
from tests.services.rights_register import days
from tests.services.test_bills import cut
from tests.services.test_refunds import Desk
from tests.views.offices import TAO, TOWN, rows
from tests.views.test_refunds import officer


@pytest.fixture
def counter(portal, tmp_path) -> Counter:
    with portal.app.app_context():
        return open_counter(tmp_path)


@pytest.fixture
def claim(counter, portal) -> tuple[int, str]:
    """A paid claim of the town, 900 baht, whose right was cut before its day of service afterwards."""
    with portal.app.app_context():
        Desk(counter)
        claim_id = counter.brought_to(ClaimStatus.PAID)
        cut(counter, days(-20))
        return claim_id, value("claim_no", claim_id)


def test_from_the_list_to_a_refund_or_a_closed_row(claim, portal):
    clerk, neighbour = portal.officer("finance_clerk", TOWN), portal.officer("finance_clerk", TAO)
    personnel, nobody, nhso = portal.officer("personnel_clerk"), portal.browser(), officer(portal, "nhsof")
    claim_id, number = claim
    for browser in (clerk, nhso):
        page = browser.get("/bills/").text
        assert number in page and "900.00" in page
        assert number not in browser.get("/bills/?risk=GAINED").text
    assert clerk.get("/bills/?risk=X").status_code == 400 and clerk.get("/bills/?page=-1").status_code == 400
    assert number not in neighbour.get("/bills/").text
    assert clerk.post("/bills/export", {"risk": "LOST"}).data[:2] == b"PK"
    assert (personnel.get("/bills/").status_code, nobody.get("/bills/").status_code) == (403, 302)
    assert neighbour.post(f"/bills/{claim_id}/draft").status_code == 404
    assert personnel.post(f"/bills/{claim_id}/draft").status_code == 403
    assert nhso.post(f"/bills/{claim_id}/draft").status_code == 403
    assert clerk.post(f"/bills/{claim_id}/close", {"risk": "LOST", "reason": "ก"}).status_code == 403
    assert rows("SELECT count(*) FROM refund_request") == [(0,)] and rows("SELECT count(*) FROM bill_closure") == [(0,)]
    drafted = clerk.post(f"/bills/{claim_id}/draft")
    assert drafted.status_code == 303 and "900.00" in clerk.get(drafted.location).text
    assert number not in clerk.get("/bills/").text
    refund_id = int(drafted.location.rpartition("/")[2])
    version = str(rows("SELECT version FROM refund_request")[0][0])
    clerk.post(f"/refund-deeds/{refund_id}/cancel", {"version": version, "confirmed": "yes"})
    assert number in nhso.get("/bills/").text
    nhso.post(f"/bills/{claim_id}/close", {"risk": "LOST", "reason": "มีคำสั่งศาล"})
    assert number not in clerk.get("/bills/").text
    page = clerk.get(f"/claims/show/{claim_id}").text
    assert "มีคำสั่งศาล" in page and "ทดสอบ nhso_finance" in page


def test_who_ticks_no_column_gets_those_of_the_list(claim, portal):
    clerk = portal.officer("finance_clerk", TOWN)
    clerk.post("/claims/columns", {"column": ["claim_no", "total"]})
    assert "โรงพยาบาลหนึ่ง" not in clerk.get("/claims/list/").text
    for nothing in ({}, {"column": ["claim_no"]}):
        clerk.post("/claims/columns", nothing)
        assert "โรงพยาบาลหนึ่ง" in clerk.get("/claims/list/").text

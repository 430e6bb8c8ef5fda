"""From the look-ahead to the request: one click opens the report as the line foresees it; what was reported is asked no more."""

import re
from datetime import date
from html import unescape

import sqlalchemy as sa

from app.domain.people import PersonnelType
from app.models import Person
from app.models.database import db
from tests import builders
from tests.services import rights_register as register
from tests.services.carried_families import approve, run_next_round
from tests.services.conftest import nid
from tests.views.canary import actor
from tests.views.offices import TOWN, rows

RETIRES, MAYOR = nid(1), nid(2)


def report_links(browser, within: int) -> list[str]:
    page = browser.get(f"/coming/?within={within}")
    assert page.status_code == 200
    return [unescape(found) for found in re.findall(r'href="(/ends/[^"]+)"', page.text)]


def filled(page: str) -> dict[str, str]:
    """What the opened report says already: the reason that is chosen and the day."""
    reason = re.search(r'<select[^>]*name="reason".*?</select>', page, re.DOTALL)[0]
    day = re.search(r'<input[^>]*name="event_date"[^>]*>', page)[0]
    return {
        "reason": re.search(r'<option selected value="([A-Z_]+)"', reason)[1],
        "event_date": re.search(r'value="([^"]*)"', day)[1],
    }


def test_a_retirement_and_an_end_of_term_are_reported_with_one_click_and_asked_no_more(portal):
    home = portal.agencies[TOWN]
    executive = {"personnel_type": PersonnelType.POLITICAL_EXECUTIVE, "entitled_until": date(2028, 9, 1)}
    register.right(RETIRES, agency_id=home, entitled_from=date(2010, 1, 1))
    register.right(MAYOR, agency_id=home, entitled_from=date(2024, 9, 1), **executive)
    for number, born in ((RETIRES, date(1968, 3, 1)), (MAYOR, date(1970, 5, 1))):
        with db.writer.begin() as connection:
            person = Person.__table__
            connection.execute(sa.update(person).where(person.c.national_id == number).values(birth_date=born))
    builders.clock("2028-07-15 09:00")
    portal.account("clerk_a", "personnel_clerk", TOWN)
    portal.account("registrar_a", "registrar", TOWN)
    clerk = portal.browser()
    clerk.log_in("clerk_a")
    assert report_links(clerk, 30) == []
    assert [link.partition("?")[2] for link in report_links(clerk, 60)] == ["reason=TERM_ENDED&on=2028-09-01"]
    links = report_links(clerk, 90)
    assert [link.partition("?")[2] for link in links] == [
        "reason=TERM_ENDED&on=2028-09-01", "reason=RETIRED_LUMP_SUM&on=2028-10-01"
    ]  # fmt: skip
    for link, says in zip(links, (("TERM_ENDED", "01/09/2571"), ("RETIRED_LUMP_SUM", "01/10/2571")), strict=True):
        form = filled(clerk.get(link).text)
        assert tuple(form.values()) == says
        sent = clerk.post(link.partition("?")[0], data=form | {"without_papers": "y"})
        assert sent.status_code == 303, sent.text
    waiting = [
        int(number) for (number,) in rows("SELECT id FROM change_request WHERE status = 'PENDING_APPROVAL' ORDER BY id")
    ]
    approve(waiting, actor(portal, "registrar_a", "registrar", TOWN), note="ตรวจสอบแล้ว")
    run_next_round()
    told = clerk.get("/coming/?within=90").text
    assert report_links(clerk, 90) == [] and told.count("data-entitlement=") == 2
    assert {"เกษียณอายุ(บำเหน็จ)", "หมดวาระ"} <= set(re.findall(r"[ก-๙()]+", told))

"""Ends, moves and stale forms in a real browser: a death with three dependents, a family of five, two windows on one matter."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.clock import bangkok_day, real_now
from app.domain.people import PersonnelType, Relation, Sex
from tests.browser.conftest import QUICK, Desk
from tests.house import live_portal
from tests.services.conftest import nid

# `SCREENSHOTS=docs/screenshots make test` renews the pictures of the documentation.
PICTURES = os.environ.get("SCREENSHOTS")
DEAD, MOVING = nid(7001), nid(7011)
NAMES = {
    (Relation.SPOUSE, Sex.F): ("นาง", "ดวงใจ"), (Relation.CHILD, Sex.M): ("ด.ช.", "ภาคิน"),
    (Relation.CHILD, Sex.F): ("ด.ญ.", "ปวีณา"), (Relation.MOTHER, Sex.F): ("นาง", "ทองคำ"),
}  # fmt: skip


def picture(desk: Desk, name: str) -> None:
    """The page as the documentation shows it; on no screen does it scroll sideways."""
    for width, suffix in ((1920, "_wide"), (390, "_phone"), (1366, "")):
        desk.page.set_viewport_size({"width": width, "height": 900})
        assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), (name, width)
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            desk.page.evaluate("scrollTo(0, 0)")
            whole = (
                desk.page.locator("dialog[open]").count() == 0
            )  # what is behind a question is dimmed as far as it is seen
            desk.page.screenshot(path=f"{PICTURES}/{name}{suffix}.png", full_page=whole)


def be(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year + 543}"


@pytest.fixture
def rights() -> dict[str, int]:
    """The rights of the two officials by their numbers, filled in once their round has run."""
    return {}


@pytest.fixture
def demo_portal(demo_instance, tmp_path, rights) -> Iterator[live_portal.Portal]:
    """The demo with two more officials of clerk1's agency: one with three, one with four of a family, all in force."""
    from app.domain.actor import NATION
    from app.models import Entitlement, Person
    from app.models.database import db
    from app.services import change_requests
    from app.services.demo import lives, world
    from app.services.demo.accounts import TOWN
    from app.services.transaction import reading
    from tests.services.conftest import family, official, relative

    folder = demo_instance(tmp_path / "instance")
    db.bind(f"sqlite:///{folder}/portal.db", f"sqlite:///{folder}/reads.db")
    try:
        town = world.office(TOWN, "clerk1", "registrar1")
        for number, name, more in ((7001, "บุญช่วย", ()), (7011, "สมหมาย", ((7015, Relation.MOTHER, Sex.F, 1955),))):
            members = [official(nid(number), first_name_th=name, last_name_th="พร้อมใจ", birth_date=date(1982, 3, 4))]
            members += [
                relative(relation, nid(serial), birth_date=date(year, 5, 6), sex=sex,
                         title_th=NAMES[relation, sex][0], first_name_th=NAMES[relation, sex][1], last_name_th="พร้อมใจ",
                         birth_order=serial % 10 - 2 if relation is Relation.CHILD else None)
                for serial, relation, sex, year in (
                    (number + 1, Relation.SPOUSE, Sex.F, 1984), (number + 2, Relation.CHILD, Sex.M, 2012),
                    (number + 3, Relation.CHILD, Sex.F, 2015), *more,
                )
            ]  # fmt: skip
            lives.approve(town, change_requests.record(family(*members), actor=town.clerk, submit=True).request_ids)
        world.pass_round()
        with reading(NATION) as session:
            query = sa.select(Person.national_id, Entitlement.id).join(Person, Person.id == Entitlement.person_id)
            rights |= {
                number: right for number, right in session.execute(query.where(Person.national_id.in_([DEAD, MOVING])))
            }
    finally:
        db.dispose()
    with live_portal.started(folder, **QUICK) as portal:
        yield portal


def test_a_death_a_transfer_and_a_form_that_grew_stale(desk, rights):
    yesterday = bangkok_day(real_now()) - timedelta(days=1)
    clerk, colleague = desk("clerk1"), desk("clerk2")
    for window in (clerk, colleague):
        window.open(f"/ends/{rights[DEAD]}")
        window.page.select_option("[name=reason]", "DECEASED")
        window.page.fill("[name=event_date]", be(yesterday))
        window.page.press("[name=without_papers]", "Space")  # the answer may move it under a mouse
    assert clerk.page.locator(".columns.is-aside", has_text="พร้อมใจ").count()
    picture(clerk, "death_form")
    clerk.page.click("form.card button[type=submit].btn-primary")
    clerk.page.wait_for_url("**/families/**")
    colleague.page.click("form.card button[type=submit].btn-primary")  # the same, in a window that is older
    colleague.page.wait_for_selector(".error-summary, [role=alert]")
    assert colleague.page.locator(".error-summary li").count() == 1  # which request, of whom, since when
    assert "ต้องพิจารณาหรือถอนคำขอ" in colleague.page.inner_text(".error-summary")
    picture(colleague, "stale_form")
    assert len(colleague.errors) == 1 and "400" in colleague.errors.pop()  # the refusal itself

    taking = desk("clerk_b").open("/transfers/")
    taking.page.fill("[name=q]", MOVING)
    taking.page.press("[name=q]", "Enter")
    way_on = taking.page.locator("form[action$='/transfers/choose'] button")
    shown = "one => (box => [box.color, box.backgroundColor])(getComputedStyle(one))"
    searched = taking.page.locator("form[role=search] .btn-primary")
    assert way_on.evaluate(shown) == searched.evaluate(shown)  # white on a colour, not on white
    way_on.click()
    taking.page.wait_for_url("**/transfers/form")
    assert taking.page.locator("[name^=officials-][name$=-along]:checked").count() == 4
    taking.page.fill("[name^=officials-][name$=-service_start_date]", be(yesterday))
    taking.page.select_option("[name^=officials-][name$=-personnel_type]", PersonnelType.TAO_OFFICER)
    taking.page.press("[name=without_papers]", "Space")  # the answer may move it under a mouse
    picture(taking, "transfer_family")
    taking.page.click("main form button.btn-primary[type=submit]")
    taking.page.wait_for_url("**/my-work/**")

    registrar = desk("registrar_b").open("/approvals/?menu=TRANSFER")
    registrar.page.locator("tr", has_text="สมหมาย").locator("input[type=checkbox]").first.check()
    registrar.page.locator("button[name=decision][value=approve]").first.click()
    registrar.page.wait_for_selector(".decision .names")
    assert registrar.page.locator(".decision .names").first.locator("li").count() == 5  # nobody is approved unseen
    picture(registrar, "transfer_summary")
    for window in (clerk, colleague, taking, registrar):
        assert not window.outside

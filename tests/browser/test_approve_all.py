"""All that match are approved in the background, by keyboard, while the page shows how far it is."""

import re

import sqlalchemy as sa

from app.models.database import db
from tests import builders
from tests.browser.conftest import QUICK, Desk
from tests.databases import DatabaseUrls
from tests.house import live_portal

ROWS = 600


def test_all_that_match_are_approved_with_progress(chromium, demo_instance, tmp_path):
    folder = demo_instance(tmp_path / "instance")
    DatabaseUrls("sqlite", f"sqlite:///{folder}/portal.db", f"sqlite:///{folder}/reads.db").bind()
    with db.engine.connect() as connection:
        clerk = connection.execute(sa.text("SELECT id FROM ab_user WHERE username = 'clerk1'")).scalar_one()
    builders.waiting([ask for n in range(ROWS // 5) for ask in builders.family(2_000_000 + 10 * n, 5)], clerk)
    db.dispose()
    with live_portal.started(folder, **QUICK) as portal:
        desk = Desk(chromium, f"http://127.0.0.1:{portal.port}").log_in("registrar1")
        page = desk.open("/approvals/?all=1").page
        page.keyboard.press("a")
        page.locator("dialog[open] h2").wait_for()
        asked = int(re.sub(r"\D", "", page.inner_text("dialog[open] h2")))
        assert asked >= ROWS and "1 รายการต้องพิจารณาเป็นรายกรณี" in page.inner_text("dialog[open]")  # a report of an error
        page.keyboard.press("Enter")
        page.locator("[data-progress-of] progress").wait_for()
        page.locator("nav.fates").wait_for()  # comes by itself when the last row has its outcome
        tiles = page.locator("[data-count]").all()
        counts = {tile.get_attribute("data-count"): int(tile.inner_text().replace(",", "")) for tile in tiles}
        assert counts["APPROVED"] >= ROWS and counts["WAITS"] == 0 and sum(counts.values()) == asked + 1
        page.click("nav.fates a:has([data-count=NEEDS_LOOK])")
        page.get_by_text("โปรดเปิดและพิจารณาเป็นรายกรณี").first.wait_for()
        assert (desk.outside, desk.errors) == ([], [])
        page.close()

"""All that match are approved in the background, by keyboard, while the page shows how far it is."""

import os
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models.database import db
from tests import builders
from tests.browser.conftest import QUICK, Desk
from tests.databases import DatabaseUrls
from tests.house import live_portal

ROWS, MOST = 600, 10_000


def test_all_that_match_are_approved_with_progress(chromium, demo_instance, tmp_path):
    approved_all(chromium, demo_instance(tmp_path / "instance"), ROWS, patience=90)


@pytest.mark.soak
def test_ten_thousand_are_approved_with_progress(chromium, demo_instance, tmp_path):
    """`PICTURES=folder` keeps what the registrar sees meanwhile."""
    approved_all(chromium, demo_instance(tmp_path / "instance"), MOST, patience=1_800)


def approved_all(chromium, folder: Path, count: int, *, patience: int) -> None:
    DatabaseUrls("sqlite", f"sqlite:///{folder}/portal.db", f"sqlite:///{folder}/reads.db").bind()
    with db.engine.connect() as connection:
        clerk = connection.execute(sa.text("SELECT id FROM ab_user WHERE username = 'clerk1'")).scalar_one()
    builders.waiting([ask for n in range(count // 5) for ask in builders.family(2_000_000 + 10 * n, 5)], clerk)
    db.dispose()
    with live_portal.started(folder, **QUICK) as portal:
        desk = Desk(chromium, f"http://127.0.0.1:{portal.port}").log_in("registrar1")
        page = desk.open("/approvals/?all=1").page
        page.keyboard.press("a")
        page.locator("dialog[open] h2").wait_for(timeout=120_000)
        picture(desk, "asked")
        asked = int(re.sub(r"\D", "", page.inner_text("dialog[open] h2")))
        left = (
            0 if count == MOST else 1
        )  # a report of an error is decided alone; it is younger than the oldest ten thousand
        assert asked >= count and ("1 รายการต้องพิจารณาเป็นรายกรณี" in page.inner_text("dialog[open]")) == bool(left)
        page.keyboard.press("Enter")
        page.locator("[data-progress-of] progress").wait_for()
        while count == MOST and int(page.locator("[data-progress-of] progress").get_attribute("value") or 0) < 2_000:
            page.wait_for_timeout(500)
        picture(desk, "running")
        page.locator("nav.fates").wait_for(
            timeout=patience * 1_000
        )  # comes by itself when the last row has its outcome
        picture(desk, "done")
        tiles = page.locator("[data-count]").all()
        counts = {tile.get_attribute("data-count"): int(tile.inner_text().replace(",", "")) for tile in tiles}
        assert counts["APPROVED"] == asked and counts["WAITS"] == 0 and sum(counts.values()) == asked + left
        if left:
            page.click("nav.fates a:has([data-count=NEEDS_LOOK])")
            page.get_by_text("โปรดเปิดและพิจารณาเป็นรายกรณี").first.wait_for()
        assert (desk.outside, desk.errors) == ([], [])
        page.close()


def picture(desk: Desk, name: str) -> None:
    """Kept where PICTURES says, wide and as on a phone."""
    if where := os.environ.get("PICTURES"):
        for width, height in ((390, 844), (1366, 768)):
            desk.page.set_viewport_size({"width": width, "height": height})
            desk.page.wait_for_timeout(600)  # the menu slides away
            desk.page.screenshot(path=f"{where}/approve_many_{name}_{width}.png")

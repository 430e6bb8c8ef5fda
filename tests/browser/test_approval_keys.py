"""The registrar's morning by keyboard alone: in, to the queue, all but three, a summary, and what became of each."""

import re

from tests.browser.conftest import PASSWORD, Desk


def log_in_by_keyboard(desk: Desk, username: str) -> None:
    desk.open("/login/")
    for words in (username, PASSWORD):
        desk.page.keyboard.type(words)
        desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Shift+Tab")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(desk.address + "/")


def press_until_on(desk: Desk, address: str) -> None:
    """Tab on until the focus stands on a link to this address, and follow it."""
    for _ in range(60):
        desk.page.keyboard.press("Tab")
        if desk.page.evaluate("document.activeElement.getAttribute('href')") == address:
            desk.page.keyboard.press("Enter")
            desk.page.wait_for_url(desk.address + address)
            return
    raise AssertionError(f"no way to {address} by keyboard")


def waiting(desk: Desk) -> int:
    return int(re.search(r"\d+", desk.page.inner_text(".page-sub"))[0])


def test_all_but_three_are_approved_without_a_mouse(chromium, demo_portal):
    desk = Desk(chromium, f"http://127.0.0.1:{demo_portal.port}")
    page = desk.page
    log_in_by_keyboard(desk, "registrar1")
    press_until_on(desk, "/approvals/")
    before = waiting(desk)
    page.keyboard.press("t")  # all on this page
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("Space")
    page.keyboard.press("a")
    page.locator("dialog[open] h2").wait_for()
    assert str(before - 3) in page.inner_text("dialog[open] h2")
    page.keyboard.press("Enter")
    page.locator("[data-outcomes]").wait_for()
    decided = page.locator(".outcomes li.is-done").count()
    assert decided + page.locator(".outcomes li.is-refused").count() == before - 3
    assert decided > 0 and waiting(desk) == before - decided
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "name"  # the queue's own search
    assert (desk.outside, desk.errors) == ([], [])
    page.close()

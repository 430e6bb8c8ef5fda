"""Every page of every role, its dialogs and answers too, at three sizes and in both languages (`make soak`).

A walk is one role, language and size. `WALKED=file` notes the walks that passed and leaves them out the next time, so that
a run can be cut off and taken up again; `PICTURES=folder` keeps a picture of every page.
"""

import os
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from tests.browser.conftest import Desk
from tests.browser.pages import Walk, foreign_labels, misfits, violations
from tests.browser.states import STATES, happen
from tests.house import live_portal

pytestmark = pytest.mark.soak

SIZES = {390: 844, 1366: 768, 1920: 1080}
# Where axe-core looks too, which takes most of the time: a wide window has the same parts as an office's, in other places.
AXE_AT = ("th 390", "th 1366", "en 1366")
# The accounts, "" for a visitor, and how many kinds of pages each must meet at least by following links.
ROLES = {
    "": 1, "clerk1": 24, "registrar1": 26, "finance1": 6, "nhso1": 34, "auditor1": 16, "province1": 4, "nhso_finance1": 10,
}  # fmt: skip
WALKED, PICTURES, PORTAL = (os.environ.get(name) for name in ("WALKED", "PICTURES", "PORTAL"))
_ALLOWED = (
    "status of 404",
    "status of 403",
    "status of 400",
    "status of 410",
    "status of 422",
)  # states that are meant


@pytest.fixture(scope="module")
def lived_in(chromium, demo_instance, tmp_path_factory) -> Iterator[str]:
    """The address of a portal that officers have worked in; of the one that `PORTAL` names, where it does."""
    if PORTAL:
        yield PORTAL
        return
    with live_portal.started(demo_instance(tmp_path_factory.mktemp("walk") / "instance"), TICK_SECONDS="0.5") as portal:
        address = f"http://127.0.0.1:{portal.port}"
        happen(chromium, address)
        yield address


@pytest.fixture(scope="module")
def windows(chromium, lived_in) -> Iterator[dict[tuple[str, str], Desk]]:
    """One window for each officer and language, logged in once."""
    opened: dict[tuple[str, str], Desk] = {}

    def window(username: str, language: str) -> Desk:
        if (username, language) not in opened:
            desk = Desk(chromium, lived_in)
            desk.page.set_default_timeout(40_000)
            if username:
                desk.log_in(username)
            desk.open(f"/lang/{language}")
            opened[username, language] = desk
        return opened[username, language]

    yield window
    for desk in opened.values():
        desk.page.close()


class Looker:
    """Looks at each page of one walk and notes what is wrong, at once, so that it can be mended while the walk goes on."""

    def __init__(self, name: str, desk: Desk, language: str) -> None:
        self.name, self.desk, self.language = name, desk, language
        self.faults: list[str] = []
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)

    def tell(self, fault: str) -> None:
        self.faults.append(fault)
        if PICTURES:
            with Path(PICTURES, "faults.txt").open("a", encoding="utf-8") as told:
                told.write(f"{self.name}: {fault}\n")

    def look(self, path: str, page: Page) -> None:
        foreign = [f"not in {self.language}: {text}" for text in foreign_labels(page, self.language)]
        found = violations(page) if self.name.partition(" ")[2] in AXE_AT else []
        for fault in (*found, *misfits(page), *foreign):
            self.tell(f"{path} {fault}")
        if PICTURES:
            plain = "".join(sign if sign.isalnum() else "-" for sign in path).strip("-") or "home"
            page.screenshot(path=f"{PICTURES}/{self.name.replace(' ', '_')}_{plain[:60]}.png", full_page=True)

    def try_to(self, reach: Callable[[], list[str]], path: str) -> list[str]:
        """Go on where a page fails, and tell of it."""
        try:
            return reach()
        except (AssertionError, PlaywrightError) as fault:
            self.tell(f"{path} {str(fault)[:400]}")
            return []

    def states(self, username: str) -> None:
        """The pages to which no link leads."""
        for state, reach in STATES.get(username, {}).items():

            def seen(state: str = state, reach: Callable[[Desk], None] = reach) -> list[str]:
                reach(self.desk)
                self.look(f"state {state}", self.desk.page)
                return []

            self.try_to(seen, f"state {state}")

    def complaints(self) -> list[str]:
        """What the console said, and whom a page called."""
        errors = [words for words in self.desk.errors if not any(allowed in words for allowed in _ALLOWED)]
        return [*(f"console: {words}" for words in errors), *(f"calls {address}" for address in self.desk.outside)]


class Walker(Walk):
    """Goes on where a page fails."""

    looker: Looker

    def visit(self, path: str) -> list[str]:
        return self.looker.try_to(lambda: super(Walker, self).visit(path), path)


def _named(username, language, width) -> str:
    return f"{username or 'visitor'} {language} {width}"


def _still_to_walk() -> list[tuple]:
    """The walks but for those that `WALKED` notes as passed."""
    passed = Path(WALKED).read_text().splitlines() if WALKED and Path(WALKED).exists() else []
    return [walk for walk in product(ROLES, ["th", "en"], SIZES) if _named(*walk) not in passed]


@pytest.mark.parametrize(("username", "language", "width"), _still_to_walk())
def test_every_page_is_accessible_whole_and_in_one_language(windows, username, language, width):
    name = _named(username, language, width)
    desk = windows(username, language)
    desk.outside.clear()
    desk.errors.clear()
    desk.page.set_viewport_size({"width": width, "height": SIZES[width]})
    looker = Looker(name, desk, language)
    walk = Walker(desk.address, desk.page, looker.look)
    walk.looker = looker
    walk.from_home()
    looker.states(username)
    for complaint in looker.complaints():
        looker.tell(complaint)
    print(f"{name}: {len(walk.seen)} kinds of pages and {len(STATES.get(username, {}))} states")
    assert looker.faults == []
    assert len(walk.seen) >= ROLES[username]
    if WALKED:
        with Path(WALKED).open("a") as walked:
            walked.write(name + "\n")

"""Every page of every role, its dialogs and answers too, at three sizes and in both languages (`make soak`).

A walk is one role, language and size. `WALKED=file` notes the walks that passed and leaves them out the next time, so that
a run can be cut off and taken up again; `PICTURES=folder` keeps a picture of every page.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Desk
from tests.browser.pages import Walk, foreign_labels, misfits, violations
from tests.browser.states import STATES, happen
from tests.house import live_portal

pytestmark = pytest.mark.soak

SIZES = {390: 844, 1366: 768, 1920: 1080}
# The accounts, "" for a visitor, and how many kinds of pages each must meet at least by following links.
ROLES = {
    "": 1, "clerk1": 24, "registrar1": 26, "finance1": 6, "nhso1": 34, "auditor1": 16, "province1": 4, "nhso_finance1": 10,
}  # fmt: skip
WALKED, PICTURES = os.environ.get("WALKED"), os.environ.get("PICTURES")
_ALLOWED = (
    "status of 404",
    "status of 403",
    "status of 400",
    "status of 410",
    "status of 422",
)  # states that are meant


@pytest.fixture(scope="module")
def lived_in(chromium, demo_instance, tmp_path_factory) -> Iterator[str]:
    """The address of a portal that officers have worked in."""
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
            if username:
                desk.log_in(username)
            desk.open(f"/lang/{language}")
            opened[username, language] = desk
        return opened[username, language]

    yield window
    for desk in opened.values():
        desk.page.close()


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("username", ROLES)
def test_every_page_is_accessible_whole_and_in_one_language(windows, username, language, width):
    name = f"{username or 'visitor'} {language} {width}"
    if WALKED and Path(WALKED).exists() and name in Path(WALKED).read_text().splitlines():
        pytest.skip("walked before")
    desk = windows(username, language)
    desk.outside.clear()
    desk.errors.clear()
    desk.page.set_viewport_size({"width": width, "height": SIZES[width]})
    faults: list[str] = []

    def look(path, page) -> None:
        found = [
            *violations(page),
            *misfits(page),
            *(f"not in {language}: {text}" for text in foreign_labels(page, language)),
        ]
        faults.extend(f"{path} {fault}" for fault in found)
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            plain = "".join(sign if sign.isalnum() else "-" for sign in path).strip("-") or "home"
            page.screenshot(path=f"{PICTURES}/{name.replace(' ', '_')}_{plain[:60]}.png", full_page=True)

    walk = Walk(desk.address, desk.page, look).from_home()
    for state, reach in STATES.get(username, {}).items():
        reach(desk)
        look(f"state {state}", desk.page)
    complaints = [words for words in desk.errors if not any(allowed in words for allowed in _ALLOWED)]
    told = [*faults, *(f"console: {words}" for words in complaints), *(f"calls {address}" for address in desk.outside)]
    print(f"{name}: {len(walk.seen)} kinds of pages and {len(STATES.get(username, {}))} states")
    assert told == []
    assert len(walk.seen) >= ROLES[username]
    if WALKED:
        with Path(WALKED).open("a") as walked:
            walked.write(name + "\n")

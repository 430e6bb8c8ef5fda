"""Real Chromium on a real, started portal."""

import atexit
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.house import live_portal
from tests.portals import portal_on as portal_on
from tests.portals import release as release
from tests.portals import shared_app as shared_app

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/snap/bin/chromium")
PASSWORD = "Demo-Portal-2569"


@cache
def _browser() -> Browser:
    """One for the whole process: the session fixtures of two folders are two, and Playwright runs once in a process."""
    path = next((path for path in CHROMIUM if Path(path).exists()), None)
    assert path, "Chromium is missing: run `make test` as root once, or install chromium"
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright.chromium.launch(
        executable_path=path,
        args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
              "--disable-component-update", "--disable-sync"],
    )  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """A headless Chromium of the system; `make test` installs it."""
    return _browser()


QUICK = {"TICK_SECONDS": "0.5", "LEASE_SECONDS": "3"}  # the ticker looks twice a second


@pytest.fixture
def demo_portal(demo_instance, tmp_path) -> Iterator[live_portal.Portal]:
    """A started portal with demo data."""
    with live_portal.started(demo_instance(tmp_path / "instance"), **QUICK) as portal:
        yield portal


@pytest.fixture(scope="module")
def shared_demo_portal(demo_instance, tmp_path_factory) -> Iterator[live_portal.Portal]:
    """One for all tests of a module that do not mind what the one before left in the register."""
    with live_portal.started(demo_instance(tmp_path_factory.mktemp("shared") / "instance"), **QUICK) as portal:
        yield portal


class Desk:
    """One officer's browser window; notes every request that leaves the machine and every error on its console."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page: Page = browser.new_page(viewport={"width": 1366, "height": 900}, locale="th-TH")
        self.page.set_default_timeout(90_000)  # small, busy machines run this too
        self.address, self.outside, self.errors = address, [], []
        self.page.on(
            "request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else self.outside.append(r.url)
        )
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)

    def log_in(self, username: str) -> "Desk":
        """Log in with the demo's password."""
        self.open("/login/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("form [type=submit]")
        self.page.wait_for_url(self.address + "/")
        return self

    def open(self, path: str) -> "Desk":
        """Go to a page of the portal."""
        answer = self.page.goto(self.address + path)
        assert answer and answer.ok, (path, answer and answer.status)
        return self


@pytest.fixture
def desk(chromium, demo_portal):
    """Opens windows of officers: desk("clerk1")."""
    opened: list[Desk] = []

    def sit_down(username: str) -> Desk:
        opened.append(Desk(chromium, f"http://127.0.0.1:{demo_portal.port}").log_in(username))
        return opened[-1]

    yield sit_down
    for one in opened:
        assert one.outside == [], "a page called an outside host"
        assert one.errors == [], "a page's script or policy complained"
        one.page.close()

"""Every kind of page, met by following links as officers do: accessible, in one language, calling nobody outside."""

import pytest

from tests.browser.conftest import Desk
from tests.browser.pages import Reader, Walk, foreign_labels, violations
from tests.house import live_portal

EXPECTED = {
    "/", "/family-forms/new", "/my-work/", "/register/", "/my-files/", "/rosters/", "/rights/", "/rounds/", "/families/id",
    "/approvals/", "/approvals/id", "/rounds/id", "/audit/list/", "/agencies/list/", "/agencies/add", "/agencies/edit/id",
    "/accounts/list/", "/accounts/add", "/tokens/list/", "/titles/list/", "/province-regions/list/",
}  # fmt: skip


@pytest.fixture(scope="module")
def served(demo_instance, tmp_path_factory):
    """A portal with demo data that only is looked at."""
    with live_portal.started(demo_instance(tmp_path_factory.mktemp("pages") / "instance")) as portal:
        yield portal


@pytest.fixture
def sit_down(chromium, served):
    """Opens windows of officers whose pages may call nobody and complain of nothing."""
    opened: list[Desk] = []

    def sit(username: str, language: str = "th") -> Desk:
        desk = Desk(chromium, f"http://127.0.0.1:{served.port}")
        opened.append(desk)
        desk.log_in(username)
        if language != "th":
            desk.open(f"/lang/{language}")
        return desk

    yield sit
    for desk in opened:
        assert desk.outside == [], "a page called an outside host"
        assert desk.errors == [], "a page's script or policy complained"
        desk.page.close()


ROLES = ["nhso1", "registrar1", "clerk1", "finance1", "auditor1", "province1", "nhso_finance1"]


def test_every_kind_of_page_is_accessible_and_thai(sit_down):
    """Each kind once, by the first role that meets it; `make soak` shows all of them to all roles."""
    faults: list[str] = []

    def look(path, page):
        faults.extend([f"{path} {fault}" for fault in violations(page)])
        faults.extend([f"{path} not in th: {text}" for text in foreign_labels(page, "th")])

    known: dict[str, str] = {}
    for username in ("nhso1", "registrar1", "clerk1"):
        desk = sit_down(username)
        known.pop("/", None)  # everybody's own
        known |= Walk(desk.address, desk.page, look, seen=known).from_home(most=200).seen
    assert known.keys() >= EXPECTED
    assert faults == []


@pytest.mark.parametrize("username", ROLES)
def test_every_label_has_its_english(sit_down, username):
    desk = sit_down(username, "en")
    reader = Reader(desk.address, desk.page, lambda path, page: None).from_home()
    assert len(reader.seen) >= 4
    assert reader.faults == []

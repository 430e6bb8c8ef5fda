"""Live portals for the tests of background work."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import DatabaseUrls
from tests.jobs import strikes
from tests.jobs.harness import LivePortal, live_portal


@pytest.fixture
def portal(database: DatabaseUrls, tmp_path: Path) -> Iterator[LivePortal]:
    """A queue on the test's database; tickers and workers are started by the test."""
    folder = tmp_path / "live"
    folder.mkdir()
    with live_portal(database, folder) as live:
        yield live


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many kills struck, and where."""
    for line in strikes.lines():
        terminalreporter.write_line(line)

"""A released portal for tests of pages."""

import pytest

from tests.views.offices import open_portal


@pytest.fixture
def portal(sqlite_database, tmp_path):
    return open_portal(sqlite_database, tmp_path / "instance")


@pytest.fixture
def both_portals(database, tmp_path):
    """The portal on SQLite, then on PostgreSQL."""
    return open_portal(database, tmp_path / "instance")

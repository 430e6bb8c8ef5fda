"""Fixtures of the application in this process: made once, on databases copied for each test; conftests take them in."""

from collections.abc import Callable

import pytest

import config
from app import create_app
from tests.databases import MIGRATED, Filling
from tests.views.offices import Portal, agencies_of, released


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory):
    settings = config.load_config({"INSTANCE": str(tmp_path_factory.mktemp("instance"))})
    return create_app(settings | {"RATELIMIT_STORAGE_URI": "memory://"})  # whose counts can be set to nothing


@pytest.fixture(scope="session")
def release(shared_app) -> Filling:
    """What `flask release` leaves, and the two agencies."""
    return Filling("released", lambda: released(shared_app), on=MIGRATED)


@pytest.fixture
def portal_on(shared_app, release, new_database) -> Callable[[str], Portal]:
    """Opens the shared application on fresh databases of a kind and forgets the attempts of earlier tests."""

    def open_on(kind: str) -> Portal:
        new_database(kind, release).bind()
        shared_app.appbuilder.sm.limiter.reset()
        return Portal(shared_app, agencies=agencies_of())

    return open_on

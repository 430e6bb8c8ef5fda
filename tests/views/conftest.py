"""A released portal for tests of pages; the application is made once, the database for each test."""

import pytest

import config
from app import create_app
from app.models.database import db
from tests.views.offices import released
from tests.views.register_office import open_office


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory):
    settings = config.load_config({"INSTANCE": str(tmp_path_factory.mktemp("instance"))})
    return create_app(settings | {"RATELIMIT_STORAGE_URI": "memory://"})  # whose counts can be set to nothing


@pytest.fixture
def portal_on(shared_app):
    """Binds the shared application to a test's databases and forgets the attempts of earlier tests."""

    def bind(urls):
        db.bind(urls.url, urls.reads_url)
        shared_app.appbuilder.sm.limiter.reset()
        return released(shared_app)

    return bind


@pytest.fixture
def portal(portal_on, sqlite_database):
    return portal_on(sqlite_database)


@pytest.fixture
def both_portals(portal_on, database):
    """The portal on SQLite, then on PostgreSQL."""
    return portal_on(database)


@pytest.fixture
def office(sqlite_database, tmp_path, monkeypatch):
    """A register of a few people in two agencies."""
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))
    with open_office(sqlite_database, tmp_path / "instance") as office:
        yield office

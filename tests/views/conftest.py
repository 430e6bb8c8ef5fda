"""A released portal for tests of pages; the application is made once, its databases are copied for each test."""

import dataclasses
from collections.abc import Callable

import pytest
from flask import Flask

import config
from app import create_app
from tests.conftest import KINDS
from tests.databases import MIGRATED, Filling
from tests.views import card_desk
from tests.views.offices import Portal, agencies_of, released
from tests.views.register_office import open_office


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


@pytest.fixture
def app(shared_app, sqlite_database, tmp_path, monkeypatch) -> Flask:
    """The shared application on a register without anybody in it, with a folder of its own for files."""
    folder = tmp_path / "instance"
    folder.mkdir()
    monkeypatch.setitem(shared_app.config, "INSTANCE", str(folder))
    shared_app.appbuilder.sm.limiter.reset()
    return shared_app


@pytest.fixture
def portal(portal_on) -> Portal:
    return portal_on("sqlite")


@pytest.fixture(params=KINDS)
def both_portals(request, portal_on) -> Portal:
    """The portal on SQLite, then on PostgreSQL."""
    return portal_on(request.param)


@pytest.fixture
def office(app, monkeypatch):
    """A register of a few people in two agencies; jobs that the test runs itself find its folder in the environment."""
    monkeypatch.setenv("INSTANCE", app.config["INSTANCE"])
    with open_office(app) as office:
        yield office


@pytest.fixture(scope="session")
def furnished(shared_app, release):
    """The desk once for all tests of the card, and the filling of the database that knows it."""
    made = []

    def fill() -> None:
        portal = Portal(shared_app, agencies=agencies_of())
        card_desk.people(portal)
        with pytest.MonkeyPatch.context() as patch:
            card_desk.settle(patch, shared_app)
            made.append(card_desk.enrolled(portal))

    return made, Filling("card_desk", fill, on=release)


@pytest.fixture
def desk(furnished, shared_app, new_database, monkeypatch):
    made, filling = furnished
    new_database("sqlite", filling).bind()
    shared_app.appbuilder.sm.limiter.reset()
    card_desk.settle(monkeypatch, shared_app)
    return dataclasses.replace(made[0], card=dataclasses.replace(made[0].card))

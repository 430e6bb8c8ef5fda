"""A released portal for tests of pages; the application is made once, its databases are copied for each test."""

import dataclasses

import pytest
from flask import Flask

from tests.conftest import KINDS
from tests.databases import Filling
from tests.portals import portal_on as portal_on
from tests.portals import release as release
from tests.portals import shared_app as shared_app
from tests.views import card_desk
from tests.views.offices import Portal, agencies_of
from tests.views.register_office import open_office


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

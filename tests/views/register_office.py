"""A portal whose register holds a few people of two agencies, its officers' browsers, and what they read on its pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import event

from app.domain.people import RequestStatus
from app.models import Agency, PortalUser
from app.models.database import db
from app.services.passwords import hashed
from tests.reports.register_builder import RegisterBuilder
from tests.views.rights_portal import PASSWORD, csrf, logged_in

LIST, FILES = "/register/", "/my-files/"
BLANK = dict.fromkeys(("national_id", "name", "status", "relation", "personnel_type", "agency"), "")


@dataclass
class Office:
    """A portal with two agencies; officers log in by role."""

    app: Flask
    build: RegisterBuilder
    here: Agency
    there: Agency
    officers: int = 0

    def officer(self, role: str = "personnel_clerk", agency: Agency | None = None) -> FlaskClient:
        self.officers += 1
        name = f"officer{self.officers}"
        found = self.build.session.scalars(sa.select(Role).where(Role.name == role)).one_or_none() or Role(name=role)
        user = PortalUser(username=name, first_name=name, last_name="ก", email=f"{name}@example.invalid", active=True)
        user.password, user.roles = hashed(PASSWORD), [found]
        user.agency_id, user.province_code, user.region_no = (agency or self.here).id, "40", 7
        self.build.keep(user)
        return logged_in(self.app, name)


@contextmanager
def open_office(app: Flask) -> Iterator[Office]:
    """Three people in one agency, one in the other."""
    build = RegisterBuilder()
    here, there = build.agency("ทม.หนึ่ง", "40", 7), build.agency("ทม.สอง", "41", 8)
    build.spell(here, build.person("สมชาย", "ณ อยุธยา"))
    build.proposal(here, "เกษม", RequestStatus.REJECTED)
    build.proposal(here, "กมล")
    build.spell(there, build.person("ฟ้าใส"))
    yield Office(app, build, here, there)
    build.session.close()


def search(browser: FlaskClient, **typed: str) -> Any:
    return browser.post(LIST, data=BLANK | typed | {"csrf_token": csrf(browser, LIST)})


def found(browser: FlaskClient, **typed: str) -> str:
    answer = search(browser, **typed)
    assert answer.status_code in (302, 303)
    return browser.get(answer.location).text


def table(page: str) -> list[list[str]]:
    """The words of each cell of the page's table."""
    body = re.search(r"<tbody>(.*)</tbody>", page, re.S)
    rows = re.findall(r"<tr>(.*?)</tr>", body[1], re.S) if body else []
    return [[words(cell) for cell in re.findall(r"<td.*?>(.*?)</td>", row, re.S)] for row in rows]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def post(browser: FlaskClient, path: str, **data: Any) -> Any:
    return browser.post(path, data=data | {"csrf_token": csrf(browser, LIST)})


def column(query: Any) -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.execute(query).scalars())


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that both databases get meanwhile, without the beginnings of transactions."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    for engine in (db.engine, db.reads):
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in (db.engine, db.reads):
            event.remove(engine, "before_cursor_execute", note)

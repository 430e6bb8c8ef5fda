"""A whole portal with two agencies and an account for any role, and a browser that fills in forms."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import config
from app import create_app
from app.cli.release import wanted_grants
from app.domain.actor import NATION, Actor, ScopeKind, robot
from app.domain.people import AgencyType
from app.domain.powers import Power
from app.domain.roles import ROLES
from app.models.database import db
from app.services import accounts, open_tables, permissions
from app.services.agencies import AgencyFacts, create_agency
from app.services.passwords import hashed
from tests.databases import DatabaseUrls

PASSWORD = "Sunflower-2569"
ADMINISTRATOR = Actor("test", NATION, frozenset(Power), roles=("nhso_admin",))
TOWN, TAO = "04110101", "06900101"  # in other provinces and regions
SINCE = date(2013, 1, 1)


class Browser:
    """A test client that knows where the form's token stands."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.get = client.get
        self._tokens: dict[str, str] = {}

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Post with a token of this session, as a form of ours would."""
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})}, **kwargs)

    def token(self) -> str:
        """The session's form token, from a page that everybody may see, asked for once a session."""
        if known := self._tokens.get(self.cookie()):
            return known
        page = self.client.get("/login/", follow_redirects=True).text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page
        self._tokens = {self.cookie(): found[1]}
        return found[1]

    def log_in(self, username: str, password: str = PASSWORD) -> TestResponse:
        """Send the log-in form."""
        return self.post("/login/", {"username": username, "password": password})

    def cookie(self) -> str:
        """The value of the session cookie."""
        found = self.client.get_cookie("lgo_portal")
        return found.value if found else ""


@lru_cache
def _password() -> str:
    """A good hash is slow to make: once for all accounts of a test run."""
    return hashed(PASSWORD)


@dataclass
class Portal:
    """The application on a fresh database, released, with the two agencies."""

    app: Flask
    ids: dict[str, int] = field(default_factory=dict)
    agencies: dict[str, int] = field(default_factory=dict)

    def browser(self) -> Browser:
        """A visitor's browser."""
        return Browser(self.app.test_client())

    def account(self, username: str, role: str, where: str | None = TOWN) -> int:
        """The id of a demo account with this role, bound to the agency (or its province or region) as the role demands."""
        bounds = {
            ScopeKind.AGENCY: {"agency_code": where},
            ScopeKind.PROVINCE: {"province_code": (where or "")[2:4]},
            ScopeKind.REGION: {"region_no": 6 if where == TOWN else 12},
        }.get(ROLES[role].kind, {})
        new = accounts.NewAccount(username, "ทดสอบ", role, f"{username}@example.org", accounts.Reach(role, **bounds))
        with self.app.app_context():
            self.ids[username] = accounts.create_demo_account(new, _password(), actor=ADMINISTRATOR)
        return self.ids[username]

    def officer(self, role: str, where: str | None = TOWN) -> Browser:
        """The browser of a new account with this role, logged in."""
        username = f"{role}.{where}"
        self.account(username, role, where)
        browser = self.browser()
        assert browser.log_in(username).status_code == 302
        return browser


def open_portal(urls: DatabaseUrls, folder: Path, **settings: Any) -> Portal:
    """A released portal on these databases with two agencies; no Redis runs beside it."""
    env = {"INSTANCE": str(folder), "DATABASE_URL": urls.url, "READS_DATABASE_URL": urls.reads_url}
    return released(create_app(config.load_config(env) | settings))


def released(app: Flask) -> Portal:
    """The portal on the database to which the process is bound, filled as by `flask release`."""
    portal = Portal(app)
    with app.app_context():
        open_tables.seed_open_tables()
        permissions.sync_roles(wanted_grants(), actor=robot("release"))
        for code, name, kind in (
            (TOWN, "เทศบาลเมืองตัวอย่าง", AgencyType.TOWN_MUNICIPALITY),
            (TAO, "องค์การบริหารส่วนตำบลตัวอย่าง", AgencyType.TAO),
        ):
            facts = AgencyFacts(code, name, kind, code[2:4], SINCE)
            portal.agencies[code] = create_agency(facts, actor=ADMINISTRATOR)
    return portal


def agencies_of() -> dict[str, int]:
    """The ids of all agencies by their codes."""
    return {code: agency_id for code, agency_id in rows("SELECT dla_code, id FROM agency")}


def rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """What a query of the test finds in the register."""
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(sql), values)]


def write(sql: str, **values: Any) -> None:
    """Change the register behind the portal's back."""
    with db.writer.begin() as connection:
        connection.execute(sa.text(sql), values)


def asking() -> int:
    """The number of what waits for a second administrator, the newest."""
    return int(rows("SELECT max(id) FROM account_ask")[0][0])

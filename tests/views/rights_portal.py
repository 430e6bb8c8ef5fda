"""A whole portal for the look-up's tests, with tokens and officers that the register knows."""

import re
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy.orm import Session

import config
from app import create_app
from app.domain.actor import NATION, Actor
from app.domain.clock import real_now
from app.domain.powers import Power
from app.models import ApiToken, PortalUser
from app.models.database import db
from app.services import tokens
from app.services.passwords import hashed
from tests.databases import DatabaseUrls
from tests.services.rights_register import agency

PASSWORD = "a Password for tests 1!"
_ADMINISTRATOR = Actor("test", NATION, frozenset({Power.MANAGE_ACCOUNTS}))


def portal(urls: DatabaseUrls, instance: Any, **settings: Any) -> Flask:
    """A portal on these databases; no Redis runs beside it."""
    env = {"INSTANCE": str(instance), "DATABASE_URL": urls.url, "READS_DATABASE_URL": urls.reads_url}
    return create_app(config.load_config(env) | settings)


def token(word: str = "lgo_test", *, expired: bool = False, revoked: bool = False) -> str:
    """The secret of a new hospital token."""
    tokens.create_token("โรงพยาบาลตัวอย่าง", "11111", actor=_ADMINISTRATOR, word=word)
    changes: dict[str, Any] = {"expires_at": real_now() - timedelta(seconds=1)} if expired else {}
    changes |= {"revoked_at": real_now()} if revoked else {}
    if changes:
        with db.writer.begin() as connection:
            newest = sa.select(sa.func.max(ApiToken.__table__.c.id)).scalar_subquery()
            connection.execute(sa.update(ApiToken.__table__).where(ApiToken.__table__.c.id == newest).values(changes))
    return word


def officer(role: str) -> str:
    """The user name of a new officer with this role, of the first agency where the role has one."""
    home = agency()
    with Session(db.writer) as session:
        found = session.scalars(sa.select(Role).where(Role.name == role)).one_or_none() or Role(name=role)
        session.add(
            PortalUser(
                username=f"{role}_1",
                first_name="ทดสอบ",
                last_name=role,
                email=f"{role}@example.invalid",
                active=True,
                password=hashed(PASSWORD),
                agency_id=home,
                roles=[found],
            )  # fmt: skip
        )
        session.commit()
    return f"{role}_1"


def logged_in(app: Flask, username: str) -> FlaskClient:
    """A browser of this officer after the log-in page."""
    browser = app.test_client()
    form = {"username": username, "password": PASSWORD, "csrf_token": csrf(browser, "/login/")}
    assert browser.post("/login/", data=form).status_code == 302
    return browser


def csrf(browser: FlaskClient, path: str) -> str:
    """The form's token on the page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text)
    assert found, path
    return found[1]


def be(day: date) -> str:
    """The day as an officer types it."""
    return f"{day.day}/{day.month}/{day.year + 543}"

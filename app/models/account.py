"""Accounts, their sessions, one-time links and hospital tokens."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import User
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.roles import TokenScope
from app.models.agency import Agency
from app.models.base import Model, UtcInstant, code


class PortalUser(User):
    """An account: FAB's user with the agency, province or region that bounds what it sees."""

    __tablename__ = "ab_user"
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    province_code: Mapped[str | None] = mapped_column(sa.ForeignKey("province.code"))
    region_no: Mapped[int | None] = mapped_column(sa.ForeignKey("nhso_region.no"))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcInstant)
    account_version: Mapped[int] = mapped_column(default=1)
    agency: Mapped[Agency | None] = relationship(viewonly=True)


class UserSession(Model):
    """A browser session on the server; the cookie holds only a random key whose hash stands here (decisions 20)."""

    __tablename__ = "user_session"
    key_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"), index=True)
    data: Mapped[str] = mapped_column(sa.Text)
    card_session_id: Mapped[int | None]  # of the card that opened it; app/models/card.py
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class OneTimeLink(Model):
    """A link that lets its holder set a password once (spec Q29: 72 hours, never a mailed password)."""

    __tablename__ = "one_time_link"
    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ask_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_ask.id"))  # what two administrators agreed on
    code_hash: Mapped[str | None] = mapped_column(sa.String(64))  # of the code that the first of them hands over
    __table_args__ = (sa.Index("uq_one_time_link_ask", "ask_id", unique=True),)


class AskKind(StrEnum):
    """What one administrator asks another to agree to."""

    OPEN = "OPEN"  # an account that decides is opened, for the first time or again
    REACH = "REACH"  # an account gets a role that decides, or its reach
    RESET = "RESET"  # the password of such an account is taken away and set anew
    WAY = "WAY"  # a role logs in by a looser way


_WAITS = sa.text("agreed_at IS NULL AND dropped_at IS NULL")


class AccountAsk(Model):
    """What waits for a second administrator; asked or agreed to by nobody where whoever holds the server does it."""

    __tablename__ = "account_ask"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AskKind] = mapped_column(code(AskKind, "kind"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"))
    province_code: Mapped[str | None] = mapped_column(sa.ForeignKey("province.code"))
    region_no: Mapped[int | None] = mapped_column(sa.ForeignKey("nhso_region.no"))
    way: Mapped[str | None] = mapped_column(sa.String(40))
    code_hash: Mapped[str | None] = mapped_column(sa.String(64))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    agreed_on_server: Mapped[bool] = mapped_column(default=False)
    agreed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    done_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    dropped_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    __table_args__ = (
        sa.CheckConstraint(
            "agreed_by_id IS NULL OR (agreed_by_id <> asked_by_id AND (user_id IS NULL OR agreed_by_id <> user_id))",
            name="two_administrators",
        ),
        sa.CheckConstraint("(agreed_at IS NOT NULL) = (agreed_by_id IS NOT NULL OR agreed_on_server)", name="agreed"),
        sa.CheckConstraint("done_at IS NULL OR agreed_at IS NOT NULL", name="done"),
        sa.CheckConstraint("dropped_at IS NULL OR agreed_at IS NULL", name="dropped"),
        sa.CheckConstraint(
            "(kind = 'WAY') = (user_id IS NULL) AND (kind = 'WAY') = (way IS NOT NULL)", name="asked_for"
        ),
        sa.Index("uq_account_ask_account", "user_id", unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS),
        sa.Index("ix_account_ask_asked_at", "asked_at"),
    )


class ApiToken(Model):
    """A hospital's token for the look-up service; only its hash is kept."""

    __tablename__ = "api_token"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    hospital_code: Mapped[str] = mapped_column(sa.String(10))
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    scope: Mapped[TokenScope] = mapped_column(
        code(TokenScope, "token_scope"), default=TokenScope.RIGHTS, server_default=TokenScope.RIGHTS.value
    )
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("api_token.id"))  # which goes on beside it for a week

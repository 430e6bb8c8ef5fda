"""One-time links: whoever holds one sets a password once, within 72 hours; no password is ever sent (spec Q29).

A link to an account that decides wants a code beside it, which another administrator has: neither of them sets the password.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NOTHING, robot
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotFound
from app.models.account import AccountAsk, OneTimeLink, PortalUser
from app.models.database import db
from app.models.dialects import lock_rows
from app.services.audit import record
from app.services.passwords import check_strength, hashed
from app.services.sessions import end_all_of
from app.services.transaction import transaction

LIFETIME = timedelta(hours=72)


def issue_link(session: Session, user_id: int, ask: AccountAsk | None = None) -> str:
    """Make a link for the account within the caller's transaction and return its secret; earlier ones die.

    With `ask`, what two administrators agreed on, it wants the code of the one who asked.
    """
    now = real_now()
    earlier = sa.update(OneTimeLink).where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None))
    session.execute(earlier.values(used_at=now))
    secret = secrets.token_urlsafe(32)
    agreed = {} if ask is None else {"ask_id": ask.id, "code_hash": ask.code_hash}
    until = now + LIFETIME
    session.add(OneTimeLink(token_hash=_hash(secret), user_id=user_id, created_at=now, expires_at=until, **agreed))
    return secret


def holder_of(secret: str) -> str:
    """The user name whose password a live link sets; raises NotFound('LINK_DEAD') for a used, old or unknown one."""
    row = db.session.execute(_live(secret).with_only_columns(PortalUser.username)).first()
    if row is None:
        raise NotFound("LINK_DEAD")
    return str(row.username)


def wants_code(secret: str) -> bool:
    """Whether a live link wants the code of the administrator who asked for it."""
    row = db.session.execute(_live(secret).with_only_columns(OneTimeLink.code_hash)).first()
    return row is not None and row.code_hash is not None


def redeem(secret: str, password: str, code: str = "") -> int:
    """Set the password of the link's account, use the link up, end all its sessions; returns the account's id.

    Raises NotFound('LINK_DEAD'), BadInput of passwords.check_strength for the field `new_password`,
    BadInput('LINK_CODE_WRONG').
    """
    check_strength(password, username=holder_of(secret), field="new_password")
    kept = hashed(password)
    actor = robot("one-time-link", NOTHING)
    with transaction(actor) as session:
        link = session.scalars(lock_rows(_live(secret), session)).first()
        if link is None:
            raise NotFound("LINK_DEAD")
        if link.code_hash is not None and not hmac.compare_digest(link.code_hash, code_hash(code)):
            raise BadInput("LINK_CODE_WRONG", field="code")
        link.used_at = real_now()
        user = session.get_one(PortalUser, link.user_id)
        user.password, user.must_change_password = kept, False
        user.failed_logins, user.locked_until = 0, None
        end_all_of(session, user.id)
        record(session, actor, "redeem_link", "account", user.id, agency_id=user.agency_id)
        return user.id


def code_hash(code: str) -> str:
    """As a code that was typed in any letters is kept and compared."""
    return _hash("".join(code.split()).upper())


def _live(secret: str) -> sa.Select[tuple[OneTimeLink]]:
    return (
        sa.select(OneTimeLink)
        .join(PortalUser, PortalUser.id == OneTimeLink.user_id)
        .where(
            OneTimeLink.token_hash == _hash(secret),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > real_now(),
            PortalUser.active,
        )
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

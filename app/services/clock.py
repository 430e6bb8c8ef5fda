"""The business clock, kept in the database so that web, worker and ticker agree (decisions 16)."""

import math
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import BANGKOK, business_instant, real_now
from app.domain.errors import NotAllowed, Refused
from app.models.change_request import ChangeRequest
from app.models.database import db
from app.models.processing_round import BusinessClock
from app.services.audit import record
from app.services.transaction import transaction, widened

# Beside other columns of a statement: how far the business clock is ahead, for `instant_at`.
OFFSET = sa.select(BusinessClock.__table__.c.offset_seconds).where(BusinessClock.__table__.c.id == 1).scalar_subquery()
_offset = sa.select(OFFSET)
FARTHEST_JUMP = timedelta(days=20 * 366)


def business_now(session: Session | None = None) -> datetime:
    """The business instant, aware UTC, read through `session` or a connection of its own."""
    if session is not None:
        seconds = session.execute(_offset).scalar()
    else:
        with db.engine.connect() as connection:
            seconds = connection.execute(_offset).scalar()
    return instant_at(seconds)


def instant_at(offset_seconds: int | None) -> datetime:
    """The business instant, aware UTC, for the value that OFFSET had; None where nobody has set the clock."""
    return business_instant(timedelta(seconds=offset_seconds or 0))


def set_clock(instant: datetime, *, actor: Actor, production: bool) -> datetime:
    """Move the business clock to the aware `instant` and return it.

    On an empty instance any date will do, afterwards only forward and no farther than FARTHEST_JUMP, for there is no way
    back. Raises NotAllowed('CLOCK_IN_PRODUCTION'), Refused('CLOCK_BACKWARD') and Refused('CLOCK_TOO_FAR').
    """
    if production:
        raise NotAllowed("CLOCK_IN_PRODUCTION")
    with transaction(actor) as session:
        before = business_now(session)
        with widened(session) as wide:
            used = wide.execute(sa.select(ChangeRequest.id).limit(1)).first() is not None
        if used and instant < before:
            raise Refused(
                "CLOCK_BACKWARD", citation="decisions 16", now=before.astimezone(BANGKOK).isoformat(timespec="seconds")
            )
        if used and instant > before + FARTHEST_JUMP:
            raise Refused(
                "CLOCK_TOO_FAR", citation="decisions 16", now=before.astimezone(BANGKOK).isoformat(timespec="seconds")
            )
        row = session.get(BusinessClock, 1) or BusinessClock(id=1)
        row.offset_seconds = math.ceil((instant - real_now()).total_seconds())
        session.add(row)
        record(session, actor, "set_clock", "business_clock", 1, detail={"to": instant.isoformat()})
    return instant

"""Lets go of what card logins leave behind: spent nonces and tickets, sessions that ended, codes that nobody used."""

from datetime import timedelta

import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.clock import real_now
from app.models.card import CardNonce, CardReading, CardSession, CardTicket, WorkstationCode
from app.models.database import db
from app.services.transaction import transaction

KEPT = timedelta(days=1)
_ROBOT = robot("card-sweeps", NATION)


def sweep() -> None:
    """Delete what was over more than a day ago; writes only where there is something. What happened stays in the audit."""
    oldest = real_now() - KEPT
    over = (
        # What was read of a visitor and never taken goes with the first sweep after its two minutes.
        (CardReading.__table__, CardReading.expires_at < real_now()),
        (CardNonce.__table__, CardNonce.expires_at < oldest),
        (CardTicket.__table__, CardTicket.expires_at < oldest),
        (CardSession.__table__, sa.and_(CardSession.last_seen_at < oldest, _no_ticket())),
        (WorkstationCode.__table__, WorkstationCode.expires_at < oldest),
    )
    with db.engine.connect() as connection:
        found = any(connection.scalar(sa.select(sa.literal(1)).where(which).limit(1)) for _table, which in over)
    if found:
        with transaction(_ROBOT) as session:
            for table, which in over:
                session.execute(sa.delete(table).where(which))


def _no_ticket() -> sa.ColumnElement[bool]:
    tickets = CardTicket.__table__
    return ~sa.select(tickets.c.ticket_hash).where(tickets.c.card_session_id == CardSession.__table__.c.id).exists()

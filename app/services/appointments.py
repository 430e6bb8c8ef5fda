"""Appointments: they open an officer's access on their first day and end it on the day after their last (real clock)."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day, real_now
from app.domain.errors import BadInput, Conflict, NotFound, WrongState
from app.domain.powers import Power
from app.models.account import PortalUser
from app.models.card import Appointment, CardSession
from app.models.database import db
from app.models.prepared import Prepared
from app.services.accounts import ADMINISTRATOR
from app.services.audit import record
from app.services.officer_reach import officer_in_reach
from app.services.sessions import end_all_of
from app.services.transaction import transaction
from app.services.workstations import end_card_sessions

ORDER_LENGTH = 80
_rows = Appointment.__table__
# Asked at every request of an officer.
_OF_USER = Prepared(
    sa.select(_rows.c.agency_id, _rows.c.from_on, _rows.c.until_on).where(_rows.c.user_id == sa.bindparam("user_id"))
)


def today() -> date:
    """The day that decides: the real one in Bangkok, for access is no business of rounds (decisions 16)."""
    return bangkok_day(real_now())


def may_enter(user: PortalUser) -> bool:
    """Whether the account is open today: never appointed before today, or an appointment of its agency is in force.

    A first appointment that is still to come shuts nobody out, and none shuts an administrator out: only the account's
    own closing does, or the last one who can mend a wrong appointment would be gone.
    """
    begun = [row for row in _OF_USER.run(db.single, user_id=user.id) if row.from_on <= today()]
    if not begun or any(row.agency_id == user.agency_id and _covers(row, today()) for row in begun):
        return True
    return any(role.name == ADMINISTRATOR for role in user.roles)


def appointed_of(session: Session, users: Iterable[PortalUser]) -> set[int]:
    """The ids of those whose appointment in their agency is in force today."""
    agencies = {user.id: user.agency_id for user in users}
    rows = session.scalars(sa.select(Appointment).where(Appointment.user_id.in_(agencies)))
    return {row.user_id for row in rows if row.agency_id == agencies[row.user_id] and _covers(row, today())}


def _covers(row: object, day: date) -> bool:
    until = row.until_on  # type: ignore[attr-defined]
    return row.from_on <= day and (until is None or day < until)  # type: ignore[attr-defined, no-any-return]


def appoint(user_id: int, order_no: str, from_on: date, until_on: date | None, *, actor: Actor) -> int:
    """Record an officer's appointment in his agency and return its id; `until_on` is the first day without it.

    Raises NotFound('ACCOUNT_NOT_FOUND'), NotAllowed('OWN_ACCOUNT'), BadInput('REQUIRED', 'TOO_LONG', 'PERIOD_EMPTY'),
    Conflict('APPOINTED_ALREADY') where it would overlap another of the same agency.
    """
    actor.require(Power.MANAGE_CARDS)
    order_no = order_no.strip()
    if not order_no or len(order_no) > ORDER_LENGTH:
        raise BadInput("TOO_LONG" if order_no else "REQUIRED", field="order_no", longest=ORDER_LENGTH)
    if until_on is not None and until_on <= from_on:
        raise BadInput("PERIOD_EMPTY", field="until_on")
    with transaction(actor) as session:
        user = officer_in_reach(session, user_id, actor, but_own=True)
        for row in session.scalars(sa.select(Appointment).where(Appointment.user_id == user_id)):
            ends_before = row.until_on is not None and row.until_on <= from_on
            begins_after = until_on is not None and until_on <= row.from_on
            if row.agency_id == user.agency_id and not (ends_before or begins_after):
                raise Conflict("APPOINTED_ALREADY", field="from_on")
        made = Appointment(
            user_id=user_id, agency_id=user.agency_id, order_no=order_no, from_on=from_on, until_on=until_on,
            made_by_id=actor.user_id, made_at=real_now(),
        )  # fmt: skip
        session.add(made)
        session.flush()
        record(session, actor, "appoint_officer", "account", user_id, agency_id=user.agency_id)
        return made.id


def end_appointment(appointment_id: int, until_on: date, *, actor: Actor) -> None:
    """End an appointment on its first day without access; where that day has come, every session ends at once.

    Raises NotFound('APPOINTMENT_NOT_FOUND'), NotAllowed('OWN_ACCOUNT'), BadInput('PERIOD_EMPTY', 'APPOINTMENT_LONGER'),
    WrongState('APPOINTMENT_OVER') where it has ended.
    """
    actor.require(Power.MANAGE_CARDS)
    with transaction(actor) as session:
        found = session.scalars(sa.select(Appointment).where(Appointment.id == appointment_id)).first()
        if found is None:
            raise NotFound("APPOINTMENT_NOT_FOUND")
        officer_in_reach(session, found.user_id, actor, but_own=True)
        if found.until_on is not None and found.until_on <= min(until_on, today()):
            raise WrongState("APPOINTMENT_OVER")
        if found.until_on is not None and until_on > found.until_on:
            raise BadInput("APPOINTMENT_LONGER", field="until_on")
        if until_on <= found.from_on:
            raise BadInput("PERIOD_EMPTY", field="until_on")
        found.until_on = until_on
        if until_on <= today():
            end_all_of(session, found.user_id)
            end_card_sessions(session, CardSession.user_id == found.user_id)
        record(session, actor, "end_appointment", "account", found.user_id, agency_id=found.agency_id)


def of_officer(user_id: int, *, actor: Actor) -> list[Appointment]:
    """An officer's appointments in the actor's scope, the newest first."""
    actor.require(Power.MANAGE_CARDS)
    query = sa.select(Appointment).where(Appointment.user_id == user_id).order_by(Appointment.from_on.desc())
    return list(db.session.scalars(query.limit(50)))

"""What the Department's list says of an agency that is no more and has people in it: the list proposes, officers decide."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import SuccessionState
from app.models.agency import Agency
from app.models.entitlement import Entitlement
from app.models.succession import Succession
from app.services.agency_ends import going_over
from app.services.clock import business_now
from app.services.successions import OPEN


def keeps_rights(session: Session, agency: Agency, day: date) -> bool:
    """Whether somebody has a right there beyond the day that nobody has taken over yet."""
    if agency.id is None or agency.successor_agency_id is not None:
        return False
    with session.no_autoflush:
        return session.scalar(sa.select(Entitlement.id).where(*going_over(agency.id, day)).limit(1)) is not None


def leave_upgrade(session: Session, agency: Agency, new_code: str, new_name: str, starts_on: date) -> None:
    """The agency keeps its code and type until two officers have decided; unless one is under way, a succession waits."""
    known = sa.select(Succession.id).where(Succession.agency_id == agency.id, Succession.state.in_(OPEN))
    with session.no_autoflush:
        if session.scalar(known) is not None:
            return
    session.add(
        Succession(
            agency_id=agency.id, successor_id=agency.id, starts_on=starts_on, text=new_name, counts={}, passes=0,
            state=SuccessionState.PROPOSED, proposed_at=business_now(session), old_code=agency.dla_code,
            new_code=new_code, new_name=new_name,
        )
    )  # fmt: skip


def leave_to_officers(session: Session, agency: Agency, successor: Agency, starts_on: date) -> None:
    """The agency stays open, and a succession waits for an officer to take it up, unless one is under way."""
    agency.valid_until = None
    session.flush()
    known = sa.select(Succession.id).where(Succession.agency_id == agency.id, Succession.state.in_(OPEN))
    if session.scalar(known) is None:
        session.add(
            Succession(
                agency_id=agency.id, successor_id=successor.id, starts_on=starts_on, text=agency.name_th, counts={},
                passes=0, state=SuccessionState.PROPOSED, proposed_at=business_now(session),
            )
        )  # fmt: skip

"""Where a number that people read from a screen or a paper leads: one request, or one form."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.domain import names
from app.domain.actor import Actor
from app.domain.people import RequestStatus
from app.domain.powers import Power
from app.models.change_request import ChangeRequest
from app.services.transaction import reading

PREFIXES = ("CR", "SB")


@dataclass(frozen=True)
class Numbered:
    """The request behind a number; of a form its first one, and `form` names the form where it is to be worked on."""

    request_id: int
    submission_no: str
    status: RequestStatus
    form: str


def is_number(typed: str) -> bool:
    """Whether somebody typed a request number (CR...) or the number of a form (SB...)."""
    return _tidied(typed).startswith(tuple(f"{prefix}2" for prefix in PREFIXES))


def find(typed: str, *, actor: Actor) -> Numbered | None:
    """The request in the actor's scope with this request or form number; None where there is none.

    Raises NotAllowed('POWER_MISSING').
    """
    actor.require(Power.VIEW_REGISTER)
    number = _tidied(typed)
    named = sa.or_(ChangeRequest.request_no == number, ChangeRequest.submission_no == number)
    query = sa.select(ChangeRequest).where(named).order_by(ChangeRequest.position, ChangeRequest.id).limit(1)
    with reading(actor.scope) as session:
        found = session.scalars(query).one_or_none()
        if found is None:
            return None
        is_form = number == found.submission_no
        form = number if is_form else f"{found.submission_no}.{found.id}"
        return Numbered(found.id, found.submission_no, found.status, form)


def _tidied(typed: str) -> str:
    return names.tidy(typed).upper().replace(" ", "")

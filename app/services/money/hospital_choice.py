"""The hospital of a receipt: typed by code or part of its name, with those of the neighbourhood offered."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import names
from app.domain.actor import Actor
from app.domain.errors import BadInput
from app.models.agency import Agency
from app.models.hospital import Hospital
from app.services.transaction import reading

OFFERED, TOLD = 300, 5
FIELD = "hospital"


def find(session: Session, typed: str, on: date) -> Hospital:
    """The one hospital with this code, or with this code before its name, or with this in its name, that stood on the day.

    Raises BadInput REQUIRED, HOSPITAL_NOT_FOUND, SEVERAL_HOSPITALS (fact `hospitals`: some of them), HOSPITAL_CLOSED.
    """
    text = names.tidy(typed)[:300]
    if not text:
        raise BadInput("REQUIRED", field=FIELD)
    by_code = session.scalars(sa.select(Hospital).where(Hospital.code == text.split(" ")[0].upper())).one_or_none()
    found = [by_code] if by_code else _by_name(session, text)
    if not found:
        raise BadInput("HOSPITAL_NOT_FOUND", field=FIELD)
    if len(found) > 1:
        told = ", ".join(f"{one.code} {one.name_th}" for one in found[:TOLD])
        raise BadInput("SEVERAL_HOSPITALS", field=FIELD, hospitals=told)
    if not found[0].exists_on(on):
        raise BadInput("HOSPITAL_CLOSED", field=FIELD, hospital=found[0].name_th)
    return found[0]


def offered(*, actor: Actor) -> list[str]:
    """Hospitals to choose from as `code name`, those of the agency's own province first."""
    with reading(actor.scope) as session:
        own = session.scalar(sa.select(Agency.province_code).where(Agency.id == actor.agency_id))
        found: list[tuple[str, str]] = []
        for there in (Hospital.province_code == own, Hospital.province_code != own):
            query = sa.select(Hospital.code, Hospital.name_th).where(there).order_by(Hospital.name_th)
            found += [(code, name) for code, name in session.execute(query.limit(OFFERED - len(found)))]
        return [f"{code} {name}" for code, name in found]


def _by_name(session: Session, text: str) -> list[Hospital]:
    exact = session.scalars(sa.select(Hospital).where(Hospital.name_th == text).limit(TOLD + 1)).all()
    if exact:
        return list(exact)
    part = Hospital.name_th.icontains(text, autoescape=True)
    return list(session.scalars(sa.select(Hospital).where(part).order_by(Hospital.name_th).limit(TOLD + 1)))

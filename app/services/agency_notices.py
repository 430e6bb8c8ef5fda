"""เรื่องที่หน่วยงานอื่นแจ้ง: what requests of other agencies did to people who have rights here too, until somebody notes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.people import NoticeKind
from app.domain.powers import Power
from app.models.agency import Agency
from app.models.dialects import lock_rows
from app.models.notice import AgencyNotice
from app.models.person import Person
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID
from app.services.transaction import reading, transaction

MOST = 100


@dataclass(frozen=True)
class Told:
    """One notice: what was done to whom, by which agency, when, and when somebody here noted it."""

    notice_id: int
    kind: NoticeKind
    person_id: int
    full_name: str
    from_agency: str
    told_at: datetime
    noted_at: datetime | None


def told(*, actor: Actor) -> Sequence[Told]:
    """The notices to the actor's agency, those that nobody has noted first, then the newest; at most MOST."""
    actor.require(Power.RECORD_REQUEST)
    query = (
        sa.select(AgencyNotice, Person, Agency.name_th)
        .join(Person, Person.id == AgencyNotice.person_id)
        .join(Agency, Agency.id == AgencyNotice.from_agency_id)
        .where(AgencyNotice.agency_id == actor.agency_id)
        .order_by(AgencyNotice.noted_at.is_not(None), AgencyNotice.told_at.desc(), AgencyNotice.id.desc())
        .limit(MOST)
    )
    with reading(actor.scope) as session:
        return [
            Told(one.id, one.kind, person.id, person.full_name, agency, one.told_at, one.noted_at)
            for one, person, agency in session.execute(query)
        ]


def note(notice_id: int, *, actor: Actor) -> None:
    """Write down that the agency knows of it; noting it again changes nothing. Raises NotFound('NOTICE_NOT_FOUND')."""
    actor.require(Power.RECORD_REQUEST)
    with transaction(actor) as session:
        query = sa.select(AgencyNotice).where(AgencyNotice.id == notice_id, AgencyNotice.agency_id == actor.agency_id)
        found = session.scalars(lock_rows(query, session)).one_or_none() if 0 < notice_id <= LARGEST_ID else None
        if found is None:
            raise NotFound("NOTICE_NOT_FOUND")
        if found.noted_at is not None:
            return
        found.noted_by_id, found.noted_at = actor.user_id, business_now(session)
        audit(session, actor, "note_notice", "agency_notice", found.id, agency_id=found.agency_id,
              detail={"kind": found.kind})  # fmt: skip

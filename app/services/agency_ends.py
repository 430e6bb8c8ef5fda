"""When an agency may end by a form or a list: never over the heads of people with rights there, nor against a succession."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import Refused
from app.domain.people import SuccessionState
from app.models.agency import Agency
from app.models.entitlement import Entitlement
from app.models.succession import Succession

CITATION = "spec 2.3"
End = tuple[date | None, int | None]  # the first day without the agency, and who takes its place


def going_over(agency_id: int, starts_on: date) -> list[sa.ColumnElement[bool]]:
    """The rights of the agency that last beyond the day, or begin later: what its successor takes over."""
    return [Entitlement.agency_id == agency_id, *_beyond(starts_on)]


def end_of(agency: Agency) -> End:
    """Its end as it stands now."""
    return agency.valid_until, agency.successor_agency_id


def refused_ends(session: Session, before: Mapping[int, End], agencies: Mapping[str, Agency]) -> dict[str, Refused]:
    """By code, the agencies that were known and cannot get the end that they have now by one officer alone."""
    session.flush()
    changed = {one.id: end_of(one) for one in agencies.values() if one.id in before and before[one.id] != end_of(one)}
    codes = {one.id: code for code, one in agencies.items()}
    return {codes[agency_id]: refusal for agency_id, refusal in refusals(session, changed).items()} if changed else {}


def refusals(session: Session, ends: Mapping[int, End]) -> dict[int, Refused]:
    """Why these agencies cannot get these ends by one officer alone; two decide a succession, and rounds carry the rights over.

    SUCCESSION_DECIDES where one was asked for, is approved or was carried out; RIGHTS_REMAIN where people have rights beyond.
    """
    found: dict[int, Refused] = {}
    settled = set()
    states = (SuccessionState.PROPOSED, SuccessionState.APPROVED, SuccessionState.DONE)
    asked = sa.select(Succession).where(
        Succession.agency_id.in_(ends), Succession.state.in_(states), Succession.new_code.is_(None)
    )
    for row in session.scalars(asked.order_by(Succession.id)):
        decided = row.state is not SuccessionState.PROPOSED and ends[row.agency_id] == (row.starts_on, row.successor_id)
        waits = row.state is SuccessionState.PROPOSED and ends[row.agency_id][0] is None
        settled |= {row.agency_id} if decided else set()
        if not (decided or waits):
            facts = {"field": "valid_until", "on": row.starts_on, "status": row.state}
            found[row.agency_id] = Refused("SUCCESSION_DECIDES", citation=CITATION, **facts)
    by_day: dict[date, list[int]] = defaultdict(list)
    for agency_id, (until, _successor) in ends.items():
        if until is not None and agency_id not in found and agency_id not in settled:
            by_day[until].append(agency_id)
    for until, agency_ids in by_day.items():
        query = sa.select(Entitlement.agency_id, sa.func.count()).where(
            Entitlement.agency_id.in_(agency_ids), *_beyond(until)
        )
        for agency_id, count in session.execute(query.group_by(Entitlement.agency_id)):
            found[agency_id] = Refused("RIGHTS_REMAIN", citation=CITATION, field="valid_until", count=count, on=until)
    return found


def _beyond(day: date) -> list[sa.ColumnElement[bool]]:
    lasts = sa.or_(Entitlement.entitled_until.is_(None), Entitlement.entitled_until > day)
    return [sa.not_(Entitlement.voided), lasts]

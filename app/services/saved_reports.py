"""Reports that officers keep: columns, filters and order under a name, their own and what colleagues share with them."""

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.domain import national_id
from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.errors import BadInput, Conflict, NotFound
from app.domain.names import tidy
from app.domain.powers import Power
from app.models import SavedReport
from app.reports.catalogue import REPORTS
from app.reports.report import Asked
from app.services.audit import record
from app.services.saved_views import LARGEST_ID
from app.services.transaction import reading, transaction

MOST, NAME_LENGTH, SHOWN_LIMIT = 30, 60, 100
_HOLDS_NUMBER = re.compile(r"[0-9]{13}")
_saved = SavedReport.__table__


@dataclass(frozen=True)
class Kept:
    """A kept report; `is_own` tells the actor's own from a colleague's, whose name is `owner`."""

    id: int
    name: str
    asked: Asked
    is_shared: bool
    is_own: bool
    owner: str


def kept_reports(*, actor: Actor) -> list[Kept]:
    """The actor's own and those shared by officers with the same reach, by name; of reports that he may see."""
    actor.require(Power.VIEW_REPORTS)
    query = sa.select(_saved).where(_readable(actor)).order_by(_saved.c.name, _saved.c.id).limit(SHOWN_LIMIT)
    with reading(actor.scope) as session:
        rows = session.execute(query).all()
    return [_kept(row, actor) for row in rows if _may_see(row, actor)]


def find(report_id: int, *, actor: Actor) -> Kept:
    """One of them. Raises NotAllowed('POWER_MISSING'), NotFound('SAVED_REPORT') for anything else."""
    actor.require(Power.VIEW_REPORTS)
    with reading(actor.scope) as session:
        wanted = sa.select(_saved).where(_readable(actor), _saved.c.id == report_id)
        row = session.execute(wanted).first() if 0 < report_id <= LARGEST_ID else None
    if row is None or not _may_see(row, actor):
        raise NotFound("SAVED_REPORT")
    return _kept(row, actor)


def keep(asked: Asked, name: str, *, is_shared: bool, actor: Actor) -> int:
    """Keep a report under a name, in place of the actor's own of this name; returns its id.

    Raises NotAllowed('POWER_MISSING'), BadInput('REPORT_NAME', 'REPORT_HOLDS_ID'), Conflict('REPORTS_FULL').
    """
    actor.require(REPORTS[asked.report].seen_by)
    name = tidy(name)
    if not 1 <= len(name) <= NAME_LENGTH:
        raise BadInput("REPORT_NAME", field="name", most=NAME_LENGTH)
    if _HOLDS_NUMBER.search(national_id.normalize(name)):
        raise BadInput("REPORT_HOLDS_ID", field="name")
    mine = _saved.c.owner_id == actor.user_id
    values = {"report": asked.report, "asked": asked.as_json(), "is_shared": is_shared, "reach": _reach(actor)}
    with transaction(actor) as session:
        changed = sa.update(_saved).where(mine, _saved.c.name == name).values(**values).returning(_saved.c.id)
        report_id: int | None = session.execute(changed).scalar()
        if report_id is None:
            if session.execute(sa.select(sa.func.count()).select_from(_saved).where(mine)).scalar_one() >= MOST:
                raise Conflict("REPORTS_FULL", most=MOST)
            key = {"owner_id": actor.user_id, "owner_name": actor.name, "agency_id": actor.agency_id, "name": name}
            new = sa.insert(_saved).values(**key, **values, created_at=real_now()).returning(_saved.c.id)
            report_id = session.execute(new).scalar_one()
        detail = {"report": asked.report, "shared": is_shared}
        record(session, actor, "save_report", "saved_report", report_id, agency_id=actor.agency_id, detail=detail)
    return report_id


def forget(report_id: int, *, actor: Actor) -> None:
    """Delete one of the actor's own. Raises as `find`, NotFound('SAVED_REPORT') for a colleague's."""
    if not find(report_id, actor=actor).is_own:
        raise NotFound("SAVED_REPORT")
    with transaction(actor) as session:
        session.execute(sa.delete(_saved).where(_saved.c.id == report_id, _saved.c.owner_id == actor.user_id))
        record(session, actor, "forget_report", "saved_report", report_id, agency_id=actor.agency_id)


def _reach(actor: Actor) -> str:
    return f"{actor.scope.kind.value}:{actor.scope.key or ''}"


def _readable(actor: Actor) -> Any:
    own = _saved.c.owner_id == actor.user_id
    # What was made for another reach names an agency there; whoever moved has left it behind.
    return sa.and_(_saved.c.reach == _reach(actor), sa.or_(own, _saved.c.is_shared))


def _may_see(row: Any, actor: Actor) -> bool:
    return row.report in REPORTS and REPORTS[row.report].seen_by in actor.powers


def _kept(row: Any, actor: Actor) -> Kept:
    is_own = row.owner_id == actor.user_id
    return Kept(row.id, row.name, Asked.from_json(row.asked), row.is_shared, is_own, row.owner_name)

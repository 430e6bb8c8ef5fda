"""An officer's own filters and columns on a screen: kept under a name, applied, forgotten; never a national ID in one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import national_id
from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.errors import BadInput, Conflict, NotFound
from app.domain.names import tidy
from app.domain.powers import Power
from app.models import SavedView
from app.services.audit import record
from app.services.transaction import reading, transaction

# Each list by the name of its address, and who may see it.
SCREENS: Mapping[str, Power] = {
    "register": Power.VIEW_REGISTER,
    "approvals": Power.APPROVE_CERTIFICATION,
    "agencies": Power.MANAGE_AGENCIES,
    "accounts": Power.MANAGE_ACCOUNTS,
    "tokens": Power.MANAGE_ACCOUNTS,
    "hospitals": Power.MANAGE_AGENCIES,
    "titles": Power.MANAGE_AGENCIES,
    "province-regions": Power.MANAGE_AGENCIES,
    "audit": Power.VIEW_AUDIT,
    "claims": Power.VIEW_CLAIMS,
    "ledger": Power.VIEW_CLAIMS,
    "appeals": Power.VIEW_CLAIMS,
    "transfer-statements": Power.VIEW_CLAIMS,
    "appeal-reasons": Power.MANAGE_AGENCIES,
    "refunds": Power.VIEW_CLAIMS,
    "refund-reasons": Power.MANAGE_AGENCIES,
}
MOST, NAME_LENGTH = 20, 60
ROW_CHOICES = (25, 50, 100)  # how many rows a page of a list may have; the first is what it has by itself
LARGEST_ID = 2**31 - 1
_NAMELESS = ""  # holds the columns and the number of rows that the officer uses on the screen
_HOLDS_NUMBER = re.compile(r"[0-9]{13}")
_view = SavedView.__table__


@dataclass(frozen=True)
class View:
    """Kept filters under their name; `query` is as the screen wrote it, `columns` None where it has no opinion."""

    id: int
    name: str
    query: dict[str, Any]
    columns: list[str] | None


@dataclass(frozen=True)
class Desk:
    """What an officer keeps for one screen: his columns (None: the screen's own), his views by name, rows on a page."""

    columns: list[str] | None = None
    views: list[View] = field(default_factory=list)
    rows: int = ROW_CHOICES[0]


def desk(screen: str, *, actor: Actor) -> Desk:
    """All that the actor keeps for a screen, in one statement. Raises NotAllowed('POWER_MISSING')."""
    actor.require(SCREENS[screen])
    with reading(actor.scope) as session:
        rows = session.execute(sa.select(_view).where(_mine(screen, actor)).order_by(_view.c.name)).all()
    views = {row.name: View(row.id, row.name, row.query, row.columns) for row in rows}
    nameless = views.pop(_NAMELESS, None)
    if nameless is None:
        return Desk(None, list(views.values()))
    return Desk(nameless.columns, list(views.values()), nameless.query.get("rows", ROW_CHOICES[0]))


def find(view_id: int, screen: str, *, actor: Actor) -> View:
    """One of the actor's own views. Raises NotAllowed('POWER_MISSING'), NotFound('SAVED_VIEW') for anybody else's."""
    actor.require(SCREENS[screen])
    with reading(actor.scope) as session:
        mine = sa.select(_view).where(_one(view_id, screen, actor))
        row = session.execute(mine).first() if 0 < view_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("SAVED_VIEW")
    return View(row.id, row.name, row.query, row.columns)


def save(
    screen: str, name: str, query: Mapping[str, Any], columns: Sequence[str] | None = None, *, actor: Actor
) -> int:
    """Keep a query under a name, in place of what had this name; returns its id.

    Raises NotAllowed('POWER_MISSING'), BadInput('VIEW_NAME', 'VIEW_HOLDS_ID'), Conflict('VIEWS_FULL').
    """
    actor.require(SCREENS[screen])
    name = tidy(name)
    if not 1 <= len(name) <= NAME_LENGTH:
        raise BadInput("VIEW_NAME", field="name", most=NAME_LENGTH)
    if any(_HOLDS_NUMBER.search(national_id.normalize(text)) for text in [name, *_texts(query)]):
        raise BadInput("VIEW_HOLDS_ID", field="name")
    with transaction(actor) as session:
        names = session.execute(sa.select(_view.c.name).where(_mine(screen, actor))).scalars().all()
        if name not in names and len([kept for kept in names if kept != _NAMELESS]) >= MOST:
            raise Conflict("VIEWS_FULL", most=MOST)
        view_id = _write(session, screen, name, {"query": dict(query), "columns": _listed(columns)}, actor)
        record(session, actor, "save_view", "saved_view", view_id, agency_id=actor.agency_id)
    return view_id


def choose_columns(screen: str, columns: Sequence[str] | None, *, actor: Actor) -> None:
    """Remember which columns the actor wants on a screen; None: the screen's own again. Raises NotAllowed."""
    actor.require(SCREENS[screen])
    with transaction(actor) as session:
        view_id = _write(session, screen, _NAMELESS, {"columns": _listed(columns)}, actor)
        record(session, actor, "choose_columns", "saved_view", view_id, agency_id=actor.agency_id)


def choose_rows(screen: str, rows: int, *, actor: Actor) -> None:
    """Remember how many rows the actor wants on a page of a screen's list. Raises NotAllowed, BadInput('NOT_A_CHOICE')."""
    actor.require(SCREENS[screen])
    if rows not in ROW_CHOICES:
        raise BadInput("NOT_A_CHOICE", field="rows")
    with transaction(actor) as session:
        view_id = _write(session, screen, _NAMELESS, {"query": {"rows": rows}}, actor)
        record(session, actor, "choose_rows", "saved_view", view_id, agency_id=actor.agency_id)


def forget(view_id: int, screen: str, *, actor: Actor) -> None:
    """Delete one of the actor's own views. Raises as `find`."""
    find(view_id, screen, actor=actor)
    with transaction(actor) as session:
        session.execute(sa.delete(_view).where(_one(view_id, screen, actor)))
        record(session, actor, "forget_view", "saved_view", view_id, agency_id=actor.agency_id)


def _mine(screen: str, actor: Actor) -> Any:
    return sa.and_(_view.c.owner_id == actor.user_id, _view.c.screen == screen)


def _one(view_id: int, screen: str, actor: Actor) -> Any:
    return sa.and_(_mine(screen, actor), _view.c.id == view_id, _view.c.name != _NAMELESS)


def _write(session: Session, screen: str, name: str, values: dict[str, Any], actor: Actor) -> int:
    """Insert or replace; officers of provinces and regions have no agency, so the row's owner is what bounds it."""
    mine = sa.and_(_mine(screen, actor), _view.c.name == name)
    known: int | None = session.execute(sa.update(_view).where(mine).values(**values).returning(_view.c.id)).scalar()
    if known is not None:
        return known
    key = {"owner_id": actor.user_id, "screen": screen, "name": name, "agency_id": actor.agency_id}
    whole = {"query": {}, "columns": sa.null(), **values, **key}
    new = sa.insert(_view).values(**whole, created_at=real_now()).returning(_view.c.id)
    written: int = session.execute(new).scalar_one()
    return written


def _listed(columns: Sequence[str] | None) -> Any:
    return sa.null() if columns is None else list(columns)


def _texts(value: Any) -> Iterator[str]:
    """Every text within a JSON value."""
    if isinstance(value, Mapping):
        value = value.values()
    if isinstance(value, str):
        yield value
    elif not isinstance(value, int | float | None):
        for part in value:
            yield from _texts(part)

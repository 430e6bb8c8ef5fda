"""Code tables: plain rows that the administrator keeps, such as titles and which region a province belongs to."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.powers import Power
from app.models.agency import ProvinceRegion, Title
from app.models.appeal import AppealReason
from app.models.hospital import Hospital
from app.models.refund import RefundReason
from app.services.audit import record
from app.services.transaction import transaction

CODE_TABLES = (AppealReason, Hospital, ProvinceRegion, RefundReason, Title)


def add_row(kind: type[Any], values: dict[str, Any], *, actor: Actor) -> None:
    """Add a row to a code table. Raises NotAllowed('POWER_MISSING'), Conflict('ALREADY_EXISTS', 'INTEGRITY')."""
    _check(kind, actor)
    with transaction(actor) as session:
        row = kind(**values)
        session.add(row)
        session.flush()
        _record(session, actor, "add_code", row)


def change_row(kind: type[Any], key: Any, values: dict[str, Any], *, actor: Actor) -> None:
    """Change a row of a code table. Raises as add_row, and NotFound('CODE_NOT_FOUND')."""
    _check(kind, actor)
    with transaction(actor) as session:
        row = _row(session, kind, key)
        for name, value in values.items():
            setattr(row, name, value)
        session.flush()
        _record(session, actor, "change_code", row)


def remove_row(kind: type[Any], key: Any, *, actor: Actor) -> None:
    """Remove a row that nothing points at. Raises as change_row."""
    _check(kind, actor)
    with transaction(actor) as session:
        row = _row(session, kind, key)
        _record(session, actor, "remove_code", row)
        session.delete(row)


def _check(kind: type[Any], actor: Actor) -> None:
    actor.require(Power.MANAGE_AGENCIES)
    if kind not in CODE_TABLES:
        raise TypeError(f"{kind.__name__} is no code table")


def _row(session: Session, kind: type[Any], key: Any) -> Any:
    row = session.get(kind, key)
    if row is None:
        raise NotFound("CODE_NOT_FOUND")
    return row


def _record(session: Session, actor: Actor, verb: str, row: Any) -> None:
    (key,) = sa.inspect(row).identity
    record(session, actor, verb, row.__tablename__, key)

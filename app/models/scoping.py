"""Row scope under the ORM: every query of every session is limited to the actor's scope (decisions 8, 9)."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from app.domain.actor import Scope, ScopeKind, current_actor
from app.domain.errors import NotAllowed
from app.models.agency import Agency, ProvinceRegion
from app.models.base import AgencyOwned, AgencyTouched
from app.models.entitlement import Entitlement
from app.models.evidence import EvidenceDocument, EvidenceLink
from app.models.person import Person
from app.models.tables import OWNED, REACHED

SCOPE = "portal_scope"


class ScopeMissing(RuntimeError):
    """A query touched scoped rows while nobody acted: a programming error, never shown as an empty list."""


def session_scope(session: Session) -> Scope | None:
    """The scope that a session was opened with, else the current actor's, else None."""
    fixed: Scope | None = session.info.get(SCOPE)
    if fixed is not None:
        return fixed
    actor = current_actor()
    return actor.scope if actor is not None else None


_in_scope = Agency.__table__.alias("in_scope")
_in_region = ProvinceRegion.__table__.alias("in_region")
_held = Entitlement.__table__.alias("held")
_link = EvidenceLink.__table__.alias("link")
Condition = Callable[[Any, Any], Any]


def _of_province(column: Any, key: Any) -> Any:
    return column.in_(sa.select(_in_scope.c.id).where(_in_scope.c.province_code == key))


def _of_region(column: Any, key: Any) -> Any:
    provinces = sa.select(_in_region.c.province_code).where(
        _in_region.c.region_no == key, _in_region.c.valid_until.is_(None)
    )
    return column.in_(sa.select(_in_scope.c.id).where(_in_scope.c.province_code.in_(provinces)))


# How an agency-id column lies in a scope of each kind; `key` is the scope's.
_CONDITIONS: dict[ScopeKind, Condition] = {
    ScopeKind.AGENCY: lambda column, key: column == key,
    ScopeKind.PROVINCE: _of_province,
    ScopeKind.REGION: _of_region,
    ScopeKind.NOTHING: lambda _column, _key: sa.false(),
}


def in_scope(column: Any, scope: Scope) -> Any:
    """The condition that an agency-id column lies in `scope`; reports put it on plain columns."""
    return sa.true() if scope.kind is ScopeKind.NATION else _CONDITIONS[scope.kind](column, scope.key)


@lru_cache(maxsize=10_000)
def _criteria(scope: Scope) -> tuple[Any, ...]:
    """One lambda for each kind of class; only a lambda reaches aliases too, for it is asked for each (decisions 9)."""
    if scope.kind is ScopeKind.NATION:
        return ()
    condition, key = _CONDITIONS[scope.kind], scope.key
    lambdas: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
        (AgencyOwned, lambda cls: condition(cls.agency_id, key)),
        (AgencyTouched, lambda cls: condition(cls.agency_id, key)),
        (
            Person,
            lambda cls: sa.or_(
                cls.id.in_(sa.select(_held.c.person_id).where(condition(_held.c.agency_id, key))),
                cls.id.in_(sa.select(_held.c.principal_id).where(condition(_held.c.agency_id, key))),
            ),
        ),
        (
            EvidenceDocument,
            lambda cls: sa.or_(
                condition(cls.uploader_agency_id, key),
                cls.id.in_(sa.select(_link.c.evidence_id).where(condition(_link.c.agency_id, key))),
            ),
        ),
    )
    return tuple(with_loader_criteria(kind, where, include_aliases=True) for kind, where in lambdas)


def _touches_scoped(statement: Any) -> bool:
    return any(
        isinstance(part, sa.Table) and (part.name in OWNED or part.name in REACHED)
        for part in visitors.iterate(statement)
    )


@event.listens_for(Session, "do_orm_execute")
def _limit_to_scope(state: ORMExecuteState) -> None:
    if state.is_column_load or not (state.is_select or state.is_update or state.is_delete):
        return
    scope = session_scope(state.session)
    if scope is None:
        if _touches_scoped(state.statement):
            raise ScopeMissing("a query on scoped rows needs an actor")
        return
    criteria = _criteria(scope)
    if criteria:
        state.statement = state.statement.options(*criteria)


@event.listens_for(Session, "before_flush")
def _refuse_foreign_rows(session: Session, _context: Any, _instances: Any) -> None:
    scope = session_scope(session)
    for row in list(session.new) + list(session.dirty):
        if not isinstance(row, AgencyOwned | AgencyTouched):
            continue
        if scope is None:
            raise ScopeMissing("a write of scoped rows needs an actor")
        if scope.kind is ScopeKind.NATION:
            continue
        history = sa.inspect(row).attrs.agency_id.history
        for agency_id in [*history.added, *history.unchanged, *history.deleted]:
            if not _covers(session, scope, agency_id):
                raise NotAllowed("OUTSIDE_SCOPE")


def _covers(session: Session, scope: Scope, agency_id: int | None) -> bool:
    query = sa.select(Agency.__table__.c.id).where(
        Agency.__table__.c.id == agency_id, in_scope(Agency.__table__.c.id, scope)
    )
    return session.connection().execute(query).first() is not None

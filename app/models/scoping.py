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
Lambdas = tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]


def _of_agency(column: Any, key: Any) -> Any:
    return column == key


def _of_province(column: Any, key: Any) -> Any:
    return column.in_(sa.select(_in_scope.c.id).where(_in_scope.c.province_code == key))


def _of_region(column: Any, key: Any) -> Any:
    provinces = sa.select(_in_region.c.province_code).where(
        _in_region.c.region_no == key,
        _in_region.c.valid_from <= sa.func.current_date(),
        sa.or_(_in_region.c.valid_until.is_(None), _in_region.c.valid_until > sa.func.current_date()),
    )
    return column.in_(sa.select(_in_scope.c.id).where(_in_scope.c.province_code.in_(provinces)))


# How an agency-id column lies in a scope of each kind; `key` is the scope's.
_CONDITIONS: dict[ScopeKind, Condition] = {
    ScopeKind.AGENCY: _of_agency,
    ScopeKind.PROVINCE: _of_province,
    ScopeKind.REGION: _of_region,
    ScopeKind.NOTHING: lambda _column, _key: sa.false(),
}


def in_scope(column: Any, scope: Scope) -> Any:
    """The condition that an agency-id column lies in `scope`; reports put it on plain columns."""
    return sa.true() if scope.kind is ScopeKind.NATION else _CONDITIONS[scope.kind](column, scope.key)


def _persons(cls: Any, condition: Condition, key: Any) -> Any:
    return sa.or_(
        cls.id.in_(sa.select(_held.c.person_id).where(condition(_held.c.agency_id, key))),
        cls.id.in_(sa.select(_held.c.principal_id).where(condition(_held.c.agency_id, key))),
    )


def _documents(cls: Any, condition: Condition, key: Any) -> Any:
    linked = sa.select(_link.c.evidence_id).where(condition(_link.c.agency_id, key))
    return sa.or_(condition(cls.uploader_agency_id, key), cls.id.in_(linked))


# The library reads a lambda's code once and binds its variables ever after, so each kind of scope has lambdas of its own
# in which `key` always ends in a comparison. Only a lambda reaches aliases too: it is asked for each (decisions 9).
def _agency(key: Any) -> Lambdas:
    return (
        lambda cls: _of_agency(cls.agency_id, key),
        lambda cls: _persons(cls, _of_agency, key),
        lambda cls: _documents(cls, _of_agency, key),
    )


def _province(key: Any) -> Lambdas:
    return (
        lambda cls: _of_province(cls.agency_id, key),
        lambda cls: _persons(cls, _of_province, key),
        lambda cls: _documents(cls, _of_province, key),
    )


def _region(key: Any) -> Lambdas:
    return (
        lambda cls: _of_region(cls.agency_id, key),
        lambda cls: _persons(cls, _of_region, key),
        lambda cls: _documents(cls, _of_region, key),
    )


def _nothing(_key: Any) -> Lambdas:
    return (lambda cls: sa.false(),) * 3


_LAMBDAS = {
    ScopeKind.AGENCY: _agency, ScopeKind.PROVINCE: _province, ScopeKind.REGION: _region, ScopeKind.NOTHING: _nothing,
}  # fmt: skip


@lru_cache(maxsize=10_000)
def _criteria(scope: Scope) -> tuple[Any, ...]:
    if scope.kind is ScopeKind.NATION:
        return ()
    owned, persons, documents = _LAMBDAS[scope.kind](scope.key)
    criteria = ((AgencyOwned, owned), (AgencyTouched, owned), (Person, persons), (EvidenceDocument, documents))
    return tuple(with_loader_criteria(kind, where, include_aliases=True) for kind, where in criteria)


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
    if scope.kind is ScopeKind.AGENCY:  # asked for every row of an import
        return agency_id == scope.key
    query = sa.select(Agency.__table__.c.id).where(
        Agency.__table__.c.id == agency_id, in_scope(Agency.__table__.c.id, scope)
    )
    return session.connection().execute(query).first() is not None

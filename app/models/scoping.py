"""Row scope under the ORM: every query of every session is limited to the actor's scope (decisions 8, 9)."""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from app.domain.actor import Scope, ScopeKind, current_actor
from app.domain.errors import NotAllowed
from app.models.agency import Agency, ProvinceRegion
from app.models.base import AgencyOwned, AgencyTouched, Model
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


def agency_ids(scope: Scope) -> sa.Select[Any] | None:
    """A subquery of the agency ids in `scope`, or None for the nation; reports put it on plain columns."""
    if scope.kind is ScopeKind.NATION:
        return None
    agency, region = Agency.__table__.alias("in_scope"), ProvinceRegion.__table__.alias("in_region")
    query = sa.select(agency.c.id)
    if scope.kind is ScopeKind.AGENCY:
        return query.where(agency.c.id == scope.key)
    if scope.kind is ScopeKind.PROVINCE:
        return query.where(agency.c.province_code == scope.key)
    if scope.kind is ScopeKind.REGION:
        provinces = sa.select(region.c.province_code).where(
            region.c.region_no == scope.key, region.c.valid_until.is_(None)
        )
        return query.where(agency.c.province_code.in_(provinces))
    return query.where(sa.false())


def in_scope(column: Any, scope: Scope) -> Any:
    """The condition that an agency-id column lies in `scope`; direct equality where one agency is meant."""
    if scope.kind is ScopeKind.AGENCY:
        return column == scope.key
    agencies = agency_ids(scope)
    return sa.true() if agencies is None else column.in_(agencies)


def owned_classes() -> list[type[Any]]:
    """Every mapped class whose rows belong to an agency."""
    return [m.class_ for m in Model.registry.mappers if issubclass(m.class_, AgencyOwned | AgencyTouched)]


@lru_cache(maxsize=10_000)
def _criteria(scope: Scope) -> tuple[Any, ...]:
    if scope.kind is ScopeKind.NATION:
        return ()
    held, link = Entitlement.__table__.alias("held"), EvidenceLink.__table__.alias("link")
    persons = sa.or_(
        Person.id.in_(sa.select(held.c.person_id).where(in_scope(held.c.agency_id, scope))),
        Person.id.in_(sa.select(held.c.principal_id).where(in_scope(held.c.agency_id, scope))),
    )
    documents = sa.or_(
        in_scope(EvidenceDocument.uploader_agency_id, scope),
        EvidenceDocument.id.in_(sa.select(link.c.evidence_id).where(in_scope(link.c.agency_id, scope))),
    )
    criteria = [(kind, in_scope(kind.agency_id, scope)) for kind in owned_classes()]
    criteria += [(Person, persons), (EvidenceDocument, documents)]
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
    if scope.kind is ScopeKind.AGENCY:
        return agency_id == scope.key
    agencies = agency_ids(scope)
    if agencies is None:
        return True
    found = session.connection().execute(
        sa.select(agencies.subquery().c.id).where(sa.text("id = :id")), {"id": agency_id}
    )
    return found.first() is not None

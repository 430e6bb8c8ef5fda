"""สรุปรายหน่วยงาน: how many people each agency has by personnel type, relation and state; counts alone, nobody's name.

Plain Core, which the session's scope listener does not cover: the query names its scope here.
"""

from typing import Any

import sqlalchemy as sa

from app.domain.actor import Scope
from app.domain.people import PersonnelType, Relation
from app.domain.powers import Power
from app.models import Agency, Entitlement, Province
from app.models.scoping import in_scope
from app.reports.cells import Kind
from app.reports.register_columns import RegisterStatus
from app.reports.register_conditions import state_on
from app.reports.report import Field, Filters, Moment, Report, labelled

STATES = (
    RegisterStatus.ACTIVE, RegisterStatus.STANDBY, RegisterStatus.SUSPENDED, RegisterStatus.SCHEDULED,
    RegisterStatus.ENDED,
)  # fmt: skip
_STANDING = STATES[:4]
_spell = Entitlement.__table__.alias("spell")
_agency, _province = Agency.__table__.alias("agency"), Province.__table__.alias("province")


def _query(filters: Filters, scope: Scope, moment: Moment) -> sa.Select[Any]:
    counts = _counts(filters, scope, moment).subquery("counts")
    columns: dict[str, Any] = {
        "agency_code": _agency.c.dla_code,
        "agency_name": _agency.c.name_th,
        "province_name": _province.c.name_th,
        "id": _agency.c.id,
        "agency_type": _agency.c.agency_type,
    }
    columns |= {name: sa.func.coalesce(counts.c[name], 0) for name in _COUNTED}
    source = _agency.join(_province, _province.c.code == _agency.c.province_code).outerjoin(
        counts, counts.c.agency_id == _agency.c.id
    )
    still_there = sa.or_(_agency.c.valid_until.is_(None), _agency.c.valid_until > moment.today)
    conditions = [in_scope(_agency.c.id, scope), sa.or_(still_there, counts.c.total > 0)]
    if filters.agency_id is not None:
        conditions.append(_agency.c.id == filters.agency_id)
    return sa.select(*labelled(columns)).select_from(source).where(*conditions)


def _counts(filters: Filters, scope: Scope, moment: Moment) -> sa.Select[Any]:
    """One row per agency. Types and relations count those who stand in the register now; states count everybody."""
    state = state_on(_spell.c, moment.today, moment.known_at)
    spells = sa.select(_spell.c.agency_id, _spell.c.relation, _spell.c.personnel_type, state.label("state")).where(
        in_scope(_spell.c.agency_id, scope), _spell.c.effective_at <= moment.known_at, ~_spell.c.voided
    )
    if filters.agency_id is not None:
        spells = spells.where(_spell.c.agency_id == filters.agency_id)
    # First by what is counted, so that the many sums run over few rows.
    groups = spells.subquery("spells")
    keys = (groups.c.agency_id, groups.c.relation, groups.c.personnel_type, groups.c.state)
    cells = sa.select(*keys, sa.func.count().label("people")).group_by(*keys).subquery("cells")
    stands = cells.c.state.in_(_STANDING)
    own = cells.c.relation == Relation.SELF
    wanted: dict[str, Any] = {"total": stands}
    wanted |= {kind.name: stands & own & (cells.c.personnel_type == kind) for kind in PersonnelType}
    wanted |= {relation.name: stands & (cells.c.relation == relation) for relation in Relation}
    wanted |= {state_.name: cells.c.state == state_.value for state_ in STATES}
    sums = [
        sa.cast(sa.func.sum(sa.case((wanted[name], cells.c.people), else_=0)), sa.Integer).label(name)
        for name in _COUNTED
    ]
    return sa.select(cells.c.agency_id, *sums).group_by(cells.c.agency_id)


_COUNTED = (
    "total", *(relation.name for relation in Relation), *(kind.name for kind in PersonnelType),
    *(state.name for state in STATES),
)  # fmt: skip
REPORT = Report(
    "summary",
    (
        Field("agency_code", Kind.ID, 12),
        Field("agency_name", Kind.TEXT, 34),
        Field("agency_type", Kind.TEXT, 20),
        Field("province_name", Kind.TEXT, 16),
        *(Field(name, Kind.NUMBER, 10, has_total=True) for name in _COUNTED),
    ),
    filters=("agency_id",),
    orders=("agency_code", "province_name", "agency_name", "total"),
    query=_query,
    at_first=frozenset({"agency_code", "agency_name", "province_name", *_COUNTED}),
    seen_by=Power.VIEW_REPORTS,
    taken_by=Power.VIEW_REPORTS,
)

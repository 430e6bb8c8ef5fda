"""การเปลี่ยนแปลงในช่วงเวลา: rights that became effective, ended or were voided between two days, or in one round.

Plain Core, which the session's scope listener does not cover: every leg names its scope here.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.actor import Scope
from app.domain.clock import BANGKOK
from app.models import ChangeRequest, Entitlement, Person, ProcessingRound
from app.models.base import UtcInstant
from app.models.scoping import in_scope
from app.reports.cells import Kind
from app.reports.register_conditions import full_name
from app.reports.report import Change, Field, Filters, Moment, Report, labelled, with_agency

_spell, _person = Entitlement.__table__.alias("spell"), Person.__table__.alias("person")
_principal, _request = Person.__table__.alias("principal"), ChangeRequest.__table__.alias("request")
_round = ProcessingRound.__table__.alias("round")
# When the register learnt of a change of each kind.
_LEARNT = {
    Change.BEGAN: _spell.c.effective_at, Change.ENDED: _spell.c.ended_effective_at, Change.VOIDED: _spell.c.voided_at,
}  # fmt: skip


def _query(filters: Filters, scope: Scope, moment: Moment) -> sa.Select[Any]:
    wanted = list(Change) if filters.change is None else [filters.change]
    legs = [_leg(change, filters, scope, moment) for change in wanted]
    rows = sa.union_all(*legs).subquery("changes")
    return sa.select(rows)


def _leg(change: Change, filters: Filters, scope: Scope, moment: Moment) -> sa.Select[Any]:
    source, columns = with_agency(
        _spell.join(_person, _person.c.id == _spell.c.person_id)
        .outerjoin(_principal, _principal.c.id == _spell.c.principal_id)
        .outerjoin(_request, _request.c.id == _spell.c.request_id),
        _spell.c.agency_id,
    )
    columns |= {
        "change": sa.literal(change.value),
        "at": sa.type_coerce(_LEARNT[change], UtcInstant),
        "title": _person.c.title_th,
        "first_name": _person.c.first_name_th,
        "last_name": _person.c.last_name_th,
        "principal_national_id": _principal.c.national_id,
        "principal_name": full_name(_principal.c),
        "request_no": _request.c.request_no,
        "sort_key": _person.c.sort_key,
        "id": _spell.c.id,
    }
    for field in FIELDS:
        found = _spell.c.get(field.name)
        columns.setdefault(field.name, _person.c.get(field.name) if found is None else found)
    conditions = [
        in_scope(_spell.c.agency_id, scope),
        _spell.c.effective_at <= moment.known_at,
        *_period(change, filters),
    ]
    for column, value in (
        (_spell.c.agency_id, filters.agency_id),
        (_spell.c.relation, filters.relation),
        (_spell.c.personnel_type, filters.personnel_type),
    ):
        if value is not None:
            conditions.append(column == value)
    if change is not Change.VOIDED:
        conditions.append(~_spell.c.voided)
    if change is Change.ENDED:
        conditions.append(_spell.c.entitled_until <= moment.today)
    return sa.select(*labelled(columns)).select_from(source).where(*conditions)


def _period(change: Change, filters: Filters) -> list[Any]:
    """Rights end by the day of the law; all else happens when a round learns of it. A round wins over days."""
    if filters.round_id is not None:
        ran_at = sa.select(_round.c.run_at).where(_round.c.id == filters.round_id).scalar_subquery()
        return [_LEARNT[change] == ran_at]
    by_day = change is Change.ENDED
    column = _spell.c.entitled_until if by_day else _LEARNT[change]
    found = [column.is_not(None)]
    if filters.from_day is not None:
        found.append(column >= (filters.from_day if by_day else _midnight(filters.from_day)))
    if filters.until_day is not None:
        found.append(column < (filters.until_day if by_day else _midnight(filters.until_day)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BANGKOK)


def _this_month(filters: Filters, today: date) -> Filters:
    """Without a period nobody knows what is meant: then it is the month so far."""
    if filters.round_id is not None or filters.from_day is not None:
        return filters
    return replace(filters, from_day=today.replace(day=1), until_day=filters.until_day or today + timedelta(days=1))


def _change_of(found: str, _today: date) -> Change:
    return Change(found)


FIELDS = (
    Field("change", Kind.TEXT, 16, shown=_change_of),
    Field("at", Kind.INSTANT, 18),
    Field("national_id", Kind.ID, 19),
    Field("title", Kind.TEXT, 10),
    Field("first_name", Kind.TEXT, 18),
    Field("last_name", Kind.TEXT, 20),
    Field("relation", Kind.TEXT, 12),
    Field("principal_national_id", Kind.ID, 19),
    Field("principal_name", Kind.TEXT, 28),
    Field("personnel_type", Kind.TEXT, 24),
    Field("agency_name", Kind.TEXT, 30),
    Field("province_name", Kind.TEXT, 16),
    Field("entitled_from", Kind.DATE, 13),
    Field("entitled_until", Kind.DATE, 13),
    Field("termination_reason", Kind.TEXT, 26),
    Field("request_no", Kind.ID, 26),
)
REPORT = Report(
    "changes",
    FIELDS,
    filters=("agency_id", "change", "from_day", "until_day", "round_id", "relation", "personnel_type"),
    orders=("change", "at", "sort_key", "agency_name"),
    query=_query,
    at_first=frozenset(field.name for field in FIELDS) - {"province_name", "request_no", "principal_national_id"},
    begins=_this_month,
)

"""ผู้ใช้สิทธิร่วมตามอายุ: parents, spouses and children by age, and on which day each child comes of age.

Plain Core, which the session's scope listener does not cover: the query names its scope here.
"""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.actor import Scope
from app.domain.people import Relation
from app.domain.thai_calendar import add_years, age_on
from app.models import Entitlement, Person
from app.models.scoping import in_scope
from app.reports.cells import Kind
from app.reports.entitled import status_of
from app.reports.register_columns import RegisterStatus
from app.reports.register_conditions import full_name, state_on
from app.reports.report import Field, Filters, Moment, Report, labelled, with_agency
from app.rules.majority import majority_date
from app.rules.parameters import YEARS_OF_MINORITY

# Whoever has a right now or will have it; what has ended or was voided is history.
STANDING = (
    RegisterStatus.ACTIVE, RegisterStatus.STANDBY, RegisterStatus.SUSPENDED, RegisterStatus.SCHEDULED,
)  # fmt: skip
_spell, _person = Entitlement.__table__.alias("spell"), Person.__table__.alias("person")
_principal = Person.__table__.alias("principal")


def _query(filters: Filters, scope: Scope, moment: Moment) -> sa.Select[Any]:
    source, columns = with_agency(
        _spell.join(_person, _person.c.id == _spell.c.person_id).join(
            _principal, _principal.c.id == _spell.c.principal_id
        ),
        _spell.c.agency_id,
    )
    state = state_on(_spell.c, moment.today, moment.known_at)
    columns |= {
        "title": _person.c.title_th,
        "first_name": _person.c.first_name_th,
        "last_name": _person.c.last_name_th,
        "age": _person.c.birth_date,
        "of_age_on": sa.case((_spell.c.relation == Relation.CHILD, _person.c.birth_date)),
        "principal_national_id": _principal.c.national_id,
        "principal_name": full_name(_principal.c),
        "status": state,
        "birth_date_precision": _person.c.birth_date_precision,
        "sort_key": _person.c.sort_key,
        "id": _spell.c.id,
    }
    for field in FIELDS:
        found = _spell.c.get(field.name)
        columns.setdefault(field.name, _person.c.get(field.name) if found is None else found)
    conditions = [
        in_scope(_spell.c.agency_id, scope), _spell.c.effective_at <= moment.known_at, _spell.c.relation != Relation.SELF,
        state.in_([filters.status] if filters.status is not None else STANDING), *_ages(filters, moment.today),
    ]  # fmt: skip
    conditions += [_spell.c.agency_id == filters.agency_id] if filters.agency_id is not None else []
    conditions += [_spell.c.relation == filters.relation] if filters.relation is not None else []
    return sa.select(*labelled(columns)).select_from(source).where(*conditions)


def _ages(filters: Filters, today: date) -> list[Any]:
    found = []
    if filters.age_from is not None:
        found.append(_person.c.birth_date <= add_years(today, -filters.age_from))
    if filters.age_to is not None:
        found.append(_person.c.birth_date > add_years(today, -filters.age_to - 1))
    if filters.of_age_within is not None:
        last = today + timedelta(days=filters.of_age_within)
        minority = YEARS_OF_MINORITY.value
        found += [
            _spell.c.relation == Relation.CHILD,
            _person.c.birth_date > add_years(today, -minority),
            _person.c.birth_date <= add_years(last, -minority),
        ]
    return found


def _age(birth: date | None, today: date) -> int | None:
    return None if birth is None else age_on(birth, today)


def _of_age_on(birth: date | None, _today: date) -> date | None:
    return None if birth is None else majority_date(birth)


FIELDS = (
    Field("national_id", Kind.ID, 19),
    Field("title", Kind.TEXT, 10),
    Field("first_name", Kind.TEXT, 18),
    Field("last_name", Kind.TEXT, 20),
    Field("relation", Kind.TEXT, 12),
    Field("birth_date", Kind.DATE, 13, known_by="birth_date_precision"),
    Field("age", Kind.NUMBER, 8, shown=_age),
    Field("of_age_on", Kind.DATE, 15, shown=_of_age_on),
    Field("sex", Kind.TEXT, 7),
    Field("principal_national_id", Kind.ID, 19),
    Field("principal_name", Kind.TEXT, 28),
    Field("agency_name", Kind.TEXT, 30),
    Field("province_name", Kind.TEXT, 16),
    Field("entitled_from", Kind.DATE, 13),
    Field("entitled_until", Kind.DATE, 13),
    Field("status", Kind.TEXT, 20, shown=status_of),
)
REPORT = Report(
    "dependents",
    FIELDS,
    filters=("agency_id", "relation", "status", "age_from", "age_to", "of_age_within"),
    orders=("birth_date", "sort_key", "relation", "agency_name"),
    query=_query,
    at_first=frozenset(field.name for field in FIELDS) - {"province_name", "sex"},
)

"""The register (รายงานข้อมูลผู้มีสิทธิ): one query of spells and waiting proposals, each with one derived status.

Its tables are plain Core, which the session's scope listener does not cover: every leg names its scope here.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.domain.actor import Scope
from app.domain.people import Relation, RequestStatus, RequestType
from app.models import Agency, ChangeRequest, Entitlement, Person, ProcessingRound, Proposal, Province
from app.models.change_request import UNFINISHED
from app.models.scoping import in_scope
from app.reports.register_columns import REQUEST_STATUSES, RegisterFilters, RegisterRow, RegisterStatus
from app.reports.register_conditions import after_space, are_in_state, conditions, full_name, keys_fit, state_on

Persons = Collection[int] | None
# The columns by which a list may be sorted; without one it goes by name. "-" before it: the last first.
SORTED_BY = ("sort_key", "birth_date", "entitled_from", "entitled_until", "approved_at")

CERTIFICATIONS = (RequestType.CERTIFY_NEW, RequestType.CERTIFY_EDIT)


_spell = Entitlement.__table__.alias("spell")
_person = Person.__table__.alias("person")
_principal = Person.__table__.alias("principal")
_request = ChangeRequest.__table__.alias("request")
_proposal = Proposal.__table__.alias("proposal")
_round = ProcessingRound.__table__.alias("round")
_agency = Agency.__table__.alias("agency")
_province = Province.__table__.alias("province")
_own = Entitlement.__table__.alias("own_right")
_other, _form = Proposal.__table__.alias("other_proposal"), ChangeRequest.__table__.alias("other_request")


def _known_principal(column: Any) -> Any:
    """`column` of the principal whose own right the request's agency holds; another agency's principal stays unknown."""
    return (
        sa.select(column)
        .select_from(_own.join(_principal, _principal.c.id == _own.c.person_id))
        .where(
            _own.c.agency_id == _request.c.agency_id,
            _own.c.relation == Relation.SELF,
            _principal.c.national_id == _proposal.c.principal_national_id,
        )
        .limit(1)
        .scalar_subquery()
    )


def _proposed_principal_name() -> Any:
    """The name of the principal who is proposed on the same form."""
    return (
        sa.select(full_name(_other.c))
        .select_from(_other.join(_form, _form.c.id == _other.c.request_id))
        .where(
            # A sum has no index: by the agency, which SQLite without statistics prefers, each row would read a whole office.
            _form.c.agency_id + 0 == _request.c.agency_id,
            _form.c.submission_no == _request.c.submission_no,
            _other.c.relation == Relation.SELF,
            _other.c.national_id == _proposal.c.principal_national_id,
        )
        .limit(1)
        .scalar_subquery()
    )


def _with_what_is_shown(source: Any, owner: Any) -> Any:
    """Outer joins for what is only shown."""
    return (
        source.outerjoin(_agency, _agency.c.id == owner.c.agency_id)
        .outerjoin(_province, _province.c.code == _agency.c.province_code)
        .outerjoin(_round, _round.c.id == _request.c.round_id)
    )


def _spells_of(person_id: Any, is_shown: bool) -> Any:
    persons = _spell.join(_person, person_id == _spell.c.person_id)
    if not is_shown:
        return persons
    known = persons.outerjoin(_principal, _principal.c.id == _spell.c.principal_id)
    return _with_what_is_shown(known.outerjoin(_request, _request.c.id == _spell.c.request_id), _spell)


def _columns(person: Any, right: Any, own: dict[str, Any]) -> dict[str, Any]:
    """All fields of a leg: `own` ones, those of the columns `person` and `right`, and what they lead to."""
    columns = own | {
        "submission_no": _request.c.submission_no,
        "title": person.title_th,
        "first_name": person.first_name_th + after_space(person.middle_name_th),
        "last_name": person.last_name_th,
        "agency_name": _agency.c.name_th,
        "province_name": _province.c.name_th,
        "round_at": _round.c.scheduled_at,
    }
    for name in RegisterRow._fields:
        columns.setdefault(name, person[name] if name in person else right.get(name))
    return {name: columns[name].label(name) for name in RegisterRow._fields if columns[name] is not None}


# What is the same for every page is put together once: that takes longer than asking the database.
# By the names: the sum keeps the databases from looking persons up one by one, so they begin with them, in that order.
# What is only counted or put in order leaves out what is looked up to be shown.
_SPELLS = {
    (by_name, is_shown): _spells_of(_person.c.id + 0 if by_name else _person.c.id, is_shown)
    for by_name in (False, True)
    for is_shown in (False, True)
}
_ASKED = _proposal.join(_request, _request.c.id == _proposal.c.request_id)
_REQUESTS = {True: _with_what_is_shown(_ASKED, _request), False: _ASKED}
_STATE = "status"  # of a spell; depends on the day
_SPELL_COLUMNS = _columns(
    _person.c,
    _spell.c,
    {
        "is_spell": sa.literal(1),
        "id": _spell.c.id,
        "family_id": _spell.c.principal_id,
        "principal_national_id": _principal.c.national_id,
        "principal_name": full_name(_principal.c),
        "termination_reason": _spell.c.termination_reason,
        "approved_at": _request.c.decided_at,
        _STATE: sa.null(),
    },
)
_REQUEST_COLUMNS = _columns(
    _proposal.c,
    _proposal.c,
    {
        "is_spell": sa.literal(0),
        "id": _request.c.id,
        "sort_key": _request.c.sort_key,
        "family_id": _known_principal(_principal.c.id),
        "principal_national_id": _proposal.c.principal_national_id,
        "principal_name": sa.func.coalesce(_known_principal(full_name(_principal.c)), _proposed_principal_name()),
        "termination_reason": sa.cast(sa.null(), _spell.c.termination_reason.type),
        "status": sa.type_coerce(_request.c.status, sa.String),
        "approved_at": sa.case(
            (_request.c.status.in_([RequestStatus.APPROVED, RequestStatus.ROUND_ERROR]), _request.c.decided_at)
        ),
    },
)
# What a row has of its own, without being looked up.
_OWN = frozenset({"is_spell", "id", "sort_key", "birth_date", "entitled_from", "entitled_until", _STATE})


def register_rows(
    filters: RegisterFilters, scope: Scope, *, today: date, known_at: datetime, page: Any = None, order: str = ""
) -> sa.Select[Any]:
    """The rows of the register in `scope`, by first name, then surname; its columns are the fields of RegisterRow.

    `order` names another column of SORTED_BY; `page` is a CTE of the only keys (is_spell, id) that are wanted.
    Source: spec 8.2; decisions 2, 3 (states on the Bangkok day `today` as known at the aware instant `known_at`).
    """
    legs = register_legs(filters, scope, today, known_at)
    if page is not None:
        legs = {
            is_spell: leg.where(leg.selected_columns.id.in_(sa.select(page.c.id).where(page.c.is_spell == is_spell)))
            for is_spell, leg in legs.items()
        }
    rows = sa.union_all(*legs.values()).subquery("register")
    return sa.select(rows).order_by(*in_order(rows.c, order))


def register_count(
    filters: RegisterFilters,
    scope: Scope,
    *,
    today: date,
    known_at: datetime,
    limit: int | None = None,
    persons: Persons = None,
) -> sa.Select[Any]:
    """How many rows `register_rows` has, of these `persons` alone where they are given; with `limit`, counting stops there."""
    wanted = register_legs(filters, scope, today, known_at, persons=persons, names=("id",)).values()
    legs = [leg.with_only_columns(sa.literal(1).label("one")) for leg in wanted]
    if limit is not None:
        legs = [sa.select(leg.limit(limit).subquery()) for leg in legs]
    rows = sa.union_all(*legs).limit(limit).subquery("counted")
    return sa.select(sa.func.count()).select_from(rows)


def as_register_row(row: Sequence[Any]) -> RegisterRow:
    """A row of `register_rows` with its fields named."""
    named = RegisterRow._make(row)
    return named._replace(is_spell=bool(named.is_spell), status=RegisterStatus(named.status))


def in_order(columns: Any, order: str) -> list[Any]:
    """The order of rows with these columns; what is not known comes last, the name and the keys decide between equals."""
    by_name = [columns.sort_key, columns.is_spell, columns.id]
    if not order:
        return by_name
    column = columns[order.removeprefix("-")]
    return [(column.desc() if order.startswith("-") else column.asc()).nulls_last(), *by_name]


def register_legs(
    filters: RegisterFilters,
    scope: Scope,
    today: date,
    known_at: datetime,
    *,
    by_name: bool = False,
    persons: Persons = None,
    names: Collection[str] = RegisterRow._fields,
) -> dict[int, sa.Select[Any]]:
    """The legs that `filters` want, by the `is_spell` of their rows; each with the fields `names`.

    `by_name`: so much is in reach that the spells are better walked in the order of names than sorted. `persons` are the
    ids of the only ones that the name of `filters` fits.
    """
    legs = {}
    if filters.status not in REQUEST_STATUSES:
        legs[1] = _spells(filters, scope, today, known_at, by_name, persons, names)
    if filters.status is None or filters.status in REQUEST_STATUSES:
        legs[0] = _requests(filters, scope, names)
    return legs


def _spells(
    filters: RegisterFilters,
    scope: Scope,
    today: date,
    known_at: datetime,
    by_name: bool,
    persons: Persons,
    names: Collection[str],
) -> sa.Select[Any]:
    found = [
        in_scope(_spell.c.agency_id, scope),
        _spell.c.effective_at <= known_at,
        *are_in_state(_spell.c, filters.status, today, known_at),
    ]
    if persons is not None:
        found.append(_spell.c.person_id.in_(persons))
        filters = replace(filters, name=None)
    found += conditions(filters, _person.c, _spell.c, _spell, is_spell=True)
    state = state_on(_spell.c, today, known_at)
    columns = [state.label(name) if name == _STATE else _SPELL_COLUMNS[name] for name in names]
    return sa.select(*columns).select_from(_SPELLS[by_name, not _OWN.issuperset(names)]).where(*found)


def _requests(filters: RegisterFilters, scope: Scope, names: Collection[str]) -> sa.Select[Any]:
    found = [
        in_scope(_request.c.agency_id, scope),
        sa.text(f"request.{UNFINISHED.text}"),  # as the index of them has it
        _request.c.type.in_(CERTIFICATIONS),
        *keys_fit(filters, _request.c.sort_key),
    ]
    if filters.status is not None:
        found.append(_request.c.status == RequestStatus(filters.status))
    asked = conditions(filters, _proposal.c, _proposal.c, _request, is_spell=False)
    # Every request has its proposal: where nothing of it is asked or shown, the request alone will do.
    alone = not asked and {"is_spell", "id", "sort_key"}.issuperset(names)
    source = _request if alone else _REQUESTS[not _OWN.issuperset(names)]
    return sa.select(*(_REQUEST_COLUMNS[name] for name in names)).select_from(source).where(*found, *asked)

"""What the filters of the register mean in SQL, on a spell with its person as on a proposal."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.domain import names
from app.domain.people import BirthPrecision
from app.models.dialects import contains
from app.reports.register_columns import RegisterFilters, RegisterStatus


def conditions(filters: RegisterFilters, person: Any, right: Any, owner: Any, *, is_spell: bool) -> list[Any]:
    """The conditions of `filters` on the columns `person` and `right` of a leg whose rows are those of `owner`."""
    exact = (
        (person.national_id, filters.national_id),
        (owner.c.agency_id, filters.agency_id),
        (right.relation, filters.relation),
        (right.personnel_type, filters.personnel_type),
    )
    found = [column == value for column, value in exact if value is not None]
    if filters.rows is not None:
        found.append(owner.c.id.in_([id for of_spell, id in filters.rows if of_spell == is_spell]))
    found += _within(person.birth_date, filters.born_from, filters.born_until)
    found += _within(right.entitled_from, filters.begins_from, filters.begins_until)
    found += _within(right.entitled_until, filters.ends_from, filters.ends_until)
    found += _of_birth(filters, person)
    return found + names_fit(filters, person)


def names_fit(filters: RegisterFilters, person: Any) -> list[Any]:
    """The conditions that the name of `filters` puts on the columns `person`; from its beginning, an index leads there."""
    if filters.name is None:
        return []
    if not filters.name_begins:
        return [contains(full_name(person), word) for word in filters.name.split()]
    first_and_last = person.first_name_th + after_space(person.last_name_th)
    begins = first_and_last.startswith(filters.name, autoescape=True)
    # The keys have found nearly all of them already. Of a bare LIKE PostgreSQL would believe that it leaves one in 200.
    return [*keys_fit(filters, person.sort_key), sa.func.coalesce(begins, sa.false())]


def keys_fit(filters: RegisterFilters, sort_key: Any) -> list[Any]:
    """What a name from its beginning means for the key that names are sorted by."""
    low = names.key_prefix(filters.name) if filters.name is not None and filters.name_begins else ""
    return [sort_key >= low, sort_key < low + names.LAST_LETTER] if low else []


def state_on(spell: Any, today: date, known_at: datetime) -> Any:
    """The SQL twin of Entitlement.state_on, for spells and ends that are known; `spell` are the columns."""
    back = sa.func.coalesce(spell.suspended_until, spell.until_before_end)
    return sa.case(
        (spell.voided & (spell.voided_at <= known_at), RegisterStatus.VOIDED.value),
        (spell.entitled_from > today, RegisterStatus.SCHEDULED.value),
        ((spell.entitled_until <= today) & spell.suspended & back.is_(None), RegisterStatus.SUSPENDED.value),
        ((spell.entitled_until <= today) & spell.suspended & (back > today), RegisterStatus.SUSPENDED.value),
        (spell.entitled_until <= today, RegisterStatus.ENDED.value),
        (spell.standby_since <= today, RegisterStatus.STANDBY.value),
        else_=RegisterStatus.ACTIVE.value,
    )


def are_in_state(spell: Any, status: RegisterStatus | None, today: date, known_at: datetime) -> list[Any]:
    """The conditions of "`state_on` is `status`", or of "not recorded in error" without one.

    Said by the columns alone: of a CASE the planner of PostgreSQL does not know how few rows it leaves, and sorts a nation.
    """
    if status is RegisterStatus.VOIDED:
        return [spell.voided, spell.voided_at <= known_at]
    stands = sa.or_(sa.not_(spell.voided), spell.voided_at > known_at)
    if status is None:
        return [stands]
    if status is RegisterStatus.SCHEDULED:
        return [stands, spell.entitled_from > today]
    begun = [stands, spell.entitled_from <= today]
    back = sa.func.coalesce(spell.suspended_until, spell.until_before_end)
    if status in (RegisterStatus.SUSPENDED, RegisterStatus.ENDED):
        over = [*begun, spell.entitled_until <= today]
        if status is RegisterStatus.SUSPENDED:
            return [*over, spell.suspended, sa.or_(back.is_(None), back > today)]
        return [*over, sa.or_(sa.not_(spell.suspended), back <= today)]
    running = [*begun, sa.or_(spell.entitled_until.is_(None), spell.entitled_until > today)]
    if status is RegisterStatus.STANDBY:
        return [*running, spell.standby_since <= today]
    return [*running, sa.or_(spell.standby_since.is_(None), spell.standby_since > today)]


def full_name(person: Any) -> Any:
    """The SQL twin of PersonColumns.full_name."""
    rest = after_space(person.middle_name_th) + after_space(person.last_name_th)
    return person.title_th + person.first_name_th + rest


def after_space(column: Any) -> Any:
    """The column with a space before it, where it is not empty."""
    # Written out, as the index of full names has them.
    nothing, space = sa.literal_column("''", sa.Text), sa.literal_column("' '", sa.Text)
    return sa.case((column == nothing, nothing), else_=space + column)


def _within(column: Any, first: date | None, until: date | None) -> list[Any]:
    found = [column >= first] if first is not None else []
    return found + ([column < until] if until is not None else [])


def _of_birth(filters: RegisterFilters, person: Any) -> list[Any]:
    """The month and the year of birth; who is known by the year alone was born in no known month."""
    found = []
    if filters.birth_year is not None:
        found += _within(person.birth_date, date(filters.birth_year, 1, 1), date(filters.birth_year + 1, 1, 1))
    if filters.birth_month is not None:
        found.append(sa.extract("month", person.birth_date) == filters.birth_month)
        found.append(person.birth_date_precision != BirthPrecision.YEAR)
    return found

"""A family in a JSON body read into facts; every fault names its place."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from app.domain.errors import BadInput
from app.domain.people import PersonnelType, Relation, Sex, ToFollow
from app.domain.period import Period
from app.domain.thai_calendar import BE_OFFSET, EARLIEST_BE_YEAR
from app.rules.elections import Election
from app.rules.household import Household, Member, Principal, as_approved
from app.rules.papers import MarriagePaper, Paper
from app.rules.parents import Kinship
from app.rules.priority import HeldRight
from app.rules.relatives import Relative
from app.rules.schemes import EntitlementRank, Scheme
from app.rules.told import TOLD_FIELDS, Told
from app.rules.trial import EVENTS_OF, Change, Event, lifting_nothing

MOST_RELATIVES, MOST_CHANGES, MOST_RIGHTS = 20, 20, 10
_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODES: dict[str, type[StrEnum]] = {
    "to_follow": ToFollow, "kinship": Kinship, "marriage_paper": MarriagePaper, "declared_scheme": Scheme,
}  # fmt: skip
_FLAGS = frozenset({"is_muslim", "is_adopted", "marriage_court_permitted", "in_care"})
_DAYS = frozenset(name for name in TOLD_FIELDS if name.endswith(("_date", "_from", "_until")))
_Code = TypeVar("_Code", bound=StrEnum)


def household_of(body: Mapping[str, Any]) -> Household:
    """The family of the body; raises BadInput REQUIRED, INVALID_ISO_DATE, UNKNOWN_CODE, UNKNOWN_KEY, NOT_AN_OBJECT ..."""
    given = _object(body, "principal")
    _only(given, {"key", "sex", "birth_date", "personnel_type", "active", "death_date", "suspended_from", "other_rights",
                  "elections"})  # fmt: skip
    active = tuple(_period(_entry(one, "active")) for one in _list(given, "active", MOST_RIGHTS))
    if not active:
        raise BadInput("REQUIRED", field="active")
    born = _day(given, "birth_date")
    _after_birth([period.from_on for period in active], born)
    principal = Principal(
        str(given.get("key", "own")), _code(given, "sex", Sex), born,
        _required(given, "personnel_type", PersonnelType), active, _day(given, "death_date"),
        _day(given, "suspended_from"), _rights(given), _elections(given),
    )  # fmt: skip
    members = tuple(_member(_entry(one, "relatives")) for one in _list(body, "relatives", MOST_RELATIVES))
    keys = [principal.key, *(member.key for member in members)]
    if len(set(keys)) != len(keys):
        raise BadInput("REPEATED_KEY", field="key", key=next(key for key in keys if keys.count(key) > 1))
    return Household(principal, members)


def changes_of(body: Mapping[str, Any], household: Household) -> tuple[Change, ...]:
    """What is tried; a key that is nobody's is UNKNOWN_PERSON, an event that is no event of his relation NOT_OF_RELATION.

    Lifting an order that there is not is NO_ORDER_TO_LIFT.
    """
    relations = {household.principal.key: Relation.SELF}
    relations |= {member.key: member.relative.relation for member in household.members}
    found = []
    for one in _list(body, "changes", MOST_CHANGES):
        given = _entry(one, "changes")
        _only(given, {"key", "event", "on"})
        key = str(given.get("key", ""))
        if key not in relations:
            raise BadInput("UNKNOWN_PERSON", field="key", key=key)
        event = _required(given, "event", Event)
        if event not in EVENTS_OF[relations[key]]:
            raise BadInput("NOT_OF_RELATION", field="event", relation=relations[key])
        found.append(Change(key, event, day_of(given, "on")))
    for change in lifting_nothing(household, tuple(found)):
        raise BadInput("NO_ORDER_TO_LIFT", field="event", key=change.key)
    return tuple(found)


def day_of(given: Mapping[str, Any], name: str) -> date:
    """A day that must be there."""
    day = _day(given, name)
    if day is None:
        raise BadInput("REQUIRED", field=name)
    return day


def _after_birth(starts: Iterable[date], born: date | None) -> None:
    for start in starts:
        if born is not None and start <= born:
            raise BadInput("DATE_BEFORE_BIRTH", field="active", date=start, birth_date=born)


def _member(given: Mapping[str, Any]) -> Member:
    _only(given, {"key", "relation", "sex", "birth_date", "told", "papers", "birth_order", "seq_in_delivery",
                  "other_rights", "elections"})  # fmt: skip
    relation = _required(given, "relation", Relation)
    if relation is Relation.SELF:  # of whom the body has a place of his own
        raise BadInput("UNKNOWN_CODE", field="relation", given=relation)
    if "key" not in given:
        raise BadInput("REQUIRED", field="key")
    papers = given.get("papers")
    relative = Relative(
        str(given["key"]), relation, _day(given, "birth_date"), _code(given, "sex", Sex), _told(_object(given, "told")),
        frozenset(_paper(one) for one in _list(given, "papers", len(Paper))), _number(given, "birth_order"),
        _number(given, "seq_in_delivery"),
    )  # fmt: skip
    # Without a list of papers the facts count as proven; with one, also an empty one, it alone proves.
    return Member(as_approved(relative) if papers is None else relative, _rights(given), _elections(given))


def _told(given: Mapping[str, Any]) -> Told:
    _only(given, set(TOLD_FIELDS))
    values: dict[str, Any] = {}
    for name in given:
        if name in _CODES:
            values[name] = _code(given, name, _CODES[name])
        elif name in _DAYS:
            values[name] = _day(given, name)
        elif name in _FLAGS:
            if not isinstance(given[name], bool | None):
                raise BadInput("UNKNOWN_CODE", field=name, given=given[name])
            values[name] = given[name]
        else:
            values[name] = _province(given, name) if name == "home_province_code" else _number(given, name)
    return Told(**values)


def _province(given: Mapping[str, Any], name: str) -> str | None:
    value = given[name]
    if value is not None and (not isinstance(value, str) or len(value) != 2):
        raise BadInput("UNKNOWN_CODE", field=name, given=value)
    return value


def _rights(given: Mapping[str, Any]) -> tuple[HeldRight, ...]:
    found = []
    for number, one in enumerate(_list(given, "other_rights", MOST_RIGHTS)):
        right = _entry(one, "other_rights")
        _only(right, {"scheme", "rank", "since", "until"})
        period = _period({"from": right.get("since"), "until": right.get("until")})
        rank = _code(right, "rank", EntitlementRank) or EntitlementRank.PRIMARY
        found.append(HeldRight(_required(right, "scheme", Scheme), rank, period, record_id=number))
    return tuple(found)


def _elections(given: Mapping[str, Any]) -> tuple[Election, ...]:
    found = []
    for number, one in enumerate(_list(given, "elections", MOST_RIGHTS)):
        election = _entry(one, "elections")
        _only(election, {"scheme", "declared_on"})
        found.append(Election(_required(election, "scheme", Scheme), day_of(election, "declared_on"), number))
    return tuple(found)


def _period(given: Mapping[str, Any]) -> Period:
    _only(given, {"from", "until"})
    since, until = day_of(given, "from"), _day(given, "until")
    if until is not None and until <= since:
        raise BadInput("PERIOD_EMPTY", field="until")
    return Period(since, until)


def _day(given: Mapping[str, Any], name: str) -> date | None:
    text = given.get(name)
    if text is None:
        return None
    if not isinstance(text, str) or not _ISO_DAY.fullmatch(text):
        raise BadInput("INVALID_ISO_DATE", field=name)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("INVALID_ISO_DATE", field=name) from error
    if day.year >= EARLIEST_BE_YEAR:
        raise BadInput("YEAR_LOOKS_BE", field=name, year=day.year, suggested_year=day.year - BE_OFFSET)
    return day


def _code(given: Mapping[str, Any], name: str, kind: type[_Code]) -> _Code | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or value not in kind.__members__:
        raise BadInput("UNKNOWN_CODE", field=name, given=value)
    return kind(value)


def _required(given: Mapping[str, Any], name: str, kind: type[_Code]) -> _Code:
    found = _code(given, name, kind)
    if found is None:
        raise BadInput("REQUIRED", field=name)
    return found


def _paper(value: Any) -> Paper:
    return _required({"papers": value}, "papers", Paper)


def _number(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 50):
        raise BadInput("UNKNOWN_CODE", field=name, given=value)
    return value


def _object(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return _entry(given.get(name, {}), name)


def _entry(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadInput("NOT_AN_OBJECT", field=name)
    return value


def _list(given: Mapping[str, Any], name: str, most: int) -> list[Any]:
    value = given.get(name, [])
    if not isinstance(value, list):
        raise BadInput("NOT_A_LIST", field=name)
    if len(value) > most:
        raise BadInput("TOO_MANY_ENTRIES", field=name, most=most)
    return value


def _only(given: Mapping[str, Any], known: set[str]) -> None:
    for key in given.keys() - known:
        raise BadInput("UNKNOWN_KEY", field=key, key=key)

"""A refusal kept as JSON, so that a later page can say it in any language with its facts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.domain import people
from app.domain.errors import PortalError


def as_json(error: PortalError) -> dict[str, Any]:
    """The facts and the citation of a refusal, plain enough for a column; its code stands beside them."""
    return {"citation": error.citation, "facts": {name: _plain(fact) for name, fact in error.facts.items()}}


def error_of(code: str, kept: dict[str, Any] | None) -> PortalError:
    """The refusal again, from its code and what `as_json` kept of it."""
    kept = kept or {}
    facts = {name: _fact(value) for name, value in kept.get("facts", {}).items()}
    return PortalError(code, citation=kept.get("citation"), **facts)


def _plain(fact: Any) -> Any:
    if isinstance(fact, StrEnum) and hasattr(people, type(fact).__name__):
        return {"list": type(fact).__name__, "code": fact.value}
    if isinstance(fact, datetime):
        return {"at": fact.isoformat()}
    if isinstance(fact, date):
        return {"on": fact.isoformat()}
    if isinstance(fact, (list, tuple, set, frozenset)):
        return [_plain(part) for part in fact]
    return fact if isinstance(fact, (int, float, bool)) or fact is None else str(getattr(fact, "code", fact))


def _fact(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_fact(part) for part in value)
    if not isinstance(value, dict):
        return value
    if "on" in value:
        return date.fromisoformat(value["on"])
    if "at" in value:
        return datetime.fromisoformat(value["at"])
    return getattr(people, value["list"])(value["code"])

"""Who acts, with which powers, over which rows; carried in a context variable, never widened."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.errors import NotAllowed
from app.domain.powers import Power


class ScopeKind(StrEnum):
    """Which rows an actor sees (spec section 7: A, P, R, N, none)."""

    AGENCY = "AGENCY"  # rows of one agency
    PROVINCE = "PROVINCE"  # rows of the agencies of one province
    REGION = "REGION"  # rows of the agencies of one NHSO region
    NATION = "NATION"  # all rows
    NOTHING = "NOTHING"  # no rows


@dataclass(frozen=True)
class Scope:
    """The rows in reach: `key` is the agency id, the province code or the region number, as `kind` says."""

    kind: ScopeKind
    key: int | str | None = None


NATION = Scope(ScopeKind.NATION)
NOTHING = Scope(ScopeKind.NOTHING)


@dataclass(frozen=True)
class Actor:
    """One acting officer, robot or token; `user_id` is None for robots and tokens."""

    name: str
    scope: Scope
    powers: frozenset[Power] = field(default_factory=frozenset)
    user_id: int | None = None
    roles: tuple[str, ...] = ()
    agency_id: int | None = None
    address: str | None = None
    token_id: int | None = None

    def require(self, power: Power) -> None:
        """Raise NotAllowed('POWER_MISSING') unless the actor holds `power`."""
        if power not in self.powers:
            raise NotAllowed("POWER_MISSING", power=power.value)


ANONYMOUS = Actor(name="anonymous", scope=NOTHING)


def robot(name: str, scope: Scope = NATION) -> Actor:
    """A job's actor: a name that stands in the audit and an explicit scope (decisions 9)."""
    return Actor(name=f"robot:{name}", scope=scope)


_current: ContextVar[Actor | None] = ContextVar("portal_actor", default=None)


def current_actor() -> Actor | None:
    """The actor of this request or job, or None where nobody acts yet."""
    return _current.get()


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """Make `actor` the current one for the block; restores the earlier one even after an error."""
    token = _current.set(actor)
    try:
        yield actor
    finally:
        _current.reset(token)


def set_current_actor(actor: Actor | None) -> None:
    """Set the current actor for the rest of this context; only the request hooks use it."""
    _current.set(actor)

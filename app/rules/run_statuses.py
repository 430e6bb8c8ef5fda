"""The states of a payment run: from where, by which act, under whose power, to where, and where that is written (spec 5.5, 7)."""

from dataclasses import dataclass

from app.domain.payment_runs import RunStatus as S
from app.domain.payment_runs import RunVerb as V
from app.domain.powers import Power
from app.rules.citations import REGISTER_CLAIMS, Citation


@dataclass(frozen=True)
class RunStep:
    """One line of the table; `power` is None where the portal's own job does it, `guard` says what else must hold."""

    of: S
    verb: V
    to: S
    power: Power | None
    guard: str
    source: Citation


_P = Power.PAY_CLAIM
_OTHER = "by somebody who neither made the run nor decided or signed any of it; on its transfer day at the latest"
TABLE: tuple[RunStep, ...] = (
    RunStep(S.PREPARED, V.LEAVE_MINE, S.PREPARED, _P, "what one decided or signed oneself", REGISTER_CLAIMS),
    RunStep(S.PREPARED, V.CANCEL, S.CANCELLED, _P, "", REGISTER_CLAIMS),
    RunStep(S.PREPARED, V.RELEASE, S.RELEASING, _P, _OTHER, REGISTER_CLAIMS),
    RunStep(S.RELEASING, V.FINISH, S.RELEASED, None, "no line waits any more", REGISTER_CLAIMS),
)
_BY_KEY = {(line.of, line.verb): line for line in TABLE}
# How far ahead a transfer day may lie.
MOST_DAYS_AHEAD = 30


def run_step(of: S, verb: V) -> RunStep | None:
    """The line for this act in this state; None where the table has none."""
    return _BY_KEY.get((of, verb))


def run_verbs(of: S, powers: frozenset[Power]) -> frozenset[V]:
    """What somebody with these powers may do to a run in this state."""
    return frozenset(line.verb for line in TABLE if line.of is of and line.power in powers)

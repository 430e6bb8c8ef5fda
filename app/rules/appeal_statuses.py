"""The states of an appeal: from where, by which act, under whose power, to where, and where that is written (spec 5.6)."""

from dataclasses import dataclass

from app.domain.appeals import AppealStatus as S
from app.domain.appeals import AppealVerb as V
from app.domain.claims import ClaimStatus
from app.domain.powers import Power
from app.rules.citations import NHSO_APPEALS, REGISTER_APPEALS, Citation


@dataclass(frozen=True)
class AppealStep:
    """One line of the table; `of` is None where the appeal begins, `guard` says in words what else must hold."""

    of: S | None
    verb: V
    to: S
    power: Power
    guard: str
    source: Citation


_R, _D, _P = Power.RECORD_CLAIM, Power.DECIDE_CLAIM, Power.PAY_CLAIM
_OTHER = "not by who recorded or sent it"
# What can be appealed against: what was decided with money.
APPEALABLE = (ClaimStatus.APPROVED, ClaimStatus.PAID)
TABLE: tuple[AppealStep, ...] = (
    AppealStep(None, V.RECORD, S.DRAFT, _R, "the claim is approved or paid; no other appeal of it is open", NHSO_APPEALS),
    AppealStep(S.DRAFT, V.RECORD, S.DRAFT, _R, "as above", NHSO_APPEALS),
    AppealStep(S.DRAFT, V.SUBMIT, S.SUBMITTED, _R, "with further papers where money is asked", NHSO_APPEALS),
    AppealStep(S.DRAFT, V.CANCEL, S.CANCELLED, _R, "", NHSO_APPEALS),
    AppealStep(S.SUBMITTED, V.CANCEL, S.CANCELLED, _R, "nobody has signed it yet", NHSO_APPEALS),
    AppealStep(S.SUBMITTED, V.SIGN, S.SUBMITTED, _D, f"an amount above one signature; {_OTHER}", REGISTER_APPEALS),
    AppealStep(S.SUBMITTED, V.PASS, S.PASSED, _D, f"signed by another too where the limit wants it; {_OTHER}", NHSO_APPEALS),
    AppealStep(S.SUBMITTED, V.NOT_PASS, S.NOT_PASSED, _D, f"a reason in words; {_OTHER}", NHSO_APPEALS),
    AppealStep(S.PASSED, V.PAY, S.PASSED, _P, "it brought money, not paid yet; not by who decided or signed", REGISTER_APPEALS),
)  # fmt: skip
_BY_KEY = {(line.of, line.verb): line for line in TABLE}


def appeal_step(of: S | None, verb: V) -> AppealStep | None:
    """The line for this act in this state; None where the table has none."""
    return _BY_KEY.get((of, verb))


def appeal_verbs(of: S, powers: frozenset[Power]) -> frozenset[V]:
    """What somebody with these powers may do to an appeal in this state."""
    return frozenset(line.verb for line in TABLE if line.of is of and line.power in powers)

"""The states of an appeal: from where, by which act, under whose power, to where, and where that is written (spec 5.6)."""

from app.domain.appeals import AppealStatus as S
from app.domain.appeals import AppealVerb as V
from app.domain.claims import ClaimStatus
from app.domain.powers import Power
from app.rules.citations import NHSO_APPEALS, REGISTER_APPEALS
from app.rules.status_tables import Line, StatusTable

_R, _D, _P = Power.RECORD_CLAIM, Power.DECIDE_CLAIM, Power.PAY_CLAIM
_OTHER = "not by who recorded or sent it"
# What can be appealed against: what was decided with money.
APPEALABLE = (ClaimStatus.APPROVED, ClaimStatus.PAID)
TABLE: StatusTable[S, V] = StatusTable(
    Line(None, V.RECORD, S.DRAFT, _R, "the claim is approved or paid; no other appeal of it is open", NHSO_APPEALS),
    Line(S.DRAFT, V.RECORD, S.DRAFT, _R, "as above", NHSO_APPEALS),
    Line(S.DRAFT, V.SUBMIT, S.SUBMITTED, _R, "with further papers where money is asked", NHSO_APPEALS),
    Line(S.DRAFT, V.CANCEL, S.CANCELLED, _R, "", NHSO_APPEALS),
    Line(S.SUBMITTED, V.CANCEL, S.CANCELLED, _R, "nobody has signed it yet", NHSO_APPEALS),
    Line(S.SUBMITTED, V.SIGN, S.SUBMITTED, _D, f"an amount above one signature; {_OTHER}", REGISTER_APPEALS),
    Line(S.SUBMITTED, V.PASS, S.PASSED, _D, f"signed by another too where the limit wants it; {_OTHER}", NHSO_APPEALS),
    Line(S.SUBMITTED, V.NOT_PASS, S.NOT_PASSED, _D, f"a reason in words; {_OTHER}", NHSO_APPEALS),
    Line(S.PASSED, V.RECALL, S.NOT_PASSED, _D, f"a reason in words; not paid, in no run; {_OTHER}", REGISTER_APPEALS),
    Line(S.PASSED, V.PAY, S.PASSED, _P, "it brought money, not paid yet; not by who decided or signed", REGISTER_APPEALS),
)  # fmt: skip

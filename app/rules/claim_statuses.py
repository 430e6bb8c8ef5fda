"""The states of a receipt claim: from where, by which act, under whose power, to where, and where that is written (spec 5.5)."""

from app.domain.claims import ClaimStatus as S
from app.domain.claims import ClaimVerb as V
from app.domain.powers import Power
from app.rules.citations import NHSO_RECEIPTS, REGISTER_CLAIMS
from app.rules.status_tables import Line, StatusTable

_R, _D, _P = Power.RECORD_CLAIM, Power.DECIDE_CLAIM, Power.PAY_CLAIM
_SENT = "entitled here on the date of service, papers complete, in time"
_STILL = "the right still pays for the day"
_TWICE = "signed by another too where the limit wants it"
_OTHER = "not by who recorded or sent it"
TABLE: StatusTable[S, V] = StatusTable(
    Line(None, V.RECORD, S.DRAFT, _R, "patient, hospital, receipt and amounts as on the receipt", NHSO_RECEIPTS),
    Line(S.DRAFT, V.RECORD, S.DRAFT, _R, "as above", NHSO_RECEIPTS),
    Line(S.RETURNED, V.RECORD, S.RETURNED, _R, "as above", NHSO_RECEIPTS),
    Line(S.DRAFT, V.SUBMIT, S.SUBMITTED, _R, _SENT, NHSO_RECEIPTS),
    Line(S.RETURNED, V.SUBMIT, S.SUBMITTED, _R, "as above", NHSO_RECEIPTS),
    Line(S.DRAFT, V.CANCEL, S.CANCELLED, _R, "", REGISTER_CLAIMS),
    Line(S.RETURNED, V.CANCEL, S.CANCELLED, _R, "", REGISTER_CLAIMS),
    Line(S.SUBMITTED, V.CANCEL, S.CANCELLED, _R, "nobody has signed it yet", REGISTER_CLAIMS),
    Line(S.DRAFT, V.ALLOW_LATE, S.DRAFT, _D, "a reason in words", REGISTER_CLAIMS),
    Line(S.RETURNED, V.ALLOW_LATE, S.RETURNED, _D, "a reason in words", REGISTER_CLAIMS),
    Line(S.SUBMITTED, V.RETURN, S.RETURNED, _D, f"a reason; {_OTHER}", NHSO_RECEIPTS),
    Line(S.SUBMITTED, V.DENY, S.DENIED, _D, f"a reason; {_OTHER}", REGISTER_CLAIMS),
    Line(S.SUBMITTED, V.SIGN, S.SUBMITTED, _D, f"an amount above one signature; {_OTHER}", REGISTER_CLAIMS),
    Line(S.SUBMITTED, V.APPROVE, S.APPROVED, _D, f"{_STILL}; at most what is claimed, {_TWICE}; {_OTHER}", REGISTER_CLAIMS),
    Line(S.APPROVED, V.RECALL, S.SUBMITTED, _D, "a reason; not yet paid", REGISTER_CLAIMS),
    Line(S.DENIED, V.RECALL, S.SUBMITTED, _D, "a reason; nobody has claimed its receipt since", REGISTER_CLAIMS),
    Line(S.APPROVED, V.PAY, S.PAID, _P, f"{_STILL}; not by who decided or signed", REGISTER_CLAIMS),
)  # fmt: skip
# A receipt in one of these states is nobody else's any more; also of a claim that was closed as a duplicate.
HOLDING = (S.SUBMITTED, S.RETURNED, S.APPROVED, S.PAID)
# Money may still go out for it: the right is asked anew each time.
AT_RISK = (S.SUBMITTED, S.APPROVED)
# What the clerk may still write.
OPEN_TO_CLERK = (S.DRAFT, S.RETURNED)

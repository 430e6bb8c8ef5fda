"""Refunds and bills at risk in words: what a verb refuses, how a state looks (joined into app/views/claim_words.py)."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.refunds import AccountDecision, RefundStatus

REFUND_WORDS: dict[str, Any] = {
    "REFUND_NOT_FOUND": _l("There is no such refund within your reach."),
    "REFUND_STATE": _l("Refund %(refund_no)s does not allow this any more: %(status)s."),
    "REFUND_PRINTED": _l(
        "The form of refund %(refund_no)s has been printed, so the agency cannot change or cancel it. Ask the NHSO to cancel it."
    ),
    "REFUND_SET_OFF_BEGUN": _l(
        "%(kept_back)s baht of refund %(refund_no)s were kept back from a transfer already; it cannot be changed or cancelled."
    ),
    "REFUND_OVER_PAID": _l("No more can be returned than was paid; at most %(room)s baht are left."),
    "REFUND_ROOM": _l(
        "What can come back of this claim has changed since the form was opened, perhaps by the form itself, sent before: look"
        " at the claim's refunds. %(room)s baht are left; save again only if you mean one refund more."
    ),
    "NOT_REFUNDABLE": _l("Only of a claim whose money was transferred can be returned; %(claim_no)s is: %(status)s."),
    "OWN_REFUND": _l("Whoever wrote a refund cannot confirm it or note its money as received."),
    "RECEIVED_BEFORE_PAID": _l("The money of the claim was transferred on %(paid_on)s, after this day."),
    "ACCOUNT_ENDED": _l(
        "The account of refund %(refund_no)s is not in force any more. Change the refund to another one, then print."
    ),
    "ACCOUNT_NOT_FOUND": _l("There is no such account."),
    "ACCOUNT_THERE": _l("This account number is in use or proposed already."),
    "ACCOUNT_NUMBER": _l("An account number has 8 to 20 digits."),
    "ACCOUNT_DECIDED": _l("This proposal has been decided already."),
    "ACCOUNT_DAY_PASSED": _l("The proposed first day, %(valid_from)s, has passed; propose it anew."),
    "OWN_PROPOSAL": _l("Whoever proposed an account cannot confirm it."),
    "DATE_IN_PAST": _l("This day has passed already."),
    "BILL_NOT_FOUND": _l("This bill is not on the list (any more)."),
}
REFUND_LOOKS: dict[RefundStatus, tuple[str, str]] = {
    RefundStatus.AWAITING_CONFIRMATION: ("waiting", "hourglass-split"),
    RefundStatus.CONFIRMED: ("info", "check-lg"),
    RefundStatus.PRINTED: ("info", "printer"),
    RefundStatus.CANCELLED_BY_AGENCY: ("", "ban"),
    RefundStatus.CANCELLED_BY_NHSO: ("", "ban"),
    RefundStatus.MONEY_RECEIVED: ("good", "check-circle"),
}
ACCOUNT_LOOKS: dict[AccountDecision, tuple[str, str]] = {
    AccountDecision.PROPOSED: ("waiting", "hourglass-split"),
    AccountDecision.CONFIRMED: ("good", "check-circle"),
    AccountDecision.REFUSED: ("bad", "x-circle"),
}

"""Payment runs in words: what a verb refuses, how a state and an outcome look (joined into app/views/claim_words.py)."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.payment_runs import LineOutcome, RunStatus

RUN_WORDS: dict[str, Any] = {
    "RUN_NOT_FOUND": _l("There is no such payment run."),
    "ACCOUNT_NO": _l("An account number has 10 to 15 digits."),
    "ACCOUNT_WAITS": _l("A change of this agency's account waits for a second officer already."),
    "ACCOUNT_NOT_FOUND": _l("There is no such account."),
    "ACCOUNT_OWN": _l("You proposed this account yourself; somebody else has to confirm it."),
    "ACCOUNT_DECIDED": _l("This change has been decided already."),
    "ACCOUNT_MISSING": _l("The agency of %(statement_no)s has no confirmed bank account any more."),
    "FILE_CHANGED": _l("The bank file of run %(run_no)s is not what was released. Tell the administrator."),
    "FILE_TAKEN": _l(
        "Meanwhile the bank file of run %(run_no)s was taken by %(taken_by)s on %(taken_at)s. "
        "A bank that gets it twice pays twice."
    ),
    "FISCAL_YEAR": _l("Nothing was booked in this fiscal year, or it has not begun."),
    "STATEMENT_LAYOUT": _l(
        "No line of this workbook has the layout of the statement: data from row 8, columns A to BC."
    ),
    "STATEMENT_TOO_LONG": _l("This workbook has more than %(limit)s lines. Split it into several files."),
    "STATEMENT_NOT_FOUND": _l("There is no such statement within your reach."),
    "RUN_STATE": _l("Run %(run_no)s does not allow this any more: %(status)s."),
    "RUN_OWN": _l("You made run %(run_no)s yourself; somebody else has to release it."),
    "RUN_DECIDED": _l(
        "You decided or signed %(count)s of these yourself, among them %(claim_no)s; somebody else has to release the run, "
        "or take them out first."
    ),
    "RUN_EMPTY": _l("Nothing is left in run %(run_no)s."),
    "TRANSFER_DAY_OVER": _l(
        "The transfer day of run %(run_no)s, %(transfer_on)s, is over; cancel it and make a new one."
    ),
    "TRANSFER_DAY_PAST": _l("The transfer day lies in the past."),
    "RUN_OTHER_YEAR": _l("Run %(run_no)s belongs to the fiscal year %(year)s; release it once that has begun."),
    "NOTHING_TO_PAY": _l("Nothing approved waits for its money."),
    "PREVIEW_CHANGED": _l("Something came or went since this was shown. Look at it again, then make the run."),
    "IN_PAYMENT_RUN": _l(
        "%(claim_no)s waits for its money in run %(run_no)s; it is paid there, or after the run is cancelled."
    ),
    "LINE_RIGHT_GONE": _l("The right pays no more for the date of service; take the approval back."),
    "LINE_RECEIPT_HELD": _l("Another claim holds a receipt that this rests on; take the approval back."),
    "LINE_RECEIPTS_SHORT": _l(
        "The claim with its appeals brings more than its receipts come to; take back that an unpaid one of them passed."
    ),
    "LINE_CHANGED": _l("State or amount are not what they were when the run was made."),
}
_WORDS = RUN_WORDS
RUN_LOOKS: dict[RunStatus, tuple[str, str]] = {
    RunStatus.PREPARED: ("waiting", "hourglass-split"),
    RunStatus.RELEASING: ("info", "arrow-clockwise"),
    RunStatus.RELEASED: ("good", "check-circle"),
    RunStatus.CANCELLED: ("", "ban"),
}
# What somebody must do something about comes first.
LINE_LOOKS: dict[LineOutcome, tuple[str, str]] = {
    LineOutcome.REFUSED: ("bad", "x-circle"),
    LineOutcome.WAITS: ("waiting", "hourglass-split"),
    LineOutcome.PAID: ("good", "check-circle"),
    LineOutcome.LEFT: ("", "person-dash"),
    LineOutcome.CANCELLED: ("", "ban"),
}

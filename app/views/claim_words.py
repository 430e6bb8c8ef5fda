"""Claims in words: what a verb refuses, how a state looks, amounts."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.domain.appeals import AppealStatus
from app.domain.claims import ClaimStatus
from app.domain.errors import InvalidForm, PortalError
from app.domain.money import format_baht
from app.domain.national_id import display, mask
from app.domain.period import Period
from app.domain.refunds import RefundStatus
from app.rules.receipts import Fault
from app.services.money.claim_desk import COUNTED
from app.services.money.claim_twins import BY_ITSELF, Twin
from app.services.money.claims import refusal
from app.views.dates import format_be
from app.views.errors import words_of
from app.views.fields import NOTHING, be_instant
from app.views.labels import label
from app.views.list_page import Chip
from app.views.refund_words import REFUND_LOOKS, REFUND_WORDS
from app.views.rights_words import REASONS
from app.views.run_words import RUN_WORDS

_WORDS: dict[str, Any] = {
    "CLAIM_NOT_FOUND": _l("There is no such claim within your reach."),
    "CLAIM_STATE": _l("Claim %(claim_no)s does not allow this any more: %(status)s."),
    "CLAIM_SIGNED": _l("Claim %(claim_no)s has been signed once; ask the NHSO to return it."),
    "NOT_ENTITLED_ON_DAY": _l("Not entitled on the date of service."),
    "OTHER_AGENCY_PAYS": _l(
        "On the date of service %(agency)s answered for this patient; the receipt has to be claimed there."
    ),
    "PREDECESSOR_PAYS": _l(
        "On the date of service the right was still at %(agency)s, in whose place your agency stands since %(until)s. "
        "Receipts of the days before are claimed from the account of its finance officer, which stays open for them."
    ),
    "RIGHT_STANDS_BY": _l("On the date of service another right went first; this one was only standing by."),
    "SERVICE_IN_FUTURE": _l("This day lies ahead; a claim is for a service that has been given."),
    "RECEIPT_IN_FUTURE": _l("The date of the receipt lies ahead."),
    "SERVICE_BEFORE_BIRTH": _l("The patient was born on %(birth_date)s, after this day."),
    "SERVICE_AFTER_DEATH": _l("The patient died on %(death_date)s, before this day."),
    "DISCHARGE_MISSING": _l("An in-patient has a day of discharge."),
    "DISCHARGE_OF_OUTPATIENT": _l("An out-patient has no other day of discharge; choose in-patient or leave it empty."),
    "DISCHARGE_BEFORE_ADMISSION": _l("The discharge lies before the admission on %(served_on)s."),
    "RECEIPT_BEFORE_SERVICE": _l("The receipt is older than the service on %(served_on)s."),
    "AMOUNT_NOT_POSITIVE": _l("The amount must be more than nothing."),
    "CLAIMABLE_OVER_TOTAL": _l("No more can be claimed than the receipt comes to."),
    "RECEIPT_TOO_OLD": _l(
        "The receipt is %(days)s days old; it can be claimed for %(most)s days. Ask the NHSO to allow it."
    ),
    "RECEIPT_AGES": _l("This receipt can be claimed for %(days_left)s more days."),
    "RECEIPT_NAME_DIFFERS": _l("The name on the receipt must be the patient's: %(name)s."),
    "HOSPITAL_NOT_FOUND": _l("No hospital has this code or name."),
    "SEVERAL_HOSPITALS": _l("Several hospitals fit; type the code: %(hospitals)s"),
    "HOSPITAL_CLOSED": _l("%(hospital)s did not exist on the date of service."),
    "RECEIPT_ALREADY_CLAIMED": _l("This receipt (issuer, number and amount) has been claimed already: %(claim_no)s."),
    "NOT_TOO_OLD": _l("The receipt of %(claim_no)s is %(days)s days old, no leave is needed up to %(most)s."),
    "RIGHT_GONE": _l(
        "%(claim_no)s, date of service %(on)s: %(gone)s. Return or close it; an approval is taken back first."
    ),
    "APPEAL_RECEIPT_HELD": _l(
        "Appeal %(appeal_no)s adds a receipt that another claim holds, so nothing is approved or paid of it. Let it not pass; "
        "if it has passed, take that back."
    ),
    "APPEAL_OVER_RECEIPTS": _l(
        "Appeal %(appeal_no)s is not paid: %(claim_no)s with all its appeals that passed brings %(over)s baht more than its "
        "receipts come to. Take back that this one or another unpaid one passed; the agency can appeal anew with what is missing."
    ),
    "APPEAL_PAID": _l("Appeal %(appeal_no)s is paid; what was too much comes back by a refund."),
    "APPEAL_RESTS_ON": _l(
        "The money of appeal %(other)s rests on receipts of %(appeal_no)s; take %(other)s back first."
    ),
    "LOOKS_ALIKE": _l(
        "%(claim_no)s looks like the receipt of %(other)s; open it, compare both, and decide it there by itself."
    ),
    "HOSPITAL_WAS_PAID": _l(
        "For the days of %(claim_no)s the NHSO has paid the hospital itself (TRAN_ID %(tran_id)s); open it and decide it there."
    ),
    "FURTHER_RECEIPT_INCOMPLETE": _l("A further receipt needs its issuer, its number and its amount."),
    "FURTHER_RECEIPT_TWICE": _l("One further receipt stands here twice."),
    "RECEIPT_LETTER": _l(
        "The receipt's number holds %(sign)s, which is neither Thai nor English. Type it with the keyboard as it is printed."
    ),
    "FURTHER_RECEIPT_LETTER": _l(
        "Further receipt %(row)s (%(receipt_no)s): its number holds %(sign)s, which is neither Thai nor English. "
        "Change the appeal first."
    ),
    "RECEIPT_OVER_MOST": _l(
        "More than %(most_baht)s baht on one receipt is a slip of typing. Compare it with the receipt."
    ),
    "TOO_MANY_RECEIPTS": _l("At most %(most)s further receipts."),
    "PAPER_MISSING": _l("This paper is missing: %(kind)s."),
    "PAPER_THERE": _l("This very file is attached already."),
    "TOO_MANY_PAPERS": _l("At most %(most)s files on one claim."),
    "TOO_MANY_CLAIMS": _l("At most %(most)s claims at a time."),
    "OWN_CLAIM": _l("Whoever recorded or sent a claim cannot decide it."),
    "SECOND_SIGNATURE": _l("You signed this claim first; somebody else has to give the second signature."),
    "PAYER_DECIDED": _l("Whoever decided or signed a claim cannot release its payment."),
    "REASON_MISSING": _l("Choose a reason."),
    "NOTE_NEEDED": _l("Write in the note what the other reason is."),
    "APPROVED_OVER_CLAIMED": _l("No more can be approved than is claimed."),
    "PAID_BEFORE_DECIDED": _l("The transfer lies before the decision."),
    "NOTHING_TICKED": _l("Tick at least one claim."),
    "APPEAL_NOT_FOUND": _l("There is no such appeal within your reach."),
    "APPEAL_STATE": _l("Appeal %(appeal_no)s does not allow this any more: %(status)s."),
    "APPEAL_OPEN": _l("An appeal of this claim stands already: %(appeal_no)s."),
    "APPEAL_SIGNED": _l("Appeal %(appeal_no)s has been signed once; the NHSO has to decide it."),
    "APPEAL_OVER_TOTAL": _l("With this more would be paid than the treatment cost; at most %(room)s baht are left."),
    "APPEAL_WITHOUT_MONEY": _l("Appeal %(appeal_no)s brought no money that waits for its transfer."),
    "NOT_APPEALABLE": _l("Only an approved or paid claim can be appealed against; %(claim_no)s is: %(status)s."),
    "FURTHER_PAPER_MISSING": _l("Attach the further receipts first."),
    "LEDGER_ENTRY": _l("Nothing is posted that could be undone."),
    "LEDGER_OVERDRAWN": _l("The ledger refuses to pay out more than is owed."),
    "LEDGER_ACCOUNTS": _l("An entry of this kind moves money between two other accounts."),
    "LEDGER_COUNTER": _l("A counter-entry must be the mirror of what it undoes."),
    **RUN_WORDS,
    **REFUND_WORDS,
}
TWINS: dict[Twin, Any] = {
    Twin.NUMBER: _l("same receipt number"),
    Twin.READS: _l("receipt number that reads alike (0 and O, 1 and l and I)"),
    Twin.FILE: _l("same file"),
    Twin.DAY: _l("same patient, amount and day"),
    Twin.AMOUNT: _l("same patient and amount within a week"),
}
STATUS_LOOKS: dict[ClaimStatus, tuple[str, str]] = {
    ClaimStatus.DRAFT: ("", "pencil-square"),
    ClaimStatus.SUBMITTED: ("waiting", "hourglass-split"),
    ClaimStatus.RETURNED: ("bad", "reply"),
    ClaimStatus.DENIED: ("bad", "x-circle"),
    ClaimStatus.APPROVED: ("info", "check-lg"),
    ClaimStatus.PAID: ("good", "check-circle"),
    ClaimStatus.CANCELLED: ("", "ban"),
}

APPEAL_LOOKS: dict[AppealStatus, tuple[str, str]] = {
    AppealStatus.DRAFT: ("", "pencil-square"),
    AppealStatus.SUBMITTED: ("waiting", "hourglass-split"),
    AppealStatus.PASSED: ("good", "check-circle"),
    AppealStatus.NOT_PASSED: ("bad", "x-circle"),
    AppealStatus.CANCELLED: ("", "ban"),
}


_CLAIMED_ELSEWHERE = _l("This receipt (issuer, number and amount) has been claimed already by another agency.")


def words_of_claim(error: PortalError) -> str:
    """A refusal as a sentence, with the law behind it where there is one."""
    sentence = _WORDS.get(error.code)
    if error.code == "RECEIPT_ALREADY_CLAIMED" and "claim_no" not in error.facts:
        sentence = _CLAIMED_ELSEWHERE
    if sentence is None:
        return words_of(error)
    why = error.facts.get("why")
    told = str(sentence) % _Facts({name: _fact(name, value) for name, value in error.facts.items() if name != "why"})
    return f"{told} {REASONS[why]}" if why in REASONS else told


def fault_words(fault: Fault) -> str:
    """What stands against a receipt, or is nearly over, as a sentence."""
    return words_of_claim(refusal(fault))


class _Facts(dict[str, Any]):
    def __missing__(self, _name: str) -> str:
        return NOTHING


def _fact(name: str, value: Any) -> Any:
    if name in ("room", "kept_back", "most_baht", "over"):
        return format_baht(value)
    if isinstance(value, datetime):
        return be_instant(value)
    if hasattr(value, "isoformat"):
        return be_day(value)
    return label(value) if hasattr(value, "name") and hasattr(value, "value") else value


def show_refusal(form: Any, refused: PortalError) -> None:
    """Show a refusal at the field that it names, else on top of the form."""
    for error in refused.errors if isinstance(refused, InvalidForm) else [refused]:
        field = form._fields.get(error.field or "")
        words = words_of_claim(error)
        if field is None:
            form.form_errors = [*form.form_errors, words]
        elif words not in field.errors:
            field.errors = [*field.errors, words]


def status_chip(code: str) -> Chip:
    """A state for lists."""
    status = ClaimStatus(code)
    return Chip(label(status), *STATUS_LOOKS[status])


def appeal_chip(code: str) -> Chip:
    """The state of an appeal for lists."""
    status = AppealStatus(code)
    return Chip(label(status), *APPEAL_LOOKS[status])


def refund_chip(code: str) -> Chip:
    """The state of a refund for lists."""
    status = RefundStatus(code)
    return Chip(label(status), *REFUND_LOOKS[status])


def be_day(day: date | None) -> str:
    """A day as pages of money write it: `1 พ.ย. 2569`; a dash for none."""
    return format_be(day, "medium") if day else NOTHING


def gap_words(gaps: Sequence[Period]) -> str:
    """Days that no right covers, as first and last day with their number."""
    return ", ".join(_gap(gap) for gap in gaps)


def _gap(gap: Period) -> str:
    last = gap.last_day or gap.from_on
    days = (last - gap.from_on).days + 1
    return _("%(first)s to %(last)s (%(days)s days)", first=be_day(gap.from_on), last=be_day(last), days=days)


def baht(satang: int | None) -> str:
    """An amount as people read it; a dash for none."""
    return NOTHING if satang is None else format_baht(satang)


def shared_words() -> dict[str, Any]:
    """What the templates of money share."""
    return {
        "label": label, "baht": baht, "be": be_day, "gap_words": gap_words, "at": be_instant, "display": display, "mask": mask,
        "looks": STATUS_LOOKS, "refund_looks": REFUND_LOOKS, "fault_words": fault_words, "claim_words": words_of_claim,
        "total_words": _total,
        "day": timedelta(days=1), "twin_words": TWINS, "by_itself": BY_ITSELF,
    }  # fmt: skip


def _total(count: int, satang: int) -> str:
    if count > COUNTED:
        return _("More than %(count)s claims; the oldest come first.", count=f"{COUNTED:,}")
    words = {"count": f"{count:,}", "amount": format_baht(satang)}
    return ngettext("%(count)s claim, %(amount)s baht", "%(count)s claims, %(amount)s baht", count, **words)

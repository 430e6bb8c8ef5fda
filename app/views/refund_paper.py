"""แบบฟอร์มคืนเงิน: the form that goes with the money to the NHSO, in Thai whatever the language of the page (spec 8.4)."""

from flask_babel import force_locale
from flask_babel import gettext as _

from app.domain.clock import bangkok_day
from app.domain.money import baht_text, format_baht
from app.domain.national_id import mask
from app.domain.refunds import RefundMethod
from app.domain.thai_calendar import format_be
from app.models.refund import FundAccount, RefundRequest
from app.reports.paper import Footer, Paper
from app.services.clock import business_now
from app.services.money.refund_desk import RefundDesk
from app.views.labels import label

PAYEE = "กองทุนสวัสดิการรักษาพยาบาลข้าราชการองค์กรปกครองส่วนท้องถิ่น (อปท.)"
_DOTS = "........................................"


def refund_paper(desk: RefundDesk, printed_by: str, *, is_sample: bool = False) -> bytes:
    """The form as PDF; a sample says so across the page. The same refund printed at the same instant gives the same bytes."""
    refund = desk.refund
    at = business_now() if is_sample or refund.printed_at is None else refund.printed_at
    day = format_be(bangkok_day(refund.recorded_at), "medium")
    with force_locale("th"):
        footer = Footer(
            printed_by, at, _("Printed by %(who)s on %(at)s", who="{who}", at="{at}"),
            _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        )  # fmt: skip
        paper = Paper(
            _("Refund form"), _("Agency: %(name)s", name=f"{refund.agency.name_th} ({refund.agency.dla_code})"), footer,
            sub=_("No. %(number)s · %(day)s", number=refund.refund_no, day=day),
            barcode=refund.refund_no, watermark=_("SAMPLE") if is_sample else "",
        )  # fmt: skip
        paper.line(_("To the Secretary-General of the National Health Security Office (central office)"))
        paper.heading(_("The claim"))
        paper.facts(_claim(refund))
        paper.heading(_("The money"))
        paper.facts(_money(desk))
        paper.heading(_("How it is returned"))
        paper.facts(_way(desk))
        paper.note(_hints(desk))
        paper.signatures([_("Finance officer"), _("Approved by")])
    return paper.write()


def file_name_of(desk: RefundDesk) -> str:
    """The name under which the form is saved."""
    return f"แบบฟอร์มคืนเงิน_{desk.refund.refund_no}.pdf"


def account_words(account: FundAccount) -> str:
    """An account as the instructions and the form name it."""
    return f"{account.bank} เลขที่ {account.account_no} ชื่อบัญชี {account.account_name}"


def _claim(refund: RefundRequest) -> list[tuple[str, str]]:
    claim = refund.claim
    return [
        (str(_("Claim number")), claim.claim_no),
        (str(_("Patient")), f"{claim.patient_name} ({mask(claim.patient.national_id)})"),
        (str(_("Hospital")), f"{claim.hospital.name_th} ({claim.hospital.code})"),
        (str(_("Date of service")), format_be(claim.served_on, "medium")),
        (str(_("Receipt")), f"{claim.receipt_no} · {format_be(claim.receipt_on, 'medium')}"),
    ]


def _money(desk: RefundDesk) -> list[tuple[str, str]]:
    refund, baht = desk.refund, _("baht")
    kept = [
        (str(_("Kept back (baht)")), f"{format_baht(refund.kept_back)} {baht}"),
        (str(_("Still to be returned (baht)")), f"{format_baht(refund.rest)} {baht} ({baht_text(refund.rest)})"),
    ]
    return [
        (str(_("Amount transferred")), f"{format_baht(desk.paid)} {baht}{_transfers(desk)}"),
        (str(_("Amount returned")), f"{format_baht(refund.amount)} {baht}"),
        (str(_("In words")), baht_text(refund.amount)),
        *(kept if refund.kept_back else ()),
        (str(_("Reason of the refund")), refund.reason + (f" · {refund.words}" if refund.words else "")),
    ]


def _transfers(desk: RefundDesk) -> str:
    """Day and number of the transfer; of several each with its amount."""
    baht, several = _("baht"), len(desk.transfers) > 1
    told = (
        f"{f'{format_baht(one.satang)} {baht} · ' if several else ''}{format_be(one.on, 'medium')} · {one.number}"
        for one in desk.transfers
    )
    return f" ({'; '.join(told)})" if desk.transfers else ""


def _way(desk: RefundDesk) -> list[tuple[str, str]]:
    refund = desk.refund
    if refund.method is RefundMethod.SET_OFF:
        rest = [(str(_("Account for the rest")), account_words(one)) for one in desk.accounts]
        return [(str(_("How it is returned")), str(label(refund.method))), *(rest if _has_rest(refund) else ())]
    is_transfer = refund.method is RefundMethod.TRANSFER and refund.account is not None
    target = account_words(refund.account) if is_transfer and refund.account else PAYEE
    return [
        (str(_("How it is returned")), str(label(refund.method))),
        (str(_("Account of the fund") if is_transfer else _("Payable to")), target),
        (str(_("Sent back on")), format_be(refund.sent_on, "medium") if refund.sent_on else _DOTS),
        (str(_("Transfer or cheque no.")), refund.sent_no or _DOTS),
    ]


def _has_rest(refund: RefundRequest) -> bool:
    return bool(refund.kept_back and refund.rest)


def _hints(desk: RefundDesk) -> list[str]:
    refund = desk.refund
    if refund.method is RefundMethod.SET_OFF and _has_rest(refund) and desk.accounts:
        return [
            str(
                _(
                    "What is left is kept back from a later transfer, or sent to the account above with this form and its proof."
                )
            )
        ]
    if refund.method is RefundMethod.SET_OFF:
        return [str(_("Nothing has to be transferred: the money is kept back from the agency's next transfer."))]
    sent = _("Send this form to the NHSO (central office) together with the proof of the transfer or the cheque.")
    if refund.method is RefundMethod.CHEQUE:
        return [str(sent)]
    return [str(sent), str(_("For a transfer ask the bank to waive its fee: it is a transfer between state units."))]

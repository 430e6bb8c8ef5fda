"""รายงานโอนเงินรายบุคคล (STM): the lines of an agency's part of a run, as a workbook and as printed pages (spec 8.3).

Plain Core, which the session's scope listener does not cover: whoever asks has found the statement in his scope.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

import sqlalchemy as sa

from app.domain.bank_accounts import BANKS, mask_account
from app.domain.money import baht_text, format_baht
from app.domain.national_id import mask
from app.domain.payment_runs import LineOutcome
from app.domain.thai_calendar import format_be
from app.models.agency import Agency
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.entitlement import Entitlement
from app.models.hospital import Hospital
from app.models.payment_run import RefundSetOff, TransferLine, TransferStatement
from app.models.person import Person
from app.models.refund import RefundRequest
from app.reports.cells import Column, Kind
from app.reports.paper import Column as Printed
from app.reports.paper import Footer, Paper
from app.reports.register_columns import word_key

_line, _claim, _appeal = TransferLine.__table__, ReceiptClaim.__table__, Appeal.__table__
_right, _hospital = Entitlement.__table__, Hospital.__table__
_set_off, _refund = RefundSetOff.__table__, RefundRequest.__table__
_patient, _principal = Person.__table__.alias("patient"), Person.__table__.alias("principal")
TITLE = "รายงานโอนเงินรายบุคคล (STM)"
# name, kind, width, whether its sum means something
COLUMNS: tuple[tuple[str, Kind, int, bool], ...] = (
    ("number", Kind.NUMBER, 7, False),
    ("run_no", Kind.ID, 15, False),
    ("transfer_on", Kind.DATE, 12, False),
    ("claim_no", Kind.ID, 24, False),
    ("appeal_no", Kind.ID, 23, False),
    ("refund_no", Kind.ID, 23, False),
    ("national_id", Kind.ID, 16, False),
    ("patient_name", Kind.TEXT, 22, False),
    ("relation", Kind.TEXT, 11, False),
    ("principal_name", Kind.TEXT, 22, False),
    ("hospital_name", Kind.TEXT, 25, False),
    ("patient_type", Kind.TEXT, 14, False),
    ("served_on", Kind.DATE, 12, False),
    ("receipt_no", Kind.TEXT, 13, False),
    ("total", Kind.MONEY, 13, True),
    ("claimed", Kind.MONEY, 13, True),
    ("satang", Kind.MONEY, 13, True),
    ("set_off", Kind.MONEY, 10, True),
    ("net", Kind.MONEY, 15, True),
    ("reason", Kind.TEXT, 22, False),
)


def select_lines(statement_id: int) -> sa.Select[Any]:
    """The lines of a statement that were paid, in the order of their payment.

    Of an appeal the amounts are what it asked for and brought; those of the receipt stand with its claim.
    """
    of_claim = _line.c.appeal_id.is_(None)
    name = " "
    return (
        sa.select(
            _claim.c.claim_no, _appeal.c.appeal_no, _patient.c.national_id,
            (_patient.c.first_name_th + name + _patient.c.last_name_th).label("patient_name"), _right.c.relation,
            (_principal.c.first_name_th + name + _principal.c.last_name_th).label("principal_name"),
            _hospital.c.name_th.label("hospital_name"), _claim.c.patient_type, _claim.c.served_on, _claim.c.receipt_no,
            sa.case((of_claim, _claim.c.total)).label("total"),
            sa.case((of_claim, _claim.c.claimable), else_=_appeal.c.additional).label("claimed"), _line.c.satang,
            sa.case((of_claim, _claim.c.reason)).label("reason"),
        )
        .join(_claim, _claim.c.id == _line.c.claim_id)
        .join(_patient, _patient.c.id == _claim.c.patient_id)
        .join(_hospital, _hospital.c.id == _claim.c.hospital_id)
        .outerjoin(_right, _right.c.id == _claim.c.entitlement_id)
        .outerjoin(_principal, _principal.c.id == _right.c.principal_id)
        .outerjoin(_appeal, _appeal.c.id == _line.c.appeal_id)
        .where(_line.c.statement_id == statement_id, _line.c.outcome == LineOutcome.PAID)
        .order_by(_line.c.id)
    )  # fmt: skip


def select_kept_back(statement_id: int) -> sa.Select[Any]:
    """The refunds that were kept back from a statement, each with its claim."""
    return (
        sa.select(
            _refund.c.refund_no, _refund.c.reason, _claim.c.claim_no, _patient.c.national_id,
            (_patient.c.first_name_th + " " + _patient.c.last_name_th).label("patient_name"),
            _hospital.c.name_th.label("hospital_name"), _claim.c.patient_type, _claim.c.served_on, _claim.c.receipt_no,
            _set_off.c.satang,
        )
        .join(_refund, _refund.c.id == _set_off.c.refund_id)
        .join(_claim, _claim.c.id == _refund.c.claim_id)
        .join(_patient, _patient.c.id == _claim.c.patient_id)
        .join(_hospital, _hospital.c.id == _claim.c.hospital_id)
        .where(_set_off.c.statement_id == statement_id)
        .order_by(_set_off.c.id)
    )  # fmt: skip


def file_columns(words: Mapping[str, str]) -> list[Column]:
    """The columns of the workbook; `words` holds each title by its name."""
    return [Column(words[name], kind, width, total) for name, kind, width, total in COLUMNS]


def file_rows(
    statement: TransferStatement, lines: Iterable[Any], kept_back: Iterable[Any], words: Mapping[str, str]
) -> Iterator[list[Any]]:  # fmt: skip
    """The cells of each line, then those of each refund kept back, which bring nothing and take their amount off."""
    numbers = count(1)
    for line in lines:
        yield [
            next(numbers), statement.run_no, statement.transfer_on, line.claim_no, line.appeal_no, None, line.national_id,
            line.patient_name, _word(line.relation, words), line.principal_name, line.hospital_name,
            _word(line.patient_type, words), line.served_on, line.receipt_no, line.total, line.claimed, line.satang,
            0, line.satang, _word(line.reason, words),
        ]  # fmt: skip
    for line in kept_back:
        yield [
            next(numbers), statement.run_no, statement.transfer_on, line.claim_no, None, line.refund_no, line.national_id,
            line.patient_name, None, None, line.hospital_name, _word(line.patient_type, words), line.served_on,
            line.receipt_no, None, None, None, line.satang, -line.satang, line.reason,
        ]  # fmt: skip


def print_statement(
    statement: TransferStatement, agency: Agency, lines: Sequence[Any], kept_back: Sequence[Any],
    words: Mapping[str, str], footer: Footer, progress: Callable[[int], None] = lambda _count: None,
) -> bytes:  # fmt: skip
    """The printed statement; national IDs are masked on paper."""
    paper = Paper(
        TITLE, f"{agency.name_th} ({agency.dla_code})", footer, barcode=statement.statement_no,
        sub=f"งวด {statement.run_no}  วันที่โอน {format_be(statement.transfer_on, 'long')}",
    )  # fmt: skip
    columns = [
        Printed("ที่", 0.5, "R"), Printed("เลขที่คำร้อง", 3.0), Printed("ผู้ป่วย", 2.3), Printed("หน่วยบริการ", 2.2),
        Printed("วันรับบริการ", 1.5, "C"), Printed("ใบเสร็จ", 1.2), Printed("อนุมัติ (บาท)", 1.6, "R"),
    ]  # fmt: skip

    def cells() -> Iterator[list[str]]:
        for number, line in enumerate(lines, start=1):
            progress(number)
            yield [
                f"{number:,}", line.claim_no + (f"\n{line.appeal_no}" if line.appeal_no else ""),
                f"{line.patient_name}\n{mask(line.national_id)}",
                f"{line.hospital_name}\n{_word(line.patient_type, words)}", format_be(line.served_on), line.receipt_no,
                format_baht(line.satang),
            ]  # fmt: skip

    paper.table(columns, cells(), ["", "รวม", "", "", "", "", format_baht(statement.satang)])
    print_kept_back(paper, kept_back)
    paper.facts(sums(statement))
    return paper.write()


def print_kept_back(paper: Paper, kept_back: Sequence[Any]) -> None:
    """The refunds that were kept back, where there are any."""
    if not kept_back:
        return
    paper.heading("หักเงินคืน")
    columns = [
        Printed("เลขที่คำร้องขอคืนเงิน", 2.8), Printed("เลขที่คำร้อง", 2.8), Printed("ผู้ป่วย", 2.4), Printed("สาเหตุการคืนเงิน", 1.8),
        Printed("หักคืน (บาท)", 1.6, "R"),
    ]  # fmt: skip
    rows = [
        [
            one.refund_no,
            one.claim_no,
            f"{one.patient_name}\n{mask(one.national_id)}",
            one.reason,
            format_baht(one.satang),
        ]
        for one in kept_back
    ]
    paper.table(columns, rows, ["รวม", "", "", "", format_baht(sum(one.satang for one in kept_back))])


def sums(statement: TransferStatement) -> list[tuple[str, str]]:
    """What a statement comes to, in figures and words."""
    return [
        ("จำนวนรายการ", f"{statement.line_count:,}"),
        ("จำนวนเงินที่อนุมัติ", f"{format_baht(statement.satang)} บาท"),
        ("หักเงินคืน", f"{format_baht(statement.set_off)} บาท"),
        ("โอนสุทธิหลังหักคืน", f"{format_baht(statement.net)} บาท ({baht_text(statement.net)})"),
        *([("เข้าบัญชี", _account(statement))] if statement.account_no else []),
    ]


def issued(at: datetime) -> Footer:
    """The foot of what the portal itself hands out: the same whoever takes it."""
    return Footer("", at, printed="ออกโดยระบบทะเบียนผู้มีสิทธิ อปท. เมื่อ {at}")


def _account(statement: TransferStatement) -> str:
    bank = BANKS.get(statement.bank_code or "", statement.bank_code or "")
    return f"{bank} เลขที่ {mask_account(statement.account_no or '')}"


def _word(code: Any, words: Mapping[str, str]) -> str:
    return words[word_key(code)] if code is not None else ""

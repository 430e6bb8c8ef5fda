"""Words of refunds: money that the fund paid too much comes back (spec 1.4, 5.7; seed of 2561)."""

from enum import StrEnum


class RefundStatus(StrEnum):
    """Where a refund stands; app/rules/refund_statuses.py says who may bring it there."""

    AWAITING_CONFIRMATION = "AWAITING_CONFIRMATION"  # รอยืนยันแจ้งคำร้องคืนเงิน
    CONFIRMED = "CONFIRMED"  # ยืนยันแจ้งคำร้องคืนเงิน
    PRINTED = "PRINTED"  # พิมพ์เอกสารแล้ว
    CANCELLED_BY_AGENCY = "CANCELLED_BY_AGENCY"  # ยกเลิกโดย อปท.
    CANCELLED_BY_NHSO = "CANCELLED_BY_NHSO"  # ยกเลิกโดย สปสช.
    MONEY_RECEIVED = "MONEY_RECEIVED"  # ได้รับเงินคืนแล้ว


class RefundVerb(StrEnum):
    """What is done to a refund."""

    RECORD = "RECORD"  # write it, or write it anew
    CONFIRM = "CONFIRM"  # let it stand; from now on the money is expected
    PRINT = "PRINT"  # make the form, after which the agency changes nothing any more
    CANCEL = "CANCEL"  # the agency gives it up
    ANNUL = "ANNUL"  # the NHSO takes it back on the agency's wish
    RECEIVE = "RECEIVE"  # the money is there
    SET_OFF = "SET_OFF"  # the run that pays the agency keeps all of it back


class RefundMethod(StrEnum):
    """How the money comes back."""

    TRANSFER = "TRANSFER"  # โอนเงินผ่านธนาคาร
    CHEQUE = "CHEQUE"  # เช็ค
    SET_OFF = "SET_OFF"  # หักจากเงินโอนงวดถัดไป


class AccountDecision(StrEnum):
    """What became of a proposed account."""

    PROPOSED = "PROPOSED"  # รอผู้อื่นยืนยัน
    CONFIRMED = "CONFIRMED"  # ยืนยันแล้ว
    REFUSED = "REFUSED"  # ไม่ยืนยัน

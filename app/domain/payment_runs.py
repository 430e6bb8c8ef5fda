"""Words of payment runs: where a run stands, and what became of each of its lines (spec 1.4, 8.3)."""

from enum import StrEnum


class RunStatus(StrEnum):
    """Where a payment run stands; app/rules/run_statuses.py says who may bring it there."""

    PREPARED = "PREPARED"  # รอสั่งจ่าย: made by one officer
    RELEASING = "RELEASING"  # กำลังจ่าย: released by another, its job is at work
    RELEASED = "RELEASED"  # จ่ายแล้ว: every line has its outcome
    CANCELLED = "CANCELLED"  # ยกเลิก


class RunVerb(StrEnum):
    """What is done to a payment run."""

    LEAVE_MINE = "LEAVE_MINE"  # take out what one decided oneself
    CANCEL = "CANCEL"
    RELEASE = "RELEASE"
    FINISH = "FINISH"  # by the job, once no line waits


class LineOutcome(StrEnum):
    """What became of one claim or appeal of a run."""

    WAITS = "WAITS"  # รอจ่าย
    PAID = "PAID"  # โอนแล้ว
    REFUSED = "REFUSED"  # จ่ายไม่ได้: something had changed
    LEFT = "LEFT"  # นำออกก่อนสั่งจ่าย
    CANCELLED = "CANCELLED"  # งวดถูกยกเลิก


class LeftOutFor(StrEnum):
    """Why something approved and unpaid is not gathered."""

    NO_ACCOUNT = "NO_ACCOUNT"  # หน่วยงานยังไม่มีบัญชีธนาคารที่ยืนยันแล้ว
    RIGHT_GONE = "RIGHT_GONE"  # สิทธิในวันรับบริการไม่มีแล้ว
    RECEIPT_HELD = "RECEIPT_HELD"  # ใบเสร็จเป็นของคำร้องอื่น
    RECEIPTS_SHORT = "RECEIPTS_SHORT"  # คำร้องรวมอุทธรณ์ได้เงินเกินยอดใบเสร็จ


# A claim that stands in one of these is in no other run.
LIVING = (LineOutcome.WAITS, LineOutcome.PAID)

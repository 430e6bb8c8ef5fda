"""Words of appeals against what was decided of a claim (spec 1.4, 5.6)."""

from enum import StrEnum


class AppealStatus(StrEnum):
    """Where an appeal stands; app/rules/appeal_statuses.py says who may bring it there."""

    DRAFT = "DRAFT"  # บันทึกแล้ว
    SUBMITTED = "SUBMITTED"  # รอตรวจสอบ
    PASSED = "PASSED"  # ผ่าน
    NOT_PASSED = "NOT_PASSED"  # ไม่ผ่าน
    CANCELLED = "CANCELLED"  # ยกเลิก


class AppealVerb(StrEnum):
    """What is done to an appeal."""

    RECORD = "RECORD"
    SUBMIT = "SUBMIT"
    CANCEL = "CANCEL"
    SIGN = "SIGN"  # first of two signatures above the limit
    PASS = "PASS"  # noqa: S105
    NOT_PASS = "NOT_PASS"  # noqa: S105
    PAY = "PAY"  # release what it brought
    RECALL = "RECALL"  # take back that it passed, before it is paid


class AppealKind(StrEnum):
    """What an appeal is about (seed 001)."""

    DETAILS = "DETAILS"  # แก้ไขรายละเอียด
    AMOUNT = "AMOUNT"  # แก้ไขจำนวนเงิน


class Compensation(StrEnum):
    """ประเภทชดเชย: what the additional amount is for."""

    MEDICAL = "MEDICAL"  # ค่ารักษาพยาบาล
    ROOM_AND_BOARD = "ROOM_AND_BOARD"  # ค่าห้องและค่าอาหาร
    MEDICINE = "MEDICINE"  # ค่ายาและเวชภัณฑ์
    DEVICE = "DEVICE"  # ค่าอวัยวะเทียมและอุปกรณ์
    OTHER = "OTHER"  # อื่น ๆ

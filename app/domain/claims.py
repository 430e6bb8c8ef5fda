"""Words of money: what a receipt claim is, in which state, by which papers, and why it is not paid as asked (spec 1.4, 2.8)."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from app.domain.names import tidy
from app.domain.thai_calendar import to_arabic_digits


class ClaimStatus(StrEnum):
    """สถานะของใบเสร็จ: where a claim stands (spec 5.5); app/rules/claim_statuses.py says who may bring it there."""

    DRAFT = "DRAFT"  # บันทึกแล้ว
    SUBMITTED = "SUBMITTED"  # รอตรวจสอบ
    RETURNED = "RETURNED"  # ไม่อนุมัติ (แก้ไข)
    DENIED = "DENIED"  # ไม่อนุมัติ (ปิดเรื่อง)
    APPROVED = "APPROVED"  # อนุมัติ
    PAID = "PAID"  # โอนเงินแล้ว
    CANCELLED = "CANCELLED"  # ยกเลิก


class ClaimVerb(StrEnum):
    """What is done to a claim."""

    RECORD = "RECORD"  # write it, or write it anew
    SUBMIT = "SUBMIT"  # send it to the NHSO
    CANCEL = "CANCEL"  # give it up
    ALLOW_LATE = "ALLOW_LATE"  # let it be sent although a year has passed
    RETURN = "RETURN"  # send it back for correction
    DENY = "DENY"  # close it without money
    SIGN = "SIGN"  # first of two signatures above the limit
    APPROVE = "APPROVE"  # let it be paid, in full or in part
    RECALL = "RECALL"  # take an approval back that was not paid yet
    PAY = "PAY"  # release the payment


class PatientType(StrEnum):
    """ประเภทผู้ป่วย."""

    OP = "OP"  # ผู้ป่วยนอก
    IP = "IP"  # ผู้ป่วยใน


class PaperKind(StrEnum):
    """What is attached to a claim."""

    RECEIPT = "RECEIPT"  # ใบเสร็จรับเงิน
    REFERRAL = "REFERRAL"  # หนังสือส่งตัว
    CERTIFICATE = "CERTIFICATE"  # ใบรับรองแพทย์
    OTHER = "OTHER"  # อื่น ๆ


class ClaimReason(StrEnum):
    """Why a claim came back, was closed, or is paid in part only."""

    PAPERS_MISSING = "PAPERS_MISSING"  # เอกสารไม่ครบหรือไม่ชัด
    NAME_DIFFERS = "NAME_DIFFERS"  # ชื่อไม่ตรงกับใบเสร็จ
    HOSPITAL_DIFFERS = "HOSPITAL_DIFFERS"  # หน่วยบริการไม่ตรงกับใบเสร็จ
    AMOUNT_WRONG = "AMOUNT_WRONG"  # จำนวนเงินไม่ตรงกับใบเสร็จ
    NOT_CLAIMABLE = "NOT_CLAIMABLE"  # มีรายการที่เบิกไม่ได้ตามระเบียบ
    OTHER_SCHEME = "OTHER_SCHEME"  # ต้องใช้สิทธิอื่นก่อน
    NOT_ENTITLED = "NOT_ENTITLED"  # ไม่มีสิทธิในวันรับบริการ
    DUPLICATE = "DUPLICATE"  # เบิกซ้ำ
    DECIDED_IN_ERROR = "DECIDED_IN_ERROR"  # พิจารณาผิด
    OTHER = "OTHER"  # อื่น ๆ


class RightGone(StrEnum):
    """Why nothing is paid any more for a claim that was sent."""

    VOIDED = "VOIDED"  # บันทึกผิด
    ENDED = "ENDED"  # สิ้นสุดก่อนวันรับบริการ
    DIED = "DIED"  # เสียชีวิตก่อนวันรับบริการ
    STANDS_BY = "STANDS_BY"  # มีสิทธิอื่นที่ต้องใช้ก่อน
    RECEIPT_HELD = "RECEIPT_HELD"  # ใบเสร็จเป็นของคำร้องอื่น
    RECEIPTS_SHORT = "RECEIPTS_SHORT"  # คำร้องรวมอุทธรณ์ได้เงินเกินยอดใบเสร็จ


_ISSUED_BY_HOSPITAL, _ISSUED_ELSEWHERE = "H", "N"
_PIECES = re.compile(r"[0-9]+|[^0-9 ]+")
CLINIC = "คลินิก"  # of no hospital, whatever its name
_COMPANY = ("บริษัท", "บจก", "บมจ")
_BEFORE_A_PLACE = (*_COMPANY, "โรงพยาบาล", "รพ", CLINIC)
_AFTER_A_PLACE = tuple(unicodedata.normalize("NFKC", word) for word in ("มหาชน", "จำกัด"))
_LOOK_ALIKE = str.maketrans({"o": "0", "i": "1", "l": "1", "|": "1"})
# A mark of a Thai vowel or tone that sits on no letter, or twice on one, is seen by nobody.
_UNSEEN_MARKS = re.compile(
    "(?<![\u0e01-\u0e3e\u0e40-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]+|([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])(?=\\1)"
)


def receipt_key(receipt_no: str) -> str:
    """Under which one receipt is known however its number is typed: `เล่มที่ 012 เลขที่ 0034` and `เล่มที่12เลขที่34` are one.

    White space and what nobody sees do not count, dashes and strokes only part the pieces; Thai digits are digits, case and
    leading zeros do not count.
    """
    seen = tidy("".join(receipt_no.split()))
    folded = unicodedata.normalize("NFKC", to_arabic_digits(seen)).casefold()
    kept = "".join(ch if ch.isalnum() else _beside(ch) for ch in _UNSEEN_MARKS.sub("", folded))
    return "-".join(piece.lstrip("0") or "0" for piece in _PIECES.findall(kept))


def look_key(receipt_no: str) -> str:
    """Which numbers look like this one: as `receipt_key`, with O read as 0, I and l as 1. It only points at receipts."""
    return receipt_key(unicodedata.normalize("NFKC", receipt_no).casefold().translate(_LOOK_ALIKE))


def strange_letter(receipt_no: str) -> str:
    """The first sign that no Thai or English receipt has, as a Cyrillic Р that looks like P or a blank of Braille; else empty.

    Punctuation of any writing may stand between the pieces: it parts them alike.
    """
    signs = (ch for ch in unicodedata.normalize("NFKC", tidy(receipt_no)) if not ch.isascii() and not _is_thai(ch))
    return next(
        (ch for ch in signs if unicodedata.category(ch)[0] not in "PZ" and unicodedata.category(ch) != "Sm"), ""
    )


def _is_thai(ch: str) -> bool:
    return "\u0e01" <= ch <= "\u0e5b" and unicodedata.category(ch) != "Cn"


def _beside(ch: str) -> str:
    """What stands for a sign that is neither letter nor digit: Thai vowels and tones belong to their letters, marks of other
    writings to nothing, all else (also ฿ and ๏) parts the pieces."""
    if _is_mark(ch):
        return ch if _is_thai(ch) else ""
    return " "


def _is_mark(ch: str) -> bool:
    return unicodedata.category(ch)[0] == "M"


def issuer_key(hospital_code: str, elsewhere: str = "") -> str:
    """Under which the issuer of a receipt is known: the code of a listed hospital, else the name of the place (`elsewhere`)
    as `place_key` compares it."""
    if not elsewhere.strip():
        return f"{_ISSUED_BY_HOSPITAL}:{hospital_code}"
    return f"{_ISSUED_ELSEWHERE}:{place_key(elsewhere) or unicodedata.normalize('NFKC', elsewhere).casefold().strip()}"


def is_listed(key: str) -> bool:
    """Whether an issuer's key is the code of a listed hospital."""
    return key.startswith(f"{_ISSUED_BY_HOSPITAL}:")


def is_clinic(name: str) -> bool:
    """Whether a place says of itself that it is a clinic, which is no hospital of its name; inside a name it says nothing."""
    bare = "".join(unicodedata.normalize("NFKC", name).split())
    for word in _COMPANY:
        bare = bare.removeprefix(word).lstrip(".")
    return bare.startswith(CLINIC)


@lru_cache(maxsize=32_768)  # all hospitals of the country
def place_key(name: str) -> str:
    """A place's name as it is compared: without white space, marks of writing, the words for a hospital and for a company."""
    folded = unicodedata.normalize("NFKC", to_arabic_digits(name)).casefold()
    bare = "".join(ch for ch in folded if ch.isalnum() or _is_mark(ch))
    for word in _AFTER_A_PLACE:
        bare = bare.removesuffix(word)
    for word in _BEFORE_A_PLACE:
        bare = bare.removeprefix(word)
    return bare

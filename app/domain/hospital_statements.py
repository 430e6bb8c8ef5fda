"""Words of hospital-side statements: what the NHSO paid to hospitals, and where that does not fit the register (spec 8.3)."""

from enum import StrEnum


class StatementState(StrEnum):
    """Where an imported statement stands."""

    READING = "READING"  # กำลังอ่าน
    READ = "READ"  # อ่านแล้ว
    REFUSED = "REFUSED"  # อ่านไม่ได้


class Finding(StrEnum):
    """What a line differs in from the register and its claims; the gravest one stands for the line."""

    CLAIMED_TOO = "CLAIMED_TOO"  # the hospital is paid and the patient claims a receipt of the same days
    LISTED_BEFORE = "LISTED_BEFORE"  # an earlier statement has this very transaction
    PERSON_UNKNOWN = "PERSON_UNKNOWN"  # nobody of this national ID stands in the register
    NOT_ENTITLED = "NOT_ENTITLED"  # no right pays for the day
    OTHER_AGENCY = "OTHER_AGENCY"  # the right of the day is at another agency
    NAME_DIFFERS = "NAME_DIFFERS"  # the register has another name
    UNREADABLE = "UNREADABLE"  # national ID, day or amount cannot be read, or something in the line cannot be
    MATCHES = "MATCHES"  # no difference


class LineFault(StrEnum):
    """What cannot be in a line, told beside its findings; a line with nothing graver is counted as UNREADABLE."""

    HOSPITAL_UNKNOWN = "HOSPITAL_UNKNOWN"  # the code of no hospital
    AGENCY_UNKNOWN = "AGENCY_UNKNOWN"  # the code of no agency
    DAY_AHEAD = "DAY_AHEAD"  # the service or the discharge lies ahead
    DISCHARGE_FIRST = "DISCHARGE_FIRST"  # the discharge lies before the admission
    AMOUNT_NOT_POSITIVE = "AMOUNT_NOT_POSITIVE"  # nothing; less is a reversal


class Reversal(StrEnum):
    """A line without any difference that takes back what was paid; it has a place of its own among the lines."""

    REVERSAL = "REVERSAL"  # เรียกเงินคืน (ยอดติดลบ)


DIFFERENCES = tuple(one for one in Finding if one is not Finding.MATCHES)

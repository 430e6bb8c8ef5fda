"""Dates and digits as Thai offices write them: Buddhist era, day first, fiscal years, Bangkok time."""

import re
from datetime import date, datetime
from typing import Literal, NoReturn
from zoneinfo import ZoneInfo

from app.domain.errors import BadInput

BANGKOK = ZoneInfo("Asia/Bangkok")
BE_OFFSET = 543
EARLIEST_BE_YEAR = 2400
LATEST_SUGGESTED_BE_YEAR = 2600  # nobody is asked whether he meant a day further ahead
FISCAL_YEAR_FIRST_MONTH = 10

MONTHS_LONG = (
    *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
    *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
)
MONTHS_MEDIUM = (
    *("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย."),
    *("ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
)
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")

DateStyle = Literal["short", "medium", "long"]

_THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
_FULL_WIDTH_DIGITS = "０１２３４５６７８９"
_ARABIC_DIGITS = "0123456789"
_TO_THAI = str.maketrans(_ARABIC_DIGITS, _THAI_DIGITS)
_TO_ARABIC = str.maketrans(_THAI_DIGITS + _FULL_WIDTH_DIGITS, _ARABIC_DIGITS * 2)

_MONTH_NUMBERS = {
    name.replace(".", ""): number
    for names in (MONTHS_LONG, MONTHS_MEDIUM)
    for number, name in enumerate(names, start=1)
}
# Left by web pages and word processors; the dashes are all meant as the one on the keyboard.
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-") | dict.fromkeys("\u00ad\u200b\u200e\u200f\ufeff")
)
_TYPED = re.compile(
    r"""(?:วันที่\ ?)?
    (?P<day>[0-9]{1,2})\ ?[-/.]?\ ?
    (?:(?<=[-/.\ ])(?P<month>[0-9]{1,2})(?:\ ?[-/.]\ ?|\ )
      |(?:เดือน\ ?)?(?P<month_name>[ก-๎.]{2,12}?)\ ?[-/.]?\ ?)
    (?P<era>(?:พุทธศักราช|พ\.?\ ?ศ\.?|ค\.?\ ?ศ\.?)\ ?)?
    (?P<year>[0-9]{1,4})""",
    re.VERBOSE,
)
_COMPACT = re.compile(r"(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{4})")


def to_thai_digits(text: str) -> str:
    """The text with 0-9 written ๐-๙, as official letters want it (spec 10.2)."""
    return text.translate(_TO_THAI)


def to_arabic_digits(text: str) -> str:
    """The text with Thai and full-width digits written 0-9; every other character, superscripts too, stays."""
    return text.translate(_TO_ARABIC)


def parse_be_date(text: str, *, field: str | None = None) -> date:
    """The day that a person typed in the Buddhist era, day first: 1/10/2556, 1 ต.ค. 2556, ๑ ตุลาคม พ.ศ. ๒๕๕๖, 01102556.

    Raises BadInput INVALID_DATE (unreadable, no such day) or YEAR_NOT_BE (before 2400, two digits too, or
    marked ค.ศ.; facts `year` and `suggested_year`: the same year in the Buddhist era, None if that is no answer
    either). A wrong year is shown to the person, never corrected for him (spec 10.1).
    """
    typed = " ".join(to_arabic_digits(text).translate(_TYPOGRAPHY).split())
    found = _COMPACT.fullmatch(typed) or _TYPED.fullmatch(typed)
    if found is None:
        raise BadInput("INVALID_DATE", field=field)
    parts = found.groupdict()
    day, year = int(parts["day"]), int(parts["year"])
    month = int(parts["month"]) if parts["month"] else _MONTH_NUMBERS.get(parts["month_name"].replace(".", ""), 0)
    # The shape of day and month comes first: 20131001 is not a date at all, so no year is suggested for it.
    if not (1 <= day <= 31 and 1 <= month <= 12):
        raise BadInput("INVALID_DATE", field=field)
    if year < EARLIEST_BE_YEAR or (parts.get("era") or "").startswith("ค"):
        _refuse_year(year, field)
    try:
        # Converted before the date is built: 29 Feb exists in 2551 BE (2008), not in the year 2551 of the Common Era.
        return date(year - BE_OFFSET, month, day)
    except ValueError:
        raise BadInput("INVALID_DATE", field=field) from None


def format_be(day: date, style: DateStyle = "short") -> str:
    """A day as people read it: short `01/03/2569`, medium `1 มี.ค. 2569`, long `1 มีนาคม 2569` (spec 10.1)."""
    year = day.year + BE_OFFSET
    if style == "short":
        return f"{day.day:02d}/{day.month:02d}/{year}"
    months = {"medium": MONTHS_MEDIUM, "long": MONTHS_LONG}[style]
    return f"{day.day} {months[day.month - 1]} {year}"


def format_be_instant(instant: datetime) -> str:
    """An aware instant as the clock in Bangkok shows it: `1 มี.ค. 2569 11.00 น.` (spec 10.11); ValueError if naive."""
    if instant.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    local = instant.astimezone(BANGKOK)
    return f"{format_be(local.date(), 'medium')} {local:%H.%M} น."


def fiscal_year_be(day: date) -> int:
    """The Buddhist-era fiscal year (1 Oct to 30 Sep, named by its end) that holds the day (spec 10.3)."""
    return day.year + BE_OFFSET + (day.month >= FISCAL_YEAR_FIRST_MONTH)


def weekday_th(day: date) -> str:
    """The Thai name of the weekday without วัน: `จันทร์`."""
    return WEEKDAYS[day.weekday()]


def age_on(birth: date, day: date) -> int:
    """Full years lived on the day; a year is full on the birthday itself (CCC s.16); negative before birth."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def add_years(day: date, n: int) -> date:
    """The anniversary n years later (earlier if negative); 29 Feb becomes 1 Mar where it does not exist (spec 3.6)."""
    try:
        return day.replace(year=day.year + n)
    except ValueError:
        return date(day.year + n, 3, 1)


def _refuse_year(year: int, field: str | None) -> NoReturn:
    converted = year + BE_OFFSET
    is_plausible = year < EARLIEST_BE_YEAR <= converted <= LATEST_SUGGESTED_BE_YEAR
    suggested_year = converted if is_plausible else None
    raise BadInput("YEAR_NOT_BE", field=field, year=year, suggested_year=suggested_year)

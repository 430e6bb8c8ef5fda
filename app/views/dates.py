"""Days and instants as the reader of a page knows them: Thai months, or English ones; the year is always the Buddhist era's."""

from datetime import date, datetime

from flask_babel import format_date, get_locale

from app.domain import thai_calendar
from app.domain.clock import BANGKOK
from app.domain.thai_calendar import BE_OFFSET, DateStyle

_ENGLISH_MONTHS = {"medium": "MMM", "long": "MMMM"}


def format_be(day: date, style: DateStyle = "short") -> str:
    """A day in the reader's language: short `01/03/2569`, medium `1 มี.ค. 2569` or `1 Mar 2569`, long with the full month."""
    if style == "short" or _is_thai():
        return thai_calendar.format_be(day, style)
    return f"{day.day} {month_name(day, style)} {day.year + BE_OFFSET}"


def format_be_instant(instant: datetime) -> str:
    """An instant by the clock in Bangkok: `1 มี.ค. 2569 11.00 น.` or `1 Mar 2569 11.00`; ValueError if naive."""
    if _is_thai():
        return thai_calendar.format_be_instant(instant)
    if instant.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    local = instant.astimezone(BANGKOK)
    return f"{format_be(local.date(), 'medium')} {local:%H.%M}"


def clock_time(instant: datetime) -> str:
    """The time of day in Bangkok as in prose: `15.00 น.` or `15.00`."""
    local = f"{instant.astimezone(BANGKOK):%H.%M}"
    return f"{local} น." if _is_thai() else local


def month_name(day: date, style: DateStyle = "medium") -> str:
    """The month of a day: `มี.ค.` or `Mar`, long `มีนาคม` or `March`."""
    if _is_thai():
        months = {"medium": thai_calendar.MONTHS_MEDIUM, "long": thai_calendar.MONTHS_LONG}[style]
        return months[day.month - 1]
    return str(format_date(day, _ENGLISH_MONTHS[style], rebase=False))


def weekday(day: date) -> str:
    """The weekday of a day: `วันจันทร์` or `Monday`."""
    return f"วัน{thai_calendar.weekday_th(day)}" if _is_thai() else str(format_date(day, "EEEE", rebase=False))


def _is_thai() -> bool:
    locale = get_locale()
    return locale is None or locale.language == "th"

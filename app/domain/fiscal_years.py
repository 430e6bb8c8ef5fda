"""Fiscal years of the Buddhist era, 1 October to 30 September, named by their end (spec 10.3), and how money is summed up."""

from datetime import date, datetime, time
from enum import StrEnum

from app.domain.clock import BANGKOK
from app.domain.thai_calendar import BE_OFFSET, FISCAL_YEAR_FIRST_MONTH

MONTHS = 12


class SummaryBy(StrEnum):
    """By what the money of a fiscal year is summed up."""

    MONTH = "MONTH"  # รายเดือน
    PROVINCE = "PROVINCE"  # รายจังหวัด
    AGENCY = "AGENCY"  # รายหน่วยงาน
    HOSPITAL = "HOSPITAL"  # รายหน่วยบริการ


def month_starts(year_be: int) -> list[date]:
    """The first days of the months of a fiscal year and of the one after it: thirteen."""
    first = year_be - BE_OFFSET - 1
    months = [(FISCAL_YEAR_FIRST_MONTH - 1 + place) for place in range(MONTHS + 1)]
    return [date(first + month // 12, month % 12 + 1, 1) for month in months]


def bounds(year_be: int) -> list[datetime]:
    """The instants at which those days begin in Bangkok; the year is from the first up to the last."""
    return [datetime.combine(day, time(), BANGKOK) for day in month_starts(year_be)]

"""Fiscal years begin at midnight of 1 October in Bangkok and are named by their end, in the Buddhist era."""

from datetime import UTC, date, datetime

from app.domain.fiscal_years import bounds, month_starts
from app.domain.thai_calendar import fiscal_year_be


def test_a_fiscal_year_has_twelve_months_from_october():
    days = month_starts(2570)
    assert (days[0], days[3], days[11], days[12]) == (
        date(2026, 10, 1), date(2027, 1, 1), date(2027, 9, 1), date(2027, 10, 1),
    )  # fmt: skip
    assert [fiscal_year_be(day) for day in days] == [2570] * 12 + [2571]
    assert bounds(2570)[0] == datetime(2026, 9, 30, 17, 0, tzinfo=UTC)
    assert bounds(2570)[-1] == bounds(2571)[0] == datetime(2027, 9, 30, 17, 0, tzinfo=UTC)

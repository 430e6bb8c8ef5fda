"""The two clocks: the real one for security, the business one for rounds, spells and campaigns (decisions 16)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")


def real_now() -> datetime:
    """The machine's instant, aware UTC: for nonces, sessions, lockouts, rate limits."""
    return datetime.now(UTC)


def business_instant(offset: timedelta, at: datetime | None = None) -> datetime:
    """The business instant for a stored offset between the two clocks, aware UTC."""
    return (at or real_now()) + offset


def bangkok_day(instant: datetime) -> date:
    """The calendar day in Bangkok that contains the aware instant."""
    return instant.astimezone(BANGKOK).date()

"""The two days on a card, as a bridge tells them: Common Era, eight digits."""

from datetime import date
from typing import Any

from app.services.appointments import today

LIFELONG = "99999999"


def is_valid(expires_on: Any) -> bool:
    """Whether a card with this last day is in force today."""
    if expires_on == LIFELONG:
        return True
    try:
        return date.fromisoformat(expires_on) >= today()
    except (TypeError, ValueError):
        return False


def was_issued(issued_on: Any) -> bool:
    """Whether a card can say so: a day that has come, or nothing where the card itself names none."""
    try:
        return issued_on == "" or date.fromisoformat(issued_on) <= today()
    except (TypeError, ValueError):
        return False

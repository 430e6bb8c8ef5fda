"""Values of plain forms, read from the request."""

from datetime import date

from flask import request

from app.domain.errors import BadInput
from app.domain.thai_calendar import parse_be_date


def day(name: str) -> date:
    """The day of the Buddhist era that stands in a box; raises BadInput('REQUIRED') and those of parse_be_date."""
    found = day_or_none(name)
    if found is None:
        raise BadInput("REQUIRED", field=name)
    return found


def day_or_none(name: str) -> date | None:
    """The same, or None where nothing stands in it."""
    text = request.form.get(name, "").strip()[:40]
    return parse_be_date(text, field=name) if text else None

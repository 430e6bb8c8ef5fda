"""What an officer types with a deed about claims and appeals: the note, and the transfer that was made."""

from datetime import date, datetime

from app.domain.clock import bangkok_day
from app.domain.errors import BadInput
from app.domain.names import tidy

NOTE_LENGTH, TRANSFER_LENGTH = 1000, 60


def note_of(text: str, *, missing: str = "") -> str:
    """The note without its margins. Raises BadInput TOO_LONG, and `missing` (a code) where there is none."""
    note = text.replace("\0", "").strip()
    if missing and not note:
        raise BadInput(missing, field="note")
    if len(note) > NOTE_LENGTH:
        raise BadInput("TOO_LONG", field="note", longest=NOTE_LENGTH)
    return note


def transfer_of(paid_on: date | None, transfer_no: str) -> tuple[date, str]:
    """Day and number of a transfer. Raises BadInput REQUIRED, TOO_LONG."""
    number = tidy(transfer_no)
    if paid_on is None or not number:
        raise BadInput("REQUIRED", field="paid_on" if paid_on is None else "transfer_no")
    if len(number) > TRANSFER_LENGTH:
        raise BadInput("TOO_LONG", field="transfer_no", longest=TRANSFER_LENGTH)
    return paid_on, number


def require_transfer_day(paid_on: date, decided_at: datetime, now: datetime, **facts: str) -> None:
    """Raise BadInput DATE_IN_FUTURE, PAID_BEFORE_DECIDED for a transfer that lies ahead, or before what it pays was decided."""
    if paid_on > bangkok_day(now):
        raise BadInput("DATE_IN_FUTURE", field="paid_on", date=paid_on)
    if paid_on < bangkok_day(decided_at):
        raise BadInput("PAID_BEFORE_DECIDED", field="paid_on", **facts)

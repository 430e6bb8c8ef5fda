"""round_cases: which round carries an approval recorded at this instant, and when does it take effect (spec 6)?"""

from datetime import datetime

from app.domain.clock import BANGKOK
from app.rules.cases.topic import Row, Topic, UnknownCell, row_by_row
from app.rules.rounds import round_for, run_instant


def _decide(row: Row) -> Row:
    slot = round_for(_instant_in(row, "decided_at"))
    # When a late run began is no input to the choice of the round, only to the moment of its effect.
    started = _instant_in(row, "round_actually_run_at") if row["round_actually_run_at"] else slot.scheduled_at
    return {
        "expected_round_no": str(slot.no),
        "expected_round_at": slot.scheduled_at.isoformat(),
        "expected_effective_at": run_instant(slot.scheduled_at, started).astimezone(BANGKOK).isoformat(),
    }


def _instant_in(row: Row, column: str) -> datetime:
    """The aware instant of a cell; raises UnknownCell."""
    try:
        return _instant(row[column])
    except ValueError:
        raise UnknownCell(column, row[column]) from None


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without its zone")
    return instant


TOPIC = Topic(
    name="round_cases",
    inputs=("decided_at", "round_actually_run_at"),
    expected=("expected_round_no", "expected_round_at", "expected_effective_at"),
    decide=row_by_row(_decide),
    compared_as={"expected_round_at": _instant, "expected_effective_at": _instant},
)

"""Decisions on many requests and what becomes of each row, in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.people import MassDecision, RowOutcome

MASS_LABELS: dict[type, dict[Any, Any]] = {
    RowOutcome: {
        RowOutcome.WAITS: _l("Not reached yet"),
        RowOutcome.APPROVED: _l("Approved"),
        RowOutcome.RETURNED: _l("Returned for correction"),
        RowOutcome.REJECTED: _l("Not approved"),
        RowOutcome.CHANGED: _l("Changed since"),
        RowOutcome.CONFLICT: _l("Conflict"),
        RowOutcome.NEEDS_LOOK: _l("Needs a look"),
        RowOutcome.REFUSED: _l("Refused"),
    },
    MassDecision: {
        MassDecision.APPROVE: _l("Approve"),
        MassDecision.RETURN: _l("Return for correction"),
        MassDecision.REJECT: _l("Do not approve"),
    },
}

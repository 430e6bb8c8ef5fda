"""Words of workstations: their states as chips."""

from flask_babel import lazy_gettext as _l

from app.models.card import WorkstationState
from app.views.list_page import Chip

STATES: dict[WorkstationState, Chip] = {
    WorkstationState.PENDING: Chip(_l("Waits for the second person"), "waiting", "hourglass-split"),
    WorkstationState.ACTIVE: Chip(_l("In use"), "good", "check-circle"),
    WorkstationState.REVOKED: Chip(_l("Shut out"), "bad", "ban"),
}

"""Words of workstations and log-ins: their states as chips, and how a role comes in."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.models.account import AskKind
from app.models.card import LoginWay, WorkstationState
from app.views.list_page import Chip

STATES: dict[WorkstationState, Chip] = {
    WorkstationState.PENDING: Chip(_l("Waits for the second person"), "waiting", "hourglass-split"),
    WorkstationState.ACTIVE: Chip(_l("In use"), "good", "check-circle"),
    WorkstationState.REVOKED: Chip(_l("Shut out"), "bad", "ban"),
}

WAYS: dict[Any, Any] = {
    LoginWay.WITH_CODE: _l("Password and code of the phone, or card"),
    LoginWay.NO_CODE: _l("Password or card"),
    LoginWay.CARD_ONLY: _l("By card only"),
}

ASKS: dict[AskKind, Any] = {
    AskKind.OPEN: _l("Open the account"),
    AskKind.REACH: _l("Another role or reach"),
    AskKind.RESET: _l("A new password"),
    AskKind.WAY: _l("A looser way to log in"),
}

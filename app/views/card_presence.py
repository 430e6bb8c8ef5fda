"""Whether the card that opened a session is still in, for the page that stays on the screen (js/house/card.js asks)."""

from flask import session
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, expose

from app.security.session_cookie import CARD


class CardPresenceView(BaseView):
    """Asked every few seconds by each page in sight, so it reads the one row of the session and nothing else."""

    route_base = "/card/in"
    default_view = "ask"

    @expose("/<int:card_session_id>")
    def ask(self, card_session_id: int) -> ResponseReturnValue:
        """204 while the session of this very card lives, 403 once it is over or somebody else's."""
        is_in = session.key is not None and session.get(CARD) == card_session_id  # type: ignore[attr-defined]
        return "", 204 if is_in else 403

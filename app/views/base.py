"""The house views: every page names the power that opens it, and every change goes through a verb."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView
from flask_appbuilder.hooks import before_request

from app.domain.actor import ANONYMOUS, Actor, current_actor
from app.domain.powers import Power


def actor() -> Actor:
    """Who acts in this request; the anonymous visitor where nobody logged in."""
    return current_actor() or ANONYMOUS


def to_login() -> ResponseReturnValue:
    """Send a visitor to the log-in page and from there back to where he wanted to go."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("AuthView.login", next=wanted))


class PowerChecked:
    """Opens the routes of a view to actors with `power` only; `method_powers` names another one for single methods.

    Anonymous visitors are sent to log in, others get 403. The check runs before every route of the class.
    """

    power: Power | None = None
    method_powers: dict[str, Power] = {}

    def __init__(self, **kwargs: Any) -> None:
        if self.power is None:
            raise TypeError(f"{type(self).__name__} names no power")
        self.class_permission_name = self.power.value
        self.method_permission_name = {method: power.value for method, power in self.method_powers.items()}
        super().__init__(**kwargs)

    @before_request
    def check_power(self) -> ResponseReturnValue | None:
        """Refuse before the method runs; FAB calls it for each route (its hooks)."""
        wanted = self.method_powers.get((request.endpoint or "").rpartition(".")[2], self.power)
        if wanted in actor().powers:
            return None
        if actor().user_id is None:
            return to_login()
        return abort(403)

    def update_redirect(self) -> None:
        """Keep no history of pages: it would hold what people searched for."""


class PowerView(PowerChecked, BaseView):
    """A page of our own behind one power."""

    base_permissions = ["can_use"]

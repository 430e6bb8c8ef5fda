"""Flask-AppBuilder's security manager, reduced to what the portal uses: its powers decide, not rows of a database."""

from typing import Any

from flask import Flask, current_app
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_login import LoginManager
from sqlalchemy.orm import joinedload

from app.domain.actor import ANONYMOUS, current_actor
from app.domain.powers import Power
from app.models.account import PortalUser
from app.services.appointments import may_enter

_POWERS = {power.value: power for power in Power}
_CAN = "can_"
# Every page asks for an account's roles and names its agency: one statement, not three.
_WITH = (joinedload(PortalUser.roles), joinedload(PortalUser.agency))


def power_named(permission: str, view: str) -> Power | None:
    """The power behind one of Flask-AppBuilder's permissions: the method's own where it names one, else its view's."""
    return _POWERS.get(permission.removeprefix(_CAN)) or _POWERS.get(view)


class PortalSecurityManager(SecurityManager):
    """Knows the portal's accounts and asks the current actor; makes no tables, no views, no log-in of its own."""

    user_model = PortalUser
    auth_view: Any = None
    user_view: Any = None

    def __init__(self, appbuilder: Any) -> None:
        super().__init__(appbuilder)
        self.menu_powers: dict[str, frozenset[Power | None]] = {}

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether the current actor holds the power that the permission stands for; unknown names are refused."""
        actor = current_actor() or ANONYMOUS
        if permission_name == "menu_access":
            wanted = self.menu_powers.get(view_name, frozenset())
            return actor.user_id is not None and any(power is None or power in actor.powers for power in wanted)
        power = power_named(permission_name, view_name)
        return power is not None and power in actor.powers

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        return False

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        return {name for name in menu_names or () if self.has_access("menu_access", name)}

    def register_views(self) -> None:
        """None of Flask-AppBuilder's own: they let an officer give himself roles (app/views/menu.py registers ours)."""

    def load_user(self, pk: int) -> PortalUser | None:
        """The live account of a session; none where deactivated, not appointed any more, or of the demo in production."""
        user: PortalUser | None = self.session.get(PortalUser, int(pk), options=_WITH)
        if user is None or not user.active or not may_enter(user):
            return None
        return None if user.is_demo and current_app.config["PORTAL_ENV"] == "production" else user

    def create_login_manager(self, app: Flask) -> LoginManager:
        manager = super().create_login_manager(app)
        manager.session_protection = "strong"
        return manager

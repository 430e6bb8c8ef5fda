"""The only registration of views and menus: one line each, in the order in which people see them."""

from dataclasses import dataclass
from typing import Any

from flask_appbuilder import AppBuilder, BaseView
from flask_babel import lazy_gettext as _l

from app.views.auth import AuthView

PERSONNEL, REGISTRAR, REPORTS, NHSO = "personnel", "registrar_desk", "reports", "nhso"
# The groups of the menu, as the seeds print them (spec 8.1).
GROUPS: dict[str, Any] = {
    PERSONNEL: _l("Personnel"),
    REGISTRAR: _l("Registrar"),
    REPORTS: _l("Reports"),
    NHSO: _l("NHSO"),
}


@dataclass(frozen=True)
class Entry:
    """A view in the menu; its power decides who sees the line. `name` must not be the name of a view class."""

    view: type[BaseView]
    name: str
    label: Any
    group: str


MENU: tuple[Entry, ...] = ()
# Views that other pages lead to.
PAGES: tuple[type[BaseView], ...] = ()


def register(appbuilder: AppBuilder) -> None:
    """Register all views of the portal and tell the security manager which power opens which menu line."""
    manager = appbuilder.sm
    manager.auth_view = appbuilder.add_view_no_menu(AuthView)
    for group, label in GROUPS.items():
        powers = set()
        for entry in (entry for entry in MENU if entry.group == group):
            appbuilder.add_view(entry.view, entry.name, label=entry.label, category=group, category_label=label)
            manager.menu_powers[entry.name] = frozenset({entry.view.power})
            powers.add(entry.view.power)
        manager.menu_powers[group] = frozenset(powers)
    for view in PAGES:
        appbuilder.add_view_no_menu(view)

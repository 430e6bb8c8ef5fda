"""The first page after logging in: what the officer can do here, and how much waits for him."""

from collections.abc import Callable

from flask.typing import ResponseReturnValue
from flask_appbuilder import IndexView, expose
from flask_login import current_user

from app.views.base import to_login

_counts: dict[str, Callable[[], int]] = {}


def show_count(menu_name: str, count: Callable[[], int]) -> None:
    """Show on the home page, beside the menu entry of that name, how many things wait: `count()` in the actor's scope."""
    _counts[menu_name] = count


class HomeView(IndexView):
    """Blocks of menu entries with counts; each officer sees those that his powers open."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The blocks of the current officer."""
        if not current_user.is_authenticated:
            return to_login()
        has_access = self.appbuilder.sm.has_access
        blocks = [
            (group.label, [entry for entry in group.childs if has_access("menu_access", entry.name)])
            for group in self.appbuilder.menu.get_list()
        ]
        counts = {
            entry.name: _counts[entry.name]() for _, entries in blocks for entry in entries if entry.name in _counts
        }
        return self.render_template("home.html", blocks=[block for block in blocks if block[1]], counts=counts)

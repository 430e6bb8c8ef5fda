"""The first page after logging in: what the officer can do here, and how much waits for him."""

from flask.typing import ResponseReturnValue
from flask_appbuilder import IndexView, expose
from flask_login import current_user

from app.views.base import to_login


class HomeView(IndexView):
    """Blocks of menu entries with counts; each officer sees those that his powers open."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The blocks of the current officer."""
        if not current_user.is_authenticated:
            return to_login()
        return self.render_template("home.html")

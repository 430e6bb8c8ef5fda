"""The house views: every page names the power that opens it, and every change goes through a verb (decisions 19)."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from flask import abort, after_this_request, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, ModelView, expose
from flask_appbuilder.exceptions import FABException
from flask_appbuilder.hooks import before_request
from flask_appbuilder.urltools import get_order_args, get_page_args, get_page_size_args
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DataError, DBAPIError, StatementError
from wtforms import HiddenField

from app.domain.actor import ANONYMOUS, Actor, current_actor
from app.domain.errors import BadInput, InvalidForm, PortalError
from app.domain.powers import Power
from app.views.data_interface import LARGEST_PAGE, ReadingInterface
from app.views.errors import status_of, words_of

Command = TypeVar("Command")


def actor() -> Actor:
    """Who acts in this request; the anonymous visitor where nobody logged in."""
    return current_actor() or ANONYMOUS


def to_login() -> ResponseReturnValue:
    """Send a visitor to the log-in page and from there back to where he wanted to go."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("AuthView.login", next=wanted))


def show_refusal(form: Any, refusal: PortalError) -> None:
    """Show a verb's refusal at the field that it names, else above the form, and give the answer its status.

    Everything that was typed stays in the form.
    """
    for error in refusal.errors if isinstance(refusal, InvalidForm) else [refusal]:
        field = form._fields.get(error.field or "")
        if field is None:
            flash(words_of(error), "danger")
        else:
            field.errors = [*field.errors, words_of(error)]
    _answer_with(status_of(refusal))


def filled(command: type[Command], form: Any, **more: Any) -> Command:
    """The command (a dataclass) filled with the form's fields of the same names; `more` wins over the form."""
    names = {field.name for field in fields(command)}  # type: ignore[arg-type]
    return command(**{name: form[name].data for name in names if name in form} | more)


class PowerChecked:
    """Opens the routes of a view to actors with `power` only; `method_powers` names another one for single methods.

    Visitors are sent to log in, others get 403. The check runs before every route of the class, and the same powers
    stand behind Flask-AppBuilder's permissions (app/security/manager.py).
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
        """Refuse before the method runs; Flask-AppBuilder calls it for each route (its hooks)."""
        wanted = self.method_powers.get((request.endpoint or "").rpartition(".")[2], self.power)
        if wanted in actor().powers:
            return None
        if actor().user_id is None:
            return to_login()
        return abort(403)


class PowerView(PowerChecked, BaseView):
    """A page of our own behind one power."""

    base_permissions = ["can_use"]


class RegisterView(PowerChecked, ModelView):
    """Generated list, page and forms over rows that only verbs change.

    A subclass sets `datamodel = ReadingInterface(Model)`, `search_columns` and its columns, titles and labels, and
    overrides `add_by_verb` and `edit_by_verb`; without them it names its routes in `include_route_methods`.
    """

    exclude_route_methods = {"delete", "download", "action", "action_post"}
    version_column: str | None = "version"
    add_row_message = _l("Saved.")
    edit_row_message = _l("Saved.")
    search_columns: list[str] | None = None

    def add_by_verb(self, form: Any) -> None:
        """Fill a command from the valid form and call the verb that adds; a PortalError is shown at its field."""
        raise NotImplementedError

    def edit_by_verb(self, pk: Any, version: int, form: Any) -> None:
        """Fill a command and call the verb that changes the row `pk` as it was at `version`."""
        raise NotImplementedError

    def _init_properties(self) -> None:
        if self.search_columns is None:
            raise TypeError(f"{type(self).__name__} names no search_columns; the default would be all")
        if not isinstance(self.datamodel, ReadingInterface):
            raise TypeError(f"{type(self).__name__} needs a ReadingInterface")
        if not self.search_columns:  # Flask-AppBuilder would take none for all
            self.search_exclude_columns = self.datamodel.get_search_columns_list()
        super()._init_properties()

    def _init_forms(self) -> None:
        super()._init_forms()
        self.edit_form = type("EditForm", (self.edit_form,), {"version": HiddenField()})

    def _list(self, **kwargs: Any) -> Any:
        self._check_list_arguments()
        try:
            return super()._list(**kwargs)
        except DBAPIError as error:
            if isinstance(error, DataError):
                abort(400)
            raise
        except (FABException, StatementError, IndexError, KeyError, ValueError):
            abort(400)  # a filter with a value that its column cannot hold

    def _check_list_arguments(self) -> None:
        name = type(self).__name__
        try:
            pages, sizes = get_page_args(), get_page_size_args()
        except ValueError:
            abort(400)
        column, _direction = get_order_args().get(name, ("", ""))
        if pages.get(name, 0) < 0 or not 0 < sizes.get(name, 1) <= LARGEST_PAGE:
            abort(400)
        if column and column not in self.order_columns:
            abort(400)

    def _add(self) -> Any:
        form = self.add_form()
        if request.method == "POST" and self._done(form, lambda: self.add_by_verb(form), self.add_row_message):
            return None
        return self._get_add_widget(form=form)

    def _edit(self, pk: Any) -> Any:
        item = self.datamodel.get(pk, self._base_filters)
        if item is None:
            abort(404)
        key = self.datamodel.get_pk_value(item)
        form = self.edit_form() if request.method == "POST" else self.edit_form(obj=item)
        form._id = key  # by which Flask-AppBuilder's check of uniqueness knows the row itself
        if request.method == "GET":
            if self.version_column:
                form.version.data = getattr(item, self.version_column)
            self.prefill_form(form, key)
        elif self._done(form, lambda: self.edit_by_verb(key, self._version(form), form), self.edit_row_message):
            return None
        return self._get_edit_widget(form=form) | {"related_views": []}

    def _version(self, form: Any) -> int:
        if self.version_column and not str(form.version.data).isdecimal():
            raise BadInput("VERSION_MISSING")
        return int(form.version.data) if self.version_column else 0

    def _done(self, form: Any, verb: Callable[[], None], message: Any) -> bool:
        if not form.validate():
            _answer_with(400)
            return False
        try:
            verb()
        except PortalError as refusal:
            show_refusal(form, refusal)
            return False
        flash(str(message), "success")
        return True

    def post_add_redirect(self) -> ResponseReturnValue:
        """Back to the list."""
        return redirect(url_for(f"{self.endpoint}.list"))

    post_edit_redirect = post_delete_redirect = post_add_redirect


class SafeActions:
    """Actions on ticked rows, left of RegisterView: each row is looked up again in the actor's scope (fab.md 4, 5).

    The handler of an `@action` gets the list of keys. An unknown action or a key out of reach is 404.
    """

    exclude_route_methods = {"delete", "download", "action"}

    @expose("/action_post", methods=["POST"])
    def action_post(self) -> ResponseReturnValue:
        """Run the named action on the ticked rows."""
        chosen = self.actions.get(request.form.get("action", ""))  # type: ignore[attr-defined]
        if chosen is None:
            abort(404)
        keys = [int(key) for key in dict.fromkeys(request.form.getlist("rowid")) if key.isdecimal() and len(key) < 19]
        if not keys or len(keys) > LARGEST_PAGE or any(self.datamodel.get(key) is None for key in keys):  # type: ignore[attr-defined]
            abort(404)
        permission = self.get_action_permission_name(chosen.name)  # type: ignore[attr-defined]
        if not self.appbuilder.sm.has_access(permission, self.class_permission_name):  # type: ignore[attr-defined]
            abort(403)
        result: ResponseReturnValue = chosen.func(keys)
        return result


def _answer_with(status: int) -> None:
    @after_this_request
    def _set(response: Any) -> Any:
        if response.status_code == 200:
            response.status_code = status
        return response

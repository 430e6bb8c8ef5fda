"""The house views: every page names the power that opens it, and every change goes through a verb (decisions 19)."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from flask import abort, after_this_request, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, ModelView, expose, has_access
from flask_appbuilder.hooks import before_request
from flask_appbuilder.urltools import get_order_args, get_page_args, get_page_size_args
from flask_appbuilder.widgets import RenderTemplateWidget
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import HiddenField

from app.domain.actor import ANONYMOUS, Actor, current_actor
from app.domain.errors import BadInput, InvalidForm, PortalError
from app.domain.powers import Power
from app.views.data_interface import LARGEST_PAGE, ReadingInterface
from app.views.errors import status_of, words_of
from app.views.list_desk import OwnDesk
from app.views.list_page import ListPage, cells, marked
from app.views.list_search import Question, Search, Where, of_columns

Command = TypeVar("Command")


def actor() -> Actor:
    """Who acts in this request; the anonymous visitor where nobody logged in."""
    return current_actor() or ANONYMOUS


def own_name() -> str:
    """The officer's name, for what is printed and handed over; the account's where he has none."""
    return current_user.get_full_name().strip() or actor().name


def to_login() -> ResponseReturnValue:
    """Send a visitor to the log-in page and from there back to where he wanted to go."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("AuthView.login", next=wanted))


def show_refusal(form: Any, refusal: PortalError) -> None:
    """Show a verb's refusal at the field that it names, else on top of the form, and give the answer its status.

    Everything that was typed stays in the form.
    """
    for error in refusal.errors if isinstance(refusal, InvalidForm) else [refusal]:
        field = form._fields.get(error.field or "")
        if field is None:
            form.form_errors = [*form.form_errors, words_of(error)]
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


class ListWidget(RenderTemplateWidget):
    """A page of rows."""

    template = "appbuilder/general/widgets/list.html"


class SearchWidget(RenderTemplateWidget):
    """The questions above the rows."""

    template = "appbuilder/general/widgets/search.html"


class RegisterView(PowerChecked, OwnDesk, ModelView):
    """Generated list, page and forms over rows that only verbs change.

    A subclass sets `datamodel = ReadingInterface(Model)`, `search_columns` and its columns, titles and labels, and
    overrides `add_by_verb` and `edit_by_verb`; without them it names its routes in `include_route_methods`.
    `questions` words a search of its own where the one that fits the column's kind would not do.
    """

    exclude_route_methods = {"delete", "download", "action", "action_post"}
    version_column: str | None = "version"
    add_row_message = _l("Saved.")
    edit_row_message = _l("Saved.")
    search_columns: list[str] | None = None
    questions: dict[str, Question] = {}
    search: Search
    list_help: Any = ""  # a sentence under the list's name
    form_help: Any = ""  # a sentence above the form
    list_widget, search_widget = ListWidget, SearchWidget
    marked = staticmethod(marked)

    def add_by_verb(self, form: Any) -> None:
        """Fill a command from the valid form and call the verb that adds; a PortalError is shown at its field."""
        raise NotImplementedError

    def edit_by_verb(self, pk: Any, version: int, form: Any) -> None:
        """Fill a command and call the verb that changes the row `pk` as it was at `version`."""
        raise NotImplementedError

    def name_of(self, item: Any) -> str:
        """What a row is called on pages and in questions before it is removed."""
        return str(item)

    def values_of(self, item: Any, names: list[str]) -> list[Any]:
        """The row's values under these names, before they are worded."""
        return list(self.datamodel.get_values_item(item, names))

    def address(self, method: str, **values: Any) -> str:
        """Where a route of this view is; empty if it is not served or not the actor's."""
        wanted = self.method_powers.get(method, self.power)
        if f"{self.endpoint}.{method}" not in current_app.view_functions or wanted not in actor().powers:
            return ""
        return url_for(f"{self.endpoint}.{method}", **values)

    def render_template(self, template: str, **kwargs: Any) -> str:
        """A page of this view, which knows the view as `view`."""
        rendered: str = super().render_template(template, view=self, **kwargs)
        return rendered

    def _init_properties(self) -> None:
        if self.search_columns is None:
            raise TypeError(f"{type(self).__name__} names no search_columns; the default would be all")
        if not isinstance(self.datamodel, ReadingInterface):
            raise TypeError(f"{type(self).__name__} needs a ReadingInterface")
        self.search = of_columns(self.datamodel, self.search_columns, self.label_columns, self.questions)
        # Flask-AppBuilder's own search is never asked, but makes a form of all columns that are not excluded.
        self.search_columns, self.search_exclude_columns = [], self.datamodel.get_search_columns_list()
        super()._init_properties()

    def _init_forms(self) -> None:
        super()._init_forms()
        self.edit_form = type("EditForm", (self.edit_form,), {"version": HiddenField()})

    def _list(self) -> Any:
        page, size, order = self._list_arguments()
        form = self.search.form(request.args)
        conditions: list[str] = []
        if not form.validate():
            _answer_with(400)
            count, items = 0, []
        else:
            conditions = self.search.described(form)
            count, items = self.datamodel.query(self._wanted(form), *order, page=page, page_size=size)
        listed = ListPage(self, items, count, page, size, self.desk(), conditions)
        return {"list": self.list_widget(page=listed), "search": self.search_widget(page=listed, form=form)}

    def found(self, form: Any, *, most: int) -> list[Any]:
        """The rows that a valid search finds, in the order of the address, at most so many."""
        _page, _size, order = self._list_arguments()
        return self.datamodel.first(self._wanted(form), order, most)

    def foresee(self, items: list[Any]) -> Any:
        """Load in few statements what `values_of` will ask for row by row; what it returns is kept meanwhile."""
        return None

    def _wanted(self, form: Any) -> Any:
        filters = self.datamodel.get_filters()
        filters.add_filter_list([("", Where, wanted) for wanted in self.search.conditions(form)])
        return filters.get_joined_filters(self._base_filters)

    def _list_arguments(self) -> tuple[int, int, tuple[str, str]]:
        name = type(self).__name__
        try:
            page, size = get_page_args().get(name, 0), get_page_size_args().get(name, self.page_size)
        except ValueError:
            abort(400)
        order = get_order_args().get(name) or self.base_order or ("", "")
        if page < 0 or not 0 < size <= LARGEST_PAGE:
            abort(400)
        if order != self.base_order and order[0] and order[0] not in self.order_columns:
            abort(400)
        return page, size, order

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """One row with all its values."""
        item = self.datamodel.get(pk, self._base_filters) or abort(404)
        return self._show_page(item)

    def _show_page(self, item: Any, template: str = "", **more: Any) -> ResponseReturnValue:
        values = self.values_of(item, self.show_columns)
        facts = dict(zip(self.show_columns, cells(self, self.show_columns, values), strict=True))
        sections = self.show_fieldsets or [("", {"fields": self.show_columns})]
        widget = self.show_widget(
            sections=[(title, [facts[name] for name in part["fields"]]) for title, part in sections]
        )
        return self.render_template(
            template or self.show_template,
            widgets={"show": widget},
            title=self.show_title,
            name=self.name_of(item),
            key=self.datamodel.get_pk_value(item),
            **more,
        )

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
        return self._get_edit_widget(form=form) | {"name": self.name_of(item), "key": key}

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
        if message:
            flash(str(message), "success")
        return True

    def post_add_redirect(self) -> ResponseReturnValue:
        """Back to the list."""
        return redirect(url_for(f"{self.endpoint}.list"))

    post_edit_redirect = post_delete_redirect = post_add_redirect


def _answer_with(status: int) -> None:
    @after_this_request
    def _set(response: Any) -> Any:
        if response.status_code == 200:
            response.status_code = status
        return response

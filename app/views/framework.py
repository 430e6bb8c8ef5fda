"""What we change inside Flask-AppBuilder, once per process and before any view is made (reasons beside each)."""

import copy
from typing import Any

from flask import g, has_request_context
from flask_appbuilder import forms
from flask_appbuilder.api import ModelRestApi
from flask_appbuilder.baseviews import BaseModelView, BaseView
from flask_appbuilder.models.sqla import filters
from flask_appbuilder.validators import Unique

from app.domain.errors import BadInput
from app.domain.thai_calendar import parse_be_date
from app.views.fields import BEDateField, CodeField, RowField

_TEMPLATE = "_filters_template"
_stock_value = filters.set_value_to_type


def install() -> None:
    """Make the changes; a second call changes nothing."""
    # One view object serves all users and would show one user's search words to another (issue 2366 there).
    for view in (BaseModelView, ModelRestApi):
        view._filters = property(_own_filters, _keep_template)
    # The history of pages would hold what people searched for.
    BaseView.update_redirect = lambda self: None
    # Dates are typed and shown in the Buddhist era, codes by their labels.
    # Boxes are the form library's own: the stock ones carry Bootstrap 3 and style attributes, which no page may have.
    forms.FieldConverter.conversion_table = tuple(
        (kind, BEDateField if kind == "is_date" else field, None)
        for kind, field, _widget in forms.FieldConverter.conversion_table
    )
    forms.EnumField, forms.QuerySelectField = CodeField, RowField
    forms.Unique = _Unique
    filters.set_value_to_type = _typed


class _Unique(Unique):
    """Says that a value is taken in each reader's language; the stock one keeps the words of the first."""

    def __call__(self, form: Any, field: Any) -> None:
        Unique(self.datamodel, self.col_name)(form, field)


def _own_filters(view: Any) -> Any:
    template = view.__dict__.get(_TEMPLATE)
    if template is None or not has_request_context():
        return template
    own = g.setdefault("list_filters", {})
    if id(view) not in own:
        own[id(view)] = copy.copy(template)
        own[id(view)].clear_filters()
    return own[id(view)]


def _keep_template(view: Any, template: Any) -> None:
    view.__dict__[_TEMPLATE] = template


def _typed(datamodel: Any, column_name: str, value: Any) -> Any:
    if datamodel.is_date(column_name) and isinstance(value, str):
        try:
            return parse_be_date(value)
        except BadInput:
            return None
    return _stock_value(datamodel, column_name, value)

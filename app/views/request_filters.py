"""Makes Flask-AppBuilder keep a list's active filters per request: it shares them between users (issue 2366 there)."""

import copy
from typing import Any

from flask import g, has_request_context
from flask_appbuilder.api import ModelRestApi
from flask_appbuilder.baseviews import BaseModelView

_KEPT = "_filters_template"


def install() -> None:
    """Replace the shared attribute by one that is new in every request; must run before any view is made."""
    for view in (BaseModelView, ModelRestApi):
        view._filters = property(_own_filters, lambda self, filters: self.__dict__.__setitem__(_KEPT, filters))


def _own_filters(view: Any) -> Any:
    template = view.__dict__.get(_KEPT)
    if template is None or not has_request_context():
        return template
    own = g.setdefault("list_filters", {})
    if id(view) not in own:
        own[id(view)] = copy.copy(template)
        own[id(view)].clear_filters()
    return own[id(view)]

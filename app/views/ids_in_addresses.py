"""A national ID that was typed into a search whose questions stand in the address is taken out of it (decisions 10).

Scripts do not even send it (js/house/shell.js); this is for browsers without them and for addresses typed by hand.
"""

from urllib.parse import urlencode

from flask import Flask, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.domain import national_id
from app.domain.errors import BadInput


def install(app: Flask) -> None:
    """Look at the address of every page before it is made."""
    app.before_request(_taken_out)


def _taken_out() -> ResponseReturnValue | None:
    if request.method != "GET" or not any(map(_is_id, request.args.values())):
        return None
    flash(
        _("A national ID does not belong in an address. Type it into the box at the top, or search by name."), "warning"
    )
    kept = [(name, value) for name, value in request.args.items(multi=True) if not _is_id(value)]
    return redirect(request.path + (f"?{urlencode(kept)}" if kept else ""), 303)


def _is_id(value: str) -> bool:
    try:
        return bool(national_id.parse(value))
    except BadInput:
        return False

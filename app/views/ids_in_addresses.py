"""A national ID that was typed into a search whose questions stand in the address is taken out of it (decisions 10).

Scripts do not even send it (js/house/shell.js); this is for browsers without them and for addresses typed by hand.
"""

from urllib.parse import quote, urlencode

from flask import Flask, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.domain import national_id
from app.domain.errors import BadInput


def install(app: Flask) -> None:
    """Look at the address of every page before it is made."""
    app.before_request(_taken_out)


def _taken_out() -> ResponseReturnValue | None:
    typed = list(request.args.items(multi=True))
    # An address that leads nowhere is not sent on: what stands in it could lead to another server.
    if (
        request.method != "GET"
        or request.routing_exception is not None
        or not any(_is_id(value) for _name, value in typed)
    ):
        return None
    flash(
        _("A national ID does not belong in an address. Type it into the box at the top, or search by name."), "warning"
    )
    kept = [(name, value) for name, value in typed if not _is_id(value)]
    return redirect(quote(request.path) + (f"?{urlencode(kept)}" if kept else ""), 303)


def _is_id(value: str) -> bool:
    try:
        return bool(national_id.parse(value))
    except BadInput:
        return False

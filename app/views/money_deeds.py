"""One deed of a page about money: done, told, and back to where it was asked for."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView

from app.domain.errors import NotFound, PortalError
from app.views.claim_words import words_of_claim
from app.views.errors import status_of


def do_and_tell(act: Callable[[], str], address: str, again: Callable[[], str] | None = None) -> ResponseReturnValue:
    """Do it, say what it says, and lead to `address`; what is not there is a 404.

    A refusal is told there too, or on the page that `again` shows with what was typed.
    """
    try:
        flash(act(), "success")
    except NotFound:
        abort(404)
    except PortalError as refusal:
        flash(words_of_claim(refusal), "danger")
        if again is not None:
            return again(), status_of(refusal)
    return redirect(address, 303)


def page_again(view: BaseView, template: str, row: str, page: dict[str, Any]) -> str:
    """The page of one row (`page[row]`) with what was typed on it.

    Where somebody changed the row since it was shown only the note stays: sums, days and reasons were not about what stands now.
    """
    is_as_seen = request.form.get("version") == str(page[row].version)
    typed = request.form if is_as_seen else {"note": request.form.get("note", "")}
    return view.render_template(template, typed=typed, **page)

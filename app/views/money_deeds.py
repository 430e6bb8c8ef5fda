"""One deed of a page about money: done, told, and back to where it was asked for."""

from collections.abc import Callable

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue

from app.domain.errors import NotFound, PortalError
from app.views.claim_words import words_of_claim


def do_and_tell(act: Callable[[], str], address: str) -> ResponseReturnValue:
    """Do it, say what it says, and lead to `address`; a refusal is told there, what is not there is a 404."""
    try:
        flash(act(), "success")
    except NotFound:
        abort(404)
    except PortalError as refusal:
        flash(words_of_claim(refusal), "danger")
    return redirect(address, 303)

"""Which language a reader gets: Thai, unless he chose another for his session."""

import flask_wtf.i18n
from flask import Flask, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.utils.base import get_safe_redirect
from flask_babel import get_locale
from werkzeug.exceptions import NotFound


def install(app: Flask) -> None:
    """Set the language of pages, forms and answers; call after AppBuilder is made."""
    translations = app.config["BABEL_TRANSLATION_DIRECTORIES"].rpartition(";")[2]
    flask_wtf.i18n.messages_path = lambda: translations  # the form library speaks no Thai of its own
    # Flask-AppBuilder's own selector writes the language into every visitor's session.
    app.extensions["babel"].locale_selector = _chosen
    app.view_functions["LocaleView.index"] = _choose
    app.jinja_env.globals["get_locale"] = get_locale


def _chosen() -> str | None:
    try:
        return session.get("locale")
    except (RuntimeError, AssertionError):  # no request, or its session could not be opened: the database is away
        return None


def _choose(locale: str) -> ResponseReturnValue:
    if locale not in current_app.config["LANGUAGES"]:
        raise NotFound
    session["locale"] = locale
    return redirect(get_safe_redirect(request.referrer or url_for("HomeView.index")))

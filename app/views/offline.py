"""The page that a browser keeps for when the portal cannot be reached, and the small worker that shows it.

Nothing of any other page is ever kept: the worker stores this page and the static files that it needs, the same for all.
"""

import hashlib
import json
from datetime import date
from functools import cache
from pathlib import Path

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, expose
from flask_babel import force_locale, get_locale

from app.views.dates import month_name

_FILES = ("css/house/all.css", "js/house/kept.js", "js/offline_page.js")
_DAY = 24 * 60 * 60


class OfflineView(BaseView):
    """Two routes without session, name or agency."""

    route_base = "/offline"
    default_view = "page"

    @expose("/")
    def page(self) -> ResponseReturnValue:
        """The page in the language that its address names."""
        return _page(_language())

    @expose("/worker.js")
    def worker(self) -> ResponseReturnValue:
        """The worker and what it keeps; its address has a hash, so browsers ask for it once a day at most."""
        answer = current_app.response_class(_script(_language()), mimetype="text/javascript")
        answer.headers["Service-Worker-Allowed"] = "/"
        answer.headers["Cache-Control"] = f"public, max-age={_DAY}"
        return answer


def worker_address() -> str:
    """Where a page finds the worker of its language; another one as soon as anything that it keeps has changed."""
    language = str(get_locale() or "th")
    return url_for("OfflineView.worker", lang=language, v=_version(language))


def _page(language: str) -> str:
    with force_locale(language):
        months = " ".join(month_name(date(2000, month, 1)) for month in range(1, 13))
        # Not render_template, which would ask who is logged in and send a cookie: browsers ask for this by themselves,
        # perhaps while their officer is just logging in.
        return current_app.jinja_env.get_template("offline.html").render(lang=language, months=months)


@cache
def _version(language: str) -> str:
    return hashlib.sha256((_page(language) + _code()).encode()).hexdigest()[:10]


def _script(language: str) -> str:
    # Under addresses that no other page uses: the worker stands between no page and its own files.
    files = [url_for("static", filename=name, kept=1) for name in _FILES]
    kept = {
        "name": f"portal {language} {_version(language)}",
        "page": url_for("OfflineView.page", lang=language),
        "files": files,
    }
    return f"const KEPT = {json.dumps(kept)};\n{_code()}"


def _code() -> str:
    return (Path(current_app.static_folder or "") / "js" / "offline_worker.js").read_text(encoding="utf-8")


def _language() -> str:
    asked = request.args.get("lang", "")
    return asked if asked in current_app.config["LANGUAGES"] else str(current_app.config["BABEL_DEFAULT_LOCALE"])

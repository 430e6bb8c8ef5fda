"""คู่มือการใช้งาน: how each role does its work, a page a role, for those who do it, in Thai and in English."""

from dataclasses import dataclass
from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, expose
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app.domain.powers import Power
from app.views.base import actor, to_login


@dataclass(frozen=True)
class Chapter:
    """One handbook: its name in the address, its title, and whose work it tells of."""

    name: str
    title: Any
    what: Any
    power: Power
    icon: str


CHAPTERS = (
    Chapter(
        "clerk",
        _l("Handbook for clerks"),
        _l("Record people and families, mend what comes back, import from Excel"),
        Power.RECORD_REQUEST,
        "person-plus",
    ),
    Chapter(
        "registrar",
        _l("Handbook for registrars"),
        _l("Decide requests, rounds, four eyes, mistakes"),
        Power.APPROVE_CERTIFICATION,
        "patch-check",
    ),
    Chapter(
        "admin",
        _l("Handbook for administrators"),
        _l("Agencies, accounts and roles, hospital tokens, lists of one's own"),
        Power.MANAGE_AGENCIES,
        "building",
    ),
    Chapter(
        "security",
        _l("Security of the card"),
        _l("What a log-in by card proves and what it does not, desks, PINs, the day without a card"),
        Power.MANAGE_CARDS,
        "shield-lock",
    ),
)


class HandbookView(BaseView):
    """Open to everybody who is logged in; each finds what concerns his own work."""

    route_base = "/help"
    default_view = "show"

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The handbooks and the keys."""
        if actor().user_id is None:
            return to_login()
        chapters = [chapter for chapter in CHAPTERS if chapter.power in actor().powers]
        return self.render_template("help/index.html", chapters=chapters)

    @expose("/<string:name>")
    def chapter(self, name: str) -> ResponseReturnValue:
        """One handbook."""
        if actor().user_id is None:
            return to_login()
        chapter = next((chapter for chapter in CHAPTERS if chapter.name == name), None)
        if chapter is None:
            abort(404)
        if chapter.power not in actor().powers:
            abort(403)  # its links would lead him nowhere
        language = "th" if str(get_locale()) == "th" else "en"
        folder = "help" if language == "th" else f"help/{language}"
        return self.render_template(f"{folder}/{chapter.name}.html", chapter=chapter, language=language)

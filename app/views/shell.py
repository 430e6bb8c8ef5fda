"""What stands around every page: the menu by power with what waits, who is here, and the coming round (spec 8.1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, current_app, request, url_for
from flask_appbuilder.menu import MenuItem
from flask_babel import gettext as _
from flask_login import current_user

from app.domain.actor import ANONYMOUS, Actor, ScopeKind, current_actor
from app.domain.powers import Power
from app.services import late_rounds, my_jobs
from app.services.coming_round import coming_round
from app.views import field_help, ids_in_addresses, whole_words
from app.views.labels import ROLE_LABELS
from app.views.list_page import marked
from app.views.offline import worker_address
from app.views.round_words import coming_words, late_words, round_name

_counts: dict[str, Callable[[], int]] = {}
_here: dict[str, Callable[[str], bool]] = {}
_icons: dict[str, str] = {}
# So many lines of the menu stand in the window of a small PC (768 px) beside the names of the groups.
_LINES_THAT_FIT = 12


def show_count(menu_name: str, count: Callable[[], int]) -> None:
    """Show beside the menu entry of that name, here and on the home page, how many things wait: `count()` in scope."""
    _counts[menu_name] = count


def show_here(menu_name: str, is_here: Callable[[str], bool]) -> None:
    """Mark this line of the menu where `is_here`, asked with the page's view, says so: several lines share a view."""
    _here[menu_name] = is_here


def show_icon(menu_name: str, icon: str) -> None:
    """Show an icon of static/icons/sprite.svg beside the menu entry of that name."""
    _icons[menu_name] = icon


@dataclass(frozen=True)
class Line:
    """One line of the menu."""

    name: str
    label: Any
    icon: str
    address: str
    count: int
    is_here: bool

    @property
    def waits(self) -> bool:
        """Whether the count asks for work."""
        return self.count > 0


@dataclass(frozen=True)
class Group:
    """One heading of the menu with its lines."""

    name: str
    label: Any
    lines: list[Line]
    is_open: bool

    @property
    def count(self) -> int:
        """How many things wait behind its lines."""
        return sum(line.count for line in self.lines)


def install(app: Flask) -> None:
    """Give every page `shell` and the parts of templates/ui.html."""
    field_help.install(app)
    ids_in_addresses.install(app)
    whole_words.install(app)
    app.jinja_env.filters["marked"] = marked  # a name in the middle of an English sentence
    app.jinja_env.globals["worker_address"] = worker_address
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("ui.html").module
    app.context_processor(lambda: {"shell": Shell()})


class Shell:
    """Read by the templates of the frame; each part is worked out when it is first asked for."""

    def __init__(self) -> None:
        self.actor: Actor = current_actor() or ANONYMOUS

    @cached_property
    def groups(self) -> list[Group]:
        """The menu of this officer, folded as he left it (js/house/shell.js); else what fits is open, most work first."""
        has_access = current_app.appbuilder.sm.has_access
        found = [
            (group, [_line(entry) for entry in group.childs if has_access("menu_access", entry.name)])
            for group in current_app.appbuilder.menu.get_list()
        ]
        opened = _opened({group.name: lines for group, lines in found})
        return [Group(group.name, group.label, lines, group.name in opened) for group, lines in found if lines]

    @property
    def own_pages(self) -> list[Line]:
        """Pages about the officer himself."""
        return [
            Line("help", _("Handbooks and help"), "book", url_for("HandbookView.show"), 0, False),
            Line("password", _("Change password"), "key", url_for("PasswordView.own"), 0, False),
            Line("phone", _("Change phone"), "lock", url_for("PhoneView.own"), 0, False),
            Line("pin", _("Change PIN"), "person-vcard", url_for("OwnPinView.own"), 0, False),
        ]

    @property
    def who(self) -> dict[str, str]:
        """Name, role and agency of the officer, and the letter in the circle."""
        name = current_user.get_full_name().strip() or current_user.username
        roles = ", ".join(str(ROLE_LABELS.get(role, role)) for role in self.actor.roles)
        agency = current_user.agency.name_th if current_user.agency else ""
        return {"name": name, "role": roles, "agency": agency, "mark": _first_letter(name)}

    @property
    def may_search(self) -> bool:
        """Whether the search of the top bar is this officer's."""
        return Power.VIEW_REGISTER in self.actor.powers

    @property
    def may_have_jobs(self) -> bool:
        """Whether this officer can ask for background work."""
        return Power.VIEW_REPORTS in self.actor.powers

    @property
    def running_jobs(self) -> list[int]:
        """The officer's own background work that waits or runs."""
        return my_jobs.unfinished(actor=self.actor)

    @property
    def coming(self) -> Any:
        """The coming round, for those whom rounds concern; None for others."""
        if Power.VIEW_ROUNDS not in self.actor.powers:
            return None
        self._coming = self.__dict__.get("_coming") or coming_round()
        return self._coming

    @property
    def late_round(self) -> Any:
        """A round that is not done in time, for those who watch the nation; None for all others, and as a rule."""
        watches = self.actor.scope.kind is ScopeKind.NATION and Power.VIEW_ROUNDS in self.actor.powers
        found = late_rounds.late_round(now=self.coming.now) if watches else None
        return found and {"id": found.id, "words": late_words(found)}

    @property
    def coming_round(self) -> str:
        """The coming round's name."""
        return round_name(self.coming)

    @property
    def coming_words(self) -> str:
        """What an approval made now will do."""
        return coming_words(self.coming)


def _opened(groups: Mapping[str, list[Line]]) -> set[str]:
    """The groups that are open: the page's own, those that the officer opened, and of the others as many as fit."""
    chosen, room, opened = dict(parse_qsl(request.cookies.get("menu", ""))), _LINES_THAT_FIT, set()
    own = {name for name, lines in groups.items() if any(line.is_here for line in lines)}
    for name in sorted(groups, key=lambda name: (name not in own, -sum(line.count for line in groups[name]))):
        by_itself = "1" if len(groups[name]) <= room else "0"
        if name in own or chosen.get(name, by_itself) == "1":
            opened.add(name)
            room -= len(groups[name])
    return opened


def _line(entry: MenuItem) -> Line:
    address = entry.get_url()
    count = _counts[entry.name]() if entry.name in _counts else 0
    view = (request.endpoint or "").partition(".")[0]
    is_here = entry.baseview is not None and view == entry.baseview.endpoint
    if entry.name in _here:
        is_here = _here[entry.name](view)
    return Line(entry.name, entry.label, _icons.get(entry.name, "card-list"), address, count, is_here)


def _first_letter(name: str) -> str:
    """The first consonant: a Thai vowel written before it is no initial."""
    return next((letter for letter in name if letter.isalpha() and letter not in "เแโใไ"), "·")

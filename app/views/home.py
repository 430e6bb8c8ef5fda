"""The first page after logging in: today's work of this role, what waits and since when, and the rounds around now."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import IndexView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.domain.approval_menus import POWER_OF, ApprovalMenu
from app.domain.clock import BANGKOK
from app.domain.people import RequestStatus
from app.domain.powers import Power
from app.rules.coming import LOOKS_AHEAD, Coming
from app.services import today as desk
from app.services.today import Today
from app.views.approval_search import MENU_TITLES, MINE
from app.views.approval_words import waited
from app.views.base import actor, to_login
from app.views.dates import format_be, format_be_instant, weekday
from app.views.labels import label
from app.views.look_ahead import LOOKS
from app.views.round_words import coming_words

_CORRECT, _GO_ON = _l("Read the reason and correct it"), _l("Go on")


@dataclass(frozen=True)
class Task:
    """One thing that waits: how many, of what, what to do about it, and where."""

    count: int
    words: Any
    what_next: Any
    icon: str
    address: str
    is_urgent: bool = False


class HomeView(IndexView):
    """Each officer sees what his powers open."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Today's work of the current officer."""
        if not current_user.is_authenticated:
            return to_login()
        found = desk.today(actor=actor())
        now = found.coming.now.astimezone(BANGKOK)
        return self.render_template(
            "home.html",
            day=_("%(weekday)s %(day)s", weekday=weekday(now.date()), day=format_be(now.date(), "long")),
            tasks=_tasks(found),
            came_back=Task(
                0, _("Claims that came back"), _CORRECT, "reply", url_for("ClaimsView.list", status="RETURNED")
            ),
            today=found,
            may_record=Power.RECORD_REQUEST in actor().powers,
            may_look_up=Power.LOOKUP_RIGHT in actor().powers,
            at=format_be_instant,
        )


def _tasks(found: Today) -> list[Task]:
    powers = actor().powers
    tasks = []
    if found.assigned and found.assigned.mine:
        since = _("the oldest for %(time)s", time=waited(found.assigned.mine_since, found.coming.now))
        what_next, address = f"{since} · {coming_words(found.coming)}", url_for("ApprovalsView.show", whose=MINE)
        tasks.append(Task(found.assigned.mine, _("Yours to decide"), what_next, "person-check", address, True))
    if found.emergencies:
        what_next, address = _("Who came in without a card, and what was done"), url_for("EmergencyReportsView.show")
        told = _("Reports on emergency access")
        tasks.append(Task(found.emergencies, told, what_next, "exclamation-circle", address, True))
    if found.came_back:
        address = url_for("ReturnedWorkView.show")
        tasks.append(Task(found.came_back, _("Came back to you"), _("Read why"), "reply", address, True))
    for menu in (menu for menu, power in POWER_OF.items() if power in powers and found.waiting):
        if count := found.waiting_by_menu.get(menu, 0):
            oldest = _("the oldest for %(time)s", time=waited(found.oldest_at, found.coming.now))
            address = url_for("ApprovalsView.show", menu=None if menu is ApprovalMenu.CERTIFICATION else menu.value)
            tasks.append(Task(count, MENU_TITLES[menu], oldest, "patch-check", address, is_urgent=True))
    for status, count in (found.mine or {}).items():
        if count:
            is_draft = status is RequestStatus.DRAFT
            icon = "pencil-square" if is_draft else "reply"
            what_next = _GO_ON if is_draft else _CORRECT
            tasks.append(Task(count, label(status), what_next, icon, url_for("MyWorkView.show"), not is_draft))
    for kind in Coming:
        if count := found.ahead.get(kind):
            within = _("within %(count)s days", count=LOOKS_AHEAD[0])
            address = url_for("LookAheadView.show", kind=kind)
            tasks.append(Task(count, label(kind), within, LOOKS[kind][1], address))
    return tasks

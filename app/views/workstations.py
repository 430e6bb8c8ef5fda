"""Workstations and officers' cards for registrars and administrators: enrol, approve, assign, revoke; card, PIN, appointment."""

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import NotFound, PortalError
from app.domain.powers import Power
from app.models.card import WorkstationState
from app.services import appointments, officer_cards, workstations
from app.services.appointments import today
from app.views.base import PowerView, actor
from app.views.card_words import STATES
from app.views.dates import format_be, format_be_instant
from app.views.errors import status_of, words_of
from app.views.form_values import day, day_or_none
from app.views.labels import ROLE_LABELS
from app.views.row_actions import confirmed


def _shown() -> dict[str, Any]:
    return {
        "be": lambda found: format_be(found, "medium") if found else "–",
        "at": lambda instant: format_be_instant(instant) if instant else "–",
        "states": STATES, "State": WorkstationState, "roles": ROLE_LABELS, "typed": request.form,
    }  # fmt: skip


def _key(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 10 else abort(400)


def _secret_page(view: Any, title: str, holder: str, words: str, secret: str, back: str, back_title: str) -> str:
    page: str = view.render_template(
        "accounts/secret.html", title=title, holder=holder, words=words, secret=secret, back=back, back_title=back_title
    )
    return page


class WorkstationsView(PowerView):
    """The computers at which a card opens the portal."""

    route_base = "/card/workstations"
    default_view = "show"
    power = Power.MANAGE_CARDS

    @expose("/", methods=["GET", "POST"])
    def show(self) -> ResponseReturnValue:
        """All in reach, those that wait first; and a code for a new one, shown once."""
        fault, status = "", 200
        if request.method == "POST":
            label = request.form.get("label", "").replace("\0", "")
            try:
                code = workstations.issue_code(label, actor=actor(), agency_code=request.form.get("agency_code", ""))
            except PortalError as refusal:
                fault, status = words_of(refusal), status_of(refusal)
            else:
                words = _(
                    "Type it at the new computer within ten minutes: lgo-card-bridge enrol. It is shown only now."
                )
                back = url_for("WorkstationsView.show")
                return _secret_page(self, _("Code for a new workstation"), label, words, code, back, _("Workstations"))
        found = workstations.listed(actor=actor())
        is_national = actor().agency_id is None
        return self.render_template(
            "card/workstations.html", desks=found, fault=fault, is_national=is_national, **_shown()
        ), status

    @expose("/<int:workstation_id>")
    def one(self, workstation_id: int) -> ResponseReturnValue:
        """One workstation: its fingerprint, who decided what, who may sit there."""
        return self._page(workstation_id)

    @expose("/<int:workstation_id>/<string:verb>", methods=["POST"])
    def change(self, workstation_id: int, verb: str) -> ResponseReturnValue:
        """Approve, revoke, or assign officers, as the workstation was when the page was shown."""
        version = request.form.get("version", type=int) or abort(400)
        desk = self._desk(workstation_id)
        if verb == "revoke" and (asked := self._asked(desk.label)):
            return asked
        chosen = [int(key) for key in request.form.getlist("officer") if key.isdecimal() and len(key) < 10]
        verbs: dict[str, Callable[[], None]] = {
            "approve": lambda: workstations.approve(workstation_id, version, actor=actor()),
            "revoke": lambda: workstations.revoke(workstation_id, version, actor=actor()),
            "assign": lambda: workstations.assign(workstation_id, chosen, version, actor=actor()),
        }
        if verb not in verbs:
            abort(404)
        try:
            verbs[verb]()
        except PortalError as refusal:
            return self._page(workstation_id, words_of(refusal)), status_of(refusal)
        flash(_("Saved."), "success")
        return redirect(url_for("WorkstationsView.one", workstation_id=workstation_id), 303)

    def _asked(self, label: str) -> ResponseReturnValue | None:
        title = _("Shut out the workstation %(name)s?", name=label)
        consequence = _("Everybody who is logged in there is logged out at once. It cannot be undone.")
        return confirmed(title, consequence, _("Shut out"))

    def _desk(self, workstation_id: int) -> workstations.Desk:
        found = workstations.listed(actor=actor(), workstation_id=workstation_id)
        return found[0] if found else abort(404)

    def _page(self, workstation_id: int, fault: str = "") -> str:
        desk = self._desk(workstation_id)
        officers = workstations.officers_of(desk.agency_id, actor=actor())
        return self.render_template("card/workstation.html", desk=desk, officers=officers, fault=fault, **_shown())


class OfficerCardsView(PowerView):
    """Officers, their appointments, their cards."""

    route_base = "/card/officers"
    default_view = "show"
    power = Power.MANAGE_CARDS

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The officers in reach, by words of name or agency."""
        words, page = request.args.get("words", "").strip()[:80], max(0, request.args.get("page", 0, type=int))
        found, more = officer_cards.officers(actor=actor(), words=words, page=min(page, 1000))
        return self.render_template(
            "card/officers.html", officers=found, words=words, page=page, more=more, is_national=actor().agency_id is None,
            **_shown(),
        )  # fmt: skip

    @expose("/<int:user_id>")
    def one(self, user_id: int) -> ResponseReturnValue:
        """One officer: appointments and card."""
        return self._page(user_id)

    @expose("/<int:user_id>/<string:verb>", methods=["POST"])
    def change(self, user_id: int, verb: str) -> ResponseReturnValue:
        """Register, confirm or forget the card, take the PIN away, appoint, end an appointment."""
        officer = self._officer(user_id)
        if verb == "forget" and (asked := self._asked(officer.name)):
            return asked
        act = self._verbs(user_id).get(verb) or abort(404)
        try:
            code = act()
        except NotFound as refusal:
            return self._page(user_id, words_of(refusal)), 404
        except PortalError as refusal:
            return self._page(user_id, words_of(refusal)), status_of(refusal)
        if isinstance(code, str):
            words = _("Give it to the officer in person. With it he sets his PIN at his workstation within 15 minutes.")
            back = url_for("OfficerCardsView.one", user_id=user_id)
            return _secret_page(self, _("Code for the PIN"), officer.name, words, code, back, officer.name)
        flash(_("Saved."), "success")
        return redirect(url_for("OfficerCardsView.one", user_id=user_id), 303)

    def _verbs(self, user_id: int) -> dict[str, Callable[[], Any]]:
        form, who = request.form, actor()
        return {
            "register": lambda: officer_cards.register_card(
                user_id, form.get("national_id", ""), actor=who, pepper=current_app.config["CARD_PEPPER"] or abort(404)
            ) or None,
            "confirm": lambda: officer_cards.confirm_card(user_id, form.get("card", ""), actor=who),
            "reset": lambda: officer_cards.reset_pin(user_id, actor=who),
            "forget": lambda: officer_cards.forget_card(user_id, actor=who),
            "appoint": lambda: appointments.appoint(
                user_id, form.get("order_no", ""), day("from_on"), day_or_none("until_on"), actor=who
            ),
            "end": lambda: appointments.end_appointment(
                _key(form.get("appointment", "")), day("until_on"), actor=who
            ),
        }  # fmt: skip

    def _asked(self, name: str) -> ResponseReturnValue | None:
        title = _("Forget the card of %(name)s?", name=name)
        consequence = _("It opens the portal no more, at once. A new card is recorded anew.")
        return confirmed(title, consequence, _("Forget the card"))

    def _officer(self, user_id: int) -> officer_cards.Officer:
        found, _more = officer_cards.officers(actor=actor(), user_id=user_id)
        return found[0] if found else abort(404)

    def _page(self, user_id: int, fault: str = "") -> str:
        return self.render_template(
            "card/officer.html", officer=self._officer(user_id), fault=fault, today=today(),
            appointed=appointments.of_officer(user_id, actor=actor()), **_shown(),
        )  # fmt: skip

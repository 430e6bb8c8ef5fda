"""ย้ายหน่วยงาน (ปลายทาง): find officials of other agencies, take them over with their families; and hear of those who leave."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_appbuilder.utils.limit import Limit
from flask_babel import gettext as _

from app.domain.errors import BadInput, InvalidForm, NotFound, PortalError
from app.domain.people import PersonnelType
from app.domain.powers import Power
from app.domain.thai_calendar import parse_be_date
from app.models.agency import Agency
from app.rules.lifecycle import Service
from app.rules.principals import type_fits_agency
from app.security.limits import count_look_up
from app.services import agency_notices, successions, transfers
from app.services.coming_round import coming_round
from app.services.crossings import transfer_notices, transfer_search
from app.services.crossings.transfer_search import Household
from app.services.transaction import reading
from app.services.transfers import TransferForm
from app.views import round_words
from app.views.approval_search import whole
from app.views.base import PowerView, actor
from app.views.change_forms import PapersForm
from app.views.errors import status_of
from app.views.family_sheet import attach, words
from app.views.family_words import STATUS_LOOKS, words_of_family
from app.views.notice_words import NOTICE_WORDS
from app.views.shell import show_count

SEARCHES = "30 per minute"
_FOUND, _CHOSEN, _AGAIN = "transfers_found", "transfers_chosen", "transfers_again"
NOTICES = "transfer_notices"


class TransfersView(PowerView):
    """What was found and chosen is kept in the officer's session, so that no address names anybody."""

    route_base = "/transfers"
    default_view = "ask"
    power = Power.SEARCH_TRANSFER
    limits = [Limit(SEARCHES, key_func=lambda: f"transfers {actor().user_id}", methods=("POST",))]

    @expose("/", methods=["GET", "POST"])
    def ask(self) -> ResponseReturnValue:
        """Search by national ID or full name; every search is recorded."""
        fault, found, typed = "", None, request.form.get("q", "").replace("\0", "")
        if request.method == "POST":
            try:
                found = transfer_search.search(typed, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
                count_look_up()
                session[_FOUND] = [one.entitlement_id for one in found]
            except BadInput as refusal:
                if refusal.code == "TOO_MANY_FOUND":
                    count_look_up()
                fault = words_of_family(refusal)
        return self.render_template(
            "changes/transfer_ask.html", fault=fault, found=found, typed=typed, chosen=_chosen(), **words()
        ), 400 if fault else 200

    @expose("/choose", methods=["POST"])
    def choose(self) -> ResponseReturnValue:
        """Take somebody who was found onto the form."""
        wanted = whole(request.form.get("entitlement_id", ""))
        if wanted not in session.get(_FOUND, []) and wanted not in _chosen():
            abort(404)
        session[_CHOSEN] = list(dict.fromkeys([*_chosen(), wanted]))[: transfers.MOST_AT_ONCE]
        return redirect(url_for("TransfersView.form"), 303)

    @expose("/leave-out", methods=["POST"])
    def leave_out(self) -> ResponseReturnValue:
        """Take somebody off the form."""
        out = whole(request.form.get("entitlement_id", ""))
        session[_CHOSEN] = [one for one in _chosen() if one != out]
        return redirect(url_for("TransfersView.form" if _chosen() else "TransfersView.ask"), 303)

    @expose("/again/<number>")
    def again(self, number: str) -> ResponseReturnValue:
        """A transfer that came back, to be sent anew; its official stands on the form."""
        try:
            entitlement_id = transfers.official_of(number, actor=actor())
        except NotFound:
            abort(404)
        session[_CHOSEN] = [entitlement_id]
        session[_AGAIN] = {str(entitlement_id): number}
        return redirect(url_for("TransfersView.form"), 303)

    @expose("/form", methods=["GET", "POST"])
    def form(self) -> ResponseReturnValue:
        """Everybody who was chosen, with the family: from which day, as what, and who stays behind."""
        if not _chosen():
            return redirect(url_for("TransfersView.ask"), 303)
        page, status = PapersForm(), 200
        households = list(_households())
        errors: dict[str, str] = {}
        if request.method == "POST":
            if page.validate() and attach(page, actor()):
                try:
                    transfers.take_over(_forms(page, households), actor=actor())
                except NotFound:
                    abort(404)
                except PortalError as refusal:
                    errors, status = _at_fields(refusal, page, households), status_of(refusal)
                else:
                    session.pop(_CHOSEN, None)
                    session.pop(_AGAIN, None)
                    flash(_("Sent to the registrar. The old agency has been told."), "success")
                    return redirect(url_for("MyWorkView.show"), 303)
            else:
                status = 400
        return self.render_template(
            "changes/transfer_form.html", page=page, households=households, typed=request.form, errors=errors,
            kinds=_kinds(), coming=round_words.coming_words(coming_round()), again=_again(), **words(),
        ), status  # fmt: skip


class TransferNoticesView(PowerView):
    """แจ้งการย้ายออก: who of one's own agency is taken over, and a word to the new registrar."""

    route_base = "/transfer-notices"
    default_view = "show"
    power = Power.RECORD_REQUEST

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The transfers away from the agency."""
        return self._page("", 0)

    @expose("/<int:request_id>/objection", methods=["POST"])
    def object_to(self, request_id: int) -> ResponseReturnValue:
        """A reason against it, which the new registrar reads; it blocks nothing."""
        try:
            transfers.object_to(request_id, request.form.get("reason", "").replace("\0", ""), actor=actor())
        except NotFound:
            abort(404)
        except PortalError as refusal:
            return self._page(words_of_family(refusal), request_id), status_of(refusal)
        flash(_("The new registrar will read it."), "success")
        return redirect(url_for("TransferNoticesView.show"), 303)

    @expose("/told/<int:notice_id>", methods=["POST"])
    def note(self, notice_id: int) -> ResponseReturnValue:
        """The agency knows what another one's request did to somebody who has rights here too."""
        try:
            agency_notices.note(notice_id, actor=actor())
        except NotFound:
            abort(404)
        return redirect(url_for("TransferNoticesView.show"), 303)

    def _page(self, fault: str, at: int) -> str:
        lines = transfer_notices.notices(actor=actor())
        return self.render_template(
            "changes/notices.html",
            lines=lines,
            told=agency_notices.told(actor=actor()),
            told_words=NOTICE_WORDS,
            successions=successions.concerning(actor=actor()),
            fault=fault,
            fault_at=at,
            status_looks=STATUS_LOOKS,
            **_without("status_looks"),
        )


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in words().items() if key != name}


def _again() -> list[str]:
    """The numbers of the forms that came back and are sent anew with those on the form."""
    return sorted(number for one, number in session.get(_AGAIN, {}).items() if whole(one) in _chosen())


def _chosen() -> list[int]:
    return [one for one in session.get(_CHOSEN, []) if isinstance(one, int)]


def _households() -> Iterator[Household]:
    """Those who were chosen, as they stand now; who has moved or ended meanwhile is left out with a word.

    The family is that of the first day of service where that lies back: whose right has ended since moves along too.
    """
    for entitlement_id in _chosen():
        on = _typed_day(f"officials-{entitlement_id}-service_start_date")
        try:
            yield transfer_search.household(
                entitlement_id, on, actor=actor(), hash_key=current_app.config["SECRET_KEY"]
            )
        except NotFound:
            session[_CHOSEN] = [one for one in _chosen() if one != entitlement_id]
            flash(_("Somebody whom you chose has no entitlement at another agency any more."), "warning")


def _typed_day(field: str) -> date | None:
    try:
        return parse_be_date(request.form.get(field, ""), field=field)
    except BadInput:
        return None


def _kinds() -> list[PersonnelType]:
    """The personnel types that fit the officer's own agency and that somebody may come over as."""
    with reading(actor().scope) as found:
        agency = found.get(Agency, actor().agency_id)
        kind = agency.agency_type if agency is not None else None
    never = (PersonnelType.PENSIONER, PersonnelType.POLITICAL_EXECUTIVE)
    return [one for one in PersonnelType if kind is not None and one not in never and type_fits_agency(one, kind)]


def _forms(page: PapersForm, households: list[Household]) -> list[TransferForm]:
    errors: list[PortalError] = []
    forms = []
    for place, one in enumerate(households):
        prefix = f"officials-{one.official.entitlement_id}-"
        typed = request.form.get(f"{prefix}personnel_type", "")
        day = request.form.get(f"{prefix}service_start_date", "").strip()
        starts_on = None
        try:
            starts_on = parse_be_date(day, field=f"officials-{place}-service_start_date") if day else None
        except BadInput as refusal:
            errors.append(refusal)
        along = {whole(number) for number in request.form.getlist(f"{prefix}along")}
        left = {
            member.entitlement_id: request.form.get(f"{prefix}why-{member.entitlement_id}", "").replace("\0", "")
            for member in one.family
            if member.entitlement_id not in along
        }
        forms.append(
            TransferForm(
                one.official.entitlement_id, starts_on, PersonnelType(typed) if typed in set(PersonnelType) else None,
                left, tuple(member.entitlement_id for member in one.family), page.evidence_ids.data,
                request.form.get("text", "").replace("\0", "")[:1000],
                session.get(_AGAIN, {}).get(str(one.official.entitlement_id)),
            )
        )  # fmt: skip
    errors += page.papers_missing(Service.TRANSFERRED)
    if errors:
        raise InvalidForm(errors)
    return forms


def _at_fields(refusal: PortalError, page: PapersForm, households: list[Household]) -> dict[str, str]:
    """The refusals by field, which the verb names by the official's place; what has none goes on top."""
    found: dict[str, str] = {}
    for error in refusal.errors if isinstance(refusal, InvalidForm) else [refusal]:
        name = error.field or ""
        if name == "without_papers":
            page.show(error)
            continue
        if name and not name.startswith("officials-"):
            name = f"officials-0-{name}" if len(households) == 1 else ""
        told = words_of_family(error)
        who = error.facts.get("who")
        if name.endswith(("service_start_date", "personnel_type")) or "-left-" in name:
            _, place, rest = name.split("-", 2)
            official = households[int(place)].official.entitlement_id
            found[f"officials-{official}-{rest.replace('left-', 'why-')}"] = told
        else:
            page.form_errors = [*page.form_errors, f"{who}: {told}" if who else told]
    return found


def _count() -> int:
    return transfer_notices.count_notices(actor=actor())


show_count(NOTICES, _count)

"""แจ้งข้อมูลผู้หมดสิทธิ: find the person, say what happened, see who goes along, and take back what was wrong."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import BadInput, InvalidForm, NotFound, PortalError
from app.domain.people import RequestType, TerminationReason
from app.domain.powers import Power
from app.rules import evidence
from app.rules.lifecycle import Service
from app.services import change_desk, endings
from app.services.change_desk import ChangeDesk
from app.services.coming_round import coming_round
from app.services.endings import EndForm
from app.views import change_forms, round_words
from app.views.approval_search import whole
from app.views.base import PowerView, actor
from app.views.change_forms import SUSPENDED, EndPage, ReasonPage
from app.views.errors import status_of
from app.views.family_sheet import attach, words
from app.views.family_words import STATE_LOOKS, words_of_family
from app.views.law_words import any_of_words


class EndsView(PowerView):
    """Searches are posted, so that no address holds a name or a number; a right stands under its own number."""

    route_base = "/ends"
    default_view = "ask"
    power = Power.RECORD_REQUEST

    @expose("/", methods=["GET", "POST"])
    def ask(self) -> ResponseReturnValue:
        """Whose right ends?"""
        return ask_page(self, "EndsView.report", _("Report an ended entitlement"), _("Report the end"))

    @expose("/<int:entitlement_id>", methods=["GET", "POST"])
    def report(self, entitlement_id: int) -> ResponseReturnValue:
        """What happened, when, and on which papers."""
        desk = desk_of(entitlement_id, RequestType.TERMINATE, RequestType.SUSPEND)
        page = EndPage(data=_proposed(desk))
        page.offer(desk.reasons, desk.may_suspend)
        status = 200
        if request.method == "POST":
            status = 400
            if page.validate() and attach(page, actor()):
                status = answered(page, lambda: endings.report_end(_form(page, desk), actor=actor()))
            if not status:
                return sent(desk)
        asked = _papers_by_reason(desk)
        return self.render_template("changes/end.html", page=page, papers_asked=asked, **shown(desk)), status

    @expose("/<int:entitlement_id>/take-back", methods=["GET", "POST"])
    def take_back(self, entitlement_id: int) -> ResponseReturnValue:
        """The end was reported in error: everybody whom it ended gets the right back."""
        desk = desk_of(entitlement_id)
        page, status = ReasonPage(), 200
        if request.method == "POST":
            reason = (page.reason.data or "").replace("\0", "")
            status = answered(page, lambda: endings.take_back_end(entitlement_id, reason, actor=actor()))
            if not status:
                return sent(desk)
        back = endings.comes_back(entitlement_id, actor=actor())
        return self.render_template("changes/take_back.html", page=page, back=back, **shown(desk)), status


def answered(page: Any, verb: Callable[[], object]) -> int:
    """Call the verb; 0 when it is done, else the status of its refusal, which the page then shows. 404 out of reach."""
    try:
        verb()
    except NotFound:
        abort(404)
    except PortalError as refusal:
        page.show(refusal)
        return status_of(refusal)
    return 0


def ask_page(view: Any, endpoint: str, title: str, act: str) -> ResponseReturnValue:
    """Find a person of one's own register by ID or name; each row leads to `endpoint`."""
    fault, found, typed = "", None, request.form.get("q", "").replace("\0", "")
    if request.method == "POST":
        try:
            found = change_desk.find(typed, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        except BadInput as refusal:
            fault = words_of_family(refusal)
    return view.render_template(
        "changes/ask.html", title=title, act=act, endpoint=endpoint, fault=fault, found=found, typed=typed,
        most=change_desk.MOST, state_looks=STATE_LOOKS, **words(),
    ), 400 if fault else 200  # fmt: skip


def desk_of(entitlement_id: int, *kinds: RequestType) -> ChangeDesk:
    """The desk of a right in reach, with the draft that the address names; 404 otherwise."""
    typed = request.args.get("draft", "")
    draft_id = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None
    try:
        desk = change_desk.desk(
            entitlement_id, actor=actor(), hash_key=current_app.config["SECRET_KEY"], draft_id=draft_id
        )
    except NotFound:
        abort(404)
    if desk.draft is not None and desk.draft.type not in kinds:
        abort(404)
    return desk


def shown(desk: ChangeDesk) -> dict[str, Any]:
    """What the pages about one right share."""
    return {"desk": desk, "right": desk.right, "coming": round_words.coming_words(coming_round()),
            "state_looks": STATE_LOOKS, **words()}  # fmt: skip


def sent(desk: ChangeDesk) -> ResponseReturnValue:
    """Back to the family, where the request now stands."""
    flash(_("Sent to the registrar."), "success")
    return redirect(url_for("FamiliesView.show", person_id=desk.right.principal_id), 303)


def _form(page: EndPage, desk: ChangeDesk) -> EndForm:
    missing: list[PortalError] = [
        BadInput("REQUIRED", field=field.name) for field in (page.reason, page.event_date) if not field.data
    ]
    missing += page.papers_missing_of(_papers_by_reason(desk).get(page.reason.data or "", ""))
    if missing:
        raise InvalidForm(missing)
    reason = None if page.reason.data == SUSPENDED else change_forms.chosen(page, "reason", TerminationReason)
    draft = desk.draft
    seen = whole(request.form.get("seen_version", ""))
    return EndForm(
        desk.right.id, reason, page.event_date.data, (page.text.data or "").replace("\0", ""), page.evidence_ids.data,
        draft.id if draft else None, seen if draft else None,
    )  # fmt: skip


def _proposed(desk: ChangeDesk) -> dict[str, Any]:
    """What stands in the form at first: the draft, or what another page foresaw."""
    if desk.draft is not None:
        proposal = desk.draft.proposal
        reason = proposal.termination_reason.value if proposal.termination_reason else SUSPENDED
        return {
            "reason": reason, "event_date": proposal.event_date, "text": desk.draft.reason or "",
            "evidence_ids": [paper.id for paper in desk.draft_papers],
        }  # fmt: skip
    reason = request.args.get("reason", "")
    if reason not in {one.value for one in desk.reasons}:
        return {}
    try:
        foreseen = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        foreseen = None
    return {"reason": reason, "event_date": foreseen or desk.right.entitled_until}


def _papers_by_reason(desk: ChangeDesk) -> dict[str, str]:
    """Which papers prove which reason, in words, for the hint beside the field."""
    events = {reason.value: reason for reason in desk.reasons} | (
        {SUSPENDED: Service.SUSPENDED} if desk.may_suspend else {}
    )
    found = {}
    for name, event in events.items():
        rows = evidence.requirements_for(desk.right.relation, event)
        if rows:
            found[name] = any_of_words(sorted(rows[0].any_of))
    return found

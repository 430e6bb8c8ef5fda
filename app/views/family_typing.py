"""Keeps the family form while it is typed, and tells what is left to do and what approval would bring."""

import re
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_appbuilder.utils.limit import Limit
from flask_babel import gettext as _

from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, Conflict, NotFound, PortalError
from app.domain.names import tidy
from app.domain.powers import Power
from app.services import clerk_desk, draft_changes, typed_forms
from app.services.clerk_desk import PrincipalNote
from app.services.typed_forms import NEW, Typed
from app.views.base import PowerView, actor
from app.views.errors import status_of
from app.views.family_fields import FamilyPage, has_sane_shape
from app.views.family_outlook import beside, outlook, shown_day
from app.views.family_words import words_of_family

PER_OFFICER = "60 per minute"  # the page keeps itself every three seconds at most
LONGEST = 200_000  # characters of all fields
_NOTHING = {"id": "", "version": "", "address": ""}
_ABOUT = re.compile(r"new|for-([0-9]{1,10})|([A-Z0-9-]{1,40}(?:[.][0-9]{1,9})?)")


class FamilyTypingView(PowerView):
    """Answers to the form's script; nothing here is a record yet, and only who typed it can have it back."""

    route_base = "/family-forms/typed"
    default_view = "keep"
    power = Power.RECORD_REQUEST
    limits = [Limit(PER_OFFICER, key_func=lambda: f"typed {actor().user_id}", methods=("POST",))]

    @expose("/", methods=["POST"])
    def keep(self) -> ResponseReturnValue:
        """Keep the form as it stands: {id, version, words, stale, address, left, then, round}; else {words} and why not."""
        try:
            if not has_sane_shape([*request.form, *request.files]):
                raise BadInput("FORM_TOKEN")
            page = FamilyPage()
            kept = _kept(page)
        except PortalError as refusal:
            return jsonify(words=_refusal_words(refusal)), status_of(refusal)
        principal, stale = _beside(page.about.data or "", page)
        return jsonify(
            stale=stale,
            **(_told(kept) if kept else _NOTHING | {"words": _("Keeps itself while you type.")}),
            **outlook(page.rows(), beside(page.rows(), actor(), principal), actor()),
        )

    @expose("/forget", methods=["POST"])
    def forget(self) -> ResponseReturnValue:
        """Throw away what was typed and not kept otherwise."""
        number = request.form.get("typed_id", "")
        typed_forms.forget(int(number) if re.fullmatch("[0-9]{1,9}", number) else None, actor=actor())
        flash(_("Thrown away."), "success")
        return redirect(url_for("MyWorkView.show"))


def address_of(typed: Typed) -> str:
    """The page that shows a typed form again."""
    if typed.about == NEW:
        return url_for("FamilyFormView.new", typed=typed.id)
    if typed.about.startswith("for-"):
        return url_for("FamilyFormView.add_to", person_id=int(typed.about.removeprefix("for-")))
    return url_for("FamilyFormView.one", number=typed.about)


def _told(kept: Typed) -> dict[str, Any]:
    hour = shown_day(kept.typed_at, bangkok_day(kept.typed_at))
    words = _("Kept by itself at %(hour)s", hour=hour)
    return {"id": kept.id, "version": kept.version, "words": words, "address": address_of(kept)}


def _kept(page: FamilyPage) -> Typed | None:
    """What is kept now; nothing of a form on which nobody has typed a word."""
    about = page.about.data or ""
    fields = page.as_typed(request.form)
    too_long = sum(len(value) for _name, value in fields) > LONGEST
    if not _ABOUT.fullmatch(about) or too_long:
        raise BadInput("FORM_TOKEN")
    if page.typed_id.data is None and not page.seen_requests.data and page.holds_nothing():
        return None
    return typed_forms.keep(
        about, _title(page), fields, actor=actor(), typed_id=page.typed_id.data, seen_version=page.typed_version.data
    )


def _title(page: FamilyPage) -> str:
    """How a list names the form: by the first person on it."""
    for row in page.rows():
        rest = " ".join(part for part in (row.first_name_th.data, row.last_name_th.data) if part)
        if rest:
            return tidy(f"{row.title_th.data or ''}{rest}")  # a hidden sign would turn the line around
    return ""


def _beside(about: str, page: FamilyPage) -> tuple[PrincipalNote | None, str]:
    """The principal who is not on the form, and who changed the kept form meanwhile, in words."""
    if about == NEW:
        return None, ""
    if about.startswith("for-"):
        try:
            return clerk_desk.principal_note(int(about.removeprefix("for-")), actor=actor()), ""
        except NotFound:
            return None, ""
    now = draft_changes.standing(about, actor=actor())
    seen = {row.request_id.data: row.seen_version.data for row in page.rows() if row.request_id.data}
    changed = any(now.versions.get(request_id) != version for request_id, version in seen.items())
    whose = now.principal_national_id
    return PrincipalNote(whose, "", None) if whose else None, changed_words(about) if changed else ""


def changed_words(number: str) -> str:
    """Who changed a kept form last, and when."""
    last = draft_changes.last_change(number, actor=actor())
    if last is None:
        return words_of_family(Conflict("STALE"))
    return _("%(name)s changed this form at %(hour)s while you had it open.", name=last.by, hour=shown_day(last.at))


def _refusal_words(refusal: PortalError) -> str:
    if (at := refusal.facts.get("at")) is not None:
        refusal.facts["hour"] = shown_day(at)
    return words_of_family(refusal)

"""ทำไมจึงมี/ไม่มีสิทธิ, and what would happen if: both printable, neither keeps anything."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose

from app.domain import national_id
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, NotFound, PortalError
from app.domain.people import PersonnelType, Relation, Sex
from app.domain.powers import Power
from app.domain.thai_calendar import parse_be_date
from app.models.agency import Province
from app.rules.trial import EVENTS_OF, Change, Event, lifting_nothing, try_out
from app.services import explanations, other_schemes
from app.services.clock import business_now
from app.services.explanations import LaidOut
from app.services.transaction import reading
from app.views.base import PowerView, actor, own_name
from app.views.dates import format_be, format_be_instant
from app.views.errors import words_of
from app.views.explain_words import words
from app.views.family_words import STATE_LOOKS
from app.views.labels import label
from app.views.trial_form import BLANK_MEMBERS, further_facts, household_typed


class ExplainView(PowerView):
    """One person and the day that is asked about."""

    route_base = "/why"
    default_view = "show"
    power = Power.VIEW_REGISTER

    @expose("/<int:person_id>")
    def show(self, person_id: int) -> ResponseReturnValue:
        """Each right of the person on the day (`on`, of the Buddhist era; empty: today), with the clauses behind it."""
        day, fault = _typed_day(request.args.get("on", ""))
        try:
            found = explanations.why(person_id, day, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        except NotFound:
            abort(404)
        return self.render_template(
            "explain/why.html", found=found, typed=request.args.get("on", ""), fault=fault, asked_by=own_name(), **_shown()
        ), 400 if fault else 200  # fmt: skip


class ExplainByNumberView(PowerView):
    """The way from a looked-up number to the reasons; the number travels by POST, the reasons stand under the person's own."""

    route_base = "/why-of"
    default_view = "find"
    power = Power.VIEW_REGISTER

    @expose("/", methods=["POST"])
    def find(self) -> ResponseReturnValue:
        """On to the reasons of whoever stands in one's own register; of anybody else nothing is told."""
        try:
            number = national_id.parse(request.form.get("national_id", ""), field="national_id")
            found = other_schemes.find_person(number, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
            day = request.form.get("on", "").strip() or None
            return redirect(url_for("ExplainView.show", person_id=found, on=day), 303)
        except PortalError as refusal:
            flash(words_of(refusal), "warning")
            return redirect(url_for("RightsPage.ask"), 303)


class TrialView(PowerView):
    """A family tried without saving, a real one in reach or one that is only typed."""

    route_base = "/what-if"
    default_view = "blank"
    power = Power.VIEW_REGISTER

    @expose("/", methods=["GET", "POST"])
    def blank(self) -> ResponseReturnValue:
        """A family from nothing: the principal and up to BLANK_MEMBERS relatives."""
        today = bangkok_day(business_now())
        typed, faults = household_typed(request.form) if request.method == "POST" else (None, {})
        laid = None if typed is None else LaidOut(typed[0], typed[1], today)
        return self._page(laid, today, faults)

    @expose("/<int:person_id>", methods=["GET", "POST"])
    def real(self, person_id: int) -> ResponseReturnValue:
        """The family of this principal."""
        try:
            laid = explanations.laid_out(person_id, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        except NotFound:
            abort(404)
        return self._page(laid, laid.today, {}, person_id)

    def _page(
        self, laid: LaidOut | None, today: date, faults: dict[str, str], person_id: int | None = None
    ) -> ResponseReturnValue:
        changes, day = (), today
        if laid is not None and request.method == "POST":
            changes, day = _changes(laid, today, faults)
        told_on = max(day, today) if person_id is None else None  # of a real family it was weighed before
        differences = try_out(laid.household, changes, day, told_on) if laid is not None and not faults else ()
        return self.render_template(
            "explain/trial.html", laid=laid, person_id=person_id, differences=differences, faults=faults, day=day,
            today=today, typed=request.form, is_tried=request.method == "POST", events_of=EVENTS_OF,
            blank_members={n: further_facts(request.form, str(n)) for n in range(1, BLANK_MEMBERS + 1)},
            provinces=_provinces() if person_id is None else (), Relation=Relation, Sex=Sex, PersonnelType=PersonnelType,
            **_shown(),
        ), 400 if faults else 200  # fmt: skip


def _changes(laid: LaidOut, today: date, faults: dict[str, str]) -> tuple[tuple[Change, ...], date]:
    """What is tried and the day to look at, as typed; what cannot be read goes into `faults` by field."""
    day, fault = _typed_day(request.form.get("on", ""))
    if fault:
        faults["on"] = fault
    found = []
    for key in (laid.household.principal.key, *(member.key for member in laid.household.members)):
        event = request.form.get(f"event-{key}", "")
        if event not in Event.__members__:
            if request.form.get(f"when-{key}", "").strip():  # a day alone would change nothing, without a word
                faults[f"event-{key}"] = words_of(BadInput("REQUIRED"))
            continue
        when, fault = _typed_day(request.form.get(f"when-{key}", ""))
        if fault:
            faults[f"when-{key}"] = fault
        found.append(Change(key, Event(event), when or day or today))
    for change in lifting_nothing(laid.household, tuple(found)):
        faults[f"event-{change.key}"] = words_of(BadInput("NO_ORDER_TO_LIFT"))
    return tuple(found), day or today


def _typed_day(text: str) -> tuple[date | None, str]:
    """The day as typed in the Buddhist era, None where nothing was typed; and what is wrong with it."""
    if not text.strip():
        return None, ""
    try:
        return parse_be_date(text.strip()), ""
    except BadInput as refusal:
        return None, words_of(refusal)


def _provinces() -> list[tuple[str, str]]:
    with reading(actor().scope) as session:
        found = session.scalars(sa.select(Province).order_by(Province.name_th)).all()
        return [(province.code, province.name_th) for province in found]


def _shown() -> dict[str, Any]:
    return {
        "be": lambda day: format_be(day, "medium") if day else "–", "long": lambda day: format_be(day, "long"),
        "at": format_be_instant, "label": label, "display": national_id.display, "looks": STATE_LOOKS, **words(),
    }  # fmt: skip

"""What the family form is told while it is being typed: about an ID, and what a typed day means."""

from flask import current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_appbuilder.utils.limit import Limit
from flask_babel import gettext as _

from app.domain.clock import bangkok_day
from app.domain.errors import BadInput
from app.domain.powers import Power
from app.domain.thai_calendar import parse_be_date
from app.security.limits import ask_of_strangers
from app.services.clock import business_now
from app.services.crossings import duplicate_check
from app.services.crossings.duplicate_check import DuplicateHint
from app.views.base import PowerView, actor
from app.views.dates import format_be
from app.views.family_words import day_in_words, weekday_and_day, words_of_family

PER_OFFICER = "60 per minute"  # a family of ten, typed twice over


class FamilyHintsView(PowerView):
    """Answers to the form's script; posted, so that no address holds a number (decisions 10)."""

    route_base = "/family-forms/hints"
    default_view = "person"
    power = Power.RECORD_REQUEST
    limits = [Limit(PER_OFFICER, key_func=lambda: f"hints {actor().user_id}", methods=("POST",))]

    @expose("/person", methods=["POST"])
    def person(self) -> ResponseReturnValue:
        """Is the ID possible, and is the person registered or asked for already? {look, words, link, link_words}"""
        hint = duplicate_check.check(
            request.form.get("national_id", ""),
            actor=actor(),
            hash_key=current_app.config["SECRET_KEY"],
            submission_no=request.form.get("number"),
        )
        if hint.error is None and not (hint.registered_here or hint.pending_here):
            ask_of_strangers(counts=hint.own_right_elsewhere or hint.pending_elsewhere)
        look, words, link = _told(hint)
        return jsonify(look=look, words=words, link=link, link_words=_("Open") if link else None)


class DayHintsView(PowerView):
    """Answers about days; they touch nobody's data, so nothing is counted or written down."""

    route_base = "/family-forms/days"
    default_view = "day"
    power = Power.RECORD_REQUEST

    @expose("/", methods=["POST"])
    def day(self) -> ResponseReturnValue:
        """What a typed day means: {look, words, plain, shown}; `plain` leaves the age out."""
        try:
            day = parse_be_date(request.form.get("day", ""))
        except BadInput as error:
            return jsonify(look="bad", words=words_of_family(error), plain=words_of_family(error), shown=None)
        words = day_in_words(day, bangkok_day(business_now()))
        return jsonify(look="calm", words=words, plain=weekday_and_day(day), shown=format_be(day))


def _told(hint: DuplicateHint) -> tuple[str, str, str | None]:
    if hint.error is not None:
        return "bad", words_of_family(hint.error), None
    if hint.registered_here:
        link = url_for("FamiliesView.show", person_id=hint.person_id)
        return "wait", _("In your agency's register already."), link
    if hint.pending_here:
        link = url_for("FamilyFormView.one", number=hint.pending_here)
        return "wait", _("A request of your agency for this person is under way."), link
    if hint.own_right_elsewhere:
        return (
            "wait",
            _("Has an own right at another agency; where and since when is told once name and birth date fit."),
            None,
        )
    if hint.pending_elsewhere:
        return "wait", _("Another agency has asked for this person's own right."), None
    return "good", _("The number fits; not registered yet."), None

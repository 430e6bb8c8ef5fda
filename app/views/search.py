"""Search everywhere: a national ID, a name, or a request number, posted, and on to an address that names nobody."""

import secrets

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain import names, national_id
from app.domain.errors import BadInput
from app.domain.people import RequestStatus
from app.domain.powers import Power
from app.domain.thai_calendar import to_arabic_digits
from app.reports.register_columns import RegisterFilters
from app.services import register_reports, request_numbers
from app.services.request_numbers import Numbered
from app.views import register_search
from app.views.base import PowerView, actor
from app.views.errors import words_of
from app.views.register_search import KeptSearch

LONGEST = 100
_SHORTEST_NAME = 2


class SearchView(PowerView):
    """The box in the top bar, and a page of its own for what could not be read or found."""

    route_base = "/search"
    default_view = "show"
    power = Power.VIEW_REGISTER

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The box alone, with what it understands."""
        return self.render_template("search.html", typed="", told="")

    @expose("/", methods=["POST"])
    def search(self) -> ResponseReturnValue:
        """On to the person, the request or the list that fits; what does not fit is said in words."""
        typed = names.tidy(request.form.get("words", ""))[:LONGEST]
        if request_numbers.is_number(typed):
            found = request_numbers.find(typed, actor=actor())
            if found:
                return redirect(_of_request(found), 303)
            return self._told(typed, _("No request within your reach has this number."), 404)
        if any(letter.isdecimal() for letter in to_arabic_digits(typed)):
            try:
                return redirect(_of_person(national_id.parse(to_arabic_digits(typed))), 303)
            except BadInput as refusal:
                return self._told(typed, words_of(refusal), 400)
        if len(typed) < _SHORTEST_NAME:
            return self._told(typed, _("Type at least two letters of a name, a national ID or a request number."), 400)
        return redirect(_of_list(RegisterFilters(name=typed)), 303)

    def _told(self, typed: str, told: str, status: int) -> ResponseReturnValue:
        return self.render_template("search.html", typed=typed, told=told), status


def _of_request(found: Numbered) -> str:
    """Where this officer works on the request."""
    powers = actor().powers
    if found.status is RequestStatus.PENDING_APPROVAL and Power.APPROVE_CERTIFICATION in powers:
        return url_for("ApprovalsView.review", request_id=found.request_id)
    if Power.RECORD_REQUEST in powers:
        return url_for("FamilyFormView.one", number=found.form)
    return _of_list(RegisterFilters(rows=((False, found.request_id),)))


def _of_person(number: str) -> str:
    """The family where there is just one, else the list of what is known."""
    filters = RegisterFilters(national_id=number)
    page = register_reports.search(filters, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
    families = {row.family_id for row in page.rows}
    if len(families) == 1 and None not in families:
        return url_for("FamiliesView.show", person_id=families.pop())
    return _of_list(filters, national_id.mask(number))


def _of_list(filters: RegisterFilters, masked_id: str = "") -> str:
    kept = KeptSearch(secrets.token_urlsafe(9), filters, "", masked_id)
    register_search.keep(kept)
    return url_for("RegisterView.found", key=kept.key)

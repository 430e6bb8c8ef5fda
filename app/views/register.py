"""รายงานข้อมูลผู้มีสิทธิ: the register on screen, searched by name, ID and status, and asked for as Excel."""

from datetime import date
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose

from app.domain import national_id
from app.domain.actor import ScopeKind
from app.domain.errors import Conflict
from app.domain.people import BirthPrecision
from app.domain.powers import Power
from app.domain.thai_calendar import BE_OFFSET, MONTHS_MEDIUM, format_be, format_be_instant
from app.reports.register import OFFSET_LIMIT
from app.reports.register_columns import RegisterRow
from app.services import register_reports
from app.services.register_reports import PAGE_SIZE
from app.views import register_search
from app.views.base import PowerView, actor
from app.views.labels import label
from app.views.register_search import KeptSearch, RegisterForm
from app.views.register_words import LOOKS, TITLES, report_words, status_label
from app.views.reports_inbox import words_of_export


class RegisterView(PowerView):
    """A search is posted, kept in the session and shown under an address that says nothing about it (decisions 10)."""

    route_base = "/register"
    default_view = "show"
    power = Power.VIEW_REGISTER
    method_powers = {"export": Power.EXPORT_REGISTER}

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """One page of everything in reach."""
        return self._kept("")

    @expose("/<key>")
    def found(self, key: str) -> ResponseReturnValue:
        """One page of what a kept search finds; on to everything when it is not kept any more."""
        return self._kept(key)

    @expose("/", methods=["POST"])
    def search(self) -> ResponseReturnValue:
        """Keep what was typed and go to its page; what cannot be read is said at its field."""
        form = RegisterForm()
        search = form.search()
        if search is None:
            return self._page(form, None, 1), 400
        if not search.filters.as_json():
            return redirect(url_for("RegisterView.show"), 303)
        register_search.keep(search)
        return redirect(_address(search), 303)

    @expose("/export", methods=["POST"])
    def export(self) -> ResponseReturnValue:
        """Ask for the Excel file of a kept search and go to where it will lie."""
        search = register_search.find(request.form.get("search", ""))
        if search is None:
            return redirect(url_for("RegisterView.show"), 303)
        words, described = report_words(), register_search.described(search)
        try:
            register_reports.request_export(search.filters, actor=actor(), words=words, described=described)
        except Conflict as error:
            flash(words_of_export(error), "warning")
        return redirect(url_for("ReportsInboxView.show"), 303)

    def _kept(self, key: str) -> ResponseReturnValue:
        search = register_search.find(key)
        if search is None:
            return redirect(url_for("RegisterView.show"))
        form = RegisterForm(formdata=None)
        form.show(search)
        return self._page(form, search, _page_number())

    def _page(self, form: RegisterForm, search: KeptSearch | None, number: int) -> str:
        found, last = None, 1
        if search is not None:
            key = current_app.config["SECRET_KEY"]
            found = register_reports.search(search.filters, page=number, actor=actor(), hash_key=key)
            last = max(1, -(-min(found.count, OFFSET_LIMIT) // PAGE_SIZE))
        return self.render_template(
            "register/list.html",
            form=form,
            search=search,
            found=found,
            number=min(number, last),
            last=last,
            first_row=(min(number, last) - 1) * PAGE_SIZE + 1,
            one_agency=actor().scope.kind is ScopeKind.AGENCY,
            may_export=Power.EXPORT_REGISTER in actor().powers,
            **_SHOWN,
        )


def _address(search: KeptSearch, page: int | None = None) -> str:
    if search.key:
        return url_for("RegisterView.found", key=search.key, page=page)
    return url_for("RegisterView.show", page=page)


def _leads_to(row: RegisterRow) -> str | None:
    """Where more is known: the form that proposes the row, for those who may write it, else the family."""
    if not row.is_spell and Power.RECORD_REQUEST in actor().powers:
        return url_for("FamilyFormView.one", number=row.submission_no)
    return None if row.family_id is None else url_for("FamiliesView.show", person_id=row.family_id)


def _page_number() -> int:
    typed = request.args.get("page", "1")
    return min(max(int(typed), 1), OFFSET_LIMIT) if typed.isdecimal() and len(typed) < 9 else 1


def _day(day: date | None) -> str:
    return format_be(day, "medium") if day else ""


def _birth(row: RegisterRow) -> str:
    """The birth date as far as it is known."""
    if row.birth_date is None or row.birth_date_precision is BirthPrecision.DAY:
        return _day(row.birth_date)
    year = str(row.birth_date.year + BE_OFFSET)
    known_month = row.birth_date_precision is BirthPrecision.MONTH
    return f"{MONTHS_MEDIUM[row.birth_date.month - 1]} {year}" if known_month else year


_SHOWN: dict[str, Any] = {
    "titles": TITLES,
    "label": label,
    "status_label": status_label,
    "looks": LOOKS,
    "mask": national_id.mask,
    "day": _day,
    "birth": _birth,
    "at": format_be_instant,
    "address": _address,
    "leads_to": _leads_to,
}

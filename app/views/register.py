"""รายงานข้อมูลผู้มีสิทธิ: the register on screen, searched, sorted, read beside the list, and asked for as Excel."""

from datetime import date
from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose

from app.domain import national_id
from app.domain.actor import ScopeKind
from app.domain.errors import Conflict, NotFound
from app.domain.people import BirthPrecision
from app.domain.powers import Power
from app.domain.thai_calendar import BE_OFFSET
from app.reports.register import SORTED_BY
from app.reports.register_columns import RegisterRow, RegisterStatus
from app.reports.register_pages import Beside
from app.services import families, register_reports, saved_views
from app.services.report_files import EXCEL, FORMATS
from app.services.saved_views import LARGEST_ID
from app.views import register_search
from app.views.base import PowerView, actor
from app.views.data_interface import LONGEST_KEY
from app.views.dates import format_be, format_be_instant, month_name
from app.views.labels import label
from app.views.register_form import DAYS, RegisterForm
from app.views.register_search import SCREEN, KeptSearch
from app.views.register_words import (
    LOOKS,
    SCREEN_COLUMNS,
    file_columns,
    report_words,
    shown_columns,
    status_label,
    words_of_register,
)


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
        search = KeptSearch.of_form(form)
        if search is None:
            return self._page(form, None), 400
        if not search.filters.as_json():
            return redirect(url_for("RegisterView.show"), 303)
        register_search.keep(search)
        return redirect(address(search), 303)

    @expose("/export", methods=["POST"])
    def export(self) -> ResponseReturnValue:
        """Ask for the Excel or CSV file of a kept search, with the columns of the list, and go to where it will lie."""
        search = register_search.find(request.form.get("search", ""))
        if search is None:
            return redirect(url_for("RegisterView.show"), 303)
        words, described = report_words(), register_search.described(search)
        columns = file_columns(_chosen(search, saved_views.desk(SCREEN, actor=actor())))
        wanted = request.form.get("format", EXCEL)
        if wanted not in FORMATS:
            abort(400)
        try:
            register_reports.request_export(
                search.filters, actor=actor(), words=words, described=described, columns=columns, file_format=wanted
            )
        except Conflict as error:
            flash(words_of_register(error), "warning")
        return redirect(url_for("ReportsInboxView.show"), 303)

    @expose("/families/<int:person_id>")
    def family(self, person_id: int) -> ResponseReturnValue:
        """A piece of page for beside the list: the family of this person, opened and written down as its page is."""
        try:
            found = families.family(person_id, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        except NotFound:
            abort(404)
        return self.render_template(
            "register/family.html", found=found, display=national_id.display, state=RegisterStatus, **_SHOWN
        )

    def _kept(self, key: str) -> ResponseReturnValue:
        search = register_search.find(key)
        if search is None:
            return redirect(url_for("RegisterView.show"))
        form = RegisterForm(formdata=None)
        form.show(search.filters, search.agency, search.masked_id)
        return self._page(form, search)

    def _page(self, form: RegisterForm, search: KeptSearch | None) -> str:
        desk, one_agency = saved_views.desk(SCREEN, actor=actor()), actor().scope.kind is ScopeKind.AGENCY
        chosen = _chosen(search, desk) if search else desk.columns
        columns = shown_columns(chosen, one_agency=one_agency)
        return self.render_template(
            "register/list.html",
            form=form,
            days=DAYS,
            search=search,
            conditions=register_search.conditions(search) if search else [],
            desk=desk,
            columns=columns,
            column_choices=[(column.name, column.title, column in columns) for column in SCREEN_COLUMNS],
            is_chosen=chosen is not None,
            one_agency=one_agency,
            may_export=Power.EXPORT_REGISTER in actor().powers,
            may_record=Power.RECORD_REQUEST in actor().powers,
            **(_rows(search, desk.rows) if search else {"found": None}),
            sizes=saved_views.ROW_CHOICES,
            **_SHOWN,
        )


def address(search: KeptSearch, beside: Beside | None = None, order: str = "", first: int = 1) -> str:
    """Where a kept search is shown, sorted; of its pages the one beside a row, whose first row has the number `first`."""
    side = "before" if beside is not None and beside.before else "after"
    more = {} if beside is None else {side: f"{'s' if beside.is_spell else 'r'}{beside.id}", "first": first}
    more |= {"order": order} if order else {}
    if search.key:
        return url_for("RegisterView.found", key=search.key, **more)
    return url_for("RegisterView.show", **more)


def _rows(search: KeptSearch, size: int) -> dict[str, Any]:
    """The page of rows that the address asks for, and where those before and behind it stand."""
    key, order = current_app.config["SECRET_KEY"], request.args.get("order", "")
    order, beside = order if order.removeprefix("-") in SORTED_BY else "", _beside()
    found = register_reports.search(search.filters, beside=beside, actor=actor(), hash_key=key, order=order, size=size)
    first = 1 if beside is None or found.is_first else _number("first", 1)
    pages = {"previous": "", "following": ""}
    if found.rows and not found.is_first:
        top = Beside(found.rows[0].is_spell, found.rows[0].id, before=True)
        pages["previous"] = address(search, top, found.order, max(first - size, 1))
    if found.rows and not found.is_last:
        bottom = Beside(found.rows[-1].is_spell, found.rows[-1].id)
        pages["following"] = address(search, bottom, found.order, first + len(found.rows))
    return {"found": found, "first_row": first, **pages}


def _beside() -> Beside | None:
    """The row that the address names, if it names one."""
    for side in ("after", "before"):
        kind, number = request.args.get(side, "")[:1], request.args.get(side, "")[1:]
        if kind in ("s", "r") and number.isdecimal() and len(number) <= LONGEST_KEY and int(number) <= LARGEST_ID:
            return Beside(kind == "s", int(number), before=side == "before")
    return None


def _chosen(search: KeptSearch, desk: saved_views.Desk) -> list[str] | None:
    """The columns of the saved view that is shown, else those that the officer uses."""
    return desk.columns if search.columns is None else list(search.columns)


def _leads_to(row: RegisterRow) -> str | None:
    """Where more is known: the form that proposes the row, for those who may write it, else the family."""
    if not row.is_spell and Power.RECORD_REQUEST in actor().powers:
        return url_for("FamilyFormView.one", number=f"{row.submission_no}.{row.id}")
    return None if row.family_id is None else url_for("FamiliesView.show", person_id=row.family_id)


def _aside(row: RegisterRow) -> str | None:
    """Where the family is to be had for beside the list."""
    has_family = row.is_spell and row.family_id is not None
    return url_for("RegisterView.family", person_id=row.family_id) if has_family else None


def _number(name: str, otherwise: int) -> int:
    typed = request.args.get(name, "")
    return max(int(typed), 1) if typed.isdecimal() and len(typed) < 9 else otherwise


def _day(day: date | None) -> str:
    return format_be(day, "medium") if day else ""


def _birth(person: Any) -> str:
    """The birth date of a row or a family member as far as it is known."""
    if person.birth_date is None or person.birth_date_precision is BirthPrecision.DAY:
        return _day(person.birth_date)
    year = str(person.birth_date.year + BE_OFFSET)
    known_month = person.birth_date_precision is BirthPrecision.MONTH
    return f"{month_name(person.birth_date)} {year}" if known_month else year


_SHOWN: dict[str, Any] = {
    "label": label,
    "status_label": status_label,
    "looks": LOOKS,
    "mask": national_id.mask,
    "day": _day,
    "birth": _birth,
    "at": format_be_instant,
    "address": address,
    "leads_to": _leads_to,
    "open_view": lambda view: url_for("SavedViewsView.apply", view_id=view.id),
    "forget_view": lambda view: url_for("SavedViewsView.delete", view_id=view.id),
    "aside": _aside,
}

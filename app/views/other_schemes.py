"""ตรวจสอบสิทธิซ้ำซ้อน: a person's rights in other schemes and the October choice; and the files that schemes send."""

from datetime import date
from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain import national_id
from app.domain.errors import BadInput, NotFound, PortalError
from app.domain.powers import Power
from app.domain.thai_calendar import parse_be_date
from app.models.other_scheme import SchemeSource
from app.rules.elections import next_election_on
from app.rules.schemes import EntitlementRank, Scheme
from app.services import other_schemes, scheme_confirmations, scheme_elections, scheme_files
from app.services.other_schemes import DECLARABLE, DeclaredRight
from app.views.base import PowerView, actor
from app.views.dates import format_be, format_be_instant
from app.views.errors import status_of
from app.views.explain_words import words
from app.views.labels import label
from app.views.scheme_words import WAITS, file_failure, words_of_scheme


class OtherSchemesView(PowerView):
    """The question by national ID travels by POST; the record stands under the person's own number of the register."""

    route_base = "/other-schemes"
    default_view = "ask"
    power = Power.RECORD_REQUEST

    @expose("/", methods=["GET", "POST"])
    def ask(self) -> ResponseReturnValue:
        """Whose rights; on to the record of whoever stands in the register of one's own agency."""
        fault = ""
        if request.method == "POST":
            try:
                number = national_id.parse(request.form.get("national_id", ""), field="national_id")
                found = other_schemes.find_person(number, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
                return redirect(url_for("OtherSchemesView.show", person_id=found), 303)
            except PortalError as refusal:
                fault = words_of_scheme(refusal)
        waiting = scheme_confirmations.waiting(actor=actor())
        return self.render_template("other_schemes/ask.html", fault=fault, waiting=waiting), 400 if fault else 200

    @expose("/<int:person_id>")
    def show(self, person_id: int) -> ResponseReturnValue:
        """All that is known of the person, and the forms to add to it."""
        return self._page(person_id)

    @expose("/<int:person_id>/rights", methods=["POST"])
    def declare(self, person_id: int) -> ResponseReturnValue:
        """Record a declared right."""

        def act() -> str:
            form = request.form
            right = DeclaredRight(
                _code(Scheme, "scheme"), _code(EntitlementRank, "rank"), _day("since"), _day_or_none("until"),
                form.get("via_principal", "").replace("\0", ""),
            )  # fmt: skip
            other_schemes.declare_right(person_id, right, actor=actor())
            return self._recorded(person_id) or _("Recorded. The rights have been put in order anew.")

        return self._done(person_id, act)

    @expose("/<int:person_id>/rights/<int:right_id>/end", methods=["POST"])
    def end(self, person_id: int, right_id: int) -> ResponseReturnValue:
        """Record the first day without a declared right."""

        def act() -> str:
            other_schemes.end_declared_right(right_id, _day("until"), actor=actor())
            return _("Recorded. What it held back comes out of standby in the round of that day.")

        return self._done(person_id, act)

    @expose("/<int:person_id>/elections", methods=["POST"])
    def elect(self, person_id: int) -> ResponseReturnValue:
        """Record which scheme the person chose."""

        def act() -> str:
            declared_on, scheme = _day("declared_on"), _code(Scheme, "scheme")
            in_october = scheme_elections.record_election(person_id, scheme, declared_on, actor=actor())
            until = format_be(next_election_on(declared_on), "medium")
            told = _("Recorded. The choice counts until %(day)s.", day=until)
            late = _("It was not made in October: the registrar should look at it.")
            told = self._recorded(person_id) or told
            return told if in_october else f"{told} {late}"

        return self._done(person_id, act)

    @expose("/<int:person_id>/elections/<int:election_id>/withdrawal", methods=["POST"])
    def withdraw(self, person_id: int, election_id: int) -> ResponseReturnValue:
        """Take back a choice that does not bind yet."""

        def act() -> str:
            reason = request.form.get("reason", "").replace("\0", "")
            scheme_elections.withdraw_election(election_id, reason, actor=actor())
            return _("Taken back. The rights have been put in order anew.")

        return self._done(person_id, act)

    @expose("/<int:person_id>/confirmation", methods=["POST"])
    def confirm(self, person_id: int) -> ResponseReturnValue:
        """Let count what was declared of the person and waits for the registrar."""

        def act() -> str:
            scheme_confirmations.confirm(person_id, actor=actor())
            return _("Confirmed. The rights have been put in order anew.")

        return self._done(person_id, act)

    def _recorded(self, person_id: int) -> str:
        """What is said of something declared that does not count yet; nothing where all counts."""
        found = other_schemes.desk(person_id, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        return str(WAITS) if found.waits else ""

    def _done(self, person_id: int, act: Any) -> ResponseReturnValue:
        try:
            flash(act(), "success")
        except NotFound:
            abort(404)
        except PortalError as refusal:
            return self._page(person_id, words_of_scheme(refusal)), status_of(refusal)
        return redirect(url_for("OtherSchemesView.show", person_id=person_id), 303)

    def _page(self, person_id: int, fault: str = "") -> str:
        try:
            found = other_schemes.desk(person_id, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        except NotFound:
            abort(404)
        return self.render_template(
            "other_schemes/show.html", found=found, fault=fault, typed=request.form, schemes=DECLARABLE, all_schemes=list(Scheme),
            ranks=list(EntitlementRank), Source=SchemeSource, waits=WAITS, **_shown(),
        )  # fmt: skip


class SchemeFilesView(PowerView):
    """The files of schemes, and the way in for a new one."""

    route_base = "/scheme-files"
    default_view = "show"
    power = Power.MANAGE_AGENCIES

    @expose("/", methods=["GET", "POST"])
    def show(self) -> ResponseReturnValue:
        """The files, the newest first; a new one is loaded in the background."""
        fault, field, status = "", None, 200
        if request.method == "POST":
            try:
                upload = request.files.get("file")
                if upload is None or not upload.filename:
                    raise BadInput("REQUIRED", field="file")
                scheme_files.request_load(
                    upload.stream, upload.filename, _code(Scheme, "scheme"), _day("as_of"), actor=actor()
                )
                flash(_("The file is being loaded in the background."), "success")
                return redirect(url_for("SchemeFilesView.show"), 303)
            except PortalError as refusal:
                fault, field, status = words_of_scheme(refusal), refusal.field, status_of(refusal)
        files = scheme_files.recent(actor=actor())
        return self.render_template(
            "other_schemes/files.html", files=files, failed=scheme_files.failed(files), why=file_failure, fault=fault,
            at_fault=field, typed=request.form, schemes=DECLARABLE, **_shown(),
        ), status  # fmt: skip


def _code(kind: Any, name: str) -> Any:
    value = request.form.get(name, "")
    if value not in kind.__members__:
        raise BadInput("REQUIRED", field=name)
    return kind(value)


def _day(name: str) -> date:
    found = _day_or_none(name)
    if found is None:
        raise BadInput("REQUIRED", field=name)
    return found


def _day_or_none(name: str) -> date | None:
    text = request.form.get(name, "").strip()
    return parse_be_date(text, field=name) if text else None


def _shown() -> dict[str, Any]:
    return {
        "be": lambda day: format_be(day, "medium") if day else "–", "at": format_be_instant, "label": label,
        "display": national_id.display, **words(),
    }  # fmt: skip

"""บันทึกข้อมูลผู้มีสิทธิรายใหม่: a principal and the family on one form, kept as draft or sent to the registrar."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import BadInput, Conflict, InvalidForm, NotFound, PortalError
from app.domain.people import Relation
from app.domain.powers import Power
from app.services import change_requests, clerk_desk, form_tokens, typed_forms
from app.services.clerk_desk import PrincipalNote, Submission
from app.services.evidence import DocumentNote
from app.services.family_forms import FamilyForm, Member
from app.services.typed_forms import NEW, Typed
from app.services.work_items import WorkItem
from app.views.base import PowerView, actor
from app.views.card_readings import reader_words
from app.views.errors import status_of
from app.views.family_conflict import Difference, bring_up_to_date
from app.views.family_defaults import completed
from app.views.family_fields import MOST_MEMBERS, FamilyPage, MemberRow, has_sane_shape
from app.views.family_outlook import shown_day
from app.views.family_sheet import attach_uploads, form_page, known_documents, submission_page
from app.views.family_typing import address_of, changed_words
from app.views.family_words import words_of_family

_FIELD = re.compile(r"members-([0-9]+)-(.+)")
_NUMBER = re.compile("[0-9]{1,9}")
_REMOVE = re.compile(r"remove-([0-9]{1,4})")
_PATIENCE_SECONDS = 6.0
_BLANK_PRINCIPAL = (Member(Relation.SELF, ""),)


@dataclass(frozen=True)
class Clash:
    """Why a form is stale, and what reads otherwise in what was kept meanwhile."""

    words: str
    differences: list[Difference]


@dataclass(frozen=True)
class Sheet:
    """What a form is about: its number and drafts once it has been kept, the principal where he is not on it."""

    number: str | None = None
    drafts: tuple[Member, ...] = ()
    principal: PrincipalNote | None = None
    about: str = NEW
    others: tuple[str, ...] = ()  # the forms of other families of this number that wait as drafts
    returned: tuple[WorkItem, ...] = ()  # who is written anew, with what the registrar wrote

    def command(self, page: FamilyPage, documents: Mapping[int, DocumentNote]) -> FamilyForm:
        """The verb's form out of the page and its ticked documents; raises Conflict('STALE') where the drafts are others."""
        drafts = {member.request_id: member for member in self.drafts}
        rows = page.rows()
        posted = {row.request_id.data for row in rows if row.request_id.data}
        seen = {int(number) for number in re.findall("[0-9]{1,10}", page.seen_requests.data or "")}
        if posted - set(drafts) or set(drafts) - seen:
            raise Conflict("STALE")
        if any(draft and row.seen_version.data is None for row in rows for draft in [row.request_id.data]):
            raise BadInput("FORM_TOKEN")
        typed = [row.member(drafts.get(row.request_id.data)) for row in rows]
        members = completed(typed, documents, self.principal.sex if self.principal else None)
        return FamilyForm(members, self.number, self.principal.national_id if self.principal else None)


class FamilyFormView(PowerView):
    """The form for a new family, for more members of a known one, and for a kept draft by its number."""

    route_base = "/family-forms"
    default_view = "new"
    power = Power.RECORD_REQUEST

    @expose("/new", methods=["GET", "POST"])
    def new(self) -> ResponseReturnValue:
        """A new principal with family."""
        return self._answer(Sheet())

    @expose("/for/<int:person_id>", methods=["GET", "POST"])
    def add_to(self, person_id: int) -> ResponseReturnValue:
        """More members for a principal of the register."""
        try:
            note = clerk_desk.principal_note(person_id, actor=actor())
        except NotFound:
            abort(404)
        return self._answer(Sheet(principal=note, about=f"for-{person_id}"))

    @expose("/<string:number>", methods=["GET", "POST"])
    def one(self, number: str) -> ResponseReturnValue:
        """The drafts of a kept form, ready to be changed; what was sent off already is shown only."""
        try:
            wanted = request.args.get("page", 1, type=int)
            found = clerk_desk.submission(number, actor=actor(), hash_key=current_app.config["SECRET_KEY"], page=wanted)
        except NotFound:
            abort(404)
        if found.drafts:
            if request.method == "GET" and found.name != number:
                return redirect(url_for("FamilyFormView.one", number=found.name))
            back = tuple(item for item in found.items if item.came_back is not None)
            return self._answer(
                Sheet(found.submission_no, found.drafts, found.principal, found.name, found.others, back)
            )
        if request.method == "POST":
            return self._too_late(found)
        return self.render_template("families/submission.html", **submission_page(found, actor()))

    def _too_late(self, found: Submission) -> ResponseReturnValue:
        """The drafts of this form are gone: by its own first sending, or by somebody else."""
        token = request.form.get("token", "")
        try:
            if first := _claimed(token, found.name):
                return first
            form_tokens.release(token, actor=actor())
        except BadInput as error:
            flash(words_of_family(error), "danger")
        else:
            flash(words_of_family(Conflict("STALE")), "danger")
        return self.render_template("families/submission.html", **submission_page(found, actor())), 409

    def _answer(self, sheet: Sheet) -> ResponseReturnValue:
        if request.method == "GET":
            return self._shown(sheet)
        if not has_sane_shape([*request.form, *request.files]):
            flash(_("A form holds %(most)s persons at most. Please send the others separately.", most=MOST_MEMBERS))
            return self._page(sheet, FamilyPage.showing(sheet.drafts or _BLANK_PRINCIPAL), status=400)
        page = FamilyPage()
        action = request.form.get("action", "")
        if action == "add" or _REMOVE.fullmatch(action):
            return self._reshaped(sheet, page, action)
        if action not in ("save", "submit"):
            abort(400)
        return self._written(sheet, page, submit=action == "submit")

    def _shown(self, sheet: Sheet) -> ResponseReturnValue:
        """The form as it was kept, or as its officer left it on the screen."""
        asked = request.args.get("typed", "")
        try:
            typed = _typed(sheet, asked)
        except NotFound as gone:
            flash(words_of_family(gone), "info")
            return redirect(url_for("FamilyFormView.new"))
        if typed is None:
            members = sheet.drafts or (() if sheet.principal else _BLANK_PRINCIPAL)
            return self._page(sheet, FamilyPage.showing(members))
        page = FamilyPage.typed(typed.fields)
        page.typed_id.data, page.typed_version.data = typed.id, typed.version
        return self._page(sheet, page, typed=typed)

    def _reshaped(self, sheet: Sheet, page: FamilyPage, action: str) -> ResponseReturnValue:
        """One row more or one less, without JavaScript; everything typed stays."""
        stored = attach_uploads(page, actor())
        if action == "add":
            page.members.append_entry({})
        else:
            gone = f"members-{action.removeprefix('remove-')}"
            page.members.entries = [e for e in page.members.entries if e.name != gone or e.form.is_own()]
        return self._page(sheet, page, status=200 if stored else 400)

    def _written(self, sheet: Sheet, page: FamilyPage, *, submit: bool) -> ResponseReturnValue:
        page.members.entries = [entry for entry in page.members.entries if not entry.form.is_blank()]
        token = page.token.data or ""
        try:
            first = _claimed(token, sheet.about if sheet.number else None)
        except BadInput as error:
            return self._page(sheet, page, [error], status=400)
        if first is not None:
            return first
        done = None
        try:
            done = _record(sheet, page, submit=submit)
        except PortalError as refusal:
            errors = refusal.errors if isinstance(refusal, InvalidForm) else [refusal]
            clash = self._clash(sheet, page) if refusal.code == "STALE" else None
            return self._page(sheet, page, errors, status=status_of(refusal), clash=clash)
        finally:
            if done is None:
                form_tokens.release(token, actor=actor())
        if done is None:
            return self._page(sheet, page, status=400)
        form_tokens.settle(token, done.request_ids[0], actor=actor())
        typed_forms.forget(page.typed_id.data, page.typed_version.data, page.as_typed(request.form), actor=actor())
        flash(_("Sent to the registrar.") if submit else _("Kept as a draft."), "success")
        stays = not submit and bool(sheet.others)
        goes_on = f"{done.submission_no}.{done.request_ids[0]}" if stays else done.submission_no
        return redirect(url_for("FamilyFormView.one", number=goes_on))

    def _clash(self, sheet: Sheet, page: FamilyPage) -> Clash | None:
        """Who changed the form meanwhile and what; the page then stands on the newest drafts, typing kept."""
        if sheet.number is None:
            return None
        now = clerk_desk.submission(sheet.about, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        return Clash(changed_words(sheet.about), bring_up_to_date(page, now.drafts))

    def _page(
        self, sheet: Sheet, page: FamilyPage, errors: list[PortalError] | None = None, status: int = 200, **more: Any
    ) -> ResponseReturnValue:
        rows = page.rows() if request.method == "POST" else []
        loose = [words_of_family(error) for error in errors or [] if not _show_at_field(rows, error)]
        page.token.data, page.about.data = form_tokens.new_token(), sheet.about
        begun = [(form, address_of(form)) for form in typed_forms.mine(actor=actor()) if form.about == NEW]
        shown = form_page(sheet, page, loose, actor()) | {"typed": None, "clash": None, "begun": begun} | more
        return self.render_template("families/form.html", **(reader_words() | shown), shown_day=shown_day), status


def _typed(sheet: Sheet, asked: str) -> Typed | None:
    """What the officer typed and no verb has taken: the form that the address names, or the last one about this."""
    if sheet.about != NEW:
        return typed_forms.newest_about(sheet.about, actor=actor())
    if not asked:
        return None
    typed = typed_forms.read(int(asked) if _NUMBER.fullmatch(asked) else 0, actor=actor())
    return typed if typed.about == NEW else None


def _record(sheet: Sheet, page: FamilyPage, *, submit: bool) -> change_requests.Submission | None:
    """Call the verb with what the page says; None when the page itself is not in order (its fields say why)."""
    valid = page.validate()
    stored = attach_uploads(page, actor())
    documents = known_documents(page, actor())
    if documents is None or not (valid and stored):
        return None
    return change_requests.record(sheet.command(page, documents), actor=actor(), submit=submit)


def _claimed(token: str, name: str | None) -> ResponseReturnValue | None:
    """None when the form may write now; else the way to what this very form led to when it was sent before."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (first := form_tokens.claim(token, actor=actor())) == form_tokens.IN_PROGRESS:
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)  # the first press is still being written, or is about to be refused
    if first is None:
        return None
    flash(_("This form had been sent already; here is what became of it."), "info")
    number = clerk_desk.submission_of(first, actor=actor())
    return redirect(url_for("FamilyFormView.one", number=name or number) if number else url_for("MyWorkView.show"))


def _show_at_field(rows: list[MemberRow], error: PortalError) -> bool:
    """Put the refusal's words at the field that it names; False where the form has no such field."""
    found = _FIELD.fullmatch(error.field or "")
    if found is None or int(found[1]) >= len(rows) or found[2] not in rows[int(found[1])]:
        return False
    field = rows[int(found[1])][found[2]]
    field.errors = [*field.errors, words_of_family(error)]
    return True

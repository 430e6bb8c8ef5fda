"""แก้ไขข้อมูลผู้มีสิทธิ: change what is recorded; change to a pension; report a return to duty."""

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import FieldList, FormField, HiddenField, TextAreaField
from wtforms.validators import Length

from app.domain.errors import BadInput, InvalidForm, PortalError
from app.domain.people import Relation, RequestType
from app.domain.powers import Power
from app.models.agency import Province, Title
from app.rules.moves import EVENTS
from app.services import continuations, edits, service_starts
from app.services.change_desk import ChangeDesk
from app.services.continuations import ContinuationForm
from app.services.edits import EditForm
from app.services.evidence import LARGEST_ID
from app.services.family_facts import told_of
from app.services.family_forms import PERSON_FIELDS, RIGHT_FIELDS, Member
from app.services.transaction import reading
from app.views.approval_search import whole
from app.views.base import PowerView, actor
from app.views.change_forms import MovePage
from app.views.dates import format_be
from app.views.ends import answered, ask_page, desk_of, sent, shown
from app.views.family_fields import MemberRow, values_of
from app.views.family_sheet import attach
from app.views.family_told import fits, has_rare
from app.views.family_words import words_of_family
from app.views.told_words import ASKS

# What the form of a change has no box for (changes/edit.html).
_NO_BOX = frozenset({"evidence_ids", "national_id", "relation"})
_NO_BOX_OF_OWN = frozenset({"entitled_from", "birth_order"})
_NO_BOX_OF_FAMILY = frozenset({"personnel_type", "service_start_date"})
_MOVES = {"pension": RequestType.PENSION, "return": RequestType.REINSTATE}


class EditPage(FlaskForm):
    """One entry as it should be."""

    seen_right = HiddenField()
    members = FieldList(FormField(MemberRow), min_entries=1, max_entries=1)
    text = TextAreaField("", [Length(max=1000)])

    @property
    def row(self) -> MemberRow:
        """The entry."""
        return self.members[0].form  # type: ignore[no-any-return]

    def show(self, refusal: PortalError) -> None:
        """Show a refusal at the field that it names, on top where the page has no such box for this entry."""
        hidden = _NO_BOX | (_NO_BOX_OF_OWN if self.row.relation.data == Relation.SELF else _NO_BOX_OF_FAMILY)
        for error in refusal.errors if isinstance(refusal, InvalidForm) else [refusal]:
            name = (error.field or "").removeprefix("members-0-")
            if name in self.row and name not in hidden:
                self.row[name].errors = [*self.row[name].errors, words_of_family(error)]
            else:
                self.form_errors = [*self.form_errors, words_of_family(error)]


class EditsView(PowerView):
    """Searches are posted; a right stands under its own number."""

    route_base = "/edits"
    default_view = "ask"
    power = Power.RECORD_REQUEST

    @expose("/", methods=["GET", "POST"])
    def ask(self) -> ResponseReturnValue:
        """Whose entry is to be changed?"""
        return ask_page(self, "EditsView.change", _("Change an entry"), _("Edit"))

    @expose("/<int:entitlement_id>", methods=["GET", "POST"])
    def change(self, entitlement_id: int) -> ResponseReturnValue:
        """The entry as it is recorded, to be changed."""
        desk = desk_of(entitlement_id, RequestType.CERTIFY_EDIT)
        page, status = _page(desk), 200
        if request.method == "POST":
            page.row.relation.data = desk.right.relation
            status = 400
            if _ready(page) and attach(page.row, actor()):
                status = answered(page, lambda: edits.change(_form(page, desk), actor=actor()))
            if not status:
                _tell_who_follows(desk, page)
                return sent(desk)
        return self.render_template("changes/edit.html", page=page, **_facts(), **shown(desk)), status

    @expose("/<int:entitlement_id>/<what>", methods=["GET", "POST"])
    def move(self, entitlement_id: int, what: str) -> ResponseReturnValue:
        """From which day a pension is drawn, or the official is back on duty; the family goes along."""
        kind = _MOVES.get(what) or abort(404)
        desk = desk_of(entitlement_id, kind)
        page, status = MovePage(data=_moved(desk)), 200
        if request.method == "POST":
            status = 400
            if page.validate() and attach(page, actor()):
                status = answered(page, lambda: continuations.go_on(_continuation(page, desk, kind), actor=actor()))
            if not status:
                flash(_("The family goes along."), "info")
                return sent(desk)
        return self.render_template("changes/move.html", page=page, kind=kind, **shown(desk)), status


def address_of_draft(kind: RequestType, entitlement_id: int, draft_id: int) -> str | None:
    """Where a draft about a right is written anew; None for one of another kind."""
    if kind in (RequestType.TERMINATE, RequestType.SUSPEND):
        return url_for("EndsView.report", entitlement_id=entitlement_id, draft=draft_id)
    if kind is RequestType.CERTIFY_EDIT:
        return url_for("EditsView.change", entitlement_id=entitlement_id, draft=draft_id)
    what = next((name for name, move in _MOVES.items() if move is kind), None)
    return url_for("EditsView.move", entitlement_id=entitlement_id, what=what, draft=draft_id) if what else None


def _continuation(page: MovePage, desk: ChangeDesk, kind: RequestType) -> ContinuationForm:
    draft = desk.draft
    missing = page.papers_missing(EVENTS[kind])
    if page.service_start_date.data is None:  # the law would say so of everybody who goes along, and more
        missing.append(BadInput("REQUIRED", field="service_start_date"))
    if missing:
        raise InvalidForm(missing)
    return ContinuationForm(
        desk.right.id, kind, page.service_start_date.data, (page.text.data or "").replace("\0", ""),
        page.evidence_ids.data, draft.submission_no if draft else None, _seen() if draft else None,
    )  # fmt: skip


def _seen() -> int:
    """The version of the draft that the form showed."""
    return whole(request.form.get("seen_version", ""))


def _moved(desk: ChangeDesk) -> dict[str, Any]:
    if desk.draft is None:
        return {}
    return {
        "service_start_date": desk.draft.proposal.service_start_date, "text": desk.draft.reason or "",
        "evidence_ids": [paper.id for paper in desk.draft_papers],
    }  # fmt: skip


def _page(desk: ChangeDesk) -> EditPage:
    """The form as it was posted, or filled with what stands, or with the draft."""
    right, draft = desk.right, desk.draft.proposal if desk.draft else None
    source, person = (draft, draft) if draft is not None else (right, right.person)
    values: dict[str, Any] = {name: getattr(person, name) for name in PERSON_FIELDS}
    values |= {name: getattr(source, name) for name in RIGHT_FIELDS}
    started = draft.requested_from if draft is not None else right.entitled_from
    papers = tuple(paper.id for paper in desk.draft_papers)
    member = Member(
        national_id=right.person.national_id, entitled_from=started, told=told_of(source), evidence_ids=papers, **values
    )
    data = {
        "members": [values_of(member)],
        "seen_right": str(right.version + right.person.version),
        "text": (desk.draft.reason or "") if desk.draft else "",
    }
    page = EditPage(data=data)
    if request.method == "GET":
        page.row.birth_date.precision = member.birth_date_precision
    return page


def _tell_who_follows(desk: ChangeDesk, page: EditPage) -> None:
    found = service_starts.shown(desk.right.id, page.row.service_start_date.data, actor=actor()) if desk.is_own else []
    if found:
        told = [f"{name} ({format_be(day, 'medium')})" for name, day in found]
        flash(_("Of the family begin on another day with it: %(names)s", names=", ".join(told)), "info")


def _ready(page: EditPage) -> bool:
    if not page.row.national_id.data:  # not asked again: who it is does not change
        page.row.national_id.validators = []
    return bool(page.validate())


def _form(page: EditPage, desk: ChangeDesk) -> EditForm:
    right, draft = desk.right, desk.draft
    member = page.row.member(
        Member(
            right.relation,
            right.person.national_id,
            told=told_of(right),
            nationality_code=right.person.nationality_code,
        )
    )
    is_own = right.relation is Relation.SELF
    return EditForm(
        right.id, min(whole(page.seen_right.data or ""), LARGEST_ID), member.first_name_th, member.last_name_th,
        member.birth_date, member.sex, member.title_th, member.middle_name_th, member.birth_date_precision,
        member.nationality_code, member.told, member.entitled_from, member.birth_order, member.seq_in_delivery,
        member.personnel_type if is_own else None, member.service_start_date if is_own else None, member.evidence_ids,
        (page.text.data or "").replace("\0", ""), draft.id if draft else None, _seen() if draft else None,
    )  # fmt: skip


def _facts() -> dict[str, Any]:
    """What the fields of a relation need beside them."""
    with reading(actor().scope) as session:
        titles = session.scalars(sa.select(Title.name_th).order_by(Title.position, Title.id)).all()
        provinces = session.scalars(sa.select(Province).order_by(Province.name_th)).all()
        pairs = [(province.code, province.name_th) for province in provinces]
    return {"asks": ASKS, "fits": fits, "has_rare": has_rare, "titles": titles, "provinces": pairs}

"""The forms of ends, pensions, returns and moves: what is typed, its papers, and where a refusal is shown."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, FormField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.domain.errors import BadInput, InvalidForm, PortalError
from app.domain.people import PersonnelType, Relation, TerminationReason
from app.rules.evidence import Event, requirements_for
from app.views.family_boxes import DayField
from app.views.family_fields import DocumentRow, IdsField
from app.views.family_words import words_of_family
from app.views.labels import label
from app.views.law_words import any_of_words

SUSPENDED = "SUSPENDED"  # พักราชการ stands among the reasons on paper, but is no end (decisions 2)
_CHOOSE = SelectChoice("", _l("Choose"))


class PapersForm(FlaskForm):
    """A form with documents: ticked ones that are there, and new ones."""

    evidence_ids = IdsField(_l("Attached documents"))
    evidence = FieldList(FormField(DocumentRow), min_entries=1, max_entries=10)
    without_papers = BooleanField(_l("There is no document yet; the registrar has to be sure in another way."))

    def papers_missing(self, event: Event | None) -> list[PortalError]:
        """The word that nothing is attached to prove the event, unless the clerk has said himself that there is nothing yet.

        Which paper proves it is the law's business, and the registrar's; this only keeps a clerk from forgetting it.
        """
        rows = requirements_for(Relation.SELF, event) if event is not None else ()
        return self.papers_missing_of(any_of_words(sorted(rows[0].any_of)) if rows else "")

    def papers_missing_of(self, papers: str) -> list[PortalError]:
        """The same, of an event that these papers, in words, would prove."""
        if not papers or self.evidence_ids.data or self.without_papers.data:
            return []
        return [BadInput("NO_PAPER_ATTACHED", field="without_papers", papers=papers)]

    def show(self, refusal: PortalError) -> None:
        """Show a refusal at the field that it names, else on top."""
        for error in refusal.errors if isinstance(refusal, InvalidForm) else [refusal]:
            field = self._fields.get(error.field or "")
            words = words_of_family(error)
            if field is None or field.name == "evidence_ids":
                who = error.facts.get("who")
                self.form_errors = [*self.form_errors, f"{who}: {words}" if who else words]
            else:
                field.errors = [*field.errors, words]


class EndPage(PapersForm):
    """แจ้งข้อมูลผู้หมดสิทธิ."""

    reason = SelectField(_l("Reason"), validators=[])
    event_date = DayField(_l("Date of the event"))
    text = TextAreaField(_l("Remarks"), [Length(max=1000)])

    def offer(self, reasons: Iterable[TerminationReason], may_suspend: bool) -> None:
        """Offer the lawful reasons of the right, and the suspension where there is a service."""
        choices = [_CHOOSE, *(SelectChoice(reason.value, label(reason)) for reason in reasons)]
        self.reason.choices = [*choices, *([SelectChoice(SUSPENDED, _l("Suspended from duty"))] if may_suspend else [])]


class MovePage(PapersForm):
    """A pension or a return to duty."""

    service_start_date = DayField(_l("From"))
    text = TextAreaField(_l("Remarks"), [Length(max=1000)])


class TransferPage(PapersForm):
    """ย้ายหน่วยงาน (ปลายทาง)."""

    service_start_date = DayField(_l("Start of service at this agency, as in the order"))
    personnel_type = SelectField(_l("Personnel type, as in the order"))
    text = TextAreaField(_l("Remarks"), [Length(max=1000)])

    def offer(self, kinds: Iterable[PersonnelType]) -> None:
        """Offer the personnel types that fit the agency."""
        self.personnel_type.choices = [_CHOOSE, *(SelectChoice(kind.value, label(kind)) for kind in kinds)]


class ReasonPage(FlaskForm):
    """A reason in words."""

    reason = TextAreaField(_l("Reason"), [Length(max=1000)])

    def show(self, refusal: PortalError) -> None:
        """Show a refusal at the reason, else on top."""
        for error in refusal.errors if isinstance(refusal, InvalidForm) else [refusal]:
            if error.field == "reason":
                self.reason.errors = [*self.reason.errors, words_of_family(error)]
            else:
                self.form_errors = [*self.form_errors, words_of_family(error)]


def chosen(form: Any, name: str, kind: Any) -> Any:
    """The member of a closed list that was chosen; None for nothing or something else."""
    value = form[name].data
    return kind(value) if value in set(kind) else None

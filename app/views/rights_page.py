"""ตรวจสอบสิทธิ: an officer asks for one person's right on a day and reads, or prints, the answer."""

from flask import current_app
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from app.domain import national_id
from app.domain.errors import BadInput, PortalError
from app.domain.powers import Power
from app.domain.thai_calendar import parse_be_date
from app.services.crossings.rights_lookup import ReadAuditFailed, RightAnswer, UnreadableId, look_up
from app.views.base import PowerView, actor, own_name
from app.views.card_readings import reader_words
from app.views.dates import format_be, format_be_instant
from app.views.errors import words_of
from app.views.explain_words import words
from app.views.rights_words import REASONS


class RightsForm(FlaskForm):
    """Whose right, and on which day of the Buddhist era (empty: today)."""

    national_id = StringField(_l("National ID"), [Length(max=40)])
    on = StringField(_l("On the day"), [Length(max=40)])


class RightsPage(PowerView):
    """The question and, below it, the answer; both travel by POST, so that no address holds the number."""

    route_base = "/rights"
    default_view = "ask"
    power = Power.LOOKUP_RIGHT

    @expose("/", methods=["GET", "POST"])
    def ask(self) -> ResponseReturnValue:
        """The empty form, or the answer to what it asks."""
        form = RightsForm()
        answer, failure, status = None, None, 200
        if form.is_submitted():
            try:
                answer = _answer_to(form)
            except ReadAuditFailed as error:
                failure, status = words_of(error), 503
            except PortalError as error:
                form[error.field or "national_id"].errors = [words_of(error)]
                status = 400
        return self._page(form, answer, failure), status

    def _page(self, form: RightsForm, answer: RightAnswer | None, failure: str | None) -> str:
        return self.render_template(
            "rights/ask.html",
            form=form,
            answer=answer,
            failure=failure,
            number=national_id.display(national_id.normalize(answer.national_id)) if answer else None,
            asked_by=own_name(),
            be=lambda day: format_be(day, "long"),
            at=format_be_instant,
            reasons=REASONS,
            may_ask_why=Power.VIEW_REGISTER in actor().powers,
            typed_day=form.on.data or "",
            **(reader_words() | words()),
        )


def _answer_to(form: RightsForm) -> RightAnswer:
    if not form.validate():
        field = next(name for name in ("national_id", "on") if form[name].errors)
        raise BadInput("NOT_DIGITS" if field == "national_id" else "INVALID_DATE", field=field)
    typed_day = (form.on.data or "").strip()
    day = parse_be_date(typed_day, field="on") if typed_day else None
    key = current_app.config["SECRET_KEY"]
    (answer,) = look_up([form.national_id.data or ""], day, actor=actor(), hash_key=key)
    if isinstance(answer, UnreadableId):
        raise answer.error
    return answer

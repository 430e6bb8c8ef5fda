"""Every part of the house in every state, for those who build screens (docs/design.md); logged in, never in production."""

from datetime import date
from typing import Any

from flask import abort, current_app
from flask.typing import ResponseReturnValue
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from app.views.base import actor, to_login
from app.views.fields import BEDateField

_CHOICES = [("", _l("Please choose")), ("1", _l("Father")), ("2", _l("Mother")), ("3", _l("Spouse"))]


class SampleForm(FlaskForm):
    """One field of each kind."""

    class Meta:
        csrf = False

    plain = StringField(_l("First name"), [InputRequired()])
    helped = StringField(_l("Agency code"), description=_l("Eight digits of the Department of Local Administration."))
    wrong = StringField(_l("National ID"), default="1-9901-00000-01-6")
    choice = SelectField(_l("Relation to the principal"), choices=_CHOICES)
    day = BEDateField(_l("Birth date"))
    answer = RadioField(_l("Sex"), choices=[("M", _l("Male")), ("F", _l("Female"))], default="F")
    consent = BooleanField(_l("I have checked this against the papers."))
    words = TextAreaField(_l("Reason"))
    known_id = StringField(_l("National ID"), default="1-9901-00000-01-1")
    half_id = StringField(_l("National ID"), default="1-9901-0")
    paper = FileField(_l("File"))
    many = SelectField(_l("Order in the list"), choices=[("", "")] + [(str(n), str(n)) for n in range(1, 31)])
    until = BEDateField(_l("Valid until"), description=_l("The first day on which it no longer holds."))
    fixed = StringField(_l("Agency code"), default="04110101")
    rare = StringField(_l("Reason"))
    sought = StringField(_l("Name"))
    since = BEDateField(_l("From"))
    state = SelectField(_l("Status"), choices=[("", _l("All")), ("1", _l("Entitled"))])


class StyleGuideView(BaseView):
    """One page."""

    route_base = "/styleguide"
    default_view = "show"

    @expose("/")
    def show(self) -> ResponseReturnValue:
        """The parts; 404 in production, the door for visitors."""
        if current_app.config["PORTAL_ENV"] == "production":
            abort(404)
        if actor().user_id is None:
            return to_login()
        form: Any = SampleForm(formdata=None)
        form.day.data = date(2017, 3, 1)
        form.since.errors = [_("This day does not exist.")]
        form.wrong.errors = [_("The national ID is mistyped: its last digit does not fit the others.")]
        colours = ("accent", "night", "ink", "quiet", "good", "waits", "bad", "info", "line", "ground")
        return self.render_template("styleguide.html", form=form, colours=colours)

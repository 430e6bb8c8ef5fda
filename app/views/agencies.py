"""The administrator's agencies: list, search, make, change (spec 2.3)."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, Optional

from app.domain.people import AgencyType
from app.domain.powers import Power
from app.models.agency import Agency
from app.models.database import db
from app.services.agencies import AgencyFacts, change_agency, create_agency
from app.views.base import RegisterView, actor, filled
from app.views.data_interface import ReadingInterface
from app.views.fields import be_date, code_label
from app.views.list_page import Chip

_SECTIONS = [
    (_l("Agency"), {"fields": ["dla_code", "agency_type", "name_th", "province"]}),
    (_l("Time"), {"fields": ["valid_from", "valid_until", "successor_code"]}),
    (_l("Contact"), {"fields": ["address", "phone", "email"], "widths": {"address": ""}}),
]
_SHOWN = [
    (_l("Agency"), {"fields": ["dla_code", "agency_type", "province", "has_entitlement_rights"]}),
    (_l("Time"), {"fields": ["valid_from", "valid_until", "successor"]}),
    (_l("Contact"), {"fields": ["address", "phone", "email"]}),
]


def _successor_code() -> StringField:
    return StringField(_l("Successor's code"), [Optional(), Length(max=8)])


def _scheme(is_inside: bool) -> Chip:
    return Chip(_l("Yes"), "good", "check-circle") if is_inside else Chip(_l("No"))


class AgencyView(RegisterView):
    """Agencies for the NHSO administrator."""

    datamodel = ReadingInterface(Agency, shown=("province",))
    route_base = "/agencies"
    power = Power.MANAGE_AGENCIES
    list_title = _l("Agencies")
    show_title = _l("Agency")
    add_title = _l("New agency")
    edit_title = _l("Change agency")
    base_order = ("dla_code", "asc")
    list_columns = ["dla_code", "name_th", "agency_type", "province", "valid_from", "valid_until"]
    more_columns = ["has_entitlement_rights", "phone", "email", "address"]
    order_columns = ["dla_code", "name_th", "agency_type", "valid_from"]
    search_columns = ["dla_code", "name_th", "agency_type", "province"]
    show_fieldsets = _SHOWN
    add_fieldsets = edit_fieldsets = _SECTIONS
    add_form_extra_fields = {"successor_code": _successor_code()}
    edit_form_extra_fields = {"successor_code": _successor_code()}
    label_columns = {
        "dla_code": _l("Agency code"),
        "name_th": _l("Agency name"),
        "agency_type": _l("Agency type"),
        "province": _l("Province"),
        "valid_from": _l("Exists from"),
        "valid_until": _l("No longer exists from"),
        "successor": _l("Successor agency"),
        "successor_code": _l("Successor's code"),
        "has_entitlement_rights": _l("In the scheme"),
        "address": _l("Address"),
        "phone": _l("Telephone"),
        "email": _l("E-mail"),
    }
    description_columns = {"dla_code": _l("Eight digits of the Department of Local Administration.")}
    formatters_columns = {
        "agency_type": code_label(AgencyType),
        "valid_from": be_date,
        "valid_until": be_date,
        "has_entitlement_rights": _scheme,
    }

    def add_by_verb(self, form: Any) -> None:
        """Make an agency."""
        create_agency(_facts(form), actor=actor())

    def edit_by_verb(self, pk: Any, version: int, form: Any) -> None:
        """Change an agency."""
        change_agency(pk, version, _facts(form), actor=actor())

    def prefill_form(self, form: Any, pk: Any) -> None:
        """The successor is typed by its code."""
        successor = db.session.get_one(Agency, pk).successor
        form.successor_code.data = successor.dla_code if successor else ""


def _facts(form: Any) -> AgencyFacts:
    return filled(AgencyFacts, form, province_code=form.province.data.code)

"""ตารางอ้างอิง: code tables as plain generated lists and forms, behind the administrator's power."""

from typing import Any

from flask import abort, flash
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import PortalError
from app.domain.people import HospitalType
from app.domain.powers import Power
from app.models.agency import ProvinceRegion, Title
from app.models.hospital import Hospital
from app.services.code_tables import add_row, change_row, remove_row
from app.views.base import RegisterView, actor
from app.views.data_interface import ReadingInterface
from app.views.errors import words_of
from app.views.fields import be_date, code_label
from app.views.row_actions import confirmed


class CodeTableView(RegisterView):
    """A code table whose generated forms name columns and many-to-one relations; rows have no version."""

    power = Power.MANAGE_AGENCIES
    exclude_route_methods = {"download", "action", "action_post", "show", "aside"}
    version_column = None
    remove_consequence = _l("Forms will no longer offer it. What is registered already stays as it is.")

    def remove_question(self, name: str) -> str:
        """What is asked before the row of that name is removed."""
        return _("Remove “%(name)s”?", name=name)

    def add_by_verb(self, form: Any) -> None:
        """Add the row."""
        add_row(self.datamodel.obj, self._values(form, self.add_columns), actor=actor())

    def edit_by_verb(self, pk: Any, version: int, form: Any) -> None:
        """Change the row."""
        change_row(self.datamodel.obj, pk, self._values(form, self.edit_columns), actor=actor())

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> ResponseReturnValue:
        """Remove the row, once that is confirmed."""
        item = self.datamodel.get(pk) or abort(404)
        if asked := confirmed(self.remove_question(self.name_of(item)), self.remove_consequence, _l("Remove")):
            return asked
        try:
            remove_row(self.datamodel.obj, pk, actor=actor())
        except PortalError as refusal:
            flash(words_of(refusal), "danger")
        else:
            flash(str(_l("Removed.")), "success")
        return self.post_delete_redirect()

    def _values(self, form: Any, columns: list[str]) -> dict[str, Any]:
        """The form's values by column; a relation is kept by its key, since its row belongs to another session."""
        values = {}
        for name in columns:
            data = form[name].data
            if self.datamodel.is_relation(name):
                column = self.datamodel.get_relation_fk(name)
                values[column.key] = (
                    None if data is None else self.datamodel.get_related_interface(name).get_pk_value(data)
                )
            else:
                values[name] = data
        return values


class TitleView(CodeTableView):
    """Titles that the forms suggest."""

    datamodel = ReadingInterface(Title)
    route_base = "/titles"
    list_title = _l("Titles before names")
    add_title = _l("New title")
    edit_title = _l("Change title")
    base_order = ("position", "asc")
    list_help = _l("The forms offer these; other titles can be typed as well.")
    list_columns = add_columns = edit_columns = order_columns = ["name_th", "position"]
    search_columns = ["name_th"]
    description_columns = {"position": _l("The smaller the number, the nearer to the top.")}
    label_columns = {"name_th": _l("Title before the name"), "position": _l("Place in the list")}


class HospitalView(CodeTableView):
    """Hospitals by their NHSO code; one that closed gets its last day instead of being removed."""

    datamodel = ReadingInterface(Hospital, shown=("province",))
    route_base = "/hospitals"
    list_title = _l("Hospitals")
    add_title = _l("New hospital")
    edit_title = _l("Change hospital")
    base_order = ("code", "asc")
    list_help = _l("Receipts name one of these. A hospital that has closed keeps its line and its last day.")
    list_columns = ["code", "name_th", "hospital_type", "province", "valid_from", "valid_until"]
    add_columns = edit_columns = list_columns
    search_columns = ["code", "name_th", "hospital_type", "province"]
    order_columns = ["code", "name_th", "valid_from"]
    label_columns = {
        "code": _l("Hospital code"),
        "name_th": _l("Hospital name"),
        "hospital_type": _l("Hospital type"),
        "province": _l("Province"),
        "valid_from": _l("Valid from"),
        "valid_until": _l("Valid until"),
    }
    description_columns = {"code": _l("Five digits, or nine with letters, as the NHSO gives them.")}
    formatters_columns = {"hospital_type": code_label(HospitalType), "valid_from": be_date, "valid_until": be_date}


class ProvinceRegionView(CodeTableView):
    """Which NHSO region each province belongs to, dated (decisions 17)."""

    remove_consequence = _l(
        "For that time the province belongs to no region, and no regional office sees its agencies."
    )

    datamodel = ReadingInterface(ProvinceRegion, shown=("province", "region"))
    route_base = "/province-regions"
    list_title = _l("Provinces and NHSO regions")
    add_title = _l("New entry")
    edit_title = _l("Change entry")
    base_order = ("province_code", "asc")
    list_columns = add_columns = edit_columns = ["province", "region", "valid_from", "valid_until"]
    search_columns = ["province", "region"]
    order_columns = ["valid_from"]
    label_columns = {
        "province": _l("Province"),
        "region": _l("NHSO region"),
        "valid_from": _l("Valid from"),
        "valid_until": _l("Valid until"),
    }
    formatters_columns = {"valid_from": be_date, "valid_until": be_date}

    def name_of(self, item: Any) -> str:
        """The province and since when."""
        return f"{item.province} {be_date(item.valid_from)}"

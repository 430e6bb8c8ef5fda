"""The family form's fields: rows of members and documents that fill plain members, never a mapped object (decisions 19)."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, FormField, HiddenField, StringField
from wtforms.validators import Length, ValidationError

from app.domain import names, national_id
from app.domain.errors import BadInput
from app.domain.people import BirthPrecision, DocType, PersonnelType, Relation, Sex
from app.domain.thai_calendar import to_arabic_digits
from app.rules.told import NOTHING
from app.services.evidence import LARGEST_ID
from app.services.family_forms import Member, hidden_signs, strange_names
from app.views.dates import format_be
from app.views.family_boxes import ChoiceOf, DayField, NumberField, Row
from app.views.family_told import ToldRow, shown_of, told_of
from app.views.family_words import words_of_family

MOST_MEMBERS = 20
MOST_DOCUMENTS = 10  # new ones per member and sending
MOST_CHILDREN = 30
_ROW = re.compile(r"members-([0-9]{1,4})-(?:evidence-([0-9]{1,4})-)?[a-z_]+")
_ID = re.compile("[0-9]{1,10}")
_YEAR_ONLY = re.compile(r"(?:0{1,2}[-/. ]0{1,2}[-/. ])?([0-9]{4})")
_MONTH_ONLY = re.compile(r"0{1,2}[-/. ]([0-9]{1,2}[-/. ][0-9]{4})")
_COPIED = (
    "relation", "national_id", "title_th", "first_name_th", "middle_name_th", "last_name_th", "birth_date", "sex",
    "personnel_type", "service_start_date", "entitled_from", "birth_order", "seq_in_delivery", "evidence_ids",
    "request_id", "seen_version",
)  # fmt: skip


def has_sane_shape(names: Any) -> bool:
    """Whether these field names are rows of this form, no more than it can hold."""
    rows, documents = set(), set()
    for name in names:
        if not name.startswith("members"):
            continue
        found = _ROW.fullmatch(name)
        if found is None:
            return False
        rows.add(found[1])
        documents.add((found[1], found[2]))
    return len(rows) <= MOST_MEMBERS and len(documents) <= len(rows) * (MOST_DOCUMENTS + 1)


def _is_national_id(_form: Any, field: Any) -> None:
    try:
        national_id.parse(field.data or "")
    except BadInput as refusal:
        raise ValidationError(words_of_family(refusal)) from refusal


def _is_a_name(_form: Any, field: Any) -> None:
    typed = {field.name: field.data or ""}
    faults = hidden_signs(typed) or strange_names({name: names.tidy(text) for name, text in typed.items()})
    if faults:
        raise ValidationError(words_of_family(faults[0]))


def whole_birth_date(text: str) -> tuple[str, BirthPrecision]:
    """What was typed as a day to read, and how much of it is known: of 2528 and of 00/05/2528 the first day."""
    typed = to_arabic_digits(text).strip()
    if year := _YEAR_ONLY.fullmatch(typed):
        return f"1/1/{year[1]}", BirthPrecision.YEAR
    if month := _MONTH_ONLY.fullmatch(typed):
        return f"1/{month[1]}", BirthPrecision.MONTH
    return typed, BirthPrecision.DAY


class BirthDateField(DayField):
    """A birth date as the civil registry knows it: 4/5/2528, 00/05/2528 or 2528; `precision` says which."""

    precision = BirthPrecision.DAY

    def _value(self) -> str:
        if self.raw_data or not isinstance(self.data, date) or self.precision is BirthPrecision.DAY:
            return super()._value()
        _, month, year = format_be(self.data).split("/")
        return year if self.precision is BirthPrecision.YEAR else f"00/{month}/{year}"

    def process_formdata(self, valuelist: list[str]) -> None:
        typed, self.precision = whole_birth_date(valuelist[0] if valuelist else "")
        super().process_formdata([typed])


class IdsField(Field):
    """Ticked documents; `data` is their ids in order, each once."""

    def process_data(self, value: Any) -> None:
        self.data = tuple(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        if not all(_ID.fullmatch(typed) and int(typed) <= LARGEST_ID for typed in valuelist):
            self.data = ()
            raise ValueError(str(_l("Choose from the list.")))
        self.data = tuple(dict.fromkeys(int(typed) for typed in valuelist))


class DocumentRow(Row):
    """A document to attach: what it is, and its file."""

    doc_type = ChoiceOf(DocType, _l("Kind of document"))
    doc_no = StringField(_l("Document number"), [Length(max=100)])
    issue_date = DayField(_l("Issued on"))
    file = FileField(_l("File (PDF, JPG, PNG up to 5 MB)"))

    def is_blank(self) -> bool:
        """Whether nothing was entered."""
        return not (self.file.data or self.doc_type.data or self.doc_no.data or self.issue_date.data)

    def empty(self) -> None:
        """Forget what was entered: the document is stored."""
        for field in self:
            field.data, field.raw_data = None, None


class MemberRow(ToldRow):
    """One person of the family."""

    relation = ChoiceOf(Relation, _l("Relation to the principal"))
    national_id = StringField(_l("National ID"), [Length(max=40), _is_national_id])
    title_th = StringField(_l("Title"), [Length(max=60), _is_a_name])
    first_name_th = StringField(_l("First name"), [Length(max=120), _is_a_name])
    middle_name_th = StringField(_l("Middle name"), [Length(max=120), _is_a_name])
    last_name_th = StringField(_l("Last name"), [Length(max=120), _is_a_name])
    birth_date = BirthDateField(_l("Date of birth"))
    sex = ChoiceOf(Sex, _l("Sex"))
    personnel_type = ChoiceOf(PersonnelType, _l("Personnel type"))
    service_start_date = DayField(_l("Start of service"))
    entitled_from = DayField(_l("Right begins on"))
    birth_order = NumberField(_l("Child no."), most=MOST_CHILDREN)
    evidence_ids = IdsField(_l("Attached documents"))
    request_id = NumberField(most=LARGEST_ID)
    seen_version = NumberField(most=LARGEST_ID)
    evidence = FieldList(FormField(DocumentRow), min_entries=1)

    def is_own(self) -> bool:
        """Whether this is the principal's row."""
        return self.relation.data is Relation.SELF

    def is_blank(self) -> bool:
        """Whether nobody was entered in an added row."""
        typed = [self.national_id, self.first_name_th, self.last_name_th, self.middle_name_th, self.birth_date]
        written = any((field.raw_data and field.raw_data[0].strip()) or field.data for field in typed)
        kept = self.request_id.data or self.evidence_ids.data or any(row.file.data for row in self.evidence)
        return not (self.is_own() or written or kept)

    def typed_fields(self) -> list[Any]:
        """The person's fields into which something was typed; the documents' are not among them."""
        own = [field for field in self if field.name != self.evidence.name]
        return [field for field in own if field.raw_data and str(field.raw_data[0]).strip()]

    def member(self, draft: Member | None) -> Member:
        """What the row says, over the draft that it came from: what the form does not ask stays as it was."""
        typed = {name: self[name].data for name in _COPIED}
        typed |= {name: typed[name] or "" for name in ("national_id", *(n for n in _COPIED if n.endswith("_th")))}
        typed["relation"] = typed["relation"] or Relation.CHILD  # never used: validate() refuses a row without
        base = draft or Member(typed["relation"], "")
        kept = base.told if base.relation is typed["relation"] else NOTHING
        told = told_of(self, typed["relation"], kept)
        return replace(base, **typed, told=told, birth_date_precision=self.birth_date.precision)

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields' own checks, and that the relation is known."""
        valid = super().validate(extra_validators)
        if self.relation.data is None and not self.relation.errors:
            self.relation.errors = [str(_l("This field is required."))]
        return valid and self.relation.data is not None


def values_of(member: Member) -> dict[str, Any]:
    """The values of a member's row, by the names of its fields."""
    return {name: getattr(member, name) for name in _COPIED} | shown_of(member.told)


class FamilyPage(FlaskForm):
    """The whole form; `token` lets it write once, `seen_requests` are the drafts that it showed.

    `typed_id` and `typed_version` name what was kept of it while it was typed, `about` what the form is for.
    """

    token = HiddenField()
    seen_requests = HiddenField()
    about = HiddenField()
    typed_id = NumberField(most=LARGEST_ID)
    typed_version = NumberField(most=LARGEST_ID)
    members = FieldList(FormField(MemberRow))

    @classmethod
    def showing(cls, members: tuple[Member, ...]) -> "FamilyPage":
        """A form filled with these members."""
        page = cls(formdata=None, data={"members": [values_of(member) for member in members]})
        for row, member in zip(page.members, members, strict=True):
            row.birth_date.precision = member.birth_date_precision
        page.seen_requests.data = ",".join(str(m.request_id) for m in members if m.request_id)
        return page

    @classmethod
    def typed(cls, fields: list[tuple[str, str]]) -> "FamilyPage":
        """A form as it stood on the screen, wrong values too, each with its fault."""
        page = cls(formdata=MultiDict(fields))
        for row in page.rows():
            for field in row.typed_fields():
                field.validate(row)
        return page

    def as_typed(self, names: Any) -> list[tuple[str, str]]:
        """What stands in the form, as names and values; files, tokens and the names of other things are left out."""
        wanted = [name for name in names if name == "seen_requests" or _ROW.fullmatch(name)]
        return [(name, value) for name in wanted for value in names.getlist(name)]

    def holds_nothing(self) -> bool:
        """Whether nobody has typed a word yet: relations and the order of children stand there by themselves."""
        rows = [entry.form for entry in self.members]
        typed = {field.short_name for row in rows for field in row.typed_fields()} - {"relation", "birth_order"}
        return not typed and all(document.is_blank() for row in rows for document in (e.form for e in row.evidence))

    def rows(self) -> list[MemberRow]:
        """The members' rows, without those in which nobody was entered."""
        return [entry.form for entry in self.members if not entry.form.is_blank()]

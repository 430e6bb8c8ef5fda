"""What the family form hands to the verbs: plain members, checked for shape before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.domain import names, national_id
from app.domain.errors import BadInput, InvalidForm, PortalError
from app.domain.people import BirthPrecision, PersonnelType, Relation, Sex
from app.models.change_request import Proposal
from app.rules.told import NOTHING, Told
from app.services.family_facts import told_of

# What is typed of a person and of the right; a member, a proposal and its frozen copy have these fields by the same names.
PERSON_FIELDS = (
    "title_th", "first_name_th", "middle_name_th", "last_name_th", "birth_date", "birth_date_precision", "sex",
    "nationality_code",
)  # fmt: skip
NAME_FIELDS = ("title_th", "first_name_th", "middle_name_th", "last_name_th")
RIGHT_FIELDS = ("relation", "personnel_type", "service_start_date", "birth_order", "seq_in_delivery")


@dataclass(frozen=True)
class Member:
    """One person on the form; `request_id` and `seen_version` point at the draft it came from, if any."""

    relation: Relation
    national_id: str
    title_th: str = ""
    first_name_th: str = ""
    middle_name_th: str = ""
    last_name_th: str = ""
    birth_date: date | None = None
    birth_date_precision: BirthPrecision = BirthPrecision.DAY
    sex: Sex | None = None
    nationality_code: str = "099"
    personnel_type: PersonnelType | None = None
    service_start_date: date | None = None
    entitled_from: date | None = None
    entitled_until: date | None = None
    birth_order: int | None = None
    seq_in_delivery: int | None = None
    told: Told = NOTHING
    evidence_ids: tuple[int, ...] = ()
    request_id: int | None = None
    seen_version: int | None = None


@dataclass(frozen=True)
class FamilyForm:
    """A principal with family, or members added to a principal who stands in the register already."""

    members: tuple[Member, ...]
    submission_no: str | None = None
    principal_national_id: str | None = None


def as_member(proposal: Proposal) -> Member:
    """A kept proposal as the form showed it, with the start that was typed; the caller adds what stands beside it."""
    typed = {name: getattr(proposal, name) for name in ("national_id", *PERSON_FIELDS, *RIGHT_FIELDS)}
    return Member(**typed, entitled_from=proposal.requested_from, told=told_of(proposal))


def field_of(position: int, name: str) -> str:
    """The form field of a member's value, as the screen names it."""
    return f"members-{position}-{name}"


def tidied(form: FamilyForm) -> FamilyForm:
    """The form with IDs reduced to digits and names tidied.

    Raises InvalidForm listing every malformed ID (codes of spec 2.2), a name with a sign of none (NAME_SIGN) or one that
    nobody sees (NAME_HIDDEN_SIGN), a person who stands twice (DUPLICATE_IN_FORM), a second father or mother
    (ONE_PARENT_EACH), and a form without principal (PRINCIPAL_REQUIRED).
    """
    errors: list[PortalError] = []
    members = [_tidy(position, member, errors) for position, member in enumerate(form.members)]
    principal = form.principal_national_id
    own = [member for member in members if member.relation is Relation.SELF]
    if not members:
        errors.append(BadInput("REQUIRED", field=field_of(0, "national_id")))
    elif len(own) > 1 or (not own and principal is None) or (own and principal not in (None, own[0].national_id)):
        errors.append(BadInput("PRINCIPAL_REQUIRED", field=field_of(0, "relation")))
    errors += _repeated(members, principal)
    if errors:
        raise InvalidForm(errors)
    return FamilyForm(tuple(members), form.submission_no, own[0].national_id if own else principal)


def _tidy(position: int, member: Member, errors: list[PortalError]) -> Member:
    try:
        digits = national_id.parse(member.national_id, field=field_of(position, "national_id"))
    except BadInput as error:
        errors.append(error)
        digits = ""
    typed = {name: getattr(member, name) for name in NAME_FIELDS}
    named = {name: names.tidy(text) for name, text in typed.items()}
    for fault in hidden_signs(typed) or strange_names(named):
        fault.field = field_of(position, fault.field or "")
        errors.append(fault)
    return replace(member, national_id=digits, **named)


def hidden_signs(typed: Mapping[str, str]) -> list[PortalError]:
    """NAME_HIDDEN_SIGN for each of these names as typed, by their fields, with a sign that nobody sees."""
    signs = [(field, names.hidden_sign(name)) for field, name in typed.items()]
    return [BadInput("NAME_HIDDEN_SIGN", field=field, sign=sign) for field, sign in signs if sign]


def strange_names(named: Mapping[str, str]) -> list[PortalError]:
    """NAME_SIGN for each of these tidied names, by their fields, with a sign that no name has, NAME_NUMBER for a number."""
    signs = [(field, names.strange_sign(name)) for field, name in named.items()]
    return [
        *(BadInput("NAME_SIGN", field=field, sign=sign) for field, sign in signs if sign),
        *(BadInput("NAME_NUMBER", field=field) for field, name in named.items() if names.holds_number(name)),
    ]


def _repeated(members: list[Member], principal: str | None) -> list[PortalError]:
    found: list[PortalError] = []
    own = {principal} if principal is not None and not any(m.relation is Relation.SELF for m in members) else set()
    seen: set[str] = set(own)
    parents: set[Relation] = set()
    for position, member in enumerate(members):
        if member.national_id and member.national_id in seen:
            found.append(BadInput("DUPLICATE_IN_FORM", field=field_of(position, "national_id")))
        if member.relation in (Relation.FATHER, Relation.MOTHER):
            if member.relation in parents:
                found.append(
                    BadInput("ONE_PARENT_EACH", field=field_of(position, "relation"), relation=member.relation)
                )
            parents.add(member.relation)
        seen.add(member.national_id)
    return found


def missing(member: Member, position: int) -> list[PortalError]:
    """What a submission demands and a draft may lack: one REQUIRED per empty field."""
    wanted = ["first_name_th", "birth_date", "sex"]
    if member.relation is Relation.SELF:
        wanted += ["personnel_type", "service_start_date"]
    return [
        BadInput("REQUIRED", field=field_of(position, name)) for name in wanted if getattr(member, name) in (None, "")
    ]

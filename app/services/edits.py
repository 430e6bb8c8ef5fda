"""แก้ไขข้อมูลผู้มีสิทธิ: a clerk asks to change what is recorded of a person or a relation; four eyes and a round follow."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import names
from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, Conflict, InvalidForm, PortalError, Refused
from app.domain.people import BirthPrecision, PersonnelType, Relation, RequestType, Sex
from app.domain.powers import Power
from app.models.entitlement import Entitlement
from app.rules import citations
from app.rules.principals import sub_scheme_code
from app.rules.told import TOLD_FIELDS, Told
from app.services import change_drafts, facts, promises
from app.services.audit import record as audit
from app.services.change_drafts import Ask
from app.services.change_requests import Submission
from app.services.clock import business_now
from app.services.crossings.rights_before import going_on
from app.services.family_forms import NAME_FIELDS, PERSON_FIELDS, hidden_signs, strange_names
from app.services.transaction import transaction

_CITED = citations.REGISTER_LIFECYCLE.text
_GIVE_FIRST_DAYS = ("marriage_date", "paternity_registered_date", "court_final_date", "incompetent_from")


@dataclass(frozen=True)
class EditForm:
    """An entry as it should be; `seen_right` is the sum of the versions of right and person that the form showed."""

    entitlement_id: int
    seen_right: int
    first_name_th: str
    last_name_th: str
    birth_date: date | None
    sex: Sex | None
    title_th: str = ""
    middle_name_th: str = ""
    birth_date_precision: BirthPrecision = BirthPrecision.DAY
    nationality_code: str = "099"
    told: Told = Told()
    entitled_from: date | None = None
    birth_order: int | None = None
    seq_in_delivery: int | None = None
    personnel_type: PersonnelType | None = None
    service_start_date: date | None = None
    evidence_ids: tuple[int, ...] = ()
    text: str = ""
    request_id: int | None = None
    seen_version: int | None = None


def change(form: EditForm, *, actor: Actor, submit: bool = True) -> Submission:
    """Ask that an entry is changed, as a draft or, with `submit`, at the registrar.

    Raises InvalidForm with every refusal at its field, NotFound, WrongState('ALREADY_VOIDED'), Conflict('STALE'),
    BadInput('NOTHING_CHANGED').
    """
    actor.require(Power.RECORD_REQUEST)
    with transaction(actor) as session:
        now = business_now(session)
        target = change_drafts.own_target(session, form.entitlement_id, actor)
        if target.version + target.person.version != form.seen_right:
            raise Conflict("STALE")
        goes_on = going_on(session, [target])
        values = _values(session, form, target, goes_on)
        today = bangkok_day(now)
        elsewhere = facts.own_rights_elsewhere(session, [target.person.national_id], target.agency_id, today)
        errors = hidden_signs({name: getattr(form, name) for name in NAME_FIELDS})
        errors += refusals(target, values, today, elsewhere, goes_on)
        if errors:
            raise InvalidForm(errors)
        if not form.evidence_ids and not _differs(values, target):
            raise BadInput("NOTHING_CHANGED")
        ask = Ask(
            RequestType.CERTIFY_EDIT, target, values, form.text, form.evidence_ids, form.request_id, form.seen_version
        )
        requests = change_drafts.write(session, [ask], submission_no=None, actor=actor, now=now)
        promises.lift(session, requests[0].proposal, now)
        if submit:
            change_drafts.send(session, requests, actor=actor, now=now)
        audit(session, actor, "change_entry", "change_request", requests[0].id, agency_id=actor.agency_id,
              detail={"entitlement": target.id, "sent": submit})  # fmt: skip
        return Submission(requests[0].submission_no, (requests[0].id,))


def _values(session: Session, form: EditForm, target: Entitlement, goes_on: Container[int]) -> dict[str, Any]:
    typed: dict[str, Any] = {name: getattr(form, name) for name in PERSON_FIELDS}
    typed |= {name: names.tidy(typed[name]) for name in NAME_FIELDS}
    if target.relation is Relation.SELF:
        return typed | {"personnel_type": form.personnel_type, "service_start_date": form.service_start_date}
    typed |= {name: getattr(form.told, name) for name in TOLD_FIELDS}
    typed["to_follow"] = target.to_follow  # a change makes no promise: the one that stands goes on, due as it was
    started = form.entitled_from or target.entitled_from
    if started == target.entitled_from:
        started = first_day(session, target, typed, goes_on)
    return typed | {
        "birth_order": form.birth_order, "seq_in_delivery": form.seq_in_delivery, "requested_from": started,
    }  # fmt: skip


def first_day(session: Session, target: Entitlement, values: Mapping[str, Any], goes_on: Container[int]) -> date:
    """The first day that nobody typed anew: as it stands, but never before the birth date as it should be.

    Where a fact of law had given it (a birth, a marriage, a recognition, a judgment, an order) and the facts are told otherwise
    now, the law gives it anew, also an earlier one: nothing later than the principal's own first day is asked for (spec 3.8).
    `goes_on` holds the ids of rights that go on from another, which keep their first day.
    """
    started, born = target.entitled_from, values["birth_date"]
    was = {name: getattr(target, name) for name in _GIVE_FIRST_DAYS} | {"birth_date": target.person.birth_date}
    if target.id not in goes_on and started in was.values() and any(values[name] != day for name, day in was.items()):
        own = sa.select(sa.func.max(Entitlement.entitled_from)).where(
            Entitlement.person_id == target.principal_id, Entitlement.relation == Relation.SELF,
            Entitlement.agency_id == target.agency_id, sa.not_(Entitlement.voided), Entitlement.entitled_from <= started,
        )  # fmt: skip
        started = session.scalar(own) or started
    return max(started, born) if born is not None else started


def _missing(values: Mapping[str, Any]) -> list[PortalError]:
    wanted = ["first_name_th", "birth_date", "sex"]
    wanted += [name for name in ("personnel_type", "service_start_date") if name in values]
    return [BadInput("REQUIRED", field=name) for name in wanted if values[name] in (None, "")]


def refusals(
    target: Entitlement, values: Mapping[str, Any], today: date, elsewhere: Mapping[str, str], goes_on: Container[int]
) -> list[PortalError]:
    """What forbids that the entry becomes so, beside the law.

    `elsewhere` names other agencies by whose own right it is; `goes_on` holds the ids of rights that go on from another.
    """
    found = [*_missing(values), *strange_names({name: values[name] for name in NAME_FIELDS})]
    if target.entitled_until is not None and target.entitled_until <= today:
        found.append(Refused("ALREADY_ENDED", citation=_CITED, until=target.entitled_until))
    kind = values.get("personnel_type")
    if target.relation is Relation.SELF and kind is not None and target.personnel_type is not None:
        was, is_ = (sub_scheme_code(one, Relation.SELF) for one in (target.personnel_type, kind))
        if was != is_:  # a pension or an office is another right, not a slip of the pen
            found.append(Refused("ANOTHER_RIGHT", citation=_CITED, field="personnel_type"))
    agency = elsewhere.get(target.person.national_id)
    if agency is not None and any(values[name] != getattr(target.person, name) for name in PERSON_FIELDS):
        found.append(Refused("PERSON_BELONGS_ELSEWHERE", citation="spec 2.1", field="first_name_th", agency=agency))
    if target.id in goes_on:
        found += _leaves_a_gap(target, values)
    return found


def _leaves_a_gap(target: Entitlement, values: Mapping[str, Any]) -> list[PortalError]:
    """A right that goes on by a transfer or a pension begins where the one before it ends (spec 5.2)."""
    own = target.relation is Relation.SELF
    field, was = ("service_start_date", target.service_start_date) if own else ("entitled_from", target.entitled_from)
    begins = values["service_start_date" if own else "requested_from"]
    if begins in (None, was, None if own else values["birth_date"]):
        return []
    return [Refused("BEGINS_WITH_MOVE", citation=_CITED, field=field, since=was)]


def _differs(values: dict[str, Any], target: Entitlement) -> bool:
    asked = values.get("requested_from")
    if asked is not None and asked != target.entitled_from:
        return True
    stands = {name: getattr(target.person if name in PERSON_FIELDS else target, name, None) for name in values}
    return any(values[name] != stands[name] for name in values if name != "requested_from")

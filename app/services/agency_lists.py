"""Brings the agencies up to date with the list of the Department of Local Administration, all or nothing (spec 2.3).

The code keeps its row through an upgrade: an agency whose code is gone, while the same district shows a new one of the same
place's name, has changed its type. Agencies that the file does not name stay as they are unless asked to be closed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import BadInput, Conflict, InvalidForm, NotFound, PortalError, Refused
from app.domain.people import AgencyType
from app.domain.powers import Power
from app.domain.thai_calendar import to_arabic_digits
from app.models.agency import Agency, Province
from app.services import listed_successions
from app.services.agencies import (
    BANGKOK,
    CODE_LENGTH,
    EXCLUDED_NAMES,
    TYPE_DIGITS,
    AgencyFacts,
    has_misplaced,
    promised_to_another,
    wrong_with,
)
from app.services.agency_ends import end_of, refused_ends
from app.services.audit import record
from app.services.csv_lists import Change, Fault, Line, read
from app.services.transaction import transaction

COLUMNS = {
    "dla_code": ("รหัส อปท.", "รหัสอปท", "รหัส", "รหัสหน่วยงาน", "code", "lao_id", "dla code", "org_code"),
    "name_th": ("ชื่อ อปท.", "ชื่ออปท", "ชื่อ", "ชื่อหน่วยงาน", "name", "lao_name", "org_name"),
    "valid_from": ("วันที่จัดตั้ง", "ตั้งแต่วันที่", "มีผลวันที่", "from"),
    "valid_until": ("วันที่ยุบ", "ถึงวันที่", "until"),
    "successor_code": ("รหัส อปท. ที่รับช่วง", "ยุบรวมกับ", "successor"),
    "previous_code": ("รหัสเดิม", "previous code", "old_code"),
    "address": ("ที่อยู่", "ที่ตั้ง"),
    "phone": ("โทรศัพท์", "เบอร์โทร", "tel"),
    "email": ("อีเมล", "e-mail"),
}
REQUIRED = ("dla_code", "name_th")
SPECIAL = "01"  # Bangkok and Pattaya are in the Department's list, not in the scheme
_TYPE_OF = {digits: kind for kind, digits in TYPE_DIGITS.items()}
_FULL_NAMES = (
    "องค์การบริหารส่วนจังหวัด", "เทศบาลนคร", "เทศบาลเมือง", "เทศบาลตำบล", "องค์การบริหารส่วนตำบล", "อบจ.", "ทน.", "ทม.", "ทต.", "อบต.",
)  # fmt: skip
_WRITTEN = (
    "dla_code", "name_th", "agency_type", "province_code", "valid_from", "valid_until", "address", "phone", "email",
)  # fmt: skip


@dataclass
class Plan:
    """What a file would do; with `faults` it does nothing."""

    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unchanged: int = 0
    outside: int = 0
    missing: int = 0


@dataclass
class _State:
    """The agencies as the file finds them, and as it leaves them, by code."""

    session: Session
    day: date
    provinces: frozenset[str]
    agencies: dict[str, Agency]
    named: set[str]
    plan: Plan = field(default_factory=Plan)
    upgraded: set[str] = field(default_factory=set)
    following: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


class _OnlyLooked(Exception):
    """Ends the transaction of a dry run."""


def load(data: bytes, *, actor: Actor, day: date, dry_run: bool = False, close_missing: bool = False) -> Plan:
    """Bring the agencies up to date as of `day`; the plan says what was done, or with faults or `dry_run` what would be.

    `day` is the first day of agencies that bring none of their own, and of closures with `close_missing`. Raises
    NotAllowed('POWER_MISSING') and what `csv_lists.read` refuses; faults of lines stand in the plan.
    """
    actor.require(Power.MANAGE_AGENCIES)
    lines, plan = read(data, COLUMNS, required=REQUIRED), Plan()
    try:
        with transaction(actor) as session:
            plan = _apply(session, lines, actor, day, close_missing)
            if dry_run or plan.faults:
                raise _OnlyLooked
            if plan.changes:
                counts = {verb: sum(c.verb == verb for c in plan.changes) for verb in ("add", "change", "close")}
                record(session, actor, "load_list", "agency", None, detail=counts)
    except _OnlyLooked:
        pass
    return plan


def _apply(session: Session, lines: Sequence[Line], actor: Actor, day: date, close_missing: bool) -> Plan:
    agencies = {agency.dla_code: agency for agency in session.scalars(sa.select(Agency))}
    before = {one.id: end_of(one) for one in agencies.values()}
    provinces = frozenset(session.scalars(sa.select(Province.code)))
    state = _State(session, day, provinces, agencies, {_code(line["dla_code"]) for line in lines})
    seen: dict[str, int] = {}
    for line in lines:
        code = _code(line["dla_code"])
        if code.startswith(SPECIAL) or any(name in line["name_th"] for name in EXCLUDED_NAMES):
            state.plan.outside += 1
        elif code in seen:
            state.plan.faults.append(Fault(line.no, Conflict("LISTED_TWICE", field="dla_code", line=seen[code])))
        else:
            seen[code] = line.no
            _take(state, line, code)
    _follow(state)
    _close(state, seen, close_missing)
    if not state.plan.faults:
        state.plan.faults += [Fault(seen.get(c, 0), why) for c, why in refused_ends(session, before, agencies).items()]
    if not state.plan.faults:
        _write(state, actor)
    return state.plan


def _take(state: _State, line: Line, code: str) -> None:
    try:
        facts = _facts(state, line, code)
    except PortalError as error:
        errors = error.errors if isinstance(error, InvalidForm) else [error]
        state.plan.faults += [Fault(line.no, one) for one in errors]
        return
    agency = state.agencies.get(code) or _former(state, line, facts)
    if agency is None and (promised := promised_to_another(state.session, code)):
        state.plan.faults.append(Fault(line.no, promised))
    elif agency is None:
        agency = Agency(has_entitlement_rights=True, version=1)
        state.agencies[code] = agency
        _fill(agency, facts)
        state.session.add(agency)
        state.plan.changes.append(Change(line.no, "add", code, facts.name_th, {}))
    elif facts.agency_type is not agency.agency_type and has_misplaced(state.session, agency, facts.agency_type):
        _leave_upgrade(state, agency, facts, line)
    else:
        known = AgencyFacts(**{name: getattr(agency, name) for name in _WRITTEN})
        _fill(agency, _kept(facts, known, line))
        state.upgraded.add(known.dla_code)
        state.agencies[code] = agency
        what = {
            name: (str(getattr(known, name) or ""), str(getattr(agency, name) or ""))
            for name in _WRITTEN
            if getattr(known, name) != getattr(agency, name)
        }
        if what:
            state.plan.changes.append(Change(line.no, "change", code, facts.name_th, what))
        else:
            state.plan.unchanged += 1
    if line["successor_code"]:
        state.following[code] = [str(line.no), _code(line["successor_code"])]


def _leave_upgrade(state: _State, agency: Agency, facts: AgencyFacts, line: Line) -> None:
    """Officials serve there as what the new type has not: the list only proposes, two officers decide."""
    listed_successions.leave_upgrade(state.session, agency, facts.dla_code, facts.name_th, state.day)
    state.named.add(agency.dla_code)  # it stands under its old code until then
    what = {"dla_code": (agency.dla_code, facts.dla_code)}
    state.plan.changes.append(Change(line.no, "propose", agency.dla_code, facts.name_th, what))


def _facts(state: _State, line: Line, code: str) -> AgencyFacts:
    kind = _TYPE_OF.get(code[:2])
    if len(code) != CODE_LENGTH or not code.isdecimal():
        raise BadInput("AGENCY_CODE_SHAPE", field="dla_code", length=CODE_LENGTH)
    if kind is None:
        raise BadInput("AGENCY_TYPE_UNKNOWN", field="dla_code", digits=code[:2])
    known = state.agencies.get(code)
    since = line.day("valid_from") or (known.valid_from if known else state.day)
    facts = AgencyFacts(
        code, _full_name(line["name_th"], kind), kind, code[2:4], since,
        line.day("valid_until"), None, line["address"] or None, line["phone"] or None, line["email"] or None,
    )  # fmt: skip
    wrong = wrong_with(facts, knows_province=facts.province_code in state.provinces and facts.province_code != BANGKOK)
    if wrong:
        raise wrong[0] if len(wrong) == 1 else InvalidForm(wrong)
    return facts


def _full_name(name: str, kind: AgencyType) -> str:
    """The list writes some names without what they are; the register never does."""
    if name.startswith(_FULL_NAMES) or not name:
        return name
    return _FULL_NAMES[list(TYPE_DIGITS).index(kind)] + name


def _stem(name: str) -> str:
    """The name of the place alone."""
    for prefix in _FULL_NAMES:
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def _former(state: _State, line: Line, facts: AgencyFacts) -> Agency | None:
    """The agency that this one was before it changed its type: named by its old code, or by place and district."""
    if line["previous_code"]:
        former = state.agencies.get(_code(line["previous_code"]))
        if former is None:
            state.plan.faults.append(Fault(line.no, NotFound("AGENCY_NOT_FOUND", field="previous_code")))
        return former
    district, place = facts.dla_code[2:6], _stem(facts.name_th)
    alike = [
        agency
        for code, agency in state.agencies.items()
        if code not in state.named and code not in state.upgraded and code[2:6] == district
        and agency.valid_until is None and _stem(agency.name_th) == place
    ]  # fmt: skip
    if len(alike) > 1:
        state.plan.faults.append(Fault(line.no, Conflict("FORMER_UNCLEAR", field="dla_code", count=len(alike))))
    return alike[0] if len(alike) == 1 else None


def _kept(facts: AgencyFacts, known: AgencyFacts, line: Line) -> AgencyFacts:
    """What the file does not say stays as it is known."""
    return replace(
        facts,
        valid_from=facts.valid_from if line["valid_from"] else known.valid_from,
        valid_until=facts.valid_until if line["valid_until"] else known.valid_until,
        address=facts.address or known.address, phone=facts.phone or known.phone, email=facts.email or known.email,
    )  # fmt: skip


def _follow(state: _State) -> None:
    """Successors, once every agency of the file is there."""
    for code, (line, successor_code) in state.following.items():
        agency, successor = state.agencies.get(code), state.agencies.get(successor_code)
        if agency is None:
            continue
        if successor is None or successor is agency:
            error: PortalError = NotFound("AGENCY_NOT_FOUND", field="successor_code", dla_code=successor_code)
            state.plan.faults.append(Fault(int(line), error))
        elif agency.valid_until is None:
            state.plan.faults.append(Fault(int(line), BadInput("SUCCESSOR_WITHOUT_END", field="valid_until")))
        elif listed_successions.keeps_rights(state.session, agency, agency.valid_until):
            _leave_to_officers(state, agency, successor, int(line))
        elif agency.successor is not successor:
            agency.successor = successor
            what = {"successor_code": ("", successor_code)}
            state.plan.changes.append(Change(int(line), "change", code, agency.name_th, what))


def _leave_to_officers(state: _State, agency: Agency, successor: Agency, line: int) -> None:
    """People have rights there: the list only proposes, two officers decide and the rounds carry the rights over."""
    starts_on = agency.valid_until or state.day
    listed_successions.leave_to_officers(state.session, agency, successor, starts_on)
    what = {"successor_code": ("", successor.dla_code), "valid_until": ("", str(starts_on))}
    state.plan.changes = [change for change in state.plan.changes if change.line != line]
    state.plan.changes.append(Change(line, "propose", agency.dla_code, agency.name_th, what))


def _close(state: _State, seen: Iterable[str], close_missing: bool) -> None:
    """Agencies that stand and that the file does not name."""
    named = set(seen)
    for agency in list(state.agencies.values()):
        if agency.dla_code in named or agency.dla_code in state.named or agency.valid_until is not None:
            continue
        state.plan.missing += 1
        if close_missing and agency.valid_from < state.day:
            agency.valid_until = state.day
            state.plan.changes.append(
                Change(0, "close", agency.dla_code, agency.name_th, {"valid_until": ("", str(state.day))})
            )
        elif close_missing:
            state.plan.faults.append(Fault(0, Refused("PERIOD_EMPTY", citation="spec 2.3", dla_code=agency.dla_code)))


def _fill(agency: Agency, facts: AgencyFacts) -> None:
    for name in _WRITTEN:
        setattr(agency, name, getattr(facts, name))


def _write(state: _State, actor: Actor) -> None:
    state.session.flush()
    for change in state.plan.changes:
        agency = state.agencies[change.code]
        verb = "create_agency" if change.verb == "add" else "change_agency"
        detail = {"dla_code": change.code} if change.verb == "add" else {"changed": sorted(change.what)}
        record(state.session, actor, verb, "agency", agency.id, agency_id=agency.id, detail=detail)


def _code(typed: str) -> str:
    """Eight digits; the open data drops the leading zero (spec 2.3)."""
    digits = to_arabic_digits(typed).strip().removesuffix(".0")
    return digits.zfill(CODE_LENGTH) if len(digits) == CODE_LENGTH - 1 else digits

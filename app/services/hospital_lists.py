"""Brings the hospitals up to date with a list of the NHSO, all or nothing."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.domain.actor import Actor
from app.domain.errors import BadInput, Conflict, NotFound, PortalError
from app.domain.people import HospitalType
from app.domain.powers import Power
from app.models.agency import Province
from app.models.hospital import Hospital
from app.services.agency_lists import Plan
from app.services.audit import record
from app.services.csv_lists import Change, Fault, Line, read
from app.services.transaction import transaction

COLUMNS = {
    "code": ("รหัส", "รหัสหน่วยบริการ", "รหัสสถานพยาบาล", "hcode", "hospital code"),
    "name_th": ("ชื่อ", "ชื่อหน่วยบริการ", "ชื่อสถานพยาบาล", "name", "hname"),
    "province": ("จังหวัด", "รหัสจังหวัด", "province_code", "changwat"),
    "hospital_type": ("ประเภท", "ประเภทสถานพยาบาล", "สังกัด", "type"),
    "valid_from": ("ตั้งแต่วันที่", "มีผลวันที่", "from"),
    "valid_until": ("ถึงวันที่", "วันที่ปิด", "until"),
}
REQUIRED = ("code", "name_th", "province")
NAME_LENGTH = 200
_CODE = re.compile(r"[0-9]{5}|[A-Z0-9]{9}")
_TYPES: Mapping[str, HospitalType] = {
    "": HospitalType.STATE, "รัฐ": HospitalType.STATE, "ภาครัฐ": HospitalType.STATE, "เอกชน": HospitalType.PRIVATE,
    "ภาคเอกชน": HospitalType.PRIVATE, "ท้องถิ่น": HospitalType.LOCAL, "อปท.": HospitalType.LOCAL,
    **{str(kind): kind for kind in HospitalType},
}  # fmt: skip


class _OnlyLooked(Exception):
    """Ends the transaction of a dry run."""


def load(data: bytes, *, actor: Actor, day: date, dry_run: bool = False) -> Plan:
    """Bring the hospitals up to date; `day` is the first day of those that bring none of their own.

    Errors and the plan as `agency_lists.load`; hospitals that the file does not name stay as they are.
    """
    actor.require(Power.MANAGE_AGENCIES)
    lines = read(data, COLUMNS, required=REQUIRED)
    plan = Plan()
    try:
        with transaction(actor) as session:
            known = {hospital.code: hospital for hospital in session.scalars(sa.select(Hospital))}
            provinces = {name: code for code, name in session.execute(sa.select(Province.code, Province.name_th))}
            standing, seen = len(known), set()
            for line in lines:
                try:
                    values = _values(line, provinces, day, known.get(line["code"]))
                    if values["code"] in seen:
                        raise Conflict("LISTED_TWICE", field="code", line="–")
                except PortalError as error:
                    plan.faults.append(Fault(line.no, error))
                    continue
                seen.add(values["code"])
                _take(session, plan, known, line, values)
            plan.missing = (
                standing - sum(1 for code in known if code in seen) + sum(c.verb == "add" for c in plan.changes)
            )
            if dry_run or plan.faults:
                raise _OnlyLooked
            if plan.changes:
                counts = {verb: sum(c.verb == verb for c in plan.changes) for verb in ("add", "change")}
                record(session, actor, "load_list", "hospital", None, detail=counts)
    except _OnlyLooked:
        pass
    return plan


def _take(session: Any, plan: Plan, known: dict[str, Hospital], line: Line, values: dict[str, Any]) -> None:
    code, name = values["code"], values["name_th"]
    hospital = known.get(code)
    if hospital is None:
        known[code] = hospital = Hospital(**values)
        session.add(hospital)
        plan.changes.append(Change(line.no, "add", code, name, {}))
        return
    what = {key: (str(getattr(hospital, key) or ""), str(value or "")) for key, value in values.items()
            if getattr(hospital, key) != value}  # fmt: skip
    for key, value in values.items():
        setattr(hospital, key, value)
    if what:
        plan.changes.append(Change(line.no, "change", code, name, what))
    else:
        plan.unchanged += 1


def _values(line: Line, provinces: Mapping[str, str], day: date, known: Hospital | None) -> dict[str, Any]:
    code, name = line["code"].upper(), line["name_th"]
    if not _CODE.fullmatch(code):
        raise BadInput("HOSPITAL_CODE_SHAPE", field="code")
    if not name:
        raise BadInput("REQUIRED", field="name_th")
    if len(name) > NAME_LENGTH:
        raise BadInput("TOO_LONG", field="name_th", longest=NAME_LENGTH)
    typed = line["province"].removeprefix("จังหวัด").removeprefix("จ.").strip()
    province = typed if typed in provinces.values() else provinces.get(typed)
    if province is None:
        raise NotFound("PROVINCE_NOT_FOUND", field="province")
    kind = _TYPES.get(line["hospital_type"])
    if kind is None:
        raise BadInput("HOSPITAL_TYPE_UNKNOWN", field="hospital_type", known=", ".join(HospitalType))
    if known is not None and not line["hospital_type"]:
        kind = known.hospital_type
    since = line.day("valid_from") or (known.valid_from if known else day)
    until = line.day("valid_until") or (known.valid_until if known else None)
    if until is not None and until <= since:
        raise BadInput("PERIOD_EMPTY", field="valid_until")
    return {
        "code": code, "name_th": name, "province_code": province, "hospital_type": kind, "valid_from": since,
        "valid_until": until,
    }  # fmt: skip

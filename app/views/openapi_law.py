"""The law's service in OpenAPI 3.1: what a family in the body looks like and what is answered; docs/api.md says it in prose."""

from typing import Any

from app.domain.people import EntitlementState, PersonnelType, Relation, Sex
from app.rules.papers import Paper
from app.rules.priority import Use
from app.rules.schemes import EntitlementRank, Scheme
from app.rules.told import TOLD_FIELDS
from app.rules.trial import Event

_DAY: dict[str, Any] = {"type": "string", "format": "date", "description": "Common Era (ปี ค.ศ.)"}
_MAYBE_DAY: dict[str, Any] = {"type": ["string", "null"], "format": "date"}
_FAMILY = {
    "on": "2026-12-01",
    "principal": {
        "key": "own", "sex": "M", "birth_date": "1980-01-15", "personnel_type": "MUNICIPAL_OFFICER",
        "active": [{"from": "2010-10-01"}],
    },
    "relatives": [
        {"key": "wife", "relation": "SPOUSE", "sex": "F", "birth_date": "1982-05-01",
         "told": {"marriage_date": "2005-01-01", "marriage_paper": "MARRIAGE_CERT_TH"}},
        {"key": "child", "relation": "CHILD", "sex": "F", "birth_date": "2007-05-01",
         "told": {"marriage_date": "2005-01-01"}},
    ],
}  # fmt: skip

_WIFE: dict[str, Any] = {
    "key": "wife", "relation": "SPOUSE", "entitled": True, "state": "ACTIVE", "code": "OK",
    "clauses": [
        {"code": "SPOUSE_MARRIAGE", "says": "A registered marriage makes the spouse a lawful member of the family.",
         "says_th": "จดทะเบียนสมรสแล้ว จึงเป็นคู่สมรสโดยชอบด้วยกฎหมาย",
         "citation": "แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 หลักฐานคู่สมรส"},
    ],
    "missing": [], "flags": [], "from": "2010-10-01", "until": None, "holds_until": None,
    "order": [{"scheme": "LGO", "rank": "SECONDARY", "since": "2010-10-01", "until": None, "use": "FULL", "rule": None}],
    "not_used": [], "undecided": [], "scheme_flags": [],
}  # fmt: skip
_TRIED: dict[str, Any] = {
    "key": "wife", "changed": True, "before": _WIFE, "after": _WIFE | {"state": "STANDBY"},
}  # fmt: skip


def paths() -> dict[str, Any]:
    """The two operations."""
    tried = {"changes": [{"key": "wife", "event": "BECOMES_OFFICIAL", "on": "2026-12-01"}]}
    return {
        "/law/explain": {
            "post": _operation(
                "explainFamily", "Why each of a family is entitled or not (ทำไมจึงมีหรือไม่มีสิทธิ)", _question(),
                _FAMILY, _people(_person()), {"on": "2026-12-01", "people": [_WIFE]},
            )
        },
        "/law/what-if": {
            "post": _operation(
                "tryFamily", "The same before and after what is tried (ลองดูผลหากเกิดเหตุ)",
                _question() | {"changes": _list(_change())}, _FAMILY | tried,
                _people(_object({"key": {"type": "string"}, "changed": {"type": "boolean"}, "before": _person(),
                                 "after": _person()})),
                {"on": "2026-12-01", "people": [_TRIED]},
            )
        },
    }  # fmt: skip


def _operation(
    operation_id: str, summary: str, question: dict[str, Any], example: dict[str, Any], answer: dict[str, Any],
    answered: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    schema = {"type": "object", "required": ["on", "principal"], "additionalProperties": False, "properties": question}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    failures = {status: {"description": words, "content": error} for status, words in _FAILURES.items()}
    return {
        "operationId": operation_id,
        "summary": summary,
        "description": "Stateless: nothing is stored, no national ID is needed. ไม่บันทึกข้อมูลใด ไม่ต้องใช้เลขประจำตัวประชาชน",
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}},
        "responses": {
            "200": {
                "description": "The answer (คำตอบ)",
                "content": {"application/json": {"schema": answer, "example": answered}},
            },
            **failures,
        },
    }


_FAILURES = {
    "400": "The family cannot be read (ข้อมูลไม่ถูกต้อง)",
    "401": "No token, or one that opens nothing (ไม่มีรหัสหรือรหัสใช้ไม่ได้)",
    "403": "May not look up rights (ไม่มีอำนาจตรวจสอบสิทธิ)",
    "413": "The body is too large (ข้อมูลใหญ่เกินไป)",
    "415": "The body is not application/json (ต้องส่งเป็น JSON)",
    "429": "Too many questions; see Retry-After (ถามถี่เกินไป)",
}


def _question() -> dict[str, Any]:
    key = {"type": "string", "description": "Any name; comes back in the answer (ชื่อใดก็ได้)"}
    rights = _list(_object({"scheme": _enum(Scheme), "rank": _enum(EntitlementRank), "since": _DAY, "until": _MAYBE_DAY},
                           "scheme", "since"))  # fmt: skip
    elections = _list(_object({"scheme": _enum(Scheme), "declared_on": _DAY}))
    other = {"other_rights": rights, "elections": elections}
    person = {"key": key, "sex": _enum(Sex), "birth_date": _DAY}
    principal = person | {
        "personnel_type": _enum(PersonnelType),
        "active": _list(_object({"from": _DAY, "until": _MAYBE_DAY}, "from")),
        "death_date": _MAYBE_DAY, "suspended_from": _MAYBE_DAY,
    } | other  # fmt: skip
    relative = person | {
        "relation": _enum([one for one in Relation if one is not Relation.SELF]),
        "told": {"type": "object", "additionalProperties": False, "properties": {name: {} for name in TOLD_FIELDS}},
        "papers": _list(_enum(Paper)) | {"description": "Without it the facts count as proven (ไม่ระบุถือว่ามีหลักฐานครบ)"},
        "birth_order": {"type": "integer"}, "seq_in_delivery": {"type": "integer"},
    } | other  # fmt: skip
    return {
        "on": _DAY,
        "principal": _object(principal, "personnel_type", "active"),
        "relatives": _list(_object(relative, "key", "relation")),
    }


def _change() -> dict[str, Any]:
    return _object({"key": {"type": "string"}, "event": _enum(Event), "on": _DAY})


def _person() -> dict[str, Any]:
    words = {name: {"type": "string"} for name in ("code", "says", "says_th", "citation")}
    own = {
        "key": {"type": "string"}, "relation": _enum(Relation), "entitled": {"type": "boolean"},
        "state": {"enum": [*(one.value for one in EntitlementState), None]}, "code": {"type": "string"},
        "clauses": _list(_object(words)),
        "missing": _list(_object({"slot": {"type": "string"}, "any_of": _list({"type": "string"})})),
        "flags": _list({"type": "string"}), "from": _MAYBE_DAY, "until": _MAYBE_DAY, "holds_until": _MAYBE_DAY,
    }  # fmt: skip
    return _object(own | scheme_order()["properties"])


def scheme_order() -> dict[str, Any]:
    """The order of a person's rights in all schemes."""
    held = {"scheme": _enum(Scheme), "rank": _enum(EntitlementRank), "since": _DAY, "until": _MAYBE_DAY}
    rule = {"rule": {"type": ["string", "null"]}}
    return _object(
        {
            "order": _list(_object(held | {"use": _enum(Use)} | rule)),
            "not_used": _list(_object(held | {"behind": _enum(Scheme)} | rule)),
            "undecided": _list(_object(held)),
            "scheme_flags": _list({"type": "string"}),
        }
    )


def _people(person: dict[str, Any]) -> dict[str, Any]:
    return _object({"on": _DAY, "people": _list(person)})


def _enum(members: Any) -> dict[str, Any]:
    return {"enum": [member.value for member in members]}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    wanted = list(required) or list(properties)
    return {"type": "object", "required": wanted, "additionalProperties": False, "properties": properties}

"""The look-up service described in OpenAPI 3.1, public at /api/v1/openapi.json; docs/api.md says the same in prose."""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.domain.people import EntitlementState, Relation
from app.services.crossings.rights_lookup import BATCH_LIMIT, MAIN_INSCL, NoRight
from app.views import openapi_law

blueprint = Blueprint("openapi", __name__, url_prefix="/api/v1")

# Office 9901 does not exist, so no example is anybody's number.
_ID, _MISTYPED_ID = "1990101000016", "1990101000017"


@blueprint.get("/openapi.json")
def document() -> ResponseReturnValue:
    """The description itself; it holds nothing secret and needs no token."""
    return jsonify(description())


def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document of the look-up service."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "LGO Portal: rights look-up (ตรวจสอบสิทธิ)",
            "version": "1.0.0",
            "description": (
                "Is this person covered by the local government scheme (LGO) on this day?\n\n"
                "ตรวจสอบว่าบุคคลมีสิทธิรักษาพยาบาลของ อปท. ในวันที่ถามหรือไม่ ทุกครั้งที่ถามจะถูกบันทึกไว้ "
                "คำตอบไม่มีชื่อของผู้ใด และเลขประจำตัวประชาชนไม่อยู่ใน URL"
            ),
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": {
            "/rights/lookup": {"post": _lookup()},
            "/rights/batch": {"post": _batch()},
            **openapi_law.paths(),
        },
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The hospital's token, from the NHSO administrator. รหัสที่ผู้ดูแลระบบ สปสช. ออกให้หน่วยบริการ",
                }
            },
            "schemas": _schemas(),
        },
    }


def _lookup() -> dict[str, Any]:
    return {
        "operationId": "lookUpRight",
        "summary": "One person on one day (ตรวจสอบสิทธิรายบุคคล)",
        "requestBody": _body(
            {"national_id": {"type": "string", "description": "13 digits, with or without dashes (เลขประจำตัวประชาชน)"}},
            {"national_id": _ID, "on": "2026-11-21"},
        ),
        "responses": {"200": _json("The answer (ผลการตรวจสอบ)", _ref("Answer"), _answer_example())} | _failures(),
    }


def _batch() -> dict[str, Any]:
    ids = {
        "type": "array",
        "minItems": 1,
        "maxItems": BATCH_LIMIT,
        "items": {"type": "string"},
        "description": "National IDs, answered in this order (ตอบตามลำดับที่ถาม)",
    }
    answers = {
        "type": "object",
        "required": ["answers"],
        "properties": {"answers": {"type": "array", "items": {"anyOf": [_ref("Answer"), _ref("UnreadableRow")]}}},
    }
    example = {"answers": [_answer_example(), {"national_id": _MISTYPED_ID, "error": _error_example()}]}
    return {
        "operationId": "lookUpRights",
        "summary": f"Up to {BATCH_LIMIT} persons on one day (ตรวจสอบสิทธิหลายคน)",
        "description": "A number that cannot be read fails its own row only. เลขที่ผิดจะแจ้งข้อผิดพลาดเฉพาะรายการนั้น",
        "requestBody": _body({"national_ids": ids}, {"national_ids": [_ID, _MISTYPED_ID], "on": "2026-11-21"}),
        "responses": {"200": _json("One answer per number (ผลทีละรายการ)", answers, example)} | _failures(),
    }


def _body(question: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    day = {
        "type": ["string", "null"],
        "format": "date",
        "description": "Day of the Common Era, YYYY-MM-DD; without it today in Bangkok (ปี ค.ศ. เท่านั้น ไม่ระบุคือวันนี้)",
    }
    schema = {
        "type": "object",
        "required": list(question),
        "additionalProperties": False,
        "properties": question | {"on": day},
    }
    return {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}


def _failures() -> dict[str, Any]:
    told = {
        "400": "The question cannot be read (คำถามไม่ถูกต้อง)",
        "401": "No token, or a wrong, expired or revoked one (ไม่มีรหัสหรือรหัสใช้ไม่ได้)",
        "403": "The token may not look up rights (ไม่มีอำนาจตรวจสอบสิทธิ)",
        "413": "The body is too large (ข้อมูลใหญ่เกินไป)",
        "415": "The body is not application/json (ต้องส่งเป็น JSON)",
        "429": "Too many questions in a minute; see Retry-After (ถามถี่เกินไป)",
        "503": "The look-up could not be recorded, so no answer is given; see Retry-After (บันทึกการตรวจสอบไม่ได้ จึงไม่ให้คำตอบ)",
    }
    return {status: _json(words, _ref("Error"), None) for status, words in told.items()}


def _schemas() -> dict[str, Any]:
    nothing: dict[str, Any] = {"type": "null"}
    right = _right_fields()
    own = {
        "national_id": {"type": "string", "description": "As sent in the question (ตามที่ส่งมา)"},
        "on": {"type": "string", "format": "date"},
        "entitled": {"type": "boolean", "description": "มีสิทธิในวันที่ถามหรือไม่"},
        "provisional": {"type": "boolean", "description": "The day lies ahead; ask again then (วันที่ถามยังมาไม่ถึง)"},
        "reason": {"enum": [*(reason.value for reason in NoRight), None], "description": "Why not (เหตุที่ไม่มีสิทธิ)"},
    }
    last = {
        "order": {
            "type": "array",
            "items": _ref("Right"),
            "description": "Rights that count on the day, in the order of use: own first, standby last (ลำดับการใช้สิทธิ)",
        },
        "other_schemes": {
            "anyOf": [{"const": "unknown"}, openapi_law.scheme_order()],
            "description": "Not none: this register does not know (สิทธิอื่น: ไม่ทราบ); else the order of all schemes",
        },
        "schemes_loaded": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Schemes whose files were loaded; of all others nothing is known (กองทุนที่มีข้อมูลแล้ว)",
        },
        "answered_at": {"type": "string", "format": "date-time"},
    }
    shown = {name: {"anyOf": [schema, nothing]} for name, schema in right.items()}
    return {
        "Right": _object(right),
        "Answer": _object(own | shown | last),
        "UnreadableRow": _object({"national_id": {"type": ["string", "null"]}, "error": _ref("RowError")}),
        "RowError": _object(_error_fields()),
        "Error": _object(_error_fields() | {"reference": {"type": "string", "description": "เลขอ้างอิงเมื่อแจ้งปัญหา"}}),
    }


def _right_fields() -> dict[str, Any]:
    return {
        "main_inscl": {"const": MAIN_INSCL, "description": "Main scheme (สิทธิหลัก)"},
        "sub_inscl": {"type": "string", "description": "NHSO sub-scheme, L1 to L6 (สิทธิย่อย)"},
        "agency_code": {"type": "string", "description": "รหัสหน่วยงานต้นสังกัด"},
        "agency_name": {"type": "string", "description": "ชื่อหน่วยงานต้นสังกัด"},
        "successor_code": {"type": ["string", "null"], "description": "รหัสหน่วยงานที่รับช่วง เมื่อหน่วยงานต้นสังกัดสิ้นสภาพแล้ว"},
        "relation": {
            "enum": [member.value for member in Relation],
            "description": "Seen from the principal (ความสัมพันธ์)",
        },
        "state": {"enum": [member.value for member in EntitlementState], "description": "On that day (สถานะในวันที่ถาม)"},
        "entitled_from": {"type": "string", "format": "date", "description": "First day (วันเกิดสิทธิ)"},
        "entitled_until": {
            "type": ["string", "null"],
            "format": "date",
            "description": "First day that no longer counts; null: no end known (วันแรกที่ไม่มีสิทธิ)",
        },
        "last_day": {
            "type": ["string", "null"],
            "format": "date",
            "description": "Last day that counts (วันสุดท้ายที่มีสิทธิ)",
        },
    }


def _error_fields() -> dict[str, Any]:
    return {
        "code": {"type": "string", "description": "Stable, for programs (รหัสข้อผิดพลาด)"},
        "message": {"type": "string", "description": "For people, in Thai (คำอธิบาย)"},
        "field": {"type": ["string", "null"], "description": "The key at fault (ช่องที่ผิด)"},
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "additionalProperties": False, "properties": properties}


def _answer_example() -> dict[str, Any]:
    right = {
        "main_inscl": MAIN_INSCL,
        "sub_inscl": "L1",
        "agency_code": "04110101",
        "agency_name": "เทศบาลเมืองตัวอย่าง",
        "successor_code": None,
        "relation": "SELF",
        "state": "ACTIVE",
        "entitled_from": "2015-10-01",
        "entitled_until": None,
        "last_day": None,
    }
    asked = {"national_id": _ID, "on": "2026-11-21", "entitled": True, "provisional": False, "reason": None}
    return (
        asked
        | right
        | {
            "order": [right],
            "other_schemes": "unknown",
            "schemes_loaded": [],
            "answered_at": "2026-11-21T11:00:05+07:00",
        }
    )


def _error_example() -> dict[str, Any]:
    message = "เลขประจำตัวประชาชนไม่ถูกต้อง หลักสุดท้ายไม่ตรงกับหลักอื่น"
    return {"code": "CHECK_DIGIT", "message": message, "field": "national_id"}


def _json(words: str, schema: dict[str, Any], example: dict[str, Any] | None) -> dict[str, Any]:
    content = {"schema": schema} | ({"example": example} if example else {})
    return {"description": words, "content": {"application/json": content}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}

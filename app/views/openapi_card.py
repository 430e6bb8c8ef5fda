"""The doors of the card bridge in OpenAPI 3.1, public at /api/card/v1/openapi.json; docs/card.md says it in prose."""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

blueprint = Blueprint("openapi_card", __name__, url_prefix="/api/card/v1")

_TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": "integer"}
_WID: dict[str, Any] = {"type": "string", "pattern": "^ws_[0-9a-f]{20}$", "description": "ชื่อเครื่อง มาจากกุญแจของเครื่อง"}
_STATE: dict[str, Any] = {"enum": ["PENDING", "ACTIVE", "REVOKED"], "description": "สถานะเครื่อง"}
_JWS = {"type": "string", "maxLength": 4096, "description": "JWS, EdDSA, header byte for byte as in docs/card.md"}


@blueprint.get("/openapi.json")
def document() -> ResponseReturnValue:
    """The description itself; it holds nothing secret."""
    return jsonify(
        openapi="3.1.0",
        info={
            "title": "LGO Portal: card bridge (โปรแกรมอ่านบัตรของเจ้าหน้าที่)",
            "version": "1.0.0",
            "description": "For lgo-card-bridge alone; a browser is refused. สำหรับโปรแกรมบัตรเท่านั้น",
        },
        servers=[{"url": "/api/card/v1"}],
        security=[],
        paths=_paths(),
        components={"schemas": {"CardRefusal": _object({"code": _TEXT, "message": _TEXT, "reference": _TEXT})}},
    )


def _paths() -> dict[str, Any]:
    doors = (
        ("enrol", "A computer brings its key (ลงทะเบียนเครื่อง)", {"code": _TEXT, "pub": _TEXT, "proof": _JWS},
         {"wid": _WID, "label": _TEXT, "state": _STATE, "fingerprint": _TEXT}),
        ("challenge", "What to sign (ขอโจทย์ให้ลงลายมือชื่อ)", {"wid": _WID, "m": _JWS},
         {"nonce": _TEXT, "exp": _NUMBER, "time": _NUMBER, "aud": _TEXT}),
        ("assert", "A card for a ticket (เสนอบัตร)", {"assertion": _JWS},
         {"login_url": _TEXT, "csid": _TEXT, "code": _TEXT, "exp": _NUMBER}),
        ("presence", "The card is in, or was pulled (บัตรยังอยู่หรือดึงออกแล้ว)", {"m": _JWS}, {"live": {"type": "boolean"}}),
        ("wanted", "Whether an officer waits for a visitor's card (มีผู้ขออ่านบัตรหรือไม่)", {"m": _JWS},
         {}),
        ("reading", "What stands on the visitor's card (ข้อมูลบนบัตรของผู้มาติดต่อ)", {"m": _JWS}, {}),
        ("state", "How far this computer has come (สถานะเครื่อง)", {"m": _JWS}, {"state": _STATE}),
    )  # fmt: skip
    return {f"/{name}": _path(name, summary, asked, told) for name, summary, asked, told in doors}


def _path(name: str, summary: str, asked: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    refused = {
        "403": "Refused; one text for all reasons (ไม่รับ เหตุผลอยู่ในบันทึกการใช้งาน)",
        "413": "The body is over 8 KB (ข้อมูลใหญ่เกินไป)",
        "429": "Too many questions; see Retry-After (ถามถี่เกินไป)",
    }
    operation = {
        "operationId": f"card_{name}",
        "summary": summary,
        "requestBody": {"required": True, **_json(_object(asked, optional=("m",) if name == "challenge" else ()))},
        "responses": {
            "200": {"description": "Done (สำเร็จ)", **_json(_object(told))},
            **{
                status: {"description": words, **_json({"$ref": "#/components/schemas/CardRefusal"})}
                for status, words in refused.items()
            },
        },
    }
    return {"post": operation}


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}

"""POST /api/v1/rights/lookup and /batch as a hospital's program meets them: answers, refusals, garbage."""

import json
import logging

import pytest
from jsonschema import Draft202012Validator

from app.domain.clock import real_now
from tests.services.conftest import nid
from tests.services.rights_register import NAMES, TODAY, agency, days, lose_the_audit_of_reads, reads, right
from tests.views.rights_portal import logged_in, officer, portal, token

ONE, MANY = "/api/v1/rights/lookup", "/api/v1/rights/batch"
SOMCHAI, SUDA, STRANGER = nid(201), nid(202), nid(203)


@pytest.fixture
def ask(app):
    """Ask with a live token; a dict is sent as JSON, bytes as they are."""
    word = token()
    client = app.test_client()

    def ask(path, body, *, word=word, kind="application/json", **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {word}"} if word else {}
        return client.post(path, data=data, content_type=kind, headers=sent | headers)

    return ask


def described(app, schema):
    """A validator of one of the schemas that the service publishes."""
    document = app.test_client().get("/api/v1/openapi.json").json
    return Draft202012Validator({**document, "$ref": f"#/components/schemas/{schema}"})


def test_a_hospital_is_told_that_an_official_is_entitled(ask):
    right(SOMCHAI, entitled_from=days(-10), entitled_until=days(20))
    answer = ask(ONE, {"national_id": SOMCHAI, "on": days(1).isoformat()})
    assert answer.status_code == 200
    told = answer.json
    assert told.pop("answered_at").endswith("+07:00")
    one = {
        "main_inscl": "LGO",
        "sub_inscl": "L1",
        "agency_code": "04110101",
        "agency_name": "เทศบาลเมืองตัวอย่าง",
        "successor_code": None,
        "relation": "SELF",
        "state": "ACTIVE",
        "entitled_from": days(-10).isoformat(),
        "entitled_until": days(20).isoformat(),
        "last_day": days(19).isoformat(),
    }
    assert told == one | {
        "national_id": SOMCHAI,
        "on": days(1).isoformat(),
        "entitled": True,
        "provisional": True,
        "reason": None,
        "order": [one],
        "other_schemes": "unknown",
        "schemes_loaded": [],
    }
    assert not [name for name in NAMES if name in answer.text]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_without_a_day_today_is_meant_and_a_no_is_an_answer(ask):
    told = ask(ONE, {"national_id": STRANGER}).json
    assert (told["entitled"], told["reason"], told["on"]) == (False, "NO_RIGHT_KNOWN", TODAY.isoformat())
    assert (told["provisional"], told["order"], told["main_inscl"]) == (False, [], None)
    assert told["other_schemes"] == "unknown"


def test_a_voided_right_does_not_count(ask):
    right(SOMCHAI, voided=True, voided_at=real_now())
    told = ask(ONE, {"national_id": SOMCHAI}).json
    assert (told["entitled"], told["reason"], told["agency_code"]) == (False, "VOIDED", None)


def test_a_batch_answers_every_row_and_a_bad_one_fails_alone(ask):
    right(SOMCHAI)
    right(SUDA, through=SOMCHAI)
    answer = ask(MANY, {"national_ids": [STRANGER, "1990101000017", SUDA, 5, SOMCHAI], "on": TODAY.isoformat()})
    assert answer.status_code == 200
    rows = answer.json["answers"]
    assert [row.get("entitled", row.get("error", {}).get("code")) for row in rows] == [
        False, "CHECK_DIGIT", True, "NOT_TEXT", True,
    ]  # fmt: skip
    assert [row["national_id"] for row in rows] == [STRANGER, "1990101000017", SUDA, None, SOMCHAI]
    assert rows[1]["error"]["message"] == "เลขประจำตัวประชาชนไม่ถูกต้อง หลักสุดท้ายไม่ตรงกับหลักอื่น"
    assert [row.answer for row in reads()] == ["NO_RIGHT_KNOWN", "ENTITLED", "ENTITLED"]
    assert not [name for name in NAMES if name in answer.text]


def test_a_hundred_are_answered_and_a_hundred_and_one_refused(ask):
    numbers = [nid(serial) for serial in range(300, 401)]
    assert len(ask(MANY, {"national_ids": numbers[:100]}).json["answers"]) == 100
    refused = ask(MANY, {"national_ids": numbers})
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (400, "BATCH_SIZE", "national_ids")
    assert "101" in refused.json["message"] and len(reads()) == 100


@pytest.mark.parametrize(
    ("made", "sent", "code"),
    [
        (None, None, "TOKEN_MISSING"),
        (None, "Bearer", "TOKEN_INVALID"),
        (None, "Bearer nobody's", "TOKEN_INVALID"),
        (None, "Basic bGdvX3Rlc3Q6", "TOKEN_INVALID"),
        ({}, "Token lgo_other", "TOKEN_INVALID"),
        ({"expired": True}, "Bearer lgo_other", "TOKEN_INVALID"),
        ({"revoked": True}, "Bearer lgo_other", "TOKEN_INVALID"),
    ],
)
def test_without_a_live_token_nothing_is_answered(ask, made, sent, code):
    right(SOMCHAI)
    if made is not None:
        token("lgo_other", **made)
    for path, body in ((ONE, {"national_id": SOMCHAI}), (MANY, {"national_ids": [SOMCHAI]})):
        refused = ask(path, body, word=None, **({"Authorization": sent} if sent else {}))
        assert (refused.status_code, refused.json["code"]) == (401, code)
        assert refused.headers["WWW-Authenticate"].startswith("Bearer ")
        assert "เทศบาล" not in refused.text
    assert reads() == []


def test_a_second_token_of_the_same_hospital_works_beside_a_revoked_one(ask):
    token("lgo_old", revoked=True)
    assert ask(ONE, {"national_id": SOMCHAI}, word=token("lgo_new")).status_code == 200


def test_a_browsers_login_opens_nothing_here(app):
    browser = logged_in(app, officer("nhso_admin"))
    refused = browser.post(ONE, json={"national_id": SOMCHAI})
    assert (refused.status_code, refused.json["code"]) == (401, "TOKEN_MISSING")
    assert reads() == []


def test_an_answer_that_cannot_be_recorded_is_not_given(ask):
    right(SOMCHAI)
    lose_the_audit_of_reads()
    for path, body in ((ONE, {"national_id": SOMCHAI}), (MANY, {"national_ids": [SOMCHAI]})):
        failed = ask(path, body)
        assert (failed.status_code, failed.json["code"]) == (503, "READ_AUDIT_FAILED")
        assert failed.headers["Retry-After"].isdigit()
        assert "entitled" not in failed.text and "เทศบาล" not in failed.text


GARBAGE = [
    (b"", 400, "NOT_JSON", None),
    (b"{", 400, "NOT_JSON", None),
    (b"\xff\xfe\x00", 400, "NOT_JSON", None),
    (b"[" * 12_000, 400, "NOT_JSON", None),
    (b"9" * 12_000, 400, "NOT_JSON", None),
    (b"null", 400, "NOT_AN_OBJECT", None),
    (b'["1990101000016"]', 400, "NOT_AN_OBJECT", None),
    (b"{}", 400, "REQUIRED", "national_id"),
    (f'{{"national_id": "{SOMCHAI}", "national_id": "{SUDA}"}}'.encode(), 400, "REPEATED_KEY", "national_id"),
    (f'{{"national_id": "{SOMCHAI}", "on": null, "on": null}}'.encode(), 400, "REPEATED_KEY", "on"),
    ({"national_id": None}, 400, "REQUIRED", "national_id"),
    ({"national_id": ""}, 400, "REQUIRED", "national_id"),
    ({"national_id": SOMCHAI, "name": "x"}, 400, "UNKNOWN_KEY", "name"),
    ({"national_id": SOMCHAI, "\ud800": 1}, 400, "UNKNOWN_KEY", "\ud800"),
    ({"national_ids": [SOMCHAI]}, 400, "UNKNOWN_KEY", "national_ids"),
    ({"national_id": 1990101000016}, 400, "NOT_TEXT", "national_id"),
    ({"national_id": [SOMCHAI]}, 400, "NOT_TEXT", "national_id"),
    ({"national_id": "1990101000017"}, 400, "CHECK_DIGIT", "national_id"),
    ({"national_id": SOMCHAI[:12]}, 400, "LENGTH", "national_id"),
    ({"national_id": "\ud800\x00%s"}, 400, "NOT_DIGITS", "national_id"),
    ({"national_id": "9" * 13}, 400, "UNASSIGNED_CATEGORY", "national_id"),
    ({"national_id": "1" * 12 + "9"}, 400, "DEGENERATE", "national_id"),
    ({"national_id": SOMCHAI, "on": "2569-11-21"}, 400, "YEAR_LOOKS_BE", "on"),
    ({"national_id": SOMCHAI, "on": "21/11/2569"}, 400, "INVALID_ISO_DATE", "on"),
    ({"national_id": SOMCHAI, "on": "2026-02-29"}, 400, "INVALID_ISO_DATE", "on"),
    ({"national_id": SOMCHAI, "on": "20261121"}, 400, "INVALID_ISO_DATE", "on"),
    ({"national_id": SOMCHAI, "on": "2026-W47-6"}, 400, "INVALID_ISO_DATE", "on"),
    ({"national_id": SOMCHAI, "on": "๒๐๒๖-๑๑-๒๑"}, 400, "INVALID_ISO_DATE", "on"),
    ({"national_id": SOMCHAI, "on": "0000-01-01"}, 400, "INVALID_ISO_DATE", "on"),
    ({"national_id": SOMCHAI, "on": ""}, 400, "INVALID_ISO_DATE", "on"),
    ({"national_id": SOMCHAI, "on": 20261121}, 400, "INVALID_ISO_DATE", "on"),
    ({"national_id": "1" * 20_000}, 413, "TOO_LARGE", None),
]


@pytest.mark.parametrize(("body", "status", "code", "field"), GARBAGE)
def test_garbage_is_refused_by_name_and_reads_nobody(app, ask, body, status, code, field):
    refused = ask(ONE, body)
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (status, code, field)
    described(app, "Error").validate(refused.json)
    assert any("ก" <= letter <= "๛" for letter in refused.json["message"]), refused.json
    assert reads() == []


@pytest.mark.parametrize("ids", [SOMCHAI, {"0": SOMCHAI}, 7])
def test_a_batch_wants_a_list(ask, ids):
    refused = ask(MANY, {"national_ids": ids})
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (400, "NOT_A_LIST", "national_ids")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_taken(ask, kind):
    refused = ask(ONE, {"national_id": SOMCHAI}, kind=kind)
    assert (refused.status_code, refused.json["code"]) == (415, "WRONG_CONTENT_TYPE")


def test_a_year_of_the_buddhist_era_is_explained_not_converted(ask):
    message = ask(ONE, {"national_id": SOMCHAI, "on": "2567-02-29"}).json["message"]
    assert "2567" in message and "2024" in message


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_only_posts_are_taken(app, method):
    refused = getattr(app.test_client(), method)(ONE)
    assert refused.status_code == 405 and "POST" in refused.headers["Allow"]
    assert refused.is_json and refused.json["message"]


def test_a_token_that_asks_too_often_must_wait_and_others_need_not(sqlite_database, tmp_path):
    app = portal(sqlite_database, tmp_path / "instance", RIGHTS_RATE_LIMIT="3 per minute")
    client, word, other = app.test_client(), token(), token("lgo_other")

    def status(word):
        return client.post(ONE, json={"national_id": SOMCHAI}, headers={"Authorization": f"Bearer {word}"})

    assert [status(word).status_code for _ in range(3)] == [200, 200, 200]
    refused = status(word)
    assert (refused.status_code, refused.json["code"]) == (429, "TOO_MANY_REQUESTS")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert status(other).status_code == 200
    assert len(reads()) == 4


def test_no_number_is_logged(ask, caplog):
    caplog.set_level(logging.DEBUG)
    right(SOMCHAI)
    ask(ONE, {"national_id": SOMCHAI})
    ask(ONE, {"national_id": "1990101000017"})
    lose_the_audit_of_reads()
    ask(ONE, {"national_id": SOMCHAI})
    assert "/api/v1/rights/lookup" in caplog.text
    assert SOMCHAI not in caplog.text and "1990101000017" not in caplog.text


def test_answers_are_what_the_description_promises(app, ask):
    right(SOMCHAI, agency_id=agency("06900101", "อบต.ตัวอย่าง"))
    right(SOMCHAI, through=SUDA, standby_since=days(-3))
    answer, row = described(app, "Answer"), described(app, "UnreadableRow")
    for on in (-1000, -10, 0, 10):
        answer.validate(ask(ONE, {"national_id": SOMCHAI, "on": days(on).isoformat()}).json)
    answer.validate(ask(ONE, {"national_id": STRANGER}).json)
    row.validate(ask(MANY, {"national_ids": ["x"]}).json["answers"][0])
    row.validate(ask(MANY, {"national_ids": [{}]}).json["answers"][0])


def test_the_description_is_public_names_the_routes_and_its_examples_hold(app):
    response = app.test_client().get("/api/v1/openapi.json")
    document = response.json
    assert (response.status_code, document["openapi"]) == (200, "3.1.0")
    served = {str(rule) for rule in app.url_map.iter_rules() if str(rule).startswith("/api/v1/rights/")}
    described = {"/api/v1" + path for path in document["paths"]}
    assert served == {ONE, MANY} and described == served | {"/api/v1/law/explain", "/api/v1/law/what-if"}
    for path in document["paths"].values():
        asked = path["post"]["requestBody"]["content"]["application/json"]
        Draft202012Validator({**document, **asked["schema"]}).validate(asked["example"])
        told = path["post"]["responses"]["200"]["content"]["application/json"]
        Draft202012Validator({**document, **told["schema"]}).validate(told["example"])

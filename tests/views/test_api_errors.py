"""Whatever goes wrong below /api/ outside the look-up itself has the fields that docs/api.md promises."""

import pytest
from flask import request

from tests.views.rights_portal import portal


@pytest.fixture
def app(sqlite_database, tmp_path):
    return portal(sqlite_database, tmp_path / "instance", MAX_CONTENT_LENGTH=1000)


def told(answer):
    """The code of a refusal, whose other fields are as promised."""
    assert answer.json.keys() == {"code", "message", "field", "reference"}
    assert any("ก" <= letter <= "๛" for letter in answer.json["message"])
    assert answer.json["field"] is None and answer.json["reference"]
    return answer.status_code, answer.json["code"]


def test_an_unknown_address(app):
    assert told(app.test_client().get("/api/v1/nothing")) == (404, "NOT_FOUND")


def test_a_wrong_method(app):
    answer = app.test_client().get("/api/v1/rights/lookup")
    assert told(answer) == (405, "METHOD_NOT_ALLOWED") and "POST" in answer.headers["Allow"]


def test_a_body_beyond_the_limit_of_all_bodies(app):
    app.post("/api/swallow")(lambda: str(len(request.get_data())))
    assert app.test_client().post("/api/swallow", data=b"x" * 1000).text == "1000"
    assert told(app.test_client().post("/api/swallow", data=b"x" * 1001)) == (413, "REQUEST_ENTITY_TOO_LARGE")


def test_an_accident_tells_nothing_of_itself_and_no_number_to_the_log(app, caplog):
    @app.get("/api/accident/<number>")
    def accident(number):
        raise RuntimeError("a secret of ours")

    answer = app.test_client().get("/api/accident/1990100000017")
    assert told(answer) == (500, "INTERNAL_SERVER_ERROR") and "secret" not in answer.text
    assert "GET /api/accident/<13 digits>" in caplog.text and "1990100000017" not in caplog.text

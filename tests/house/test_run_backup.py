"""The walk of a move: a demo portal is backed up by command, restored elsewhere, and used there."""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import config
from app import create_app
from app.domain.people import DocType, Relation
from app.services import evidence
from app.services.demo import world
from app.services.demo.accounts import HOSPITAL_TOKEN, PASSWORD, TOWN
from scripts.serve import lock
from tests.builders import rights
from tests.services.carried_instance import PDF
from tests.views.rights_portal import csrf


def portal(instance: Path) -> Flask:
    """A portal on this folder, as `make run` would serve it."""
    return create_app(config.load_config({"INSTANCE": str(instance)}))


def command(app: Flask, *words: str) -> tuple[int, str]:
    """Exit code and output of a flask command."""
    done = app.test_cli_runner().invoke(args=[str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """The demo portal with one document."""
    for name in ("DATABASE_URL", "READS_DATABASE_URL", "SECRET_KEY", "UPLOADS", "PORTAL_ENV"):
        monkeypatch.delenv(name, raising=False)
    app = portal(tmp_path / "here")
    assert command(app, "release")[0] == command(app, "demo", "seed")[0] == 0
    clerk = world.office(TOWN, "clerk1", "registrar1").clerk
    shelf = evidence.Shelf(Path(app.config["UPLOADS"]))
    evidence.store(
        io.BytesIO(PDF),
        "คำสั่ง.pdf",
        DocType.HOUSE_REG,
        doc_no="1",
        issue_date=date(2020, 1, 1),
        actor=clerk,
        shelf=shelf,
    )
    return app


def log_in(app: Flask):
    """A browser of the demo's first clerk."""
    browser = app.test_client()
    form = {"username": "clerk1", "password": PASSWORD, "csrf_token": csrf(browser, "/login/")}
    assert browser.post("/login/", data=form).status_code == 302
    return browser


def look_up(app: Flask, number: str) -> dict[str, Any]:
    """What a hospital hears of somebody."""
    answer = app.test_client().post(
        "/api/v1/rights/lookup",
        json={"national_id": number},
        headers={"Authorization": f"Bearer {HOSPITAL_TOKEN}"},
    )
    assert answer.status_code == 200, answer.text
    return {name: value for name, value in answer.json.items() if name != "answered_at"}


def test_a_portal_moves_to_another_machine(demo, tmp_path):
    browser = log_in(demo)
    assert browser.get("/evidence/1").data == PDF
    cookie = browser.get_cookie("lgo_portal")
    official = next(right.national_id for right in rights() if right.relation is Relation.SELF)
    known = look_up(demo, official)
    assert known["entitled"], known
    code, said = command(demo, "backup", tmp_path / "backup")
    assert code == 0 and "backup stands in" in said, said
    assert browser.get("/evidence/1").status_code == 200
    assert command(demo, "backup", tmp_path / "backup")[1].strip().endswith("is not empty; name a new folder")

    there = portal(tmp_path / "there")
    code, said = command(there, "restore", tmp_path / "backup")
    assert code == 0 and "restored into" in said and re.search(r"uploads +[1-9]\d* files", said), said
    assert command(there, "db", "check") == (0, "models and databases agree\n")
    assert command(there, "restore", tmp_path / "backup")[1].startswith("Error: this instance is used already")

    moved = portal(tmp_path / "there")
    stolen = moved.test_client()
    stolen.set_cookie("lgo_portal", cookie.value)
    assert stolen.get("/evidence/1").status_code in (302, 401)
    assert log_in(moved).get("/evidence/1").data == PDF
    assert look_up(moved, official) == known


def test_what_is_being_served_is_not_restored_over_and_errors_take_one_line(tmp_path):
    there = portal(tmp_path / "there")
    with lock.held(tmp_path / "there", "http://127.0.0.1:1"):
        code, said = command(there, "restore", tmp_path / "backup")
    assert code == 1 and "is being served (process" in said
    for words in (
        ("restore", tmp_path / "nothing"),
        ("restore", tmp_path / "there" / "run.lock"),
        ("backup", tmp_path / "b"),
    ):
        code, said = command(there, *words)
        assert code == 1 and said.startswith("Error: ") and said.count("\n") == 1, said

"""What was only lent goes by itself, by the timetable's own line, and nothing else goes with it."""

import os
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.actor import robot
from app.domain.clock import bangkok_day, real_now
from app.domain.errors import NotFound
from app.models.account import UserSession
from app.models.database import db
from app.models.processing_round import RunningNumber
from app.services import form_tokens, register_reports, roster_uploads, sessions
from app.services.transaction import transaction
from jobs.schedule import TIMETABLE
from tests.builders import agency, user

DAY = 24 * 3600


def sweep() -> None:
    (line,) = [line for line in TIMETABLE if line.call == "app.services.sweeps:sweep"]
    line.load()()


def age(path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def values(table, name: str) -> set[str]:
    with db.engine.connect() as connection:
        return set(connection.execute(sa.select(table.__table__.c[name])).scalars())


@pytest.fixture
def instance(database, tmp_path, monkeypatch):
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    return tmp_path


def test_an_empty_instance_has_nothing_to_sweep(instance):
    sweep()
    assert not (instance / "rosters").exists() and not (instance / "reports").exists()


def test_uploads_and_reports_go_after_their_time_and_not_before(instance):
    tray = roster_uploads.Tray(instance / "rosters")
    old, fresh = roster_uploads.hold(b"old", tray=tray), roster_uploads.hold(b"fresh", tray=tray)
    age(tray.folder / f"{old}.xlsx", DAY + 60)
    age(tray.folder / f"{fresh}.xlsx", DAY - 60)
    reports = register_reports.reports_folder(instance)
    for name, days in (("old.xlsx", 7.01), ("fresh.xlsx", 6.99)):
        (reports / name).write_bytes(b"x")
        age(reports / name, days * DAY)
    (reports / ".unfinished").mkdir()
    age(reports / ".unfinished", 8 * DAY)
    with pytest.raises(NotFound):
        roster_uploads.content_of(old, tray=tray)
    for _ in range(2):
        sweep()
        assert [path.name for path in tray.folder.iterdir()] == [f"{fresh}.xlsx"]
        assert [path.name for path in reports.iterdir()] == ["fresh.xlsx"]
    assert roster_uploads.content_of(fresh, tray=tray) == b"fresh"


def test_sessions_go_a_day_after_they_expired(instance):
    officer = user("c1", agency())
    for data, lifetime in (
        ("gone", timedelta(hours=-25)),
        ("over", timedelta(hours=-23)),
        ("live", timedelta(hours=8)),
    ):
        sessions.start(sessions.new_key(), data, officer, lifetime=lifetime)
    for _ in range(2):
        sweep()
        assert values(UserSession, "data") == {"over", "live"}


def test_form_tokens_go_after_their_days_and_no_other_number_does(instance):
    actor = robot("test")
    today, old = form_tokens.new_token(), bangkok_day(real_now()) - form_tokens.KEPT - timedelta(days=1)
    form_tokens.claim(today, actor=actor)
    last = f"FORM-{old + timedelta(days=1):%Y%m%d}-{'b' * 16}-1"
    with transaction(actor) as session:
        for series in (f"FORM-{old:%Y%m%d}-{'a' * 16}-1", last, "CR-04110101-2560", "ZZ"):
            session.add(RunningNumber(series=series, last=7))
    for _ in range(2):
        sweep()
        assert values(RunningNumber, "series") == {f"FORM-{today}-None", last, "CR-04110101-2560", "ZZ"}

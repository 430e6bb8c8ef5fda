"""What was only lent goes by itself, by the timetable's own line, and nothing else goes with it."""

import os
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.actor import robot
from app.domain.clock import real_now
from app.domain.errors import NotFound
from app.models.account import UserSession
from app.models.database import db
from app.models.form_token import FormToken
from app.services import form_tokens, report_files, roster_uploads, sessions
from app.services.transaction import transaction
from jobs.schedule import TIMETABLE
from tests.builders import agency, user
from tests.services.roster_workbooks import official, workbook

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
    files = [workbook([official(n)]) for n in (1, 2)]
    old, fresh = (roster_uploads.hold(file, agency_id=7, tray=tray) for file in files)
    age(tray.folder / f"7-{old}.xlsx", 7 * DAY + 60)
    age(tray.folder / f"7-{fresh}.xlsx", 7 * DAY - 60)
    reports = report_files.reports_folder(instance)
    for name, days in (("old.xlsx", 7.01), ("fresh.xlsx", 6.99)):
        (reports / name).write_bytes(b"x")
        age(reports / name, days * DAY)
    (reports / ".unfinished").mkdir()
    age(reports / ".unfinished", 8 * DAY)
    with pytest.raises(NotFound):
        roster_uploads.content_of(7, old, tray=tray)
    for _ in range(2):
        sweep()
        assert [path.name for path in tray.folder.iterdir()] == [f"7-{fresh}.xlsx"]
        assert [path.name for path in reports.iterdir()] == ["fresh.xlsx"]
    assert roster_uploads.content_of(7, fresh, tray=tray) == files[1]


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


def test_form_tokens_go_after_their_days(instance):
    home = agency()
    officer = replace(robot("test"), user_id=user("c1", home), agency_id=home)
    tokens = {form_tokens.new_token(): days for days in (0, 13.9, 14.1)}
    for token, days in tokens.items():
        assert form_tokens.claim(token, actor=officer) is None
        with transaction(officer) as session:
            row = session.get_one(FormToken, (token, officer.user_id))
            row.claimed_at = real_now() - timedelta(days=days)
    for _ in range(2):
        sweep()
        assert values(FormToken, "token") == {token for token, days in tokens.items() if days < 14}

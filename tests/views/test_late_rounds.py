"""A late round shouts where the nation is watched; what a round did is read from its ledger, each agency its own part."""

import logging

from app.services import change_requests, late_rounds, rounds
from tests.builders import Ask, approved, clock, planned_round
from tests.views.approval_desk import open_desk, text_of
from tests.views.offices import TAO, open_portal, rows


def test_a_late_round_is_told_on_pages_in_the_log_and_as_a_figure(sqlite_database, tmp_path, caplog):
    portal = open_portal(sqlite_database, tmp_path / "instance", METRICS_TOKEN="watch")
    clock("2026-11-18 10:00")
    approved(planned_round("2026-11-18 11:00"), [Ask(1)])
    watchers = [portal.officer("nhso_admin"), portal.officer("auditor"), portal.officer("registrar")]
    seen = {"headers": {"Authorization": "Bearer watch"}}
    clock("2026-11-18 11:04")
    assert "ยังไม่เสร็จ" not in watchers[0].get("/").text
    assert "portal_round_late_seconds 0\n" in portal.browser().get("/metrics", **seen).text
    clock("2026-11-18 11:12")
    assert [("ยังไม่เสร็จ เลยเวลามาแล้ว 12 นาที" in text_of(browser.get("/").text)) for browser in watchers] == [
        True,
        True,
        False,
    ]
    figures = portal.browser().get("/metrics", **seen)
    assert "portal_rounds_due 1\n" in figures.text and 'portal_jobs{status="QUEUED"} 0' in figures.text
    assert 720 <= int(figures.text.split("portal_round_late_seconds ")[-1].split("\n")[0]) < 740
    assert portal.browser().get("/metrics").status_code == 404
    assert portal.browser().get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404
    with caplog.at_level(logging.ERROR, "app.services.late_rounds"), portal.app.app_context():
        late_rounds.shout()
        late_rounds.shout()
    told = [record.message for record in caplog.records if record.levelno == logging.ERROR]
    assert [words.split(" is ")[-1] for words in told] == ["12 minutes late (PLANNED)"]
    with portal.app.app_context():
        list(rounds.run_due())
    assert "ยังไม่เสร็จ" not in watchers[0].get("/").text


def test_what_a_round_did_stays_readable_after_its_failures_were_corrected(portal):
    clock("2026-11-18 10:00")
    desk = open_desk(portal)
    home, away = desk.clerk.agency_id, desk.neighbour.agency_id
    round_id = planned_round("2026-11-18 11:00")
    ids = approved(round_id, [Ask(1, agency_id=home), Ask(1, agency_id=home), Ask(4, agency_id=away)])
    clock("2026-11-18 11:00")
    list(rounds.run_due())
    change_requests.correct(ids[1], actor=desk.clerk)
    assert rows("SELECT round_id FROM change_request WHERE id = :id", id=ids[1]) == [(None,)]
    words = text_of(desk.registrar.get(f"/rounds/{round_id}").text)
    assert "บันทึกข้อมูลผู้มีสิทธิรายใหม่: มีคำขออื่นของสิทธิเดียวกันได้รับการพิจารณาก่อน 1 · มีผลแล้ว 1" in words
    assert "มีผลแล้ว 1" in words and "ประมวลผลไม่ผ่าน 1" in words and "ชื่อ4" not in words
    assert "หากยังจำเป็นให้แก้ไขแล้วส่งใหม่" in words
    sha256 = rows("SELECT sha256 FROM round_manifest WHERE round_id = :id", id=round_id)[0][0]
    assert sha256 in words and sha256 in text_of(
        desk.portal.officer("personnel_clerk", TAO).get(f"/rounds/{round_id}").text
    )
    auditor = text_of(desk.portal.officer("auditor").get(f"/rounds/{round_id}").text)
    assert "รวมทุกหน่วยงาน 3" in auditor and "มีผลแล้ว 2" in auditor

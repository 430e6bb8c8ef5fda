"""ไฟล์ของฉัน and the drawer of the frame: asked for, watched, stopped, downloaded, and nobody else's."""

import io
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from app.domain import national_id
from app.domain.clock import real_now
from app.models import Job
from app.models.database import db
from app.services import jobs, report_files
from tests.views.register_office import FILES, LIST, column, counted, post, search, table
from tests.views.rights_portal import csrf


def exported(browser: FlaskClient, page: str = LIST, key: str = "") -> int:
    answer = browser.post(f"{LIST}export", data={"csrf_token": csrf(browser, page), "search": key})
    assert answer.status_code == 303 and answer.location.endswith(FILES)
    return column(sa.select(sa.func.max(Job.__table__.c.id)))[0]


def cells(file: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()


def test_the_downloaded_file_holds_what_the_screen_shows(office):
    browser = office.officer()
    shown = table(browser.get(LIST).text)
    job_id = exported(browser)
    assert f'data-job-row="{job_id}"' in browser.get(FILES).text
    waiting = browser.get(f"{FILES}activity").text
    assert f'data-job="{job_id}"' in waiting and "data-job-over" not in waiting and "รอถึงคิว" in waiting
    missing = browser.get(f"{FILES}{job_id}/file")
    assert missing.status_code == 302 and "ไฟล์นี้ไม่มีอยู่แล้ว" in browser.get(FILES).text
    assert jobs.run(job_id, 1)
    done = browser.get(f"{FILES}activity").text
    assert "data-job-over" in done and "3 รายการ" in done and f'href="{FILES}{job_id}/file"' in done
    answer = browser.get(f"{FILES}{job_id}/file", buffered=True)
    name = f"รายงานข้อมูลผู้มีสิทธิ_{office.here.dla_code}_"
    assert f"filename*=UTF-8''{quote(name)}25" in answer.headers["Content-Disposition"]
    assert (
        answer.headers["Cache-Control"] == "no-store"
    )  # it is full of numbers; the next user of the PC is somebody else
    lines = cells(answer.data)
    assert lines[6][:5] == ["ลำดับ", "เลขประจำตัวประชาชน", "คำนำหน้า", "ชื่อ", "นามสกุล"]
    assert lines[6][17:] == ["สาเหตุการหมดสิทธิ", "สถานะ", "วันเวลาที่อนุมัติ", "รอบที่ปรับปรุง"]
    rows = lines[7:]
    assert [f"{row[2]}{row[3]} {row[4]}" in cells[1] for row, cells in zip(rows, shown, strict=True)] == [True] * 3
    assert [national_id.mask(row[1]) in cells[1] for row, cells in zip(rows, shown, strict=True)] == [True] * 3
    assert [(row[7], row[18]) for row in rows] == [(cells[3].split()[0], cells[6]) for cells in shown]
    assert lines[2][0] == "ทุกรายการ" and "officer1" in lines[3][0]


def test_the_file_of_a_search_says_which_and_masks_the_number(office):
    browser, number = office.officer(), column(sa.text("SELECT national_id FROM person ORDER BY id"))[0]
    where = search(browser, national_id=number, status="ACTIVE").location
    job_id = exported(browser, where, where.rpartition("/")[2])
    jobs.run(job_id, 1)
    page = browser.get(FILES).text
    assert number not in page and f"เลขประจำตัวประชาชน: {national_id.mask(number)}" in page and "สถานะ: มีสิทธิ" in page
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(browser.get(f"{FILES}{job_id}/file", buffered=True).data)
    ).get_sheet_by_index(0)
    assert [row[1] for row in sheet.to_python()[7:]] == [number]


def test_somebody_else_finds_neither_the_file_nor_its_progress(office):
    owner = office.officer()
    job_id = exported(owner)
    jobs.run(job_id, 1)
    others = [office.officer(), office.officer("registrar"), office.officer("personnel_clerk", office.there)]
    for other in (*others, office.officer("nhso_admin")):
        assert other.get(f"{FILES}{job_id}/file").status_code == 404
        assert post(other, f"{FILES}{job_id}/cancel").status_code == 404
        assert f"{FILES}{job_id}/" not in other.get(FILES).text + other.get(f"{FILES}activity").text
    assert owner.get(f"{FILES}{job_id}/file", buffered=True).status_code == 200
    assert owner.get(f"{FILES}99999999999999999999999/file").status_code == 404


def test_too_many_files_at_once_are_refused_in_words(office):
    browser = office.officer()
    for _ in range(report_files.WAITING_LIMIT):
        exported(browser)
    exported(browser)
    assert "ยังจัดทำไม่เสร็จ" in browser.get(FILES).text
    assert len(column(sa.select(Job.__table__.c.id))) == report_files.WAITING_LIMIT


def test_work_is_stopped_from_the_page_and_says_so(office):
    browser = office.officer()
    job_id = exported(browser)
    assert f'action="{FILES}{job_id}/cancel"' in browser.get(FILES).text
    assert post(browser, f"{FILES}{job_id}/cancel").status_code == 303
    page = browser.get(FILES).text
    assert "หยุดแล้ว" in page and "ยกเลิก" in page and f"{FILES}{job_id}/" not in page
    assert not jobs.run(job_id, 1)
    again = post(browser, f"{FILES}{job_id}/cancel")
    assert again.status_code == 303 and "เสร็จสิ้นไปก่อน" in browser.get(FILES).text


def test_the_frame_knows_what_runs_and_the_drawer_tells_when_it_is_done(office):
    browser = office.officer()
    assert 'data-activity-running=""' in browser.get(LIST).text
    job_id = exported(browser)
    write(job_id, status="RUNNING", done_count=250, total_count=1000, started_at=real_now() - timedelta(seconds=110))
    assert f'data-activity-running="{job_id}"' in browser.get(LIST).text
    drawer = browser.get(f"{FILES}activity").text
    assert "25 %" in drawer and "250 จาก 1,000 รายการ" in drawer and "เหลือราว 6 นาที" in drawer
    write(job_id, status="FAILED")
    assert "จัดทำไฟล์ไม่สำเร็จ" in browser.get(f"{FILES}activity").text
    assert 'data-activity-running=""' in browser.get(LIST).text
    assert "data-activity=" not in office.officer("fund_officer").get("/").text


def test_a_long_list_of_files_costs_no_statement_more(office):
    browser = office.officer()
    browser.get(FILES)

    def cost() -> int:
        with counted() as statements:
            assert browser.get(FILES).status_code == browser.get(f"{FILES}activity").status_code == 200
        return len(statements)

    exported(browser)
    one = cost()
    for _ in range(10):
        write(exported(browser), status="FAILED")
    assert cost() == one


def write(job_id: int, **values: Any) -> None:
    with db.writer.begin() as connection:
        connection.execute(sa.update(Job.__table__).where(Job.__table__.c.id == job_id).values(**values))

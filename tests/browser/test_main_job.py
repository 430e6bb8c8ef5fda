"""The portal's main job in a real browser: roster, family, approval, round, look-up, Excel (issue: Skeleton)."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from python_calamine import CalamineWorkbook

import config
from app.domain.national_id import display
from tests.browser.conftest import Desk
from tests.house import live_portal
from tests.services.conftest import nid

DATA = Path(__file__).parents[1] / "data" / "roster"
TOKEN = "lgo_demo_hospital_token"
FATHER_ID, CHILD_ID = nid(4001), nid(4002)
# Where the pictures go: `SCREENSHOTS=docs/screenshots make test` renews those of the documentation.
PICTURES = os.environ.get("SCREENSHOTS")


def picture(desk: Desk, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        desk.page.evaluate("scrollTo(0, 0)")  # what sticks to the top would else stand in the middle
        desk.page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def flask(portal: live_portal.Portal, *words: str) -> str:
    """Run one of the portal's commands on the started instance."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *words],
        env=live_portal.settings(portal.instance), cwd=config.BASE_DIR, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def look_up(portal: live_portal.Portal, number: str) -> dict:
    """Ask as a hospital does."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{portal.port}/api/v1/rights/lookup",
        data=json.dumps({"national_id": number}).encode(),
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.load(answer)


def test_from_the_roster_to_the_excel(demo_portal, desk, tmp_path):
    clerk, registrar = desk("clerk1"), desk("registrar1")
    _import_the_roster(clerk)
    _register_a_family(clerk)
    assert look_up(demo_portal, FATHER_ID)["entitled"] is False
    _approve_the_family(registrar)
    assert look_up(demo_portal, FATHER_ID)["entitled"] is False
    _wait_for_the_round(demo_portal)
    father = look_up(demo_portal, FATHER_ID)
    assert (father["entitled"], father["main_inscl"], father["sub_inscl"]) == (True, "LGO", "L1")
    assert "ทดสอบเดินเรื่อง" not in json.dumps(father, ensure_ascii=False)
    _see_the_round(registrar)
    _take_the_excel_home(clerk, tmp_path)
    _nothing_tells_a_number(demo_portal)


def _import_the_roster(clerk: Desk) -> None:
    expected = json.loads((DATA / "roster_municipality.expected.json").read_text(encoding="utf-8"))
    page = clerk.open("/rosters/").page
    page.set_input_files("input[type=file]", DATA / "roster_municipality.xlsx")
    page.click("main form button[type=submit], .fam-card button[type=submit]")
    page.wait_for_selector("[data-count]", timeout=60_000)
    counts = {
        e.get_attribute("data-count"): int(e.inner_text().replace(",", ""))
        for e in page.query_selector_all("[data-count]")
    }
    assert counts["MEND"] == len(expected["errors"])
    assert sum(counts.values()) - counts["MEND"] == expected["principals_ok"] + expected["family_ok"]
    picture(clerk, "roster_verdict")
    page.click("form[action$='/submit'] button")
    page.wait_for_selector(".note.is-good", timeout=60_000)
    picture(clerk, "roster_done")


def _register_a_family(clerk: Desk) -> None:
    page = clerk.open("/family-forms/new").page
    _fill(page, 0, FATHER_ID, "นาย", "ทดสอบเดินเรื่อง", "5/4/2528", "M")
    page.select_option("[name='members-0-personnel_type']", "MUNICIPAL_OFFICER")
    page.fill("[name='members-0-service_start_date']", "1 ต.ค. 2558")
    if not page.query_selector("[name='members-1-national_id']"):
        page.click("#add-member")
    page.wait_for_selector("[name='members-1-national_id']")
    page.select_option("[name='members-1-relation']", "CHILD")
    _fill(page, 1, CHILD_ID, "ด.ญ.", "ลูกเดินเรื่อง", "๒๙/๐๒/๒๕๖๗", "F")
    page.fill("[name='members-1-marriage_date']", "1/2/2560")
    page.press(
        "[name='members-1-to_follow']", "Space"
    )  # what the law says may come meanwhile and move it under a mouse
    assert page.is_checked("[name='members-1-to_follow']")
    page.select_option("[name='members-1-evidence-0-doc_type']", "BIRTH_CERT")
    page.set_input_files("[name='members-1-evidence-0-file']", files=[_birth_certificate(clerk)])
    picture(clerk, "family_form")
    page.click("button[value=submit]:visible")
    page.wait_for_url(re.compile("/family-forms/SB"))
    assert "ทดสอบเดินเรื่อง" in page.content()
    picture(clerk, "family_submitted")


def _birth_certificate(clerk: Desk) -> dict:
    """A picture that Chromium itself draws stands in for a scan."""
    page = clerk.page.context.browser.new_page()
    page.set_content("<h1>สูติบัตร (ตัวอย่าง)</h1><p>เด็กหญิง ลูกเดินเรื่อง</p>")
    content = page.screenshot()
    page.close()
    return {"name": "สูติบัตร.png", "mimeType": "image/png", "buffer": content}


def _fill(page, row: int, number: str, title: str, first: str, born: str, sex: str) -> None:
    page.fill(f"[name='members-{row}-national_id']", display(number))
    page.fill(f"[name='members-{row}-title_th']", title)
    page.fill(f"[name='members-{row}-first_name_th']", first)
    page.fill(f"[name='members-{row}-last_name_th']", "จริงจัง")
    page.fill(f"[name='members-{row}-birth_date']", born)
    page.select_option(f"[name='members-{row}-sex']", sex)


def _approve_the_family(registrar: Desk) -> None:
    page = registrar.open("/approvals/").page
    picture(registrar, "approval_queue")
    page.fill("[name=name]", "จริงจัง")
    page.click("[role=search] [type=submit]")
    page.wait_for_url(re.compile(r"[?]q="))
    boxes = page.locator("[name=request_id]")
    assert boxes.count() == 2, page.inner_text("body")
    detail = page.locator("a[href*='/approvals/']", has_text="ลูกเดินเรื่อง").first
    address = detail.get_attribute("href")
    page.goto(registrar.address + address)
    assert page.locator("img[src*='/evidence/']").evaluate("image => image.complete && image.naturalWidth > 0")
    picture(registrar, "approval_detail")
    page.go_back()
    for box in boxes.all():
        box.check()
    page.click("button[value=approve]")
    picture(registrar, "approval_confirm")
    page.click("dialog[open] [data-decide-confirm]")
    page.wait_for_selector(".outcomes")
    picture(registrar, "approval_outcomes")


def _wait_for_the_round(portal: live_portal.Portal) -> None:
    """The clock is set two seconds before the round; ticker, queue and worker do the rest."""
    coming = re.search(r"^(\S+) round (\d) (\d\d:\d\d) PLANNED", flask(portal, "rounds", "list"), re.MULTILINE)
    assert coming
    due = datetime.fromisoformat(f"{coming[1]}T{coming[3]}:00+07:00").astimezone(UTC)
    flask(portal, "clock", "set", (due - timedelta(seconds=2)).isoformat())
    live_portal.until(lambda: _patiently(portal), lambda: flask(portal, "rounds", "list"))


def _patiently(portal: live_portal.Portal) -> bool:
    time.sleep(0.5)  # the look-up service counts how often a token asks
    return look_up(portal, FATHER_ID)["entitled"]


def _see_the_round(registrar: Desk) -> None:
    page = registrar.open("/rounds/").page
    picture(registrar, "rounds")
    page.locator("tbody tr", has_text="ประมวลผลแล้ว").first.locator("a.person").click()
    page.wait_for_url(re.compile(r"/rounds/\d+"))
    assert "ทดสอบเดินเรื่อง" in page.content()
    picture(registrar, "round")


def _take_the_excel_home(clerk: Desk, folder: Path) -> None:
    page = clerk.open("/register/").page
    page.fill("[name=name]", "จริงจัง")
    page.click("[role=search] [type=submit]")
    page.wait_for_url(re.compile(r"/register/\w+"))
    assert page.locator("tbody tr").count() == 2
    picture(clerk, "register")
    page.click("form[action*=export] button[value=xlsx]")
    page.wait_for_selector("a[href$='/file']", timeout=60_000)
    picture(clerk, "my_files")
    with page.expect_download() as download:
        page.click("a[href$='/file']")
    path = folder / "register.xlsx"
    download.value.save_as(path)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    cells = [cell for row in rows for cell in row]
    assert FATHER_ID in cells and CHILD_ID in cells
    assert date(2024, 2, 29) in cells


def _nothing_tells_a_number(portal: live_portal.Portal) -> None:
    """No log of any process holds a full national ID (decisions 10)."""
    for log in (portal.instance / "logs").rglob("*"):
        if log.is_file():
            text = log.read_text(encoding="utf-8", errors="replace")
            assert not re.search(r"\b[1-8]9901\d{8}\b", text), log.name
    assert not re.search(r"\b[1-8]9901\d{8}\b", portal.words())

"""A clerk's browser at the imports: a workbook sent in, checked and submitted, and what the pages say of it."""

import io
import re
from pathlib import Path
from typing import Any

from app.services.rosters.columns import columns_of
from tests.services.roster_desk import work
from tests.services.roster_workbooks import STAFF_HEADINGS, official, workbook
from tests.views.canary import CANARY
from tests.views.offices import Browser

PAGE = "/rosters/"
REQUESTS = "SELECT count(*) FROM change_request"


def send(browser, content, name="รายชื่อ.xlsx"):
    answer = browser.post(PAGE, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the test client leaves its own temporary file open
    return answer


def verdict(browser, content, name="รายชื่อ.xlsx"):
    """The address of an import whose file has been checked."""
    answer = send(browser, content, name)
    assert answer.status_code == 303, told(answer.text)
    work()
    return answer.headers["Location"]


def submitted(browser, where):
    """The page of an import after its requests were made."""
    answer = browser.post(f"{where}/submit")
    assert answer.status_code == 303
    work()
    return browser.get(where).text


def told(page):
    """What is said at the field of the file."""
    said = re.search(r'id="file-error">(.*?)</span>', page, re.S)
    return re.sub(r"<[^>]+>", "", said[1]).strip() if said else ""


def counts(page):
    return {fate: int(n.replace(",", "")) for fate, n in re.findall(r'data-count="(\w+)">([\d,]+)<', page)}


def lines(page):
    """Sheet, Excel row and code of the lines on a page."""
    found = re.findall(r'data-row="([^":]+):(\d+)"(?: data-code="(\w+)")?', page)
    return [(sheet, int(row), code) for sheet, row, code in found]


def held(portal):
    return sorted(path.suffix for path in (Path(portal.app.config["INSTANCE"]) / "rosters").glob("*"))


def staff_columns() -> dict[str, Any]:
    """The staff sheet as it is."""
    held = enumerate(columns_of(STAFF_HEADINGS))
    return {"sheet-0": "PRINCIPALS"} | {f"sheet-0-column-{index}": name for index, name in held}


def bring_canary(clerk: Browser, number: int) -> int:
    """An import of the neighbour's with a line that goes, one to mend, two in doubt, and the canary's name in all."""
    staff = [
        official(8000 + 10 * number + n, ชื่อ=CANARY, ประเภทบุคลากร="ลูกจ้างประจำ", เพศ=sex)
        for n, sex in enumerate(("ชาย", ""))
    ]
    staff += [official(8005 + 10 * number + n, ชื่อ=CANARY, นามสกุล="คู่", ประเภทบุคลากร="ลูกจ้างประจำ") for n in range(2)]
    answer = clerk.post(
        "/rosters/", {"file": (io.BytesIO(workbook(staff)), f"{CANARY}.xlsx")}, content_type="multipart/form-data"
    )
    answer.request.environ["wsgi.input"].close()
    work()
    return int(answer.headers["Location"].rpartition("/")[2])

"""Roster workbooks written for one test each, and people who may stand in them."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from app.domain.errors import BadInput
from app.domain.national_id import check_digit
from app.domain.people import AgencyType
from app.services.rosters.judge import judge
from app.services.rosters.verdict import Verdict
from app.services.rosters.workbook import read_roster

SAMPLE = Path("tests/data/roster/roster_municipality.xlsx")
EXPECTED = json.loads(Path("tests/data/roster/roster_municipality.expected.json").read_text("utf-8"))

STAFF_HEADINGS = (
    *("ลำดับ", "เลขประจำตัวประชาชน", "คำนำหน้า", "ชื่อ", "นามสกุล", "วันเดือนปีเกิด", "เพศ", "ประเภทบุคลากร"),
    "วันที่เริ่มปฏิบัติหน้าที่",
)
FAMILY_HEADINGS = (
    *("ลำดับ", "เลขประจำตัวประชาชนผู้มีสิทธิ", "ความสัมพันธ์", "เลขประจำตัวประชาชน", "คำนำหน้า", "ชื่อ", "นามสกุล"),
    *("วันเดือนปีเกิด", "หลักฐาน", "เลขที่หลักฐาน", "วันที่ในหลักฐาน", "บุตรลำดับที่"),
)
Line = Sequence[Any]


def nid(serial: int, category: int = 1) -> str:
    """A valid national ID of registration office 9901."""
    first12 = f"{category}9901{serial:07d}"
    return f"{first12}{check_digit(first12)}"


def surname(serial: int) -> str:
    """A family name of one's own: people who share name and birth date would be suspected to be one."""
    return "ใจดี" + "".join("กงจดตนบมรว"[int(digit)] + "า" for digit in str(serial)) if serial > 1 else "ใจดี"


def official(serial: int = 1, **changes: Any) -> list[Any]:
    """A faultless line of the staff sheet, with changes by heading."""
    line = [serial, nid(serial), "นาย", "สมชาย", surname(serial), "07/10/2516", "ชาย", "พนักงานเทศบาล", "16 ก.ย. 2552"]
    return _changed(STAFF_HEADINGS, line, changes)


def dependent(serial: int = 501, holder: int = 1, **changes: Any) -> list[Any]:
    """A faultless line of the family sheet, with changes by heading."""
    line = [
        serial,
        nid(holder),
        "บุตร",
        nid(serial),
        "ด.ช.",
        "ดี",
        surname(serial),
        "1/5/2558",
        "สูติบัตร",
        "12/2558",
        "2/5/2558",
        "1",
    ]
    return _changed(FAMILY_HEADINGS, line, changes)


def workbook(staff: Sequence[Line] = (), family: Sequence[Line] = ()) -> bytes:
    """Both sheets, headings in the first row; no family sheet where no family is given."""
    sheets: dict[str, Sequence[Line]] = {"บุคลากร": [STAFF_HEADINGS, *staff]}
    if family:
        sheets["ครอบครัว"] = [FAMILY_HEADINGS, *family]
    return written(sheets)


def written(sheets: dict[str, Sequence[Line]], **options: Any) -> bytes:
    """The sheets as .xlsx bytes; dates become real date cells in the Buddhist era, text stays text."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as book:
        be_date = book.add_format({"num_format": "[$-107041E]d/mm/yyyy"})
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                for column, value in enumerate(line):
                    if isinstance(value, date | datetime):
                        sheet.write_datetime(row, column, value, be_date)
                    elif isinstance(value, str):
                        sheet.write_string(row, column, value)
                    elif value is not None:
                        sheet.write(row, column, value)
    return target.getvalue()


def verdict_on(content: bytes, *, register: Sequence[str] = (), agency_type: AgencyType | None = None) -> Verdict:
    """The verdict for a town municipality whose register holds the given people."""
    return judge(
        read_roster(content),
        agency_type=agency_type or AgencyType.TOWN_MUNICIPALITY,
        known_holders=lambda asked: asked & set(register),
    )


def codes(content: bytes, **options: Any) -> list[tuple[int, str]]:
    """Excel row and code of every refusal."""
    return [(refusal.excel_row, refusal.code) for refusal in verdict_on(content, **options).refusals]


def refusal_of(content: bytes) -> tuple[str, dict[str, Any]]:
    """Code and facts with which a whole workbook is refused; fails when it is not."""
    try:
        read_roster(content)
    except BadInput as refusal:
        return refusal.code, refusal.facts
    raise AssertionError("the workbook was read")


def _changed(headings: Sequence[str], line: list[Any], changes: dict[str, Any]) -> list[Any]:
    for heading, value in changes.items():
        line[headings.index(heading)] = value
    return line

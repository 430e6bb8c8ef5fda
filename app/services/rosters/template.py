"""Our own workbook for clerks: IDs and dates as text, lists to choose from, hints while typing, and its version."""

from io import BytesIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from app.services.rosters.columns import SheetKind
from app.services.rosters.words import EVIDENCE, PERSONNEL_TYPES, RELATIONS

VERSION = "2569.1"
MARK = "LGO-ROSTER"  # stands in the file's properties, so that a helper can tell one version from another
_TEXT = 49  # the built-in format @: what is typed stays as typed
LINES = 2_000  # rows prepared for typing; more may be added below
_NAMES = {SheetKind.PRINCIPALS: "บุคลากร", SheetKind.FAMILY: "ครอบครัว"}
_ID_HINT = ("เลข 13 หลัก", "พิมพ์เลขตามบัตรประชาชน มีขีดหรือไม่มีก็ได้ ช่องนี้เป็นข้อความ เลข 0 ข้างหน้าจึงไม่หาย")
_DATE_HINT = ("วันที่ พ.ศ.", "พิมพ์ วัน/เดือน/ปี พ.ศ. เช่น 7/10/2516 หรือ 7 ต.ค. 2516")
# Heading, width, hint, and the words to choose from, in the order of the columns.
_COLUMNS: dict[SheetKind, tuple[tuple[str, int, tuple[str, str] | None, tuple[str, ...]], ...]] = {
    SheetKind.PRINCIPALS: (
        ("ลำดับ", 7, None, ()),
        ("เลขประจำตัวประชาชน", 22, _ID_HINT, ()),
        ("คำนำหน้า", 12, None, ()),
        ("ชื่อ", 20, None, ()),
        ("นามสกุล", 22, None, ()),
        ("วันเดือนปีเกิด", 16, _DATE_HINT, ()),
        ("เพศ", 8, None, ("ชาย", "หญิง")),
        ("ประเภทบุคลากร", 30, None, PERSONNEL_TYPES.labels),
        ("วันที่เริ่มปฏิบัติหน้าที่", 20, _DATE_HINT, ()),
    ),
    SheetKind.FAMILY: (
        ("ลำดับ", 7, None, ()),
        ("เลขประจำตัวประชาชนผู้มีสิทธิ", 26, ("เลขของบุคลากร", "เลข 13 หลักของผู้มีสิทธิในแผ่นงานบุคลากร หรือในทะเบียน"), ()),
        ("ความสัมพันธ์", 14, None, RELATIONS.labels),
        ("เลขประจำตัวประชาชน", 22, _ID_HINT, ()),
        ("คำนำหน้า", 12, None, ()),
        ("ชื่อ", 20, None, ()),
        ("นามสกุล", 22, None, ()),
        ("วันเดือนปีเกิด", 16, _DATE_HINT, ()),
        ("หลักฐาน", 30, ("หลักฐาน", "เลือกชนิดหลักฐาน ตัวเอกสารแนบตามมาภายหลังได้"), EVIDENCE.labels),
        ("เลขที่หลักฐาน", 18, None, ()),
        ("วันที่ในหลักฐาน", 16, _DATE_HINT, ()),
        ("บุตรลำดับที่", 12, None, ()),
    ),
}
_GUIDE = (
    "แบบนำเข้าข้อมูลบุคลากรและครอบครัว รุ่น {version}",
    "1. แผ่นงาน “บุคลากร” กรอกผู้มีสิทธิ 1 คนต่อ 1 แถว แผ่นงาน “ครอบครัว” กรอกบิดา มารดา คู่สมรส และบุตร 1 คนต่อ 1 แถว",
    "2. ทุกช่องต้องกรอก ยกเว้น ลำดับ และ บุตรลำดับที่",
    "3. วันที่เป็น พ.ศ. เช่น 7/10/2516 หรือ 7 ต.ค. 2516 ปีที่น้อยกว่า 2400 จะไม่รับ",
    "4. บุคคลเดียวกันกรอกได้ครั้งเดียวในแผ่นงานบุคลากร",
    "5. บันทึกเป็น .xlsx แล้วอัปโหลดที่เมนู นำเข้าจาก Excel ระบบจะแสดงผลตรวจทุกแถวก่อน และยังไม่บันทึกสิ่งใดจนกว่าจะกดส่ง",
    "6. แก้ไขหรือสลับคอลัมน์ได้ ระบบจำหัวคอลัมน์ของหน่วยงานไว้ให้",
    "7. ใช้บัญชีรายชื่อของท่านที่มีช่อง “ชื่อ-สกุล” ช่องเดียวได้ เช่น นางสาวสมหญิง ใจดี ชื่อที่แบ่งได้หลายแบบให้คั่นด้วย / เช่น นาง/สมหญิง/ใจดี มีสุข",
)


def written() -> bytes:
    """The empty workbook as .xlsx bytes."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": _GUIDE[0].format(version=VERSION), "keywords": f"{MARK} {VERSION}"})
        book.set_custom_property(MARK, VERSION)
        styles = {
            "text": book.add_format({"num_format": _TEXT, "font_name": "TH Sarabun New", "font_size": 16}),
            "head": book.add_format({
                "bold": True, "bg_color": "#DCEBEE", "border": 1, "font_name": "TH Sarabun New", "font_size": 16,
                "text_wrap": True, "valign": "vcenter",
            }),
            "guide": book.add_format({"font_name": "TH Sarabun New", "font_size": 16, "text_wrap": True}),
        }  # fmt: skip
        sheets = {kind: book.add_worksheet(name) for kind, name in _NAMES.items()}
        guide, lists = book.add_worksheet("คำอธิบาย"), book.add_worksheet("รายการ")
        lists.hide()
        _write_guide(guide, styles["guide"])
        place = 0
        for kind, sheet in sheets.items():
            place = _write_sheet(sheet, lists, kind, place, styles)
    return target.getvalue()


def _write_sheet(sheet: Worksheet, lists: Worksheet, kind: SheetKind, place: int, styles: dict[str, object]) -> int:
    """Headings, formats, hints and lists of one sheet; `place` is the next free column of the hidden sheet of lists."""
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 30)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for column, (heading, width, hint, words) in enumerate(_COLUMNS[kind]):
        sheet.set_column(column, column, width, styles["text"])
        sheet.write_string(0, column, heading, styles["head"])
        rule: dict[str, object] = {"validate": "any"}
        if words:
            lists.write_column(0, place, words)
            letter = chr(ord("A") + place)
            rule = {
                "validate": "list", "source": f"=รายการ!${letter}$1:${letter}${len(words)}",
                "error_title": "ไม่อยู่ในรายการ", "error_message": "โปรดเลือกคำจากรายการ",
            }  # fmt: skip
            place += 1
        if hint:
            rule |= {"input_title": hint[0], "input_message": hint[1]}
        sheet.data_validation(1, column, LINES, column, rule)
    return place


def _write_guide(sheet: Worksheet, style: object) -> None:
    sheet.set_column(0, 0, 110, style)
    for row, line in enumerate(_GUIDE):
        sheet.write_string(row, 0, line.format(version=VERSION), style)

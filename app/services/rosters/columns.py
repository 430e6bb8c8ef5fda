"""Which columns a roster has, under which headings, and how a heading row tells what a sheet lists."""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import lru_cache

from app.services.rosters.words import fold


class SheetKind(StrEnum):
    """What one line of a sheet is."""

    PRINCIPALS = "PRINCIPALS"  # บุคลากร: one principal
    FAMILY = "FAMILY"  # ครอบครัว: one dependent under one holder


# In the order in which a row is judged: the first fault found is the one reported.
MANDATORY: dict[SheetKind, tuple[str, ...]] = {
    SheetKind.PRINCIPALS: (
        *("national_id", "title", "first_name", "last_name", "birth_date", "sex"),
        *("personnel_type", "service_start_date"),
    ),
    SheetKind.FAMILY: (
        *("holder_national_id", "relation", "national_id", "title", "first_name", "last_name", "birth_date"),
        *("doc_type", "doc_no", "issue_date"),
    ),
}
OPTIONAL: dict[SheetKind, tuple[str, ...]] = {
    SheetKind.PRINCIPALS: ("sequence", "full_name"),
    SheetKind.FAMILY: ("sequence", "birth_order", "full_name"),
}
# A cell that holds the first name and whatever of title and last name has no column of its own.
FULL_NAME = "full_name"
NAME_PARTS = ("title", "first_name", "last_name")
NATIONAL_IDS = frozenset({"national_id", "holder_national_id"})
DATES = frozenset({"birth_date", "service_start_date", "issue_date"})

# A sheet of one of these names is meant as a roster even when its heading row cannot be read.
SHEET_NAMES = frozenset(map(fold, ("บุคลากร", "รายชื่อบุคลากร", "ครอบครัว", "บุคคลในครอบครัว")))
LEAST_RECOGNISED = 4
_LONGEST_HEADING = 150

_ID_WORDS = (
    *("เลขประจำตัวประชาชน", "หมายเลขประจำตัวประชาชน", "เลขบัตรประจำตัวประชาชน", "เลขที่บัตรประจำตัวประชาชน"),
    *("เลขบัตรประชาชน", "เลขที่บัตรประชาชน", "หมายเลขบัตรประชาชน", "เลขประจำตัว 13 หลัก", "เลขประจำตัวประชาชน 13 หลัก"),
)
_HOLDERS = ("ผู้มีสิทธิ", "ของผู้มีสิทธิ", "เจ้าของสิทธิ", "ของเจ้าของสิทธิ", "ผู้ทรงสิทธิ", "บุคลากร", "ของบุคลากร")
_DEPENDENTS = (
    *("ผู้มีสิทธิร่วม", "ของผู้มีสิทธิร่วม", "ผู้ใช้สิทธิร่วม", "ผู้อาศัยสิทธิ"),
    *("บุคคลในครอบครัว", "ของบุคคลในครอบครัว", "สมาชิกในครอบครัว"),
)
_HEADINGS: dict[str, tuple[str, ...]] = {
    "sequence": ("ลำดับ", "ลำดับที่", "ที่", "ลำดับรายการ", "No."),
    "national_id": (*_ID_WORDS, *(f"{word}{whose}" for word in _ID_WORDS for whose in _DEPENDENTS)),
    "holder_national_id": tuple(f"{word}{whose}" for word in _ID_WORDS for whose in _HOLDERS),
    "title": ("คำนำหน้า", "คำนำหน้าชื่อ", "คำนำหน้านาม"),
    "first_name": ("ชื่อ", "ชื่อตัว", "ชื่อจริง"),
    "last_name": ("นามสกุล", "สกุล", "ชื่อสกุล"),
    FULL_NAME: (
        *("ชื่อ-สกุล", "ชื่อ-นามสกุล", "ชื่อ-ชื่อสกุล", "ชื่อตัว-ชื่อสกุล", "ชื่อ/สกุล", "ชื่อ/นามสกุล", "ชื่อนามสกุล", "ชื่อตัวชื่อสกุล"),
        *("ชื่อและสกุล", "ชื่อและนามสกุล", "ชื่อและชื่อสกุล", "ชื่อตัวและชื่อสกุล", "คำนำหน้า-ชื่อ", "คำนำหน้าและชื่อ", "ยศ-ชื่อ"),
        *(
            f"{front}{name}"
            for front in ("คำนำหน้า", "คำนำหน้าชื่อ", "คำนำหน้านาม", "ยศ", "คำนำหน้า-", "คำนำหน้าชื่อ-", "ยศ-")
            for name in ("ชื่อ-สกุล", "ชื่อ-นามสกุล", "ชื่อนามสกุล", "ชื่อสกุล", "ชื่อ-ชื่อสกุล")
        ),
    ),
    "birth_date": (
        *("วันเดือนปีเกิด", "วัน/เดือน/ปีเกิด", "วัน-เดือน-ปีเกิด", "วัน เดือน ปี ที่เกิด", "วันเกิด", "วันที่เกิด"),
        *("ว/ด/ป เกิด", "ว.ด.ป. เกิด", "ว-ด-ป เกิด"),
    ),
    "sex": ("เพศ", "เพศ ช/ญ", "เพศ ชาย/หญิง", "ชาย/หญิง"),
    "personnel_type": ("ประเภทบุคลากร", "ประเภทผู้มีสิทธิ", "ประเภทเจ้าหน้าที่", "ประเภทตำแหน่ง", "ประเภท"),
    "service_start_date": (
        *("วันที่เริ่มปฏิบัติหน้าที่", "วันเริ่มปฏิบัติหน้าที่", "วันที่เริ่มปฏิบัติงาน", "วันเริ่มปฏิบัติงาน"),
        *("วันที่บรรจุ", "วันบรรจุ", "วันที่บรรจุแต่งตั้ง", "วันรับราชการ", "วันที่รับราชการ", "วันที่เริ่มรับราชการ"),
        *("วันเริ่มรับราชการ", "วันที่เข้ารับราชการ"),
    ),
    "relation": (*("ความสัมพันธ์", "ความสัมพันธ์กับผู้มีสิทธิ", "ความสัมพันธ์กับเจ้าของสิทธิ", "ความเกี่ยวข้อง", "เกี่ยวข้องเป็น"),),
    "doc_type": ("หลักฐาน", "ประเภทหลักฐาน", "ชนิดหลักฐาน", "เอกสารหลักฐาน", "ประเภทเอกสาร"),
    "doc_no": ("เลขที่หลักฐาน", "เลขที่เอกสาร", "เลขที่เอกสารหลักฐาน", "เลขที่ของหลักฐาน", "หมายเลขหลักฐาน"),
    "issue_date": (
        *("วันที่ในหลักฐาน", "วันที่หลักฐาน", "วันที่ของหลักฐาน", "วันที่ออกหลักฐาน", "วันที่ในเอกสาร", "วันที่เอกสาร"),
        *("วันที่ออกเอกสาร", "ลงวันที่"),
    ),
    "birth_order": ("บุตรลำดับที่", "เป็นบุตรลำดับที่", "บุตรคนที่", "ลำดับบุตร", "ลำดับที่บุตร", "ลำดับการเกิด"),
}
_FIELDS = {fold(heading): field for field, headings in _HEADINGS.items() for heading in headings}
_REMARK = re.compile(r"\([^)]*\)")
_DASH = re.compile("[\u2010-\u2015\u2212]")
_NAME_OR_SURNAME = fold("ชื่อสกุล")  # ชื่อสกุล is a surname beside ชื่อ, and ชื่อ สกุล, which reads the same, a whole name alone


def field_of(heading: str) -> str | None:
    """The field that a column heading names, with or without a remark in brackets, or None."""
    return _field_of(heading) if len(heading) <= _LONGEST_HEADING else None


@lru_cache(maxsize=2_000)  # the same words stand in every sheet, and below many a title the search comes by again
def _field_of(heading: str) -> str | None:
    heading = _DASH.sub("-", heading)
    return _FIELDS.get(fold(heading)) or _FIELDS.get(fold(_REMARK.sub("", heading)))


def fields_like() -> dict[str, str]:
    """Every heading that we know, folded, with its field; for proposals only."""
    return _FIELDS


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Field to column index of one heading row; where two columns claim a field, the left one has it."""
    columns: dict[str, int] = {}
    for index, heading in enumerate(headings):
        field = field_of(heading) if heading else None
        if field:
            columns.setdefault(field, index)
    if "first_name" not in columns and FULL_NAME not in columns and "last_name" in columns:
        index = columns["last_name"]
        if fold(_REMARK.sub("", headings[index])) == _NAME_OR_SURNAME:
            columns[FULL_NAME] = columns.pop("last_name")
    return columns


def needed(kind: SheetKind, columns: Collection[str]) -> tuple[str, ...]:
    """The mandatory fields of a sheet with these columns; a whole name stands in for the parts without their own.

    Without a column of its own the sex is told by the title, line by line.
    """
    fields = tuple(name for name in MANDATORY[kind] if name != "sex" or "sex" in columns)
    if FULL_NAME not in columns or "first_name" in columns:
        return fields
    held = {name for name in NAME_PARTS if name not in columns}
    return tuple(
        FULL_NAME if name == "first_name" else name for name in fields if name not in held or name == "first_name"
    )


def kind_of(columns: dict[str, int]) -> SheetKind | None:
    """What the sheet under these columns lists, or None when they are not those of a roster."""
    if "relation" in columns or ("holder_national_id" in columns and "doc_type" in columns):
        kind = SheetKind.FAMILY
    elif "personnel_type" in columns or "service_start_date" in columns:
        kind = SheetKind.PRINCIPALS
    else:
        return None
    found = sum(field in columns for field in needed(kind, columns))
    return kind if found >= LEAST_RECOGNISED and not NATIONAL_IDS.isdisjoint(columns) else None

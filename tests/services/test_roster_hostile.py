"""Files that are no roster, or want to harm: each refused with a code, none of them opened."""

import contextlib
import re
import struct
import time
import tracemalloc
import zipfile
from io import BytesIO

import pytest
import xlsxwriter

from app.domain.errors import BadInput
from app.services.rosters import archive
from app.services.rosters.workbook import MAX_PEOPLE, open_sheets
from tests.services.roster_workbooks import (
    SAMPLE,
    STAFF_HEADINGS,
    official,
    refusal_of,
    verdict_on,
    workbook,
    written,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
SHEET = "xl/worksheets/sheet1.xml"


def repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    """The workbook with some parts replaced or added."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in dict.fromkeys((*source.namelist(), *changes)):
            copy.writestr(name, changes[name] if name in changes else source.read(name))
    return target.getvalue()


def sheet_xml(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as book:
        return book.read(SHEET)


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", ("ROSTER_UNREADABLE", {"reason": "not_xlsx"})),
        ("ลำดับ,ชื่อ\n1,สมชาย\n".encode("tis-620"), ("ROSTER_UNREADABLE", {"reason": "text"})),
        (b"%PDF-1.7 renamed", ("ROSTER_UNREADABLE", {"reason": "not_xlsx"})),
        (b"PK\x03\x04 and then nothing", ("ROSTER_UNREADABLE", {"reason": "damaged"})),
        (OLE, ("ROSTER_UNREADABLE", {"reason": "not_xlsx"})),
        (OLE + "Workbook".encode("utf-16-le"), ("ROSTER_OLD_XLS", {})),
        (OLE + "EncryptedPackage".encode("utf-16-le"), ("ROSTER_ENCRYPTED", {})),
    ],
    ids=["empty", "csv", "pdf", "torn zip", "other ole", "renamed xls", "encrypted"],
)
def test_not_a_workbook(content, answer):
    assert refusal_of(content) == answer


def test_a_document_of_another_kind():
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as document:
        document.writestr("word/document.xml", "<document/>")
    assert refusal_of(target.getvalue()) == ("ROSTER_UNREADABLE", {"reason": "not_xlsx"})


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_file_cut_off(share):
    content = SAMPLE.read_bytes()
    assert refusal_of(content[: int(len(content) * share)]) == ("ROSTER_UNREADABLE", {"reason": "damaged"})


def test_a_flipped_bit():
    content = bytearray(SAMPLE.read_bytes())
    content[len(content) // 2] ^= 0x10
    assert refusal_of(bytes(content)) == ("ROSTER_UNREADABLE", {"reason": "damaged"})


@pytest.mark.parametrize(
    "part",
    [
        b"no xml at all",
        b'<?xml version="1.0" encoding="nonsense"?><worksheet/>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>',
        b'<worksheet><sheetData><row r="1"><c r="$A$1"><v>1</v></c></row></sheetData></worksheet>',
    ],
    ids=["text", "encoding", "entities", "reference"],
)
def test_a_sheet_that_is_no_honest_xml(part):
    assert refusal_of(repacked(workbook([official(1)]), {SHEET: part})) == ("ROSTER_UNREADABLE", {"reason": "damaged"})


def test_a_workbook_with_a_macro():
    content = repacked(workbook([official(1)]), {"xl/vbaProject.bin": b"macro"})
    assert refusal_of(content) == ("ROSTER_HAS_MACRO", {})


@pytest.mark.parametrize(
    "kind",
    [b"ms-excel.sheet.macroEnabled.main+xml", b"ms-excel.template.macroEnabled.main+xml", b"ms-excel.macrosheet+xml",
     b"ms-office.vbaProject"],
)  # fmt: skip
def test_a_workbook_that_says_it_may_hold_macros(kind):
    types = b'<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.%s"/></Types>' % kind
    content = repacked(workbook([official(1)]), {"[Content_Types].xml": types})
    assert refusal_of(content) == ("ROSTER_HAS_MACRO", {})


def test_an_encrypted_zip_entry():
    content = bytearray(workbook([official(1)]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(signature), bytes(content)):
            content[found.start() + offset] |= 1
    assert refusal_of(bytes(content)) == ("ROSTER_ENCRYPTED", {})


def test_a_file_over_the_upload_limit():
    code, facts = refusal_of(bytes(archive.MAX_FILE_BYTES + 1))
    assert (code, facts["limit"]) == ("ROSTER_TOO_LARGE", archive.MAX_FILE_BYTES)


def test_one_long_text_in_thousands_of_cells_is_refused_before_the_reader_copies_it():
    def filled(text: str) -> bytes:
        rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 3_001))
        shared = f'<sst count="3000" uniqueCount="1"><si><r><t>{text}</t></r></si></sst>'
        sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
        return repacked(workbook([official(1)]), {SHEET: sheet.encode(), "xl/sharedStrings.xml": shared.encode()})

    facts = {"characters": 3_000 * 32_000, "limit": archive.MAX_TEXT}
    assert refusal_of(filled("ก" * 32_000)) == ("ROSTER_TOO_LARGE", facts)
    assert archive.open_package(filled("ก" * 10_000)).content  # as long as remarks ever are


def test_a_zip_bomb_is_never_unpacked():
    bomb = repacked(workbook([official(1)]), {"xl/bomb.xml": bytes(300_000_000)})
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    try:
        code, _ = refusal_of(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert code == "ROSTER_TOO_LARGE"
    assert peak < 3 * archive.MAX_UNPACKED_BYTES


def test_a_ratio_that_no_roster_has():
    code, facts = refusal_of(repacked(workbook([official(1)]), {"xl/spaces.xml": b" " * 20_000_000}))
    assert (code, facts["limit"]) == ("ROSTER_TOO_LARGE", archive.MAX_RATIO)


def test_a_zip_header_that_lies_about_the_size():
    content = bytearray(repacked(workbook([official(1)]), {"xl/spaces.xml": b" " * 20_000_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        for found in re.finditer(re.escape(signature), bytes(content)):
            at = found.start() + offset
            if struct.unpack_from("<I", content, at)[0] == 20_000_000:
                struct.pack_into("<I", content, at, 10)
    assert refusal_of(bytes(content)) == ("ROSTER_UNREADABLE", {"reason": "damaged"})


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD900"])
def test_one_cell_far_out_does_not_claim_the_rectangle(cell):
    far = f'<row r="{cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{cell}"><v>1</v></c></row></sheetData>'
    content = workbook([official(1)])
    part = sheet_xml(content).replace(b"</sheetData>", far.encode())
    assert refusal_of(repacked(content, {SHEET: part}))[0] == "ROSTER_TOO_LARGE"


def test_a_far_cell_in_another_encoding_is_seen_too():
    content = workbook([official(1)])
    part = sheet_xml(content).replace(b"</sheetData>", b"<row><c r='XFD1048576'><v>1</v></c></row></sheetData>")
    recoded = part.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert refusal_of(repacked(content, {SHEET: recoded}))[0] == "ROSTER_TOO_LARGE"


@pytest.mark.parametrize("key", ["count", "uniqueCount"])
@pytest.mark.parametrize("number", ["4294967295", "+4294967295"])
def test_a_string_table_that_announces_more_than_it_holds(key, number):
    content = workbook([official(1)])
    with zipfile.ZipFile(BytesIO(content)) as book:
        part = book.read("xl/sharedStrings.xml").decode()
    announced = re.sub(rf' {key}="[0-9]+"', f' {key}="{number}"', part)
    assert announced != part
    wrapped = announced.replace("<sst", "<x><sst").replace("</sst>", "</sst></x>")
    for strings in (announced, wrapped):
        changed = repacked(content, {"xl/sharedStrings.xml": strings.encode()})
        assert refusal_of(changed) == ("ROSTER_UNREADABLE", {"reason": "damaged"})


def test_many_sheets_share_one_limit():
    far = [[None] * 99 + ["x"] if row in (0, 4_999) else [] for row in range(5_000)]
    assert refusal_of(written({f"ก{number}": far for number in range(5)}))[0] == "ROSTER_TOO_LARGE"


def test_a_million_empty_formatted_rows():
    content = workbook([official(1)])
    rows = b"".join(b'<row r="%d" ht="30"/>' % number for number in range(3, 1_000_003))
    part = sheet_xml(content).replace(b"</sheetData>", rows + b"</sheetData>")
    code, facts = refusal_of(repacked(content, {SHEET: part}))
    assert (code, facts["limit"]) == ("ROSTER_TOO_LARGE", archive.MAX_SHEET_ROWS)


def test_one_formatted_row_at_the_very_end_does_no_harm():
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("บุคลากร")
        sheet.write_row(0, 0, STAFF_HEADINGS)
        sheet.write_row(1, 0, official(1))
        sheet.set_row(1_048_575, 30)
        sheet.write_blank(1_048_574, 40, None, book.add_format({"bold": True}))
    assert len(verdict_on(target.getvalue()).principals) == 1


def test_more_people_than_the_limit():
    lines = [[number, "ก", "ก", "ก", "ก", "ก", "ก", "ก", "ก"] for number in range(1, MAX_PEOPLE + 2)]
    assert refusal_of(workbook(lines)) == ("ROSTER_TOO_LARGE", {"rows": MAX_PEOPLE + 1, "limit": MAX_PEOPLE})


def test_a_formula_counts_by_its_saved_value_and_an_error_is_an_empty_cell():
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("บุคลากร")
        sheet.write_row(0, 0, STAFF_HEADINGS)
        for row in (1, 2):
            sheet.write_row(row, 0, official(row))
        sheet.write_formula(1, 3, '="สม"&"ชาย"', None, "สมชาย")
        sheet.write_formula(2, 3, "=1/0", None, "#DIV/0!")
    verdict = verdict_on(target.getvalue())
    assert [row.first_name for row in verdict.principals] == ["สมชาย"]
    assert [(row.excel_row, row.code) for row in verdict.refusals] == [(3, "REQUIRED")]


def test_text_that_looks_like_a_formula_stays_text():
    (row,) = verdict_on(workbook([official(1, ชื่อ="=cmd|' /C calc'!A0")])).principals
    assert row.first_name == "=cmd|' /C calc'!A0"


def test_links_to_other_workbooks_are_never_followed_and_their_saved_values_count():
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("บุคลากร")
        sheet.write_row(0, 0, STAFF_HEADINGS)
        sheet.write_row(1, 0, official(1))
        sheet.write_formula(1, 4, "='\\\\10.0.0.1\\secret\\[ปี.xlsx]ก'!A1", None, "จากไฟล์อื่น")
    link = b'<externalLink><externalBook r:id="rId1" xmlns:r="x"/></externalLink>'
    rels = b'<Relationships><Relationship Id="rId1" TargetMode="External" Target="file://10.0.0.1/secret/a.xlsx"/></Relationships>'
    parts = {"xl/externalLinks/externalLink1.xml": link, "xl/externalLinks/_rels/externalLink1.xml.rels": rels}
    (row,) = verdict_on(repacked(target.getvalue(), parts)).principals
    assert row.last_name == "จากไฟล์อื่น"


def test_merged_headings_above_the_headings_are_read():
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet, plain = book.add_worksheet("บุคลากร"), book.add_format()
        sheet.merge_range(0, 0, 0, 8, "บัญชีรายชื่อ", plain)
        sheet.merge_range(1, 1, 1, 4, "บุคคล", plain)
        sheet.write_row(2, 0, STAFF_HEADINGS)
        for column in (0, 5, 6, 7, 8):
            sheet.merge_range(1, column, 2, column, STAFF_HEADINGS[column], plain)
        sheet.write_row(3, 0, official(1))
    assert len(verdict_on(target.getvalue()).principals) == 1


@pytest.mark.parametrize("encoding", ["tis-620", "windows-874", "iso-8859-11"])
def test_a_sheet_in_an_old_thai_encoding_is_refused(encoding):
    content = workbook([official(1)])
    declared = sheet_xml(content).replace(b"UTF-8", encoding.encode())
    shared = repacked(content, {SHEET: declared})
    with zipfile.ZipFile(BytesIO(content)) as book:
        strings = book.read("xl/sharedStrings.xml").decode().replace("UTF-8", encoding)
    both = repacked(shared, {"xl/sharedStrings.xml": strings.encode("tis-620")})
    assert refusal_of(both) == ("ROSTER_UNREADABLE", {"reason": "damaged"})


@pytest.mark.parametrize("make", ["far", "headings", "guess"])
def test_nothing_hostile_takes_long_or_much(make):
    """Seconds of CPU and memory beside the file's own, for what the limits let through to the end or nearly so."""
    content = {
        "far": lambda: written({"ข้อมูล": [["ก"] + [None] * 15_000 + ["ข"]] * 3}),
        "headings": lambda: written({"ข้อมูล": [list(STAFF_HEADINGS[:4]) * 60] * 120}),
        "guess": lambda: written({"ข้อมูล": [["หมายเลข", "ก", "ข"]] + [["1-9901-00000-01-1", "ก", "ข"]] * 5_000}),
    }[make]()
    begun = time.process_time()
    tracemalloc.start()
    try:
        with contextlib.suppress(BadInput):
            open_sheets(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * archive.MAX_UNPACKED_BYTES and time.process_time() - begun < 20

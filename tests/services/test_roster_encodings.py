"""Workbooks and other files by how their letters are written: sheets in UTF-16, and text that is called a workbook."""

import pytest

from tests.services.roster_workbooks import nid, official, refusal_of, verdict_on, workbook
from tests.services.test_roster_hostile import SHEET, repacked, sheet_xml


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", ["UTF-16", ""])
def test_a_sheet_in_utf_16_is_read_as_any_other(encoding, declared):
    """ECMA-376 part 2 allows it; the spreadsheet reader would have seen an empty sheet, and no formula in it."""
    content = workbook([official(1), official(2)])
    text = sheet_xml(content).decode().split("?>", 1)[1].lstrip()
    head = f'<?xml version="1.0" encoding="{declared}" standalone="yes"?>' if declared else ""
    verdict = verdict_on(repacked(content, {SHEET: f"{head}{text}".encode(encoding)}))
    assert [row.national_id for row in verdict.principals] == [nid(1), nid(2)]
    formula = text.replace("</row>", '<c r="Z1"><f>1+1</f></c></row>', 1)
    assert refusal_of(repacked(content, {SHEET: f"{head}{formula}".encode(encoding)}))[0] == "ROSTER_FORMULA_UNSAVED"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("ลำดับ,ชื่อ\n1,สมชาย\n".encode("tis-620"), "text"),
        ("ลำดับ\tชื่อ\n1\tสมชาย\n".encode("utf-16"), "text"),
        ("ลำดับ,ชื่อ\n".encode("utf-16-le"), "text"),
        ("\ufeffลำดับ,ชื่อ\n".encode(), "text"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "text"),
        (b"%PDF-1.7 renamed", "not_xlsx"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "not_xlsx"),
    ],
    ids=["Thai Windows", "UTF-16", "UTF-16 without a mark", "UTF-8", "web page", "PDF", "picture"],
)
def test_text_is_told_from_what_is_no_text(content, reason):
    assert refusal_of(content) == ("ROSTER_UNREADABLE", {"reason": reason})

"""The printed page: Thai lines, tables over pages, barcode, foot, and the same bytes for the same facts."""

import unicodedata
from datetime import UTC, datetime

import pypdfium2
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.paper import Column, Footer, Paper
from app.reports.thai_lines import lines, pieces

NUMBER = "RF-04110101-69-000001"
AT = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
SAID = "การโอนคืนของ อปท. ต้องแจ้งธนาคารว่าขอยกเว้นค่าธรรมเนียม (ครั้งละ 12.50 บาท) น้ำที่ปู่ย่าผู้ใหญ่เคยเล่า"


def printed(rows: int = 40) -> bytes:
    paper = Paper("แบบฟอร์มคืนเงิน", "เทศบาลเมืองตัวอย่าง", Footer("ศิริพร ปู่ย่า", AT), barcode=NUMBER, watermark="ตัวอย่าง")
    paper.facts([("สาเหตุ", SAID)])
    paper.note([SAID, SAID])
    columns = [Column("NO", 1), Column("NAME", 3), Column("AMOUNT", 1, "R")]
    paper.table(columns, ((f"row{number}", SAID, "1,234.50") for number in range(rows)), ("", "TOTAL", "9.00"))
    paper.signatures(["เจ้าหน้าที่การเงิน", "ผู้อนุมัติ"])
    return paper.write()


def test_a_long_table_repeats_its_head_and_keeps_every_row_whole() -> None:
    content = printed()
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)]
    assert len(pages) > 2
    for number, words in enumerate(pages, start=1):
        assert ("AMOUNT" in words) == ("row" in words)
        assert f"{number} จาก {len(pages)}" in words  # the foot
        assert "2569 17.03" in words
    found = [word for words in pages for word in words.split() if word.startswith("row")]
    assert found == [f"row{number}" for number in range(40)]
    assert "TOTAL" in pages[-1] or "TOTAL" in pages[-2]
    assert len(content) < 150_000  # a subset of the letters is in it, not the whole font
    assert content == printed()


def test_who_searches_or_copies_finds_the_words_as_they_are_written() -> None:
    paper = Paper("ทดสอบ", "เทศบาลเมืองลำพูน", Footer("คำปุ้ย", AT))
    said = ("จำนวนเงินค่าน้ำคำร้องที่ทำ", "ปั๊ม พื้นที่ ญู ฐุ ป่า ฟ้า น้ำที่ปู่ย่าผู้ใหญ่เคยเล่า")
    for words in said:
        paper.line(words)
    paper.line(said[0], align="R")
    read = pypdfium2.PdfDocument(paper.write())[0].get_textpage().get_text_bounded()
    assert [read.count(words) for words in (*said, "เทศบาลเมืองลำพูน", "พิมพ์โดย คำปุ้ย เมื่อ")] == [2, 1, 1, 1]


def test_a_scanner_reads_the_barcode() -> None:
    page = pypdfium2.PdfDocument(printed(1))[0]
    (found,) = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert (found.text, found.format) == (NUMBER, zxingcpp.BarcodeFormat.Code128)


def test_words_of_thai_are_kept_together() -> None:
    assert "".join(pieces(SAID)) == SAID
    assert lines("กองทุนสวัสดิการ รักษาพยาบาล", 11, _width) == ["กองทุน", "สวัสดิการ", "รักษาพยาบาล"]
    assert lines("ก\nข", 10, _width) == ["ก", "ข"]
    assert lines("", 10, _width) == [""]


SYLLABLES = ("น้ำ", "ปู่", "เป๊ะ", "ก", "ใหญ่", "ฏุ", "ค์", "โรง", " ", "เ", "ๆ", "(อปท.)", "12.50", "ฟื้น", "A")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SYLLABLES), max_size=12).map("".join), st.integers(1, 12))
def test_no_line_parts_a_letter_from_its_marks(text: str, width: int) -> None:
    found = lines(text, width, _width)
    assert "".join("".join(found).split()) == "".join(text.split())  # nothing is lost
    for before, line in zip(found, found[1:], strict=False):
        assert not line or (unicodedata.category(line[0]) != "Mn" and line[0] not in "ะาำ")
        assert not before or before[-1] not in "เแโใไ" or f"{before[-1]} " in text


def _width(text: str) -> float:
    return sum(unicodedata.category(letter) != "Mn" for letter in text)

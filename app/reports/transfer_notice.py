"""หนังสือแจ้งการโอนเงิน: the letter by which the fund tells an agency what it transferred (spec 8.1, 8.3)."""

from collections.abc import Sequence
from typing import Any

from app.domain.claims import PatientType
from app.domain.clock import bangkok_day
from app.domain.money import format_baht
from app.domain.thai_calendar import format_be
from app.models.agency import Agency
from app.models.payment_run import TransferStatement
from app.reports.paper import Column, Paper
from app.reports.transfer_statement import issued, print_kept_back, sums

TITLE = "หนังสือแจ้งการโอนเงิน"
FUND = "กองทุนสวัสดิการรักษาพยาบาลข้าราชการองค์กรปกครองส่วนท้องถิ่น (อปท.)"
SENDER = "สำนักงานหลักประกันสุขภาพแห่งชาติ"
# Of a part: whether it is of appeals, its kind of patient, how many, satang.
Part = tuple[bool, PatientType, int, int]
_KINDS = {PatientType.OP: "ผู้ป่วยนอก", PatientType.IP: "ผู้ป่วยใน"}


def print_notice(
    statement: TransferStatement, agency: Agency, parts: Sequence[Part], kept_back: Sequence[Any] = ()
) -> bytes:
    """The letter of an issued statement; the same bytes whenever and by whomever it is opened."""
    assert statement.issued_at is not None
    paper = Paper(
        TITLE, SENDER, issued(statement.issued_at), barcode=statement.statement_no, sub=f"เลขที่ {statement.statement_no}"
    )
    paper.line(f"วันที่ {format_be(bangkok_day(statement.issued_at), 'long')}", align="R")
    paper.facts(
        [
            ("เรื่อง", f"แจ้งการโอนเงินค่ารักษาพยาบาล งวด {statement.run_no}"),
            ("เรียน", f"ผู้บริหาร{agency.name_th} (รหัสหน่วยงาน {agency.dla_code})"),
            ("สิ่งที่ส่งมาด้วย", f"รายงานโอนเงินรายบุคคล (STM) เลขที่ {statement.statement_no}"),
        ],
        label_share=0.2,
    )
    paper.space(3)
    paper.line(
        f"ด้วย{FUND} โดย{SENDER} ได้สั่งโอนเงินค่ารักษาพยาบาลตามคำร้องที่ได้รับอนุมัติของหน่วยงานท่าน "
        f"ในวันที่ {format_be(statement.transfer_on, 'long')} ดังรายการต่อไปนี้"
    )
    paper.space(2)
    rows = [
        [("คำร้องอุทธรณ์ " if of_appeals else "คำร้องขอเบิก ") + _KINDS[kind], f"{count:,}", format_baht(satang)]
        for of_appeals, kind, count, satang in parts
    ]
    columns = [Column("ประเภท", 4), Column("จำนวนรายการ", 1.4, "R"), Column("จำนวนเงิน (บาท)", 2, "R")]
    paper.table(columns, rows, ["รวม", f"{statement.line_count:,}", format_baht(statement.satang)])
    print_kept_back(paper, kept_back)
    paper.facts(sums(statement)[1:])
    paper.space(2)
    paper.line("รายละเอียดของแต่ละรายอยู่ในรายงานโอนเงินรายบุคคล (STM) ในระบบ เมนู การเงิน › ตรวจสอบรายงานการโอนเงิน")
    paper.space(2)
    paper.line("จึงเรียนมาเพื่อโปรดทราบ")
    paper.space(4)
    paper.line("หนังสือนี้ออกโดยระบบคอมพิวเตอร์ จึงไม่มีลายมือชื่อ", grey=True)
    return paper.write()

"""Banks of Thailand by their clearing codes, the accounts of agencies, and the text file of a run's transfers (spec 5.7, 8.3)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.errors import BadInput
from app.domain.thai_calendar import to_arabic_digits

# รหัสธนาคารของระบบการชำระเงิน ธนาคารแห่งประเทศไทย
BANKS = {
    "002": "ธนาคารกรุงเทพ", "004": "ธนาคารกสิกรไทย", "006": "ธนาคารกรุงไทย", "011": "ธนาคารทหารไทยธนชาต",
    "014": "ธนาคารไทยพาณิชย์", "025": "ธนาคารกรุงศรีอยุธยา", "030": "ธนาคารออมสิน", "033": "ธนาคารอาคารสงเคราะห์",
    "034": "ธนาคารเพื่อการเกษตรและสหกรณ์การเกษตร (ธ.ก.ส.)", "066": "ธนาคารอิสลามแห่งประเทศไทย",
}  # fmt: skip
LAYOUT = "LGO-TRANSFER-1"
_DIGITS = re.compile(r"[0-9]{10,15}")
_PARTING = re.compile(r"[\s\-]+")
_UNSAFE = re.compile(r"[|\x00-\x1f\x7f]+")


class AgencyAccountState(StrEnum):
    """Where a change of an agency's account stands."""

    PROPOSED = "PROPOSED"  # รอผู้อื่นยืนยัน
    CONFIRMED = "CONFIRMED"  # ยืนยันแล้ว
    REFUSED = "REFUSED"  # ไม่ยืนยัน


@dataclass(frozen=True)
class Transfer:
    """One line of a run's file: whose money goes where; satang."""

    statement_no: str
    agency_code: str
    bank_code: str
    account_no: str
    account_name: str
    satang: int


def parse_account_no(typed: str, *, field: str | None = None) -> str:
    """The digits of an account number, typed with or without dashes and spaces. Raises BadInput('ACCOUNT_NO')."""
    digits = _PARTING.sub("", to_arabic_digits(typed))
    if not _DIGITS.fullmatch(digits):
        raise BadInput("ACCOUNT_NO", field=field)
    return digits


def mask_account(account_no: str) -> str:
    """As lists and letters show it: the last four digits."""
    return "x" * max(0, len(account_no) - 4) + account_no[-4:]


def transfer_file(run_no: str, transfer_on: date, transfers: Iterable[Transfer]) -> bytes:
    """The file of a run in our own layout LGO-TRANSFER-1 (docs/money.md): head, a line for each agency, totals.

    UTF-8 without mark, lines end in CR LF, fields are parted by `|`, amounts are whole satang, days YYYYMMDD of the Common Era.
    """
    rows: Sequence[Transfer] = list(transfers)
    lines: list[tuple[str, ...]] = [("H", LAYOUT, run_no, f"{transfer_on:%Y%m%d}")]
    lines += [
        (
            "D", str(number), row.statement_no, row.agency_code, row.bank_code, row.account_no,
            _UNSAFE.sub(" ", row.account_name).strip(), str(row.satang),
        )
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip
    lines.append(("T", str(len(rows)), str(sum(row.satang for row in rows))))
    return "".join("|".join(line) + "\r\n" for line in lines).encode()

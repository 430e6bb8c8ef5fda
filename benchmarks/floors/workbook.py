"""The floor of the Excel file: the same rows as CSV, by Python's own writer: `python -m benchmarks.floors.workbook 100000 FILE`.

Prints rows, CPU seconds and the highest memory of the process.
"""

import csv
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from app.domain.people import BirthPrecision, PersonnelType, Relation, Sex
from app.reports.register_columns import COLUMNS, RegisterRow, RegisterStatus

DIFFERENT = 20_000
_FIRST = ("สมชาย", "สมหญิง", "มานะ", "สุดา", "ชูใจ", "ปิติ", "วีระ", "ดวงแก้ว", "เพชร", "ไพลิน", "เสาวลักษณ์", "ณัฐพงศ์")
_SYLLABLES = ("ศรี", "วงศ์", "ทอง", "แก้ว", "สุข", "ใจ", "ดี", "พงษ์", "รัตน์", "บุญ", "มี", "ชัย", "เดช", "กุล", "ประ", "เสริฐ")
_LONG_AGO, _ROUND = datetime(2020, 10, 1, 3, 20, tzinfo=UTC), datetime(2020, 10, 1, 4, tzinfo=UTC)


def sample(count: int) -> Iterator[RegisterRow]:
    """`count` rows, made before the first is handed out: the same ones come again, more than any memory of texts holds."""
    return islice(cycle(list(_made(min(count, DIFFERENT)))), count)


def _made(count: int) -> Iterator[RegisterRow]:
    """Rows of a national register: 7,850 agencies, families of four, the same in every run."""
    for n in range(count):
        first = _FIRST[n % len(_FIRST)]
        last = "".join(_SYLLABLES[n // 4 // len(_SYLLABLES) ** power % len(_SYLLABLES)] for power in range(4))
        own, decided = n % 4 == 0, _LONG_AGO + timedelta(minutes=n % 5_000)
        yield RegisterRow(
            is_spell=True, id=n, family_id=n // 4, submission_no=f"S{n // 4}", sort_key="",
            national_id=f"19901{n:08d}", title="นาย" if n % 2 else "นางสาว", first_name=first, last_name=last,
            birth_date=date(1950, 1, 1) + timedelta(days=n % 20_000), birth_date_precision=BirthPrecision.DAY,
            sex=Sex.M if n % 2 else Sex.F, relation=Relation.SELF if own else Relation.CHILD,
            principal_national_id=f"19901{n // 4 * 4:08d}", principal_name=f"นางสาว{_FIRST[n // 4 * 4 % len(_FIRST)]} {last}",
            personnel_type=PersonnelType.MUNICIPAL_OFFICER if own else None, sub_inscl="L1" if own else "L2",
            agency_name=f"องค์การบริหารส่วนตำบลตัวอย่าง {n // 4 % 7_850}", province_name=f"จังหวัดตัวอย่าง {n // 4 % 76}",
            service_start_date=date(2000, 1, 1) + timedelta(days=n % 7_000) if own else None,
            entitled_from=date(2000, 1, 1) + timedelta(days=n % 7_000),
            entitled_until=date(2030, 10, 1) if n % 10 == 0 else None, termination_reason=None,
            status=RegisterStatus.ACTIVE, approved_at=decided, round_at=_ROUND + timedelta(hours=4 * (n % 500)),
        )  # fmt: skip


def write_csv(path: Path, rows: Iterator[RegisterRow]) -> int:
    """Write the columns of the report as CSV that Excel opens; returns the number of rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - counted and told
            writer.writerow((count, *(getattr(row, name) for name, _, _ in COLUMNS[1:])))
    return count


def told(write: Callable[[Iterator[RegisterRow]], int], count: int) -> str:
    """Rows, CPU seconds and the highest memory of this process in megabytes, of one writer given `count` rows, as words."""
    rows = sample(count)
    begun = time.process_time()
    count = write(rows)
    spent = time.process_time() - begun
    return f"{count} {spent:.3f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"


if __name__ == "__main__":
    print(told(lambda rows: write_csv(Path(sys.argv[2]), rows), int(sys.argv[1])))

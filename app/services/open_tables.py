"""Fills the code tables of a new instance: provinces, NHSO regions, titles, the timetable of rounds."""

import csv
from datetime import date, time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import robot
from app.models.agency import NhsoRegion, Province, ProvinceRegion, Title
from app.models.appeal import AppealReason
from app.models.processing_round import RoundTimetable
from app.models.refund import RefundReason
from app.services.transaction import transaction

FOLDER = Path(__file__).parents[1] / "data"
# Dated configuration (decisions 17, spec 6): valid since the year of the scheme's first registration campaign.
SINCE = date(2013, 1, 1)
ROUNDS = ((1, time(11, 0)), (2, time(15, 0)))
# Spec 11: proposed, since the seed shows a list and does not name it; the administrator keeps it.
APPEAL_REASONS = (
    "บันทึกจำนวนเงินต่ำกว่าใบเสร็จ", "เลือกหน่วยบริการผิด", "เลือกประเภทผู้ป่วยผิด", "แนบเอกสารไม่ครบ", "อื่น ๆ",
)  # fmt: skip
REFUND_REASONS = (
    "เบิกซ้ำ", "เบิกเกินสิทธิ", "ผู้ป่วยไม่มีสิทธิ ณ วันรับบริการ", "บันทึกจำนวนเงินผิด", "ได้รับเงินจากสิทธิอื่น", "อื่น ๆ",
)  # fmt: skip
COUNTS = {Province: 77, NhsoRegion: 13, ProvinceRegion: 77, Title: 37, RoundTimetable: 2}


def seed_open_tables() -> dict[str, int]:
    """Fill each code table that is empty and leave the others as people keep them; returns the rows in each.

    Raises RuntimeError when a table holds fewer rows than its seed.
    """
    with transaction(robot("release")) as session:
        for kind, rows in (
            (NhsoRegion, [NhsoRegion(no=int(row["no"]), name_th=row["name_th"]) for row in _read("regions")]),
            (Province, [Province(code=row["code"], name_th=row["name_th"]) for row in _read("provinces")]),
            (ProvinceRegion, [_province_region(row) for row in _read("provinces")]),
            (Title, [Title(name_th=row["name_th"], position=place) for place, row in enumerate(_read("titles"), 1)]),
            (
                AppealReason,
                [AppealReason(name_th=name, position=place) for place, name in enumerate(APPEAL_REASONS, 1)],
            ),
            (
                RefundReason,
                [RefundReason(name_th=name, position=place) for place, name in enumerate(REFUND_REASONS, 1)],
            ),
            (RoundTimetable, [RoundTimetable(round_no=no, at=at, valid_from=SINCE) for no, at in ROUNDS]),
        ):
            if not _count(session, kind):
                session.add_all(rows)
                session.flush()
        counts = {kind.__tablename__: _count(session, kind) for kind in COUNTS}
        short = [kind.__tablename__ for kind, least in COUNTS.items() if counts[kind.__tablename__] < least]
        if short:
            raise RuntimeError(f"code tables are not complete: {', '.join(short)}")
    return counts


def _province_region(row: dict[str, str]) -> ProvinceRegion:
    return ProvinceRegion(province_code=row["code"], region_no=int(row["region_no"]), valid_from=SINCE)


def _count(session: Session, kind: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def _read(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

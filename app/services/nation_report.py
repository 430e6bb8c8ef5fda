"""The register of the whole country, written every night for the NHSO (spec 7: N; the timetable says when)."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.clock import BANGKOK, bangkok_day
from app.domain.powers import Power
from app.models import Job
from app.reports.workbook import file_name
from app.services import jobs
from app.services.clock import business_now
from app.services.leases import Lease
from app.services.report_files import EXCEL, asked_by, deliver
from app.services.reports import write_rows
from app.services.transaction import reading, transaction

KIND = "nation_report"
BEGINS_AT, LAST_AT = time(1, 30), time(6)  # Bangkok; no round runs then, and it ends before the offices open
# Each holds the whole country with full national IDs, so fewer lie about than other files.
NIGHTS_KEPT = 2
ROBOT = robot(KIND)
_job = Job.__table__


def start_nightly() -> int | None:
    """Write the job of tonight once its hour has come; the id of the job, None where there is nothing to do.

    Called at every tick; the night's own key makes it one job however many call. A night that was slept through is not
    made up for by day, when officers work: the next one says more.
    """
    with reading(NATION) as session:
        now = business_now(session)
        night = bangkok_day(now)
        key = f"{KIND}:{night.isoformat()}"
        if not BEGINS_AT <= now.astimezone(BANGKOK).time() < LAST_AT:
            return None
        if session.execute(sa.select(_job.c.id).where(_job.c.key == key)).first() is not None:
            return None
    payload = asked_by(ROBOT) | {
        "asked": {"report": "entitled", "columns": None, "filters": {}, "order": ""},
        "described": "",
        "format": EXCEL,
        "power": Power.EXPORT_REGISTER.value,
    }
    with transaction(ROBOT) as session:
        return jobs.add(session, KIND, key, payload, actor=ROBOT).id


def write(payload: dict[str, Any], lease: Lease) -> None:
    """Write the night's file; `payload` has come by its `words` on the way. Older nights beyond NIGHTS_KEPT go."""
    words = payload["words"]
    day = bangkok_day(_now())
    payload = payload | {
        "heading": [words["report_title"], words["nation"], words["nightly"]],
        "file_name": file_name(words["report_title"], words["nation"], day),
    }
    file = deliver(payload, lease, KIND, lambda connection, file: write_rows(connection, file, payload, lease))
    _forget_older(file)


def _forget_older(newest: Path) -> None:
    nights = sorted(newest.parent.glob(f"{KIND}-*.{EXCEL}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in nights[NIGHTS_KEPT:]:
        path.unlink(missing_ok=True)


def _now() -> datetime:
    with reading(NATION) as session:
        return business_now(session)

"""Loads the file of a scheme: matches it with the register's persons alone, and orders anew the rights of whom it touches.

The layout is in docs/schemes.md. Rows of people whom the register does not know are never stored. Safe to kill at any line
and to run twice: each chunk says the same again, and the last step looks at what the file changed. Whom a file says the same
of as the one before costs one upsert, set-wise, and is not looked at again.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor, robot
from app.domain.clock import bangkok_day, real_now
from app.domain.errors import BadInput
from app.domain.people import JobStatus
from app.domain.powers import Power
from app.models.base import UtcInstant
from app.models.chunking import chunk_pause, empty_claim
from app.models.database import db
from app.models.dialects import add_in_bulk
from app.models.job import Job
from app.models.other_scheme import OtherSchemeRight, SchemeFile
from app.rules.schemes import Scheme
from app.services import jobs
from app.services.audit import record
from app.services.clock import business_now
from app.services.leases import Lease
from app.services.other_schemes import DECLARABLE
from app.services.scheme_redecisions import order_anew
from app.services.scheme_rows import check_heading, check_rows, chunks_of
from app.services.transaction import reading, transaction
from config import instance_dir

KIND = "scheme_file"
FOLDER = "schemes"
MAX_FILE_BYTES = 2 * 1024**3
LEFT_ALONE = timedelta(hours=1)  # a file that was just kept has no job yet
ROBOT = robot("schemes")
_right, _file = OtherSchemeRight.__table__, SchemeFile.__table__
_STAGE = (
    sa.text("DROP TABLE IF EXISTS scheme_row"),
    sa.text(
        "CREATE TEMPORARY TABLE scheme_row (national_id VARCHAR(13), rank VARCHAR(40), since DATE, until DATE,"
        " via_principal VARCHAR(200))"
    ),
)
# Of a row that comes twice in one chunk the open or later end counts.
_MATCH = sa.text(
    "INSERT INTO other_scheme_right (person_id, scheme, rank, via_principal, since, until, source, verified_at, file_id,"
    " changed_file_id, recorded_at) SELECT p.id, :scheme, s.rank, MAX(s.via_principal), s.since,"
    " CASE WHEN COUNT(*) = COUNT(s.until) THEN MAX(s.until) END, 'FILE', :now, :file, :file, :now"
    " FROM scheme_row s JOIN person p ON p.national_id = s.national_id GROUP BY p.id, s.rank, s.since"
    " ON CONFLICT (person_id, scheme, rank, since, source) DO UPDATE SET until = excluded.until,"
    " via_principal = excluded.via_principal, verified_at = excluded.verified_at, file_id = excluded.file_id,"
    " changed_file_id = CASE WHEN other_scheme_right.until = excluded.until"
    " OR (other_scheme_right.until IS NULL AND excluded.until IS NULL)"
    " THEN other_scheme_right.changed_file_id ELSE excluded.file_id END"
).bindparams(sa.bindparam("now", type_=UtcInstant))
# Who is not in the newest file has left the scheme, at the latest on the day of its data.
_LEFT = sa.text(
    "UPDATE other_scheme_right SET until = :as_of, file_id = :file, changed_file_id = :file, verified_at = :now"
    " WHERE scheme = :scheme"
    " AND source = 'FILE' AND file_id <> :file AND since < :as_of AND (until IS NULL OR until > :as_of)"
).bindparams(sa.bindparam("as_of", type_=sa.Date), sa.bindparam("now", type_=UtcInstant))


def request_load(content: BinaryIO, name: str, scheme: Scheme, as_of: date, *, actor: Actor) -> int:
    """Keep a file privately and write the job that loads it; gives the job's id.

    Raises NotAllowed('POWER_MISSING'), BadInput SCHEME_IS_OURS, DATE_IN_FUTURE, SCHEME_FILE_HEADING, SCHEME_FILE_TOO_LARGE.
    """
    actor.require(Power.MANAGE_AGENCIES)
    if scheme not in DECLARABLE:
        raise BadInput("SCHEME_IS_OURS", field="scheme")
    kept, digest = _keep(content)
    try:
        check_heading(kept)
        with transaction(actor) as session:
            if as_of > bangkok_day(business_now(session)):
                raise BadInput("DATE_IN_FUTURE", field="as_of", date=as_of)
            newest = session.scalar(sa.select(sa.func.max(SchemeFile.as_of)).where(SchemeFile.scheme == scheme))
            if newest is not None and as_of < newest:
                raise BadInput("SCHEME_FILE_OLDER", field="as_of", newest=newest)
            file = SchemeFile(
                scheme=scheme, sha256=digest, original_name=name[:255], as_of=as_of, loaded_by_id=actor.user_id,
                asked_at=real_now(),
            )  # fmt: skip
            session.add(file)
            session.flush()
            payload = {"file_id": file.id, "kept": kept.name}
            job = jobs.add(session, KIND, f"{KIND}:{file.id}", payload, actor=actor)
            detail = {"scheme": scheme.value, "as_of": as_of.isoformat()}
            record(session, actor, "load_scheme", "scheme_file", file.id, detail=detail)
            return job.id
    except BaseException:
        kept.unlink(missing_ok=True)
        raise


def load(payload: dict[str, Any], lease: Lease) -> None:
    """The job: match chunk by chunk, end what is gone, order anew whom it touched (the handler of KIND)."""
    path = _folder() / payload["kept"]
    with reading(ROBOT.scope) as session:
        file = session.get_one(SchemeFile, int(payload["file_id"]))
        scheme, as_of, is_read = file.scheme, file.as_of, file.row_count is not None
    if not is_read:
        check_rows(path, as_of)
        count = refused = 0  # of an attempt that was cut off nothing is counted
        for chunk in chunks_of(path, as_of):
            count, refused = count + chunk.count, refused + chunk.refused
            with transaction(ROBOT) as session:
                lease.guard(session)
                _match(session, chunk.good, scheme, file.id)
            lease.progress(count, None)
            time.sleep(chunk_pause(db.dialect))
        with transaction(ROBOT) as session:
            lease.guard(session)
            session.execute(_LEFT, {"as_of": as_of, "file": file.id, "scheme": scheme.value, "now": real_now()})
            _change(session, file.id, row_count=count, refused_count=refused)
    order_anew(file.id, scheme, lease)
    with transaction(ROBOT) as session:
        lease.guard(session)
        people = sa.select(sa.func.count(_right.c.person_id.distinct())).where(_right.c.file_id == file.id)
        matched = session.execute(people).scalar_one()
        _change(session, file.id, matched_count=matched, loaded_at=real_now())
        record(session, ROBOT, "finish_scheme_file", "scheme_file", file.id, detail={"matched": matched})
    path.unlink(missing_ok=True)


def _match(session: Session, rows: list[dict[str, Any]], scheme: Scheme, file_id: int) -> None:
    if not rows:
        return
    if not empty_claim(session.connection(), "scheme_row"):
        for statement in _STAGE:
            session.execute(statement)
    add_in_bulk(session, "scheme_row", rows)
    session.execute(_MATCH, {"scheme": scheme.value, "now": real_now(), "file": file_id})


def _change(session: Session, file_id: int, **values: Any) -> None:
    session.execute(sa.update(_file).where(_file.c.id == file_id).values(**values))


def _keep(content: BinaryIO) -> tuple[Path, str]:
    path, digest, size = _folder() / f"{secrets.token_hex(16)}.csv", hashlib.sha256(), 0
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as kept:
        while part := content.read(1024 * 1024):
            size += len(part)
            digest.update(part)
            kept.write(part)
            if size > MAX_FILE_BYTES:
                kept.close()
                path.unlink()
                raise BadInput("SCHEME_FILE_TOO_LARGE", field="file")
    return path, digest.hexdigest()


def sweep() -> None:
    """Remove files that no unfinished job wants any more: what a failed or killed attempt left; several may do it at once."""
    folder = instance_dir(os.environ) / FOLDER
    old = (real_now() - LEFT_ALONE).timestamp()
    found = [path for path in folder.glob("*.csv") if _modified(path) < old] if folder.is_dir() else []
    if not found:
        return
    unfinished = sa.select(Job.payload).where(
        Job.kind == KIND, Job.status.in_([JobStatus.QUEUED, JobStatus.RUNNING])
    )  # fmt: skip
    with reading(ROBOT.scope) as session:
        wanted = {payload["kept"] for payload in session.scalars(unfinished)}
    for path in found:
        if path.name not in wanted:
            path.unlink(missing_ok=True)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _folder() -> Path:
    folder = instance_dir(os.environ) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def outcome_of(job_id: int) -> SchemeFile:
    """The file of a job as it stands now, detached."""
    with reading(ROBOT.scope) as session:
        payload = session.get_one(Job, job_id).payload
        return session.get_one(SchemeFile, payload["file_id"])


def recent(*, actor: Actor) -> list[SchemeFile]:
    """The files that were loaded or wait, the newest first; raises NotAllowed('POWER_MISSING')."""
    actor.require(Power.MANAGE_AGENCIES)
    with reading(actor.scope) as session:
        return list(session.scalars(sa.select(SchemeFile).order_by(SchemeFile.id.desc()).limit(30)))


def failed(files: Sequence[SchemeFile]) -> dict[int, str]:
    """Of these files those whose job has given up, by id, with the code of the error."""
    keys = {f"{KIND}:{file.id}": file.id for file in files if file.loaded_at is None}
    query = sa.select(Job.key, Job.error).where(Job.key.in_(keys), Job.status == JobStatus.FAILED)
    with reading(ROBOT.scope) as session:
        return {keys[key]: (error or "").partition(" ")[0] for key, error in session.execute(query)}

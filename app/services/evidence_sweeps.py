"""Lets go of uploaded documents that no request holds, and of their files; what was ever submitted stays for good."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, robot
from app.domain.claims import ClaimVerb
from app.domain.clock import real_now
from app.models.appeal import Appeal, AppealPaper
from app.models.claim import ClaimPaper, ClaimStep
from app.models.dialects import lock_rows
from app.models.evidence import EvidenceDocument, EvidenceLink
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.evidence import path_of
from app.services.transaction import reading, transaction

KEPT = timedelta(days=30)  # longer than anybody leaves a form unfinished
AT_ONCE = 500
GRACE = timedelta(minutes=10)  # between an upload's file and its row
_ROBOT = robot("evidence-sweep")


def sweep(folder: Path) -> None:
    """Delete the documents that were uploaded longer than KEPT ago, are on no draft and were never submitted.

    A file goes with the last document of its content. Safe beside uploads, drafts and other sweeps; writes only where
    something is over.
    """
    _sweep_papers(folder)
    with reading(NATION) as session:
        found = session.scalar(_over(session).limit(1))
    if found is None:
        return
    with transaction(_ROBOT) as session:
        # The lock keeps drafts from taking one of these up until they are gone.
        ids = session.scalars(lock_rows(_over(session).limit(AT_ONCE), session)).all()
        query = sa.delete(EvidenceDocument).where(EvidenceDocument.id.in_(ids), _unlinked())
        gone = session.execute(
            query.returning(EvidenceDocument.id, EvidenceDocument.uploader_agency_id, EvidenceDocument.sha256)
        ).all()
        for evidence_id, agency_id, _ in gone:
            audit(session, _ROBOT, "sweep_evidence", "evidence", evidence_id, agency_id=agency_id)
    _let_files_go(folder, {digest for _, _, digest in gone if digest})


def _sweep_papers(folder: Path) -> None:
    """Papers of money that were taken off longer than KEPT ago and were never sent."""
    sent = sa.select(ClaimStep.id).where(
        ClaimStep.claim_id == ClaimPaper.claim_id, ClaimStep.verb == ClaimVerb.SUBMIT,
        ClaimStep.at.between(ClaimPaper.uploaded_at, ClaimPaper.withdrawn_at),
    )  # fmt: skip
    sent_appeal = sa.select(Appeal.id).where(
        Appeal.id == AppealPaper.appeal_id, Appeal.submitted_at <= AppealPaper.withdrawn_at
    )
    for kind, was_sent in ((ClaimPaper, sent), (AppealPaper, sent_appeal)):
        with reading(NATION) as session:
            over = sa.select(kind.id, kind.sha256).where(
                kind.withdrawn_at < business_now(session) - KEPT, sa.not_(was_sent.correlate(kind).exists())
            )
            rows = session.execute(over.order_by(kind.id).limit(AT_ONCE)).all()
        if rows:
            with transaction(_ROBOT) as session:
                session.execute(
                    sa.delete(kind).where(kind.id.in_([row.id for row in rows]), kind.withdrawn_at.is_not(None))
                )
            _let_files_go(folder, {row.sha256 for row in rows})


def _let_files_go(folder: Path, digests: Collection[str]) -> None:
    for digest in digests:
        with reading(NATION) as session:
            held = session.scalar(sa.select(EvidenceDocument.id).where(EvidenceDocument.sha256 == digest).limit(1))
            # Papers of claims and appeals lie on the same shelf.
            for kind in (ClaimPaper, AppealPaper):
                held = held or session.scalar(sa.select(kind.id).where(kind.sha256 == digest).limit(1))
        if held is None:
            _let_go(path_of(folder, digest))


def _over(session: Session) -> sa.Select[tuple[int]]:
    oldest = business_now(session) - KEPT
    query = sa.select(EvidenceDocument.id).where(EvidenceDocument.submitted_at.is_(None))
    return query.where(EvidenceDocument.uploaded_at < oldest, _unlinked()).order_by(EvidenceDocument.id)


def _unlinked() -> sa.ColumnElement[bool]:
    links = sa.select(EvidenceLink.evidence_id).where(EvidenceLink.evidence_id == EvidenceDocument.id)
    return sa.not_(links.correlate(EvidenceDocument).exists())


def _let_go(path: Path) -> None:
    """Delete the file, unless somebody uploads this very content now: he has touched it, or finds it gone and writes it."""
    aside = path.with_name(f".{path.name}.gone")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return
    if aside.stat().st_mtime > (real_now() - GRACE).timestamp():
        aside.replace(path)
    else:
        aside.unlink()

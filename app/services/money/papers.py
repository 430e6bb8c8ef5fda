"""Files attached to something of money: taken in checked and scanned like all evidence, opened only in scope, fixed once sent."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import BadInput, Conflict, NotFound
from app.domain.powers import Power
from app.models.paper import Paper
from app.services import evidence
from app.services.audit import record_reads
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID, OpenedDocument, Shelf
from app.services.evidence_formats import SUFFIXES
from app.services.transaction import reading, transaction

MOST = 20  # files on one thing


@dataclass(frozen=True)
class Papers:
    """Where the files of one kind of thing are kept and who may touch them.

    `owner` names the column that points at the thing, `paper` is the word for a file in the trail of reads; `unsent` gives
    the thing in scope, locked, and raises where nothing may be attached to it any more; `note` writes the act down.
    """

    kind: type[Any]
    owner: str
    paper: str
    power: Power
    unsent: Callable[[Session, int], Any]
    note: Callable[[Session, Actor, Any, bool], None]

    def attach(self, thing_id: int, stream: BinaryIO, name: str, *, actor: Actor, shelf: Shelf, **facts: Any) -> int:
        """Attach a PDF, JPEG or PNG of at most 5 MB to something that was not sent; returns the paper's id.

        Raises what `evidence.store` raises of a file, BadInput('TOO_MANY_PAPERS'), Conflict('PAPER_THERE'), and what
        `unsent` raises.
        """
        actor.require(self.power)
        with reading(actor.scope) as session:
            self.unsent(session, thing_id)
        content, media_type = evidence.checked(stream, shelf)
        digest = hashlib.sha256(content).hexdigest()
        evidence.keep(shelf.folder, digest, content)
        with transaction(actor) as session:
            thing = self.unsent(session, thing_id)
            column = getattr(self.kind, self.owner)
            there = {one.sha256: one for one in session.scalars(sa.select(self.kind).where(column == thing.id))}
            known = there.get(digest)
            if known is not None and known.withdrawn_at is None:
                raise Conflict("PAPER_THERE", field="file")
            if sum(one.withdrawn_at is None for one in there.values()) >= MOST:
                raise BadInput("TOO_MANY_PAPERS", field="file", most=MOST)
            if known is not None:
                known.withdrawn_at = None
                for name_of, value in facts.items():
                    setattr(known, name_of, value)
            paper = known or self.kind(
                agency_id=thing.agency_id, original_name=evidence.known_as(name), media_type=media_type, size=len(content),
                sha256=digest, uploaded_by_id=actor.user_id, uploaded_at=business_now(session), **{self.owner: thing.id},
                **facts,
            )  # fmt: skip
            session.add(paper)
            session.flush()
            self.note(session, actor, thing, True)
            return int(paper.id)

    def remove(self, paper_id: int, *, actor: Actor) -> int:
        """Take a paper off something that may be written; returns that thing's id. Raises NotFound('EVIDENCE_NOT_FOUND').

        The row stays: what was ever sent for good, the rest until the sweep.
        """
        actor.require(self.power)
        with transaction(actor) as session:
            paper = self._paper(session, paper_id)
            thing = self.unsent(session, getattr(paper, self.owner))
            paper.withdrawn_at = paper.withdrawn_at or business_now(session)
            session.flush()
            self.note(session, actor, thing, False)
            return int(thing.id)

    def open_(self, paper_id: int, *, actor: Actor, shelf: Shelf) -> OpenedDocument:
        """A paper's content; the reading is written down before it is given.

        Raises NotFound('EVIDENCE_NOT_FOUND') outside the scope and for a file that is gone or not what was uploaded.
        """
        actor.require(Power.VIEW_CLAIMS)
        with reading(actor.scope) as session:
            paper = self._paper(session, paper_id)
        content = _content_of(evidence.path_of(shelf.folder, paper.sha256), paper.sha256)
        record_reads([{"object_type": self.paper, "object_id": str(paper_id)}], actor=actor, purpose=self.paper.upper())
        name = paper.original_name or f"{self.paper}-{paper.id}{SUFFIXES[paper.media_type]}"
        return OpenedDocument(content, paper.media_type, name)

    def _paper(self, session: Session, paper_id: int) -> Paper:
        found = session.get(self.kind, paper_id) if 0 < paper_id <= LARGEST_ID else None
        if found is None:
            raise NotFound("EVIDENCE_NOT_FOUND")
        return found


def _content_of(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound("EVIDENCE_NOT_FOUND") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise NotFound("EVIDENCE_NOT_FOUND")
    return content

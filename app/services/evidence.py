"""Evidence documents: taken in checked and scanned, kept by the hash of their content, opened only in scope (spec 2.7)."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from app.domain import names
from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, NotAllowed, NotFound, Refused
from app.domain.people import DocType, EvidenceFault
from app.domain.powers import Power
from app.models.evidence import EvidenceDocument
from app.services import scanner
from app.services.audit import record as audit
from app.services.audit import record_reads
from app.services.clock import business_now
from app.services.evidence_formats import SUFFIXES, media_type_of
from app.services.transaction import reading, transaction

LARGEST = 5 * 1024 * 1024  # bytes (spec 2.7)
DOC_NO_LENGTH = 100
NAME_LENGTH = 255
LARGEST_ID = 2**31 - 1
PURPOSE = "EVIDENCE"
_UNSAFE = re.compile(r'[:*?"<>|]')


@dataclass(frozen=True)
class Shelf:
    """Where files are kept, and the socket of the scanner that looks at them first, None where there is none."""

    folder: Path
    clamd_socket: str | None = None


@dataclass(frozen=True)
class DocumentNote:
    """What a page says about a document without opening it; `fault` is why a registrar did not accept it for a request."""

    id: int
    doc_type: DocType
    doc_no: str | None
    issue_date: date | None
    original_name: str | None
    media_type: str | None
    fault: EvidenceFault | None = None


@dataclass(frozen=True)
class OpenedDocument:
    """A document's content, its media type and the name under which people know it."""

    content: bytes
    media_type: str
    name: str


def store(
    stream: BinaryIO,
    original_name: str,
    doc_type: DocType,
    *,
    doc_no: str | None,
    issue_date: date | None,
    actor: Actor,
    shelf: Shelf,
) -> int:
    """Take in an uploaded PDF, JPEG or PNG of at most 5 MB and return the document's id.

    Raises BadInput at field `file`: EVIDENCE_EMPTY, EVIDENCE_TOO_LARGE (fact `most`, bytes), EVIDENCE_TYPE; at
    `doc_no`: TOO_LONG; at `issue_date`: DATE_IN_FUTURE; Refused EVIDENCE_INFECTED (fact `virus`) or SCANNER_AWAY;
    NotAllowed. The file is written before its row: a crash between leaves a file that nobody sees, never a row without.
    """
    actor.require(Power.RECORD_REQUEST)
    if actor.agency_id is None:
        raise NotAllowed("AGENCY_NEEDED")
    doc_no = names.tidy(doc_no or "")
    if len(doc_no) > DOC_NO_LENGTH:
        raise BadInput("TOO_LONG", field="doc_no", longest=DOC_NO_LENGTH)
    content, media_type = checked(stream, shelf)
    digest = hashlib.sha256(content).hexdigest()
    keep(shelf.folder, digest, content)
    with transaction(actor) as session:
        now = business_now(session)
        if issue_date is not None and issue_date > bangkok_day(now):
            raise BadInput("DATE_IN_FUTURE", field="issue_date", date=issue_date)
        document = EvidenceDocument(
            uploader_agency_id=actor.agency_id, doc_type=doc_type, doc_no=doc_no or None, issue_date=issue_date,
            original_name=known_as(original_name), media_type=media_type, size=len(content), sha256=digest,
            uploaded_by_id=actor.user_id, uploaded_at=now,
        )  # fmt: skip
        session.add(document)
        session.flush()
        audit(session, actor, "store_evidence", "evidence", document.id, agency_id=actor.agency_id)
        return document.id


def open_(evidence_id: int, *, actor: Actor, shelf: Shelf) -> OpenedDocument:
    """The content of a document in scope; the reading is written down before it is given (decisions 11).

    Raises NotFound('EVIDENCE_NOT_FOUND') outside the scope, for a document without file, and for a file that is gone or
    no longer what was uploaded.
    """
    actor.require(Power.VIEW_REGISTER)
    with reading(actor.scope) as session:
        document = session.get(EvidenceDocument, evidence_id) if 0 < evidence_id <= LARGEST_ID else None
    if document is None or document.sha256 is None or document.media_type is None:
        raise NotFound("EVIDENCE_NOT_FOUND")
    try:
        content = path_of(shelf.folder, document.sha256).read_bytes()
    except FileNotFoundError as error:
        raise NotFound("EVIDENCE_NOT_FOUND") from error
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise NotFound("EVIDENCE_NOT_FOUND")
    record_reads([{"object_type": "evidence", "object_id": str(evidence_id)}], actor=actor, purpose=PURPOSE)
    name = document.original_name or f"{document.doc_type}-{document.id}{SUFFIXES[document.media_type]}"
    return OpenedDocument(content, document.media_type, name)


def notes(evidence_ids: Iterable[int], *, actor: Actor) -> dict[int, DocumentNote]:
    """What pages say about these documents, by id; those outside the scope are left out."""
    wanted = sorted({evidence_id for evidence_id in evidence_ids if 0 < evidence_id <= LARGEST_ID})
    query = sa.select(EvidenceDocument).where(EvidenceDocument.id.in_(wanted)).order_by(EvidenceDocument.id)
    with reading(actor.scope) as session:
        return {document.id: note_of(document) for document in session.execute(query).scalars()}


def note_of(document: EvidenceDocument, fault: EvidenceFault | None = None) -> DocumentNote:
    """The note of a loaded document."""
    return DocumentNote(
        document.id, document.doc_type, document.doc_no, document.issue_date, document.original_name,
        document.media_type, fault,
    )  # fmt: skip


def checked(stream: BinaryIO, shelf: Shelf) -> tuple[bytes, str]:
    """The content of an upload and its media type, looked at and scanned; refusals as `store` has them."""
    content = stream.read(LARGEST + 1)
    if not content:
        raise BadInput("EVIDENCE_EMPTY", field="file")
    if len(content) > LARGEST:
        raise BadInput("EVIDENCE_TOO_LARGE", field="file", most=LARGEST)
    media_type = media_type_of(content)
    if media_type is None:
        raise BadInput("EVIDENCE_TYPE", field="file")
    virus = scanner.infection(content, shelf.clamd_socket) if shelf.clamd_socket else None
    if virus is not None:
        raise Refused("EVIDENCE_INFECTED", citation=scanner.CITATION, field="file", virus=virus)
    return content, media_type


def path_of(folder: Path, digest: str) -> Path:
    """Where the content with this sha256 lies."""
    return folder / digest[:2] / digest


def keep(folder: Path, digest: str, content: bytes) -> None:
    """Write the file under its hash, readable by the portal alone; whole or not at all."""
    path = path_of(folder, digest)
    with suppress(FileNotFoundError):
        os.utime(path)  # tells a sweep that it is wanted again
        if path.stat().st_size == len(content):
            return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{digest}.{secrets.token_hex(4)}")
    try:
        with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def known_as(original_name: str) -> str | None:
    """The last part of the name as uploaded, Thai kept, what no file may be called by left out; a long one keeps its end,
    where the kind stands."""
    bare = _UNSAFE.sub("-", names.tidy(original_name.replace("\\", "/").rsplit("/", 1)[-1]))
    return bare[-NAME_LENGTH:] or None

"""Evidence: only real documents come in, they are kept by their hash, and only their own agency opens them."""

import io
import socket
import stat
import threading
import zlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION
from app.domain.clock import real_now
from app.domain.errors import BadInput, NotAllowed, NotFound, Refused
from app.domain.people import DocType
from app.models import AuditEvent, EvidenceDocument, ReadAccess
from app.models.database import db
from app.services import evidence
from app.services.evidence_formats import media_type_of
from app.services.transaction import reading


def png() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)

    head = (1).to_bytes(4) + (1).to_bytes(4) + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080001000101011100ffda0008010100003f0055ffd9")
PROGRAM = b"MZ\x90\0" + bytes(64) + PDF


@pytest.fixture
def shelf(tmp_path):
    return evidence.Shelf(tmp_path / "uploads")


def take_in(content, people, shelf, name="ทะเบียนบ้าน.pdf", **more):
    given = {"doc_no": None, "issue_date": None, "actor": people.clerk} | more
    return evidence.store(io.BytesIO(content), name, DocType.HOUSE_REG, shelf=shelf, **given)


def documents():
    with reading(NATION) as session:
        return list(session.execute(sa.select(EvidenceDocument)).scalars())


@pytest.mark.parametrize(
    ("content", "media_type"), [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (png(), "image/png")]
)
def test_the_kind_is_told_from_the_content(content, media_type):
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    "content",
    [
        PROGRAM,
        b"<html><script>alert(1)</script></html>",
        b"GIF89a" + bytes(30),
        PDF.replace(b"%%EOF", b""),
        PDF.replace(b"%PDF", b" PDF"),
        b"%PDF-1.4\n%%EOF",
        JPEG[:-2],
        JPEG[:20],
        JPEG.replace(b"\xff\xc0", b"\xff\xc4"),
        b"\xff\xd8\xff\xe0\x00\x00",
        png()[:-12],
        png().replace(b"IDAT", b"XDAT"),
        b"\x89PNG\r\n\x1a\n",
        png()[:8] + b"\xff\xff\xff\xff" + png()[12:],
    ],
)
def test_what_only_pretends_is_refused(people, shelf, content):
    with pytest.raises(BadInput) as refused:
        take_in(content, people, shelf)
    assert (refused.value.code, refused.value.field) == ("EVIDENCE_TYPE", "file")
    assert documents() == [] and not shelf.folder.exists()


def test_a_document_keeps_its_thai_name_and_stands_under_its_hash(people, shelf):
    number = take_in(
        PDF, people, shelf, name="C:\\งาน\\ทะเบียนบ้าน นายก.pdf", doc_no=" 88/2567\0 ", issue_date=date(2024, 5, 1)
    )
    (row,) = documents()
    assert (row.original_name, row.doc_no, row.media_type, row.size) == (
        "ทะเบียนบ้าน นายก.pdf", "88/2567", "application/pdf", len(PDF),
    )  # fmt: skip
    (file,) = (path for path in shelf.folder.rglob("*") if path.is_file())
    assert file.name == row.sha256
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    opened = evidence.open_(number, actor=people.registrar, shelf=shelf)
    assert (opened.content, opened.media_type, opened.name) == (PDF, "application/pdf", "ทะเบียนบ้าน นายก.pdf")
    with reading(NATION) as session:
        assert session.execute(sa.select(AuditEvent.verb)).scalars().all() == ["store_evidence"]


def test_the_same_content_is_kept_once(people, shelf):
    assert take_in(PDF, people, shelf) != take_in(PDF, people, shelf)
    assert len([path for path in shelf.folder.rglob("*") if path.is_file()]) == 1


def test_opening_is_written_down(people, shelf):
    number = take_in(png(), people, shelf)
    evidence.open_(number, actor=people.registrar, shelf=shelf)
    with Session(db.reads) as session:
        (row,) = session.execute(sa.select(ReadAccess)).scalars()
    assert (row.purpose, row.object_type, row.object_id, row.actor_id) == (
        "EVIDENCE", "evidence", str(number), people.registrar.user_id,
    )  # fmt: skip


def test_a_neighbour_and_an_unknown_id_find_nothing(people, shelf):
    number = take_in(PDF, people, shelf)
    for actor, wanted in ((people.other_clerk, number), (people.clerk, number + 1), (people.clerk, 10**30)):
        with pytest.raises(NotFound):
            evidence.open_(wanted, actor=actor, shelf=shelf)
    with Session(db.reads) as session:
        assert session.execute(sa.select(ReadAccess)).first() is None
    assert evidence.notes([number], actor=people.other_clerk) == {}
    assert evidence.notes([number, 10**30, -1], actor=people.clerk)[number].doc_type is DocType.HOUSE_REG


def test_a_file_that_was_swapped_or_lost_is_not_given(people, shelf):
    number = take_in(PDF, people, shelf)
    (file,) = (path for path in shelf.folder.rglob("*") if path.is_file())
    file.write_bytes(PDF.replace(b"Catalog", b"Katalog"))
    with pytest.raises(NotFound):
        evidence.open_(number, actor=people.clerk, shelf=shelf)
    file.unlink()
    with pytest.raises(NotFound):
        evidence.open_(number, actor=people.clerk, shelf=shelf)


def test_sizes(people, shelf):
    padding = b"%" + b"x" * (evidence.LARGEST - len(PDF) - 2) + b"\n"
    largest = PDF.replace(b"trailer", padding + b"trailer")
    assert len(largest) == evidence.LARGEST and take_in(largest, people, shelf)
    for content, code in ((largest + b"\n", "EVIDENCE_TOO_LARGE"), (b"", "EVIDENCE_EMPTY")):
        with pytest.raises(BadInput) as refused:
            take_in(content, people, shelf)
        assert refused.value.code == code


def test_what_is_written_beside_it_is_checked(people, shelf):
    tomorrow = (real_now() + timedelta(days=2)).date()
    for more, field in (({"doc_no": "9" * 101}, "doc_no"), ({"issue_date": tomorrow}, "issue_date")):
        with pytest.raises(BadInput) as refused:
            take_in(PDF, people, shelf, **more)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        take_in(PDF, people, shelf, actor=replace(people.clerk, powers=frozenset()))
    assert documents() == []


@pytest.fixture
def clamd(tmp_path):
    """A socket that speaks clamd's INSTREAM and gives the answer that the test wants."""
    path, told = tmp_path / "clamd.sock", {}
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(path))
    server.listen()

    def serve():
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as wire:
                assert wire.read(10) == b"zINSTREAM\0"
                received = b""
                while size := int.from_bytes(wire.read(4)):
                    received += wire.read(size)
                told["received"] = received
                line.sendall(told["answer"])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield path, told
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def test_the_scanner_sees_everything_and_its_word_counts(people, shelf, clamd):
    path, told = clamd
    scanned = replace(shelf, clamd_socket=str(path))
    large = PDF.replace(b"trailer", b"%" + b"x" * 200_000 + b"\ntrailer")
    told["answer"] = b"stream: OK\0"
    take_in(large, people, scanned)
    assert told["received"] == large
    told["answer"] = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"
    with pytest.raises(Refused) as refused:
        take_in(PDF, people, scanned)
    assert (refused.value.code, refused.value.facts["virus"]) == ("EVIDENCE_INFECTED", "Win.Test.EICAR_HDB-1")
    for answer in (b"INSTREAM size limit exceeded. ERROR\0", b""):
        told["answer"] = answer
        with pytest.raises(Refused) as refused:
            take_in(PDF, people, scanned)
        assert refused.value.code == "SCANNER_AWAY"
    assert len(documents()) == 1


def test_without_its_scanner_nothing_comes_in(people, shelf, tmp_path):
    with pytest.raises(Refused) as refused:
        take_in(PDF, people, replace(shelf, clamd_socket=str(tmp_path / "nobody")))
    assert refused.value.code == "SCANNER_AWAY" and documents() == []


def test_a_file_is_known_by_a_name_that_any_computer_can_save():
    named = {
        'C:\\บ้าน\\ใบ"เสร็จ"<1>.pdf': "ใบ-เสร็จ--1-.pdf",
        "../../etc/a:b|c?.png": "a-b-c-.png",
        "ก\u202e\x00.jpg": "ก.jpg",
    }
    assert {name: evidence.known_as(name) for name in named} == named
    assert len(evidence.known_as("ก" * 400 + ".pdf") or "") == evidence.NAME_LENGTH
    assert evidence.known_as("  ") is None

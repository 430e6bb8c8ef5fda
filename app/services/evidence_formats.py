"""What an uploaded file really is: PDF, JPEG or PNG, told from its bytes and never from its name."""

import re
import zlib
from collections.abc import Iterator

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SUFFIXES = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}

_PDF_BEGIN = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_TAIL = 2048  # readers look for the end mark in about this many bytes (ISO 32000-1, annex H.3, note 18)
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_JPEG_BEGIN, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_JPEG_SCAN = 0xDA
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset(range(0xD0, 0xD8)) | {0x01}


def media_type_of(content: bytes) -> str | None:
    """The media type of a PDF, JPEG or PNG that is whole as far as its outer structure tells; None for anything else.

    PNG chunks carry checksums and are all checked; a JPEG must have a frame, a scan and an end; a PDF a head, objects
    and its cross-reference at the end. A program that calls itself scan.pdf fails at the first byte.
    """
    for media_type, is_whole in ((PDF, _is_pdf), (JPEG, _is_jpeg), (PNG, _is_png)):
        if is_whole(content):
            return media_type
    return None


def _is_pdf(content: bytes) -> bool:
    tail = content[-_PDF_TAIL:]
    return bool(_PDF_BEGIN.match(content)) and b" obj" in content and b"startxref" in tail and b"%%EOF" in tail


def _is_png(content: bytes) -> bool:
    if not content.startswith(_PNG_MAGIC):
        return False
    chunks = list(_png_chunks(content))
    names = [name for name, _ in chunks]
    if not chunks or names[0] != b"IHDR" or names[-1] != b"IEND" or b"IDAT" not in names:
        return False
    head = chunks[0][1]
    return len(head) == 13 and any(head[0:4]) and any(head[4:8])


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each chunk up to the end mark; stops early, without the end mark, at the first damage."""
    at = len(_PNG_MAGIC)
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        checksum = content[at + 8 + length : at + 12 + length]
        if len(checksum) < 4 or zlib.crc32(name + body) != int.from_bytes(checksum):
            return
        yield name, body
        if name == b"IEND":
            return
        at += 12 + length


def _is_jpeg(content: bytes) -> bool:
    if not content.startswith(_JPEG_BEGIN):
        return False
    at, has_frame = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in _JPEG_BARE:  # fill bytes, and marks without a body
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4])
        if length < 2:
            return False
        if marker in _JPEG_FRAMES:
            has_frame = any(content[at + 5 : at + 7]) and any(content[at + 7 : at + 9])
        if marker == _JPEG_SCAN:
            return has_frame and _JPEG_END in content[at + length :]
        at += 2 + length
    return False

"""How the bytes of an upload write their letters: parts of a workbook in UTF-16, and what is plain text and no workbook."""

import re

_MARKS_16 = (b"\xff\xfe", b"\xfe\xff")
_WITHOUT_MARK = {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_LOOKED_AT = 4_000
_BINARY = (b"%PDF", b"{\\rtf")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_THAI_TEXT = re.compile("[\t\r\n -~\u0e01-\u0e5b\ufeff]+")


def as_utf8(part: bytes) -> bytes:
    """A part of a package in UTF-8, whatever it came in: UTF-16 is allowed too (ECMA-376 part 2), and the reader of sheets
    takes such a sheet for an empty one. Raises UnicodeDecodeError."""
    encoding = "utf-16" if part.startswith(_MARKS_16) else _WITHOUT_MARK.get(part[:2])
    if encoding is None:
        return part
    return _DECLARATION.sub("", part.decode(encoding), count=1).encode()


def is_text(content: bytes) -> bool:
    """Whether these bytes are text: a CSV or a web page that is called a workbook."""
    start = content[:_LOOKED_AT]
    if not start or start.startswith(_BINARY):
        return False
    if start.startswith(_MARKS_16) or _NO_TEXT.search(start) is None:
        return True
    return any(_THAI_TEXT.fullmatch(start.decode(kind, "ignore")) for kind in _WITHOUT_MARK.values())

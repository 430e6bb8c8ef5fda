"""What may be opened as a workbook at all: every limit is checked before the spreadsheet reader sees a byte."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Never
from xml.parsers import expat

from app.domain.errors import BadInput
from app.services.rosters.encodings import as_utf8, is_text
from app.services.rosters.formulas import check_formulas

MAX_FILE_BYTES = 10_000_000
MAX_UNPACKED_BYTES = 80_000_000
MAX_RATIO = 150  # a sheet of plain repeated rows stays under 40; a bomb reaches 1,000
SMALL_BYTES = 1_000_000  # below this no ratio is dangerous
MAX_PARTS = 500
MAX_SHEET_ROWS = 100_000
MAX_TEXT = (
    60_000_000  # characters: a text that many cells share is small in the file, and the reader copies it for each
)
MAX_CELLS = 2_000_000  # the reader allocates whole rectangles: one far cell alone would end the process

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_OLD_XLS_STREAM = "Workbook".encode("utf-16-le")
_TYPES, _MACRO_TYPES = "[Content_Types].xml", (b"macroenabled", b"vbaproject", b"macrosheet")
_ZIP_MAGIC = b"PK\x03\x04"
_ENCRYPTED_FLAG = 0x1
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ZIP_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)
_REFERENCE = re.compile(r"([A-Z]{0,3})([0-9]{0,7})")


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook proven harmless: its XML parts alone, packed anew, and whether its day numbers count from 1904."""

    content: bytes
    counts_from_1904: bool


def check_kind(content: bytes) -> None:
    """Refuse at a glance, without unpacking, what is no workbook of ours; `open_package` looks into it.

    Raises BadInput: ROSTER_UNREADABLE, ROSTER_OLD_XLS, ROSTER_ENCRYPTED, ROSTER_HAS_MACRO, ROSTER_TOO_LARGE (parts).
    """
    if not content.startswith(_ZIP_MAGIC):
        _refuse_foreign(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_listing(archive.infolist())
            _check_macros(archive)
    except _ZIP_DAMAGE as damage:
        raise BadInput("ROSTER_UNREADABLE", reason="damaged") from damage


def open_package(content: bytes) -> Package:
    """The bytes of an uploaded .xlsx as a `Package` without macros, pictures or other binary parts.

    Packing anew means that what was measured is what the reader gets: sizes written in a ZIP header may lie.
    Raises BadInput: ROSTER_UNREADABLE, ROSTER_OLD_XLS, ROSTER_ENCRYPTED, ROSTER_HAS_MACRO, ROSTER_TOO_LARGE,
    ROSTER_FORMULA_UNSAVED.
    """
    if len(content) > MAX_FILE_BYTES:
        raise BadInput("ROSTER_TOO_LARGE", bytes=len(content), limit=MAX_FILE_BYTES)
    if not content.startswith(_ZIP_MAGIC):
        _refuse_foreign(content)
    meter = _Meter()
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(packed, "w") as copy:
            _check_listing(archive.infolist())
            _check_macros(archive)
            for name, part in ((name, as_utf8(part)) for name, part in _xml_parts(archive)):
                meter.measure(part)
                check_formulas(name, part)
                copy.writestr(name, part)
        meter.check_text()
    except _ZIP_DAMAGE as damage:
        raise BadInput("ROSTER_UNREADABLE", reason="damaged") from damage
    return Package(packed.getvalue(), meter.counts_from_1904)


def _refuse_foreign(content: bytes) -> Never:
    if not content.startswith(_OLE_MAGIC):
        raise BadInput("ROSTER_UNREADABLE", reason="text" if is_text(content) else "not_xlsx")
    if _ENCRYPTED_STREAM in content:
        raise BadInput("ROSTER_ENCRYPTED")
    if _OLD_XLS_STREAM in content:
        raise BadInput("ROSTER_OLD_XLS")
    raise BadInput("ROSTER_UNREADABLE", reason="not_xlsx")


def _check_listing(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise BadInput("ROSTER_ENCRYPTED")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BadInput("ROSTER_HAS_MACRO")
    if "xl/workbook.xml" not in names:
        raise BadInput("ROSTER_UNREADABLE", reason="not_xlsx")
    if len(set(names)) != len(names) or any(part.compress_type not in _COMPRESSIONS for part in parts):
        raise BadInput("ROSTER_UNREADABLE", reason="damaged")
    if len(parts) > MAX_PARTS:
        raise BadInput("ROSTER_TOO_LARGE", parts=len(parts), limit=MAX_PARTS)


def _check_macros(archive: zipfile.ZipFile) -> None:
    """A workbook says in its list of parts that it may hold macros (.xlsm, .xltm) or does, whatever they are called."""
    if _TYPES not in archive.namelist():
        return
    with archive.open(_TYPES) as stream:
        types = stream.read(SMALL_BYTES).lower()
    if any(word in types for word in _MACRO_TYPES):
        raise BadInput("ROSTER_HAS_MACRO")


def _xml_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each XML part, never holding more than the limit; sizes are counted, not believed."""
    total = packed = 0
    for info in archive.infolist():
        if not info.filename.lower().endswith((".xml", ".rels")):
            continue
        with archive.open(info) as stream:
            part = stream.read(MAX_UNPACKED_BYTES - total + 1)
        total += len(part)
        packed += info.compress_size
        if total > MAX_UNPACKED_BYTES:
            raise BadInput("ROSTER_TOO_LARGE", limit=MAX_UNPACKED_BYTES)
        if total > SMALL_BYTES and total > packed * MAX_RATIO:
            raise BadInput("ROSTER_TOO_LARGE", ratio=total // max(packed, 1), limit=MAX_RATIO)
        yield info.filename, part


class _Meter:
    """Walks every XML part and refuses rows, rectangles of filled cells, shared texts and announced counts beyond reason."""

    def __init__(self) -> None:
        self.counts_from_1904 = False
        self._cells = 0
        self._texts: list[int] = []  # how long each shared text is, and by its place how many cells show it
        self._shown: Counter[str] = Counter()

    def measure(self, part: bytes) -> None:
        self._row_count = self._row = self._column = self._last_row = self._last_column = 0
        parser = expat.ParserCreate()
        self._length: int | None = None  # of the shared text that is being read
        self._place: str | None = None  # of the one that a cell names
        self._is_shared = False
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._read
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            parser.Parse(part, True)
        except (expat.ExpatError, LookupError) as damage:  # LookupError: an encoding that nobody knows
            raise BadInput("ROSTER_UNREADABLE", reason="damaged") from damage
        self._cells += self._last_row * self._last_column

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._enter_row(attributes.get("r"))
        elif name == "c":
            self._enter_cell(attributes.get("r"))
            self._is_shared = attributes.get("t") == "s"
        elif name in ("v", "is"):
            self._enter_value()
            self._place = "" if self._is_shared else None
        elif name == "si":
            self._length = 0
        elif name == "workbookPr":
            self.counts_from_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif attributes:
            _check_counts(attributes)

    def _read(self, text: str) -> None:
        if self._length is not None:
            self._length += len(text)
        elif self._place is not None:
            self._place += text

    def _end(self, tag: str) -> None:
        if self._place is not None:
            self._shown[self._place] += 1
            self._place = None
        elif self._length is not None and tag.rpartition(":")[2] == "si":
            self._texts.append(self._length)
            self._length = None

    def check_text(self) -> None:
        """Refuse what all cells together would hold, once every part has been walked."""
        held = sum(many * self._texts[int(place)] for place, many in self._shown.items() if self._is_text(place))
        if held > MAX_TEXT:
            raise BadInput("ROSTER_TOO_LARGE", characters=held, limit=MAX_TEXT)

    def _is_text(self, place: str) -> bool:
        return place.strip().isdecimal() and len(place) < 10 and int(place) < len(self._texts)

    def _enter_row(self, reference: str | None) -> None:
        self._row_count += 1
        if self._row_count > MAX_SHEET_ROWS:
            raise BadInput("ROSTER_TOO_LARGE", rows=self._row_count, limit=MAX_SHEET_ROWS)
        _, row = _position(reference)
        self._row, self._column = row or self._row + 1, 0

    def _enter_cell(self, reference: str | None) -> None:
        column, row = _position(reference)
        self._row, self._column = row or self._row, column or self._column + 1

    def _enter_value(self) -> None:
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)
        if self._last_row > MAX_SHEET_ROWS:
            raise BadInput("ROSTER_TOO_LARGE", rows=self._last_row, limit=MAX_SHEET_ROWS)
        if self._cells + self._last_row * self._last_column > MAX_CELLS:
            raise BadInput("ROSTER_TOO_LARGE", cells=self._last_row * self._last_column, limit=MAX_CELLS)


def _check_counts(attributes: dict[str, str]) -> None:
    """The reader reserves memory for as many strings as a part announces, however few it holds."""
    for key in ("count", "uniqueCount"):
        announced = attributes.get(key, "").lstrip("+")
        if announced.isdecimal() and int(announced) > MAX_CELLS:
            raise BadInput("ROSTER_UNREADABLE", reason="damaged")


def _position(reference: str | None) -> tuple[int, int]:
    """Column and row of `BC12` or `12`, zero where it says nothing."""
    if reference is None:
        return 0, 0
    match = _REFERENCE.fullmatch(reference.upper())
    if match is None:
        raise BadInput("ROSTER_UNREADABLE", reason="damaged")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(match[2] or 0)


def _refuse_doctype(*_: object) -> None:
    raise BadInput("ROSTER_UNREADABLE", reason="damaged")

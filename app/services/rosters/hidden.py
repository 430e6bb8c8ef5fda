"""Which rows of a workbook are hidden, by hand or by a filter: they are read like the others, and the page says so."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

_BOOK, _LINKS, _FOLDER = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]*)>")
_NUMBER = re.compile(rb'\br\s*=\s*["\']([0-9]{1,7})["\']')
_HIDDEN = re.compile(rb'\bhidden\s*=\s*["\'](?:1|true)["\']')


def hidden_rows(package: bytes) -> dict[str, frozenset[int]]:
    """The Excel rows that are hidden, by the sheet's name; of a package that `open_package` has packed."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts = set(archive.namelist())
        if not {_BOOK, _LINKS} <= parts:
            return {}
        targets = {_of(link, "Id"): _of(link, "Target") for link in _tags(archive.read(_LINKS), "Relationship")}
        found = {}
        for sheet in _tags(archive.read(_BOOK), "sheet"):
            part = posixpath.normpath(posixpath.join(f"/{_FOLDER}", targets.get(_of(sheet, "id"), ""))).lstrip("/")
            if part in parts:
                found[_of(sheet, "name")] = frozenset(_hidden(archive.read(part)))
        return {name: rows for name, rows in found.items() if rows}


def _hidden(part: bytes) -> Iterator[int]:
    if b"hidden" not in part:
        return
    number = 0
    for row in _ROW.finditer(part):
        told = _NUMBER.search(row[1])
        number = int(told[1]) if told else number + 1
        if _HIDDEN.search(row[1]):
            yield number


def _tags(part: bytes, name: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(part)  # noqa: S314 - `open_package` has refused entities and broken parts
    return [tag for tag in root.iter() if tag.tag.rpartition("}")[2] == name]


def _of(tag: ElementTree.Element, name: str) -> str:
    return next((value for key, value in tag.attrib.items() if key.rpartition("}")[2] == name), "")

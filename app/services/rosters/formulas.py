"""Formulas that a program wrote and nobody calculated: their cells would be read as empty."""

import re

from app.domain.errors import BadInput

_SHEETS = "xl/worksheets/"
# A cell with a formula (ECMA-376 part 1, 18.3.1.40) and no value, or an empty one, behind it.
_UNSAVED = re.compile(
    rb"<(?:\w+:)?c\b(?P<cell>[^<>]*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v\s*>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
_REFERENCE = re.compile(rb'\br\s*=\s*["\']([A-Z]{1,3}[0-9]{1,7})["\']')
_IS_TEXT = re.compile(rb'\bt\s*=\s*["\']str["\']')  # what came out is a text, and that may be empty


def check_formulas(name: str, part: bytes) -> None:
    """Refuse a part of a package, `name` and bytes, that is a sheet whose formulas were saved without their values.

    Raises BadInput ROSTER_FORMULA_UNSAVED (facts `cell`, the first one, and `count`).
    """
    if not name.startswith(_SHEETS):
        return
    unsaved = [found["cell"] for found in _UNSAVED.finditer(part) if not _IS_TEXT.search(found["cell"])]
    if unsaved:
        reference = _REFERENCE.search(unsaved[0])
        cell = reference[1].decode() if reference else "?"
        raise BadInput("ROSTER_FORMULA_UNSAVED", cell=cell, count=len(unsaved))

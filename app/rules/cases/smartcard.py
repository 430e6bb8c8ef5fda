"""smartcard_parse_cases, smartcard_fields: what the card says, which command follows, where each field stands (spec 9.1)."""

import json
from collections.abc import Callable
from typing import Any

from app.rules.cases.table import table_topic
from app.rules.cases.topic import NOTHING, Row, Topic, UnknownCell, row_by_row
from card_bridge import thai_card
from card_bridge.thai_card import CardDate, CardError, Field

Answer = dict[str, Any]
_HEX = "hex:"
_ADDRESS = ("house", "moo", "trok", "soi", "road", "tambon", "amphoe", "province", "flags")
# The table tells how most readers do it; ours takes the eighteen bytes more that the card holds.
_PHOTO_AS_LISTED = "JPEG part; 20 x 255 = 5100 bytes, trim after FFD9"


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix(_HEX)) if text.startswith(_HEX) else text.encode("cp874")


def _date(found: CardDate) -> Answer:
    known = {"date": found.date.isoformat()} if found.date else {"year": found.year, "month": found.month}
    return known | {"precision": found.precision, "lifelong": found.lifelong, "flags": found.flags}


def _address(text: str) -> Answer:
    found = vars(thai_card.parse_address(_raw(text)))
    return {part: found[part] for part in _ADDRESS}


def _next_command(text: str) -> Answer:
    told = json.loads(text)
    try:
        sent, status, atr = (bytes.fromhex(told.get(part, NOTHING)) for part in ("sent", "sw", "atr"))
        following = thai_card.next_command(sent, status, atr)
    except CardError as error:
        return {"error": error.code}
    except (AttributeError, TypeError):
        raise ValueError(text) from None
    return {"next_apdu": following and _hex(following)}


_ANSWERS: dict[str, Callable[[str], Answer]] = {
    "name_th": lambda text: vars(thai_card.parse_name(_raw(text))),
    "birth_date": lambda text: _date(thai_card.parse_date(_raw(text))),
    "expire_date": lambda text: _date(thai_card.parse_expiry(_raw(text))),
    "address": _address,
    "apdu": _next_command,
}


def _decide(row: Row) -> Row:
    if row["field"] not in _ANSWERS:
        raise UnknownCell("field", row["field"])
    try:
        answer = _ANSWERS[row["field"]](row["raw"])
    except ValueError:
        raise UnknownCell("raw", row["raw"]) from None
    return {"expected_json": json.dumps(answer, ensure_ascii=False)}


def _meaning(cell: str) -> Answer:
    """The object of a cell without what says nothing: null, false, an empty list, and that a whole date is precise to the day."""
    told = json.loads(cell)
    if not isinstance(told, dict):
        raise ValueError(cell)
    whole_date = told.get("date") and told.get("precision") == "DAY"
    return {
        name: sorted(value) if isinstance(value, list) else value
        for name, value in told.items()
        if value not in (None, False, []) and not (whole_date and name == "precision")
    }


def _hex(command: bytes) -> str:
    return command.hex(" ").upper()


def _field_cells(field: Field) -> Row:
    length = field.listed_length or field.length
    commands = field.commands if field.offset is None else (thai_card.read_command(field.offset, length),)
    return {
        "applet_aid": field.applet.hex().upper(),
        "field": field.name,
        "offset_hex": NOTHING if field.offset is None else f"{field.offset:04X}",
        "length_dec": str(length),
        "apdu_hex": " then ".join(_hex(command) for command in commands),
        "encoding": field.encoding,
        "format": _PHOTO_AS_LISTED if field in thai_card.PHOTO else field.form,
    }


PARSE_TOPIC = Topic(
    name="smartcard_parse_cases",
    inputs=("field", "raw"),
    expected=("expected_json",),
    decide=row_by_row(_decide),
    verbatim=frozenset({"raw"}),
    compared_as={"expected_json": _meaning},
)
FIELDS_TOPIC = table_topic("smartcard_fields", ("applet_aid", "field"), map(_field_cells, thai_card.FIELDS))

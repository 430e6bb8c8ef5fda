"""What the bridge reads from a card, over any way to send it a command; it knows no reader."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from card_bridge import thai_card
from card_bridge.failures import BridgeError
from card_bridge.thai_card import FIELDS, MOI_APPLET, CardError, Field, next_command

# Sends one command and returns the data and the two status bytes.
Transmit = Callable[[bytes], tuple[bytes, bytes]]

_MOST_STEPS = 5
_MOI = {field.name: field for field in FIELDS if field.applet == MOI_APPLET}
_CODES = {"NOT_THAI_ID_CARD": "WRONG_CARD", "UNEXPECTED_STATUS": "GARBLED", "GARBLED": "GARBLED"}
LIFELONG = "99999999"


@dataclass(frozen=True)
class LoginCard:
    """What a login sends: the number, the two dates of the card (Common Era), and a hash that tells this card from others."""

    cid: str
    issue: str
    expire: str
    hash: str


@dataclass(frozen=True)
class PersonCard:
    """What fills a form: no photo, no religion, nothing of the health scheme."""

    cid: str
    title: str
    first: str
    middle: str
    last: str
    birth_date: str
    birth_precision: str
    sex: str
    address: str
    expire: str

    def told(self) -> dict[str, str]:
        """What the portal is told for a form."""
        return {
            "cid": self.cid, "title": self.title, "first": self.first, "middle": self.middle, "last": self.last,
            "birth_date": self.birth_date, "sex": self.sex, "address": self.address,
        }  # fmt: skip


def read_login(transmit: Transmit, atr: bytes) -> LoginCard:
    """Read what a login needs; raises BridgeError WRONG_CARD or GARBLED, and whatever `transmit` raises."""
    raw = _fields(transmit, atr, "cid", "issue_date", "expire_date", "photo_ref_no", "card_request_no")
    cid = _cid(raw["cid"])
    words = [_text(raw[name]) for name in ("issue_date", "expire_date", "photo_ref_no", "card_request_no")]
    digest = hashlib.sha256("\0".join(("lgo-card-v1", cid, *words)).encode()).hexdigest()
    issue, expiry = thai_card.parse_date(raw["issue_date"]), thai_card.parse_expiry(raw["expire_date"])
    return LoginCard(cid, _day(issue.date), LIFELONG if expiry.lifelong else _day(expiry.date), digest)


def read_person(transmit: Transmit, atr: bytes) -> PersonCard:
    """Read what a form needs about the person in front of the clerk."""
    raw = _fields(transmit, atr, "cid", "name_th", "birth_date", "gender", "address", "expire_date")
    name, born = thai_card.parse_name(raw["name_th"]), thai_card.parse_date(raw["birth_date"])
    address, expiry = thai_card.parse_address(raw["address"]), thai_card.parse_expiry(raw["expire_date"])
    if name.flags or address.flags:
        raise BridgeError("GARBLED")
    parts = [f"{part:02d}" for part in (born.month, born.day) if part is not None]
    return PersonCard(
        _cid(raw["cid"]), name.title, name.first, name.middle, name.last,
        "-".join([str(born.year), *parts]) if born.year else "", born.precision or "",
        {"1": "M", "2": "F"}.get(_text(raw["gender"]), ""), address.raw.replace("#", " ").strip(),
        LIFELONG if expiry.lifelong else _day(expiry.date),
    )  # fmt: skip


def exchange(transmit: Transmit, command: bytes, atr: bytes) -> bytes:
    """Send a command and whatever its answer asks for, and return the data; raises BridgeError."""
    found = b""
    for _step in range(_MOST_STEPS):
        data, status = transmit(command)
        found += data
        try:
            following = next_command(command, status, atr)
        except CardError as error:
            raise BridgeError(_CODES[error.code], status.hex()) from error
        if following is None:
            return found
        command = following
    raise BridgeError("GARBLED", "too many steps")


def _fields(transmit: Transmit, atr: bytes, *names: str) -> dict[str, bytes]:
    exchange(transmit, thai_card.select_command(MOI_APPLET), atr)
    return {name: _whole(transmit, _MOI[name], atr) for name in names}


def _whole(transmit: Transmit, field: Field, atr: bytes) -> bytes:
    raw = b"".join(exchange(transmit, command, atr) for command in field.commands)
    if len(raw) != field.length:
        raise BridgeError("GARBLED", field.name)
    return raw


def _cid(raw: bytes) -> str:
    try:
        return thai_card.parse_cid(raw)
    except CardError as error:
        raise BridgeError("GARBLED", "cid") from error


def _text(raw: bytes) -> str:
    text = thai_card.decode(raw)
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise BridgeError("GARBLED")
    return text


def _day(day: date | None) -> str:
    return day.strftime("%Y%m%d") if day else ""

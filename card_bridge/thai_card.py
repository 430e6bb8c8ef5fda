"""บัตรประจำตัวประชาชน: where the card keeps what, which command comes next, what the bytes say; pure, it touches no reader.

The map of the card is common knowledge of public readers, not published by the department that issues it.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial

MOI_APPLET = bytes.fromhex("A000000054480001")
NHSO_APPLET = bytes.fromhex("A000000054480083")
LASER_APPLET = bytes.fromhex("A000000084060002")

BE_OFFSET = 543
EARLIEST_BE_YEAR = 2400
CID_LENGTH = 13
UNDECODABLE_BYTES, INVALID_DATE, YEAR_NOT_BE = "UNDECODABLE_BYTES", "INVALID_DATE", "YEAR_NOT_BE"

_SELECT = bytes.fromhex("00A40400")
_READ = bytes.fromhex("80B0")
_GET_RESPONSE = bytes.fromhex("00C000")
_OLD_CARD_ATR = bytes.fromhex("3B67")  # the generation that wants P2 = 01
_DONE, _WRONG_P1_P2 = bytes.fromhex("9000"), bytes.fromhex("6A86")
_MORE_WAITS, _WRONG_LENGTH = 0x61, 0x6C
_LASER = bytes.fromhex("8000000007")


class CardError(Exception):
    """The card cannot be used or says nothing readable; `code` is NOT_THAI_ID_CARD, UNEXPECTED_STATUS or GARBLED."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def select_command(applet: bytes) -> bytes:
    """The command that opens an applet."""
    return _SELECT + bytes([len(applet)]) + applet


def read_command(offset: int, length: int) -> bytes:
    """The command that reads 1 to 255 bytes from an offset of the open applet."""
    return _READ + offset.to_bytes(2) + b"\x02" + length.to_bytes(2)


def next_command(sent: bytes, status: bytes, atr: bytes = b"") -> bytes | None:
    """What to send after a command was answered with these two status bytes; None when the answer is complete.

    61 xx: fetch the answer, with the P2 of the card's generation, or the other one once the card refused that (6A 86).
    6C xx: the same command with the right length. Raises CardError NOT_THAI_ID_CARD when an applet cannot be opened,
    UNEXPECTED_STATUS for everything else.
    """
    own_p2 = int(atr.startswith(_OLD_CARD_ATR))
    if status == _DONE:
        return None
    if len(status) == len(_DONE):
        if status[0] == _MORE_WAITS:
            return _GET_RESPONSE + bytes([own_p2, status[1]])
        if status[0] == _WRONG_LENGTH and sent:
            return sent[:-1] + status[1:]
        if status == _WRONG_P1_P2 and sent[:-1] == _GET_RESPONSE + bytes([own_p2]):
            return _GET_RESPONSE + bytes([1 - own_p2]) + sent[-1:]
    raise CardError("NOT_THAI_ID_CARD" if sent.startswith(_SELECT) else "UNEXPECTED_STATUS")


@dataclass(frozen=True)
class Field:
    """One field of an applet; `length` is the number of bytes that the card holds.

    `listed_length` is what most public readers ask for, where that is less. `offset` is None for what is no part of a file,
    `may_read` False for what nobody here needs.
    """

    applet: bytes
    name: str
    offset: int | None
    length: int
    encoding: str = "ascii"
    form: str = ""
    listed_length: int | None = None
    may_read: bool = True

    @property
    def commands(self) -> tuple[bytes, ...]:
        """What to send for the whole field once its applet is open."""
        if self.offset is None:
            return _LASER, _GET_RESPONSE + bytes([0, self.length])
        return (read_command(self.offset, self.length),)


_moi, _nhso = partial(Field, MOI_APPLET), partial(Field, NHSO_APPLET)
_BE_DAY = "YYYYMMDD BE"
_PHOTO_FROM, _PHOTO_END, _BLOCK = 0x017B, 0x1579, 255

# The last block holds the 18 bytes that readers with twenty blocks lose.
PHOTO = tuple(
    _moi(f"photo_{no:02d}", offset, min(_BLOCK, _PHOTO_END - offset), "binary")
    for no, offset in enumerate(range(_PHOTO_FROM, _PHOTO_END, _BLOCK), start=1)
)

FIELDS = (
    _moi("version", 0x0000, 4, form="0003 etc."),
    _moi("cid", 0x0004, CID_LENGTH, form="13 digits"),
    _moi("name_th", 0x0011, 100, "cp874", "prefix#first#middle#last, right-padded with spaces"),
    _moi("name_en", 0x0075, 100, form="prefix#first#middle#last"),
    _moi("birth_date", 0x00D9, 8, form="YYYYMMDD Buddhist era; MM or DD may be 00 (unknown)"),
    _moi("gender", 0x00E1, 1, form="1=ชาย 2=หญิง"),
    _moi("card_request_no", 0x00E2, 20, form="เลขคำขอมีบัตร"),
    _moi("issuer_place", 0x00F6, 100, "cp874", "สถานที่ออกบัตร"),
    _moi("issuer_code", 0x015A, 13, form="officer code"),
    _moi("issue_date", 0x0167, 8, form=_BE_DAY),
    _moi("expire_date", 0x016F, 8, form=f"{_BE_DAY}; 99999999 = ตลอดชีพ"),
    _moi("card_type", 0x0177, 2, may_read=False),  # some say that it tells the religion
    *PHOTO,
    _moi("address", _PHOTO_END, 160, "cp874", "house#หมู่ที่#ตรอก#ซอย#ถนน#ตำบล#อำเภอ#จังหวัด", listed_length=100),
    _moi("photo_ref_no", 0x1619, 14, form="number under the photo"),
    # What the health scheme once wrote on the card: stale on most, never a source of truth.
    _nhso("main_inscl", 0x0004, 60, "cp874", "scheme text as last written; often stale or blank"),
    _nhso("sub_inscl", 0x0040, 100, "cp874"),
    _nhso("main_hospital", 0x00A4, 80, "cp874"),
    _nhso("sub_hospital", 0x00F4, 80, "cp874"),
    _nhso("paid_type", 0x0144, 1),
    _nhso("issue_date", 0x0145, 8, form=_BE_DAY),
    _nhso("expire_date", 0x014D, 8, form=_BE_DAY),
    _nhso("update_date", 0x0155, 8, form=_BE_DAY),
    _nhso("change_hospital_amount", 0x015D, 1),
    Field(LASER_APPLET, "laser_id", None, 16, may_read=False),
)

_PADDING = b" \0\xa0"
_SEPARATOR = b"#"
_UNDECODABLE = "\N{REPLACEMENT CHARACTER}"
_NBSP = "\N{NO-BREAK SPACE}"
# Byte by byte, as every character of the code page is one byte. The control characters mean nothing on a card, and the
# codes from 80 to 9F are undefined in the standard behind it.
_CHARACTERS = tuple(
    _UNDECODABLE
    if byte < 0x20 or 0x7F <= byte <= 0x9F
    else bytes([byte]).decode("cp874", "replace").replace(_NBSP, " ")
    for byte in range(256)
)
_LIFELONG = "9" * 8


@dataclass(frozen=True)
class CardName:
    """A name as the card holds it; any part may be empty, the last name too."""

    title: str
    first: str
    middle: str
    last: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class CardDate:
    """A date of the card in the Common Era, with what is unknown left None; a lifelong card never expires."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    lifelong: bool = False
    flags: tuple[str, ...] = ()

    @property
    def precision(self) -> str | None:
        """DAY, MONTH or YEAR: how much is known; None when nothing is."""
        known = {"DAY": self.day, "MONTH": self.month, "YEAR": self.year}
        return next((name for name, value in known.items() if value is not None), None)

    @property
    def date(self) -> date | None:
        """The calendar day, None unless all of it is known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)


@dataclass(frozen=True)
class CardAddress:
    """An address without the words before its parts; `raw` is all of it as written, for what does not fit the parts."""

    house: str
    moo: str
    trok: str
    soi: str
    road: str
    tambon: str
    amphoe: str
    province: str
    raw: str
    flags: tuple[str, ...] = ()


def check_digit(first12: str) -> int:
    """The thirteenth digit of a national ID for its first twelve; ValueError unless there are twelve digits."""
    weighted = sum(int(digit) * weight for digit, weight in zip(first12, range(13, 1, -1), strict=True))
    return (11 - weighted % 11) % 10


def parse_cid(raw: bytes) -> str:
    """The national ID; CardError GARBLED unless it is thirteen digits with the right check digit."""
    text = decode(raw)
    if len(text) != CID_LENGTH or not _is_digits(text) or check_digit(text[:-1]) != int(text[-1]):
        raise CardError("GARBLED")
    return text


def decode(raw: bytes) -> str:
    """Text of the card without its padding; a byte that no character stands for becomes U+FFFD, never nothing."""
    return "".join(_CHARACTERS[byte] for byte in raw.strip(_PADDING))


def parse_name(raw: bytes) -> CardName:
    """A name `prefix#first#middle#last`, missing parts empty; flag UNDECODABLE_BYTES."""
    parts = [decode(part) for part in raw.rstrip(_PADDING + _SEPARATOR).split(_SEPARATOR, 3)]
    title, first, middle, last = _padded(parts, 4)
    return CardName(title, first, middle, last, _decoding_flags(parts))


def parse_date(raw: bytes) -> CardDate:
    """A date YYYYMMDD of the Buddhist era, zeros where unknown; flagged INVALID_DATE or YEAR_NOT_BE, it says nothing."""
    text = decode(raw)
    if not text:
        return CardDate()
    if len(text) != len(_LIFELONG) or not _is_digits(text):
        return CardDate(flags=(INVALID_DATE,))
    be_year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    if not be_year:
        return CardDate()
    if be_year < EARLIEST_BE_YEAR:
        return CardDate(flags=(YEAR_NOT_BE,))
    year = be_year - BE_OFFSET
    try:
        date(year, month or 1, day if month and day else 1)
    except ValueError:
        return CardDate(flags=(INVALID_DATE,))
    return CardDate(year, month or None, (month and day) or None)


def parse_expiry(raw: bytes) -> CardDate:
    """The last day of a card: a date as above, or lifelong."""
    return CardDate(lifelong=True) if decode(raw) == _LIFELONG else parse_date(raw)


def parse_address(raw: bytes) -> CardAddress:
    """An address of eight parts; where there are more or fewer, the last three are still tambon, amphoe and province."""
    parts = [decode(part) for part in raw.split(_SEPARATOR)]
    before, places = (parts[:-3], parts[-3:]) if len(parts) > 3 else (parts, [])
    house, moo, trok, soi, *road = _padded(before, 5)
    tambon, amphoe, province = _padded(places, 3)
    return CardAddress(
        house=house,
        moo=_without(moo, "หมู่ที่", "หมู่ ", "ม."),
        trok=_without(trok, "ตรอก"),
        soi=_without(soi, "ซอย", "ซ."),
        road=_without(" ".join(filter(None, road)), "ถนน", "ถ."),
        tambon=_without(tambon, "ตำบล", "แขวง", "ต."),
        amphoe=_without(amphoe, "กิ่งอำเภอ", "อำเภอ", "เขต", "อ."),
        province=_without(province, "จังหวัด", "จ."),
        raw=decode(raw),
        flags=_decoding_flags(parts),
    )


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _decoding_flags(parts: list[str]) -> tuple[str, ...]:
    return (UNDECODABLE_BYTES,) if any(_UNDECODABLE in part for part in parts) else ()


def _padded(parts: list[str], count: int) -> list[str]:
    return parts + [""] * (count - len(parts))


def _without(part: str, *words: str) -> str:
    """The part without the first of the words that it begins with, once: ถนนถนนตก is the road ถนนตก."""
    word = next((word for word in words if part.startswith(word)), "")
    return part.removeprefix(word).strip()

"""A made-up Thai ID card that answers commands as real ones do; for development and tests, never for a real portal.

Its people use registration office 9901, which does not exist; a portal in production refuses such cards by their number.
"""

from dataclasses import dataclass, field

from card_bridge.thai_card import FIELDS, MOI_APPLET, NHSO_APPLET, check_digit

MODERN = bytes.fromhex("3B799600005448204E4944203137")  # "TH NID 17", T=0
OLD = bytes.fromhex("3B67000000") + b"TH NID"  # the generation that wants P2 = 01
DIRECT = bytes.fromhex("3B800181")  # T=1: answers at once
_MOI = {one.name: one for one in FIELDS if one.applet == MOI_APPLET and one.offset is not None}
_SIZE = 0x1619 + 14


def made_up_id(serial: int) -> str:
    """A national ID of the registration office that does not exist."""
    first = f"39901{serial:07d}"
    return f"{first}{check_digit(first)}"


@dataclass
class VirtualCard:
    """What the card holds, and what is wrong with it: `applets` it knows, `mute`, `garbled`, `pulled_after` so many commands."""

    cid: str = ""
    name: str = "นาย#กมล##สุขสันต์"
    birth_date: str = "25230504"
    sex: str = "1"
    address: str = "99#หมู่ที่ 1####ตำบลในเมือง#อำเภอเมืองสมุทรปราการ#จังหวัดสมุทรปราการ"
    issued: str = "25630101"
    expires: str = "99999999"
    atr: bytes = MODERN
    applets: tuple[bytes, ...] = (MOI_APPLET, NHSO_APPLET)
    mute: bool = False
    garbled: bool = False
    pulled_after: int = -1
    asked: int = field(default=0, init=False)
    _pending: bytes = field(default=b"", init=False)
    _is_open: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.cid = self.cid or made_up_id(4001)

    def memory(self) -> bytes:
        """The file of the main applet."""
        held = bytearray(b" " * _SIZE)
        words = {
            "version": "0003", "cid": self.cid, "name_th": self.name, "name_en": "Mr.#Kamol##Suksan",
            "birth_date": self.birth_date, "gender": self.sex, "card_request_no": "8888-01-01011023",
            "issuer_place": "ท้องถิ่นเทศบาลเมืองตัวอย่าง", "issue_date": self.issued, "expire_date": self.expires,
            "address": self.address, "photo_ref_no": "99011023010101",
        }  # fmt: skip
        for name, text in words.items():
            place = _MOI[name]
            assert place.offset is not None
            raw = text.encode("cp874")[: place.length].ljust(place.length)
            held[place.offset : place.offset + place.length] = raw
        if self.garbled:
            held[4:17] = b"\xff\xdb\xfe" + held[7:17]
        return bytes(held)

    def answer(self, command: bytes) -> bytes | None:
        """The answer with its two status bytes; None for a card that says nothing, or is pulled at this moment."""
        self.asked += 1
        if self.mute or self.asked == self.pulled_after:
            return None
        if command[:4] == bytes.fromhex("00A40400"):
            self._is_open = command[5:13] == MOI_APPLET and MOI_APPLET in self.applets
            return self._wait(b"\x6f\x08" + command[5:13]) if command[5:13] in self.applets else b"\x6a\x82"
        if command[:2] == bytes.fromhex("80B0") and len(command) == 7:
            offset, length = int.from_bytes(command[2:4]), command[6]
            return self._wait(self.memory()[offset : offset + length]) if self._is_open else b"\x69\x85"
        if command[:3] == bytes.fromhex("00C000"):
            return self._fetched(command)
        return b"\x6d\x00"

    def _wait(self, data: bytes) -> bytes:
        if self.atr == DIRECT:
            return data + b"\x90\x00"
        self._pending = data
        return bytes([0x61, len(data)])

    def _fetched(self, command: bytes) -> bytes:
        if command[3] != int(self.atr[:2] == b"\x3b\x67"):
            return b"\x6a\x86"
        if command[4] != len(self._pending):
            return bytes([0x6C, len(self._pending)])
        data, self._pending = self._pending, b""
        return data + b"\x90\x00"

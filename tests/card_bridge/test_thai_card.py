"""What the card says and which command follows, against the worked cases, arbitrary bytes and a card made of paper."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import national_id
from card_bridge.thai_card import (
    FIELDS,
    MOI_APPLET,
    NHSO_APPLET,
    PHOTO,
    CardDate,
    CardError,
    check_digit,
    decode,
    next_command,
    parse_address,
    parse_cid,
    parse_date,
    parse_expiry,
    parse_name,
    read_command,
    select_command,
)

DONE = b"\x90\x00"
MODERN, OLD = bytes.fromhex("3B781800"), bytes.fromhex("3B670000")


@given(st.text("0123456789", min_size=12, max_size=12))
def test_the_check_digit_is_the_portals(first12):
    assert check_digit(first12) == national_id.check_digit(first12)


def test_the_check_digit_needs_twelve_digits():
    with pytest.raises(ValueError, match="zip"):
        check_digit("19901000010")


def test_a_national_id_is_read_through_its_padding():
    assert parse_cid(b" 1990100001017\0") == "1990100001017"


@pytest.mark.parametrize(
    "raw",
    [b"1990100001018", b"199010000101", b"19901000010170", b"199010000101A", "๑๙๙๐๑๐๐๐๐๑๐๑๗".encode("cp874"), b""],
)
def test_what_is_no_national_id_is_garbled(raw):
    with pytest.raises(CardError) as caught:
        parse_cid(raw)
    assert caught.value.code == "GARBLED" == str(caught.value)


@given(st.binary(max_size=200))
def test_parsing_raises_nothing_but_its_own_error(raw):
    for parse in (decode, parse_name, parse_date, parse_expiry, parse_address):
        parse(raw)
    try:
        parse_cid(raw)
    except CardError as error:
        assert error.code == "GARBLED"


@given(st.binary(max_size=12), st.binary(max_size=3), st.binary(max_size=4))
def test_the_next_command_is_a_command_an_end_or_its_own_error(sent, status, atr):
    try:
        following = next_command(sent, status, atr)
    except CardError as error:
        assert error.code in ("NOT_THAI_ID_CARD", "UNEXPECTED_STATUS")
    else:
        assert (following is None) == (status == DONE)
        assert following is None or following[-1] == (sent[-1] if status == b"\x6a\x86" else status[1])


@given(st.binary(max_size=100))
def test_an_undecodable_byte_is_seen_never_dropped(raw):
    bare = raw.strip(b" \0\xa0")
    assert len(decode(raw)) == len(bare)
    defined = set(range(0x20, 0x7F)) | set(range(0xA0, 0xDB)) | set(range(0xDF, 0xFC))
    assert [ch == "\ufffd" for ch in decode(raw)] == [byte not in defined for byte in bare]
    assert bool(parse_name(raw).flags) == (
        "\ufffd" in "".join(vars(parse_name(raw))[part] for part in ("title", "first", "middle", "last"))
    )
    assert bool(parse_address(raw).flags) == any(
        byte not in defined for part in raw.split(b"#") for byte in part.strip(b" \0\xa0")
    )


def test_padding_is_space_nul_and_the_hard_space_and_nothing_else():
    assert decode(b" \0\xa0 A\xa0B \0\xa0") == "A B"
    assert decode(b"\x01A\t\n\x1f") == "\ufffdA\ufffd\ufffd\ufffd"


def test_the_address_keeps_what_was_written():
    assert parse_address("9#หมู่ที่ 2#x  ".encode("cp874")).raw == "9#หมู่ที่ 2#x"


def test_a_place_needs_a_house_before_it():
    four, three = (parse_address("#".join(parts).encode()) for parts in (["9", "t", "a", "p"], ["9", "2", "k"]))
    assert (four.house, four.moo, four.tambon, four.amphoe, four.province) == ("9", "", "t", "a", "p")
    assert (three.house, three.moo, three.trok, three.tambon, three.province) == ("9", "2", "k", "", "")


def test_a_prefix_is_taken_away_once_and_only_in_its_own_part():
    found = parse_address("ซอย 1#หมู่บ้านสุข##ซอยซอยสุข#ถนนถนนตก#ตำบลตำบล#เขตเขต#กรุงเทพมหานคร".encode("cp874"))
    assert (found.house, found.moo, found.soi, found.road) == ("ซอย 1", "หมู่บ้านสุข", "ซอยสุข", "ถนนตก")
    assert (found.tambon, found.amphoe, found.province) == ("ตำบล", "เขต", "กรุงเทพมหานคร")


@given(st.dates(date(1857, 1, 1), date(2200, 1, 1)))
def test_every_whole_date_comes_back(day):
    found = parse_date(f"{day.year + 543}{day:%m%d}".encode())
    assert (found.date, found.precision, found.flags, found.lifelong) == (day, "DAY", (), False)


def test_how_much_of_a_date_is_known():
    assert parse_date(b"24000000") == CardDate(1857)
    assert parse_date(b"23991231").flags == ("YEAR_NOT_BE",)
    assert [parse_date(raw).precision for raw in (b"25000000", b"25000100", b"25000101", b"", b"00000000")] == [
        *("YEAR", "MONTH", "DAY"),
        *(None, None),
    ]
    assert CardDate(1957, 2).date is CardDate(1957).date is None
    assert parse_date("๒๕๐๐๐๑๐๑".encode("cp874")).flags == ("INVALID_DATE",)
    assert parse_date(b"000").flags == ("INVALID_DATE",)
    assert parse_expiry(b"99999999") == CardDate(lifelong=True)
    assert parse_expiry(b"99999998").flags == ("INVALID_DATE",)


def test_the_map_has_no_gap_and_no_overlap():
    moi = sorted((field.offset, field.length) for field in FIELDS if field.applet == MOI_APPLET)
    gaps = [later - (offset + length) for (offset, length), (later, _) in zip(moi, moi[1:], strict=False)]
    assert gaps == [0] * 11 + [2] + [0] * (len(gaps) - 12)  # two bytes before the photo that nobody names
    assert (len(PHOTO), sum(field.length for field in PHOTO), PHOTO[-1].length) == (21, 5118, 18)
    assert {field.name for field in FIELDS if not field.may_read} == {"card_type", "laser_id"}
    assert len({(field.applet, field.name) for field in FIELDS}) == len(FIELDS)


def test_commands_are_written_as_the_card_wants_them():
    assert select_command(MOI_APPLET).hex() == "00a4040008a000000054480001"
    assert read_command(0x1579, 160).hex() == "80b0157902" + "00a0"
    fields = {(field.applet, field.name): field for field in FIELDS}
    assert fields[MOI_APPLET, "address"].commands == (read_command(0x1579, 160),)
    assert fields[NHSO_APPLET, "main_inscl"].commands == (read_command(4, 60),)
    assert [command.hex() for command in FIELDS[-1].commands] == ["8000000007", "00c0000010"]


class PaperCard:
    """A card that answers as the old protocol does: it holds each answer back until it is fetched."""

    def __init__(self, atr: bytes, p2: int, knows: bytes = MOI_APPLET, most: int = 255) -> None:
        self.atr, self.p2, self.knows, self.most = atr, p2, knows, most
        self.memory = bytes(number % 251 for number in range(0x1700))
        self.waiting = b""

    def transmit(self, command: bytes) -> tuple[bytes, bytes]:
        if command[:4] == bytes.fromhex("00A40400"):
            self.waiting = b"0123456789"
            return (b"", b"\x61\x0a") if command[5:] == self.knows else (b"", b"\x6a\x82")
        if command[:2] == b"\x80\xb0":
            offset, length = int.from_bytes(command[2:4]), int.from_bytes(command[5:])
            if length > self.most:
                return b"", bytes([0x6C, self.most])
            self.waiting = self.memory[offset : offset + length]
            return b"", bytes([0x61, length])
        if command[3] != self.p2:
            return b"", b"\x6a\x86"
        return self.waiting[: command[4]], DONE


def talk(card: PaperCard, command: bytes) -> bytes:
    """Sends commands as the next-command rule says, at most four."""
    for _ in range(4):
        data, status = card.transmit(command)
        following = next_command(command, status, card.atr)
        if following is None:
            return data
        command = following
    raise AssertionError("the conversation does not end")


@pytest.mark.parametrize("atr", [MODERN, OLD, b""])
@pytest.mark.parametrize("p2", [0, 1])
def test_every_field_is_read_from_any_generation_of_card(atr, p2):
    card = PaperCard(atr, p2)
    assert talk(card, select_command(MOI_APPLET)) == b"0123456789"
    for field in FIELDS:
        if field.applet == MOI_APPLET:
            (command,) = field.commands
            assert talk(card, command) == card.memory[field.offset : field.offset + field.length]


def test_a_card_may_say_that_the_length_is_wrong():
    assert talk(PaperCard(MODERN, 0, most=20), read_command(0x11, 100)) == PaperCard(MODERN, 0).memory[0x11 : 0x11 + 20]


def test_a_foreign_card_is_told_from_a_broken_answer():
    with pytest.raises(CardError, match="NOT_THAI_ID_CARD"):
        talk(PaperCard(MODERN, 0, knows=NHSO_APPLET), select_command(MOI_APPLET))
    with pytest.raises(CardError, match="UNEXPECTED_STATUS"):
        talk(PaperCard(MODERN, 2), read_command(4, 13))
    for status in (b"\x61", b"", b"\x6c\x01\x02", b"\x90\x00\x00"):
        with pytest.raises(CardError, match="UNEXPECTED_STATUS"):
            next_command(read_command(4, 13), status)

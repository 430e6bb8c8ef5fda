"""Thai names: one spelling, dictionary order, sameness."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.names import LAST_LETTER, hidden_sign, holds_number, key_prefix, same_name, sort_key, strange_sign, tidy

# Sorted by ICU 72, locale th. Words that differ in tone marks alone (ปา ป่า ป้า, นำ น้ำ) are in it on purpose.
DICTIONARY = """
ก็ กนก กมล กรรณิการ์ กฤษฎา กฤษณา กอ กัญญา กาญจนา กำธร กิตติ กุหลาบ เกรียงไกร เกศินี เกษม แกน แก่น แก้ว โกมล
ไกรสร ขวัญ เขมิกา คำ คำแก้ว จันทร์ จันทรา ใจดี ชัย ไชยา ณรงค์ เด่น ทองดี ธงชัย นารี นำ น้ำ นำชัย น้ำฝน บุญ
บุญมา ประเสริฐ ปา ป่า ป้า ป๊า ป๋า พร พันธ์ พันธุ์ ไพโรจน์ มณี แม้น ยุพา รัตน์ ราตรี ฤดี ฤทธิ์ ลัดดา วิชัย
ศรี ศรีสุดา ส้ม สมชาย สมหญิง เสาร์ แสง ใส หทัย หนู เหม อรุณ อ้อ ออน อ่อน อ้อย เอก แอน ไอ Anna
"""
DICTIONARY_ORDER = DICTIONARY.split()

names = st.text(alphabet="กขนสอฤเแโไะัาำิุู็่้์\u0e4d\u0e3aๆaZé\u200b\u00a0 \t๑1", max_size=12)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  สมชาย\u00a0 \t ใจดี\n", "สมชาย ใจดี"),
        ("สม\u200bชาย\ufeff", "สมชาย"),
        ("\u202eสมชาย\u202c", "สมชาย"),
        ("สม\x00ชาย\x1b", "สมชาย"),
        ("สมชาย\ud800", "สมชาย"),
        ("เเก้ว", "แก้ว"),
        ("เ\u200bเก้ว", "แก้ว"),
        ("นำ้", "น้ำ"),
        ("น\u0e4d\u0e49า", "น้ำ"),
        ("น\u0e49\u0e4dา", "น้ำ"),
        ("น\u0e4dา\u0e49", "น้ำ"),
        ("ก\u0e48\u0e34ง", "กิ่ง"),
        ("พันธ\u0e4c\u0e38", "พันธุ์"),
        ("ก\u0e49\u0e49ว", "ก้ว"),
        ("นำ\u0e49\u0e33", "น้ำ"),
        ("น\u0e4d\u0e33", "นำ"),
        ("กา", "กา"),
        ("Jose\u0301", "José"),
        ("O'Brien-Smith", "O'Brien-Smith"),
        ("", ""),
    ],
)
def test_one_spelling(typed: str, stored: str) -> None:
    assert tidy(typed) == stored


@given(names)
def test_a_tidy_name_stays_as_it_is(name: str) -> None:
    once = tidy(name)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert same_name(name, once)
    assert sort_key(name) == sort_key(once)


@given(st.text())
def test_any_text_gives_a_name_and_a_key_that_databases_store(text: str) -> None:
    for stored in (tidy(text), sort_key(text)):
        assert "\x00" not in stored
        assert stored.encode("utf-8").decode("utf-8") == stored
    assert tidy(text) == tidy(text).strip()


@pytest.mark.parametrize("unit", ["\u0e4d", "\u0e4dา", "\u0e48\u0e34", "ำ", "เ", "ก่", " ", "\u200b", "😀"])
def test_a_very_long_name_is_still_a_name(unit: str) -> None:
    """Tens of thousands of characters: a pattern that crawls would keep the test from ending."""
    endless = unit * 30_000
    assert tidy(tidy(endless)) == tidy(endless)
    assert sort_key(endless) == sort_key(tidy(endless))


def test_dictionary_order() -> None:
    shuffled = random.Random(2556).sample(DICTIONARY_ORDER, len(DICTIONARY_ORDER))
    assert sorted(shuffled, key=sort_key) == DICTIONARY_ORDER
    assert len(set(map(sort_key, DICTIONARY_ORDER))) == len(DICTIONARY_ORDER)


def test_the_order_is_that_of_bytes_too() -> None:
    """PostgreSQL's "C" and SQLite's BINARY compare UTF-8 bytes."""
    keys = [sort_key(name) for name in DICTIONARY_ORDER]
    assert sorted(keys, key=lambda key: key.encode()) == keys


def test_people_sort_by_first_name_then_surname() -> None:
    people = ["กา สมบัติ", "กา อินทร์", "ก่า กมล", "ก่า ใจดี", "การ กมล"]
    assert sorted(reversed(people), key=sort_key) == people


@given(st.lists(names.map(lambda name: tidy(name).replace(" ", "")).filter(sort_key), min_size=2, max_size=4))
def test_a_word_more_never_sorts_before_the_word_alone(words: list[str]) -> None:
    assert sort_key(words[0]) < sort_key(" ".join(words))


@pytest.mark.parametrize(
    ("before", "after"),
    [("กข่", "ก่ข"), ("ก์", "ก็"), ("ก็", "ก่"), ("10", "๒"), ("๙", "กา"), ("ฮา", "Adam"), ("adam", "Bob")],
)
def test_tones_weigh_by_their_place_and_thai_stands_between_digits_and_latin(before: str, after: str) -> None:
    assert sort_key(before) < sort_key(after)


@pytest.mark.parametrize(
    ("a", "b"), [("สมชายๆ", "สมชาย"), ("O'Brien-Smith", "obriensmith"), ("José", "Jose"), ("๑", "1")]
)
def test_what_does_not_count_in_a_dictionary(a: str, b: str) -> None:
    assert sort_key(a) == sort_key(b)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("ณ อยุธยา", "ณอยุธยา", True),
        ("น้ำฝน", "นำ้ฝน", True),
        ("เเก้ว", "แก้ว", True),
        ("ANNA", "Anna ", True),
        ("สมชาย", "สมชัย", False),
        ("ปา", "ป่า", False),
        ("พันธ์", "พันธุ์", False),
        ("สมชาย", "", False),
    ],
)
def test_same_name(a: str, b: str, same: bool) -> None:
    assert same_name(a, b) is same
    assert same_name(b, a) is same


@given(st.text(alphabet="กขคสมเแโใไะาิุ่้์็ำ ณอy", min_size=1, max_size=12), st.integers(1, 12))
def test_the_key_of_a_beginning_finds_every_name_that_begins_so(name: str, length: int) -> None:
    tidied = tidy(name)
    begun = tidied[:length]
    if tidy(begun) == begun and begun:
        assert key_prefix(begun) <= sort_key(tidied) < key_prefix(begun) + LAST_LETTER


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("สมชาย", ""), ("ณ อยุธยา", ""), ("ร.ต.ท.หญิง", ""), ("ฯพณฯ", ""), ("แก้ว ๒", ""), ("", ""),
        ("O'Brien-Müller (née Łuk)", ""),
        ("สมชาย<b>", "<"), ("=1+1", "="), ("100%", "%"), ("a@b", "@"), ("บาท฿", "฿"), ("๏สมชาย", "๏"), ("สม_ชาย", "_"),
        ('ก"', '"'), ("山田", "山"), ("ก;ข", ";"), ("ก😀", "😀"), ("\\", "\\"), ("ก/ข", "/"), ("+66", "+"),
    ],
)  # fmt: skip
def test_the_first_sign_that_no_name_has_is_found(name, sign):
    assert strange_sign(tidy(name)) == sign


@pytest.mark.parametrize(
    ("name", "held"), [("แก้ว 2569", False), ("1-9901-00000-01-7", True), ("สม ๓๙๙๐๑", True), ("", False), ("12", True)]
)
def test_a_number_in_the_place_of_a_name_is_found(name, held):
    assert holds_number(tidy(name)) is held


@pytest.mark.parametrize(
    ("typed", "sign"),
    [
        ("สมชาย", ""), ("", ""), ("น้ำ\tใจ\n", ""), ("สม\u200bชาย\ufeff\u00ad\u2060", ""), ("ณ\u00a0อยุธยา", ""),
        ("สม\u200c\u200d\u200e\u200fชาย", ""),
        ("\u202eสมชาย", "U+202E"), ("สม\u2066ชาย", "U+2066"), ("สม\u202aชาย", "U+202A"), ("สม\u2069ชาย", "U+2069"),
        ("สม\x00ชาย", "U+0000"), ("สม\x7fชาย", "U+007F"), ("สม\u200bชาย\u202c", "U+202C"), ("สม\ud800ชาย", "U+D800"),
    ],
)  # fmt: skip
def test_a_sign_that_nobody_sees_is_named_unless_it_does_no_harm(typed, sign):
    assert hidden_sign(typed) == sign

"""Baht and satang: typed, shown, and spelled out in Thai; every amount is an integer number of satang."""

import re
from decimal import ROUND_HALF_UP, Decimal

from app.domain.errors import BadInput
from app.domain.thai_calendar import to_arabic_digits

SATANG_PER_BAHT = 100
# Ten million million baht: above any budget, and far inside the 64-bit integers of both databases.
LARGEST_SATANG = 10**15

_TYPED = re.compile(r"฿? ?(?P<baht>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<satang>[0-9]{1,2}))? ?(?:บาท)?")
_DIGIT_WORDS = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACE_WORDS = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")
_MILLION = 10**6


def parse_baht(text: str, *, field: str | None = None) -> int:
    """Satang of an amount typed in baht: `1,234.50`, `฿1234.5`, `๑,๒๓๔ บาท`; no sign, at most two decimals.

    Raises BadInput REQUIRED (blank), INVALID_AMOUNT (unreadable, badly placed comma) or AMOUNT_TOO_LARGE.
    """
    typed = " ".join(to_arabic_digits(text).split())
    if not typed:
        raise BadInput("REQUIRED", field=field)
    found = _TYPED.fullmatch(typed)
    if found is None:
        raise BadInput("INVALID_AMOUNT", field=field)
    baht = found["baht"].replace(",", "").lstrip("0") or "0"
    # Measured before it is converted: Python refuses to read numbers of thousands of digits.
    if len(baht) > len(str(LARGEST_SATANG)):
        raise BadInput("AMOUNT_TOO_LARGE", field=field)
    satang = int(baht) * SATANG_PER_BAHT + int((found["satang"] or "").ljust(2, "0"))
    if satang > LARGEST_SATANG:
        raise BadInput("AMOUNT_TOO_LARGE", field=field)
    return satang


def satang_from_decimal(baht: Decimal) -> int:
    """Satang of an amount in baht, rounded half up (away from zero) to the satang (spec 3.9).

    Raises BadInput INVALID_AMOUNT for NaN and infinities, AMOUNT_TOO_LARGE beyond LARGEST_SATANG on either side.
    """
    if not baht.is_finite():
        raise BadInput("INVALID_AMOUNT")
    if abs(baht) > LARGEST_SATANG // SATANG_PER_BAHT:
        raise BadInput("AMOUNT_TOO_LARGE")
    return int(baht.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP).scaleb(2))


def format_baht(satang: int) -> str:
    """Satang as an amount in baht with commas and two decimals, without unit: `1,234.50` (spec 10.7)."""
    baht, rest = divmod(abs(satang), SATANG_PER_BAHT)
    sign = "-" if satang < 0 else ""
    return f"{sign}{baht:,}.{rest:02d}"


def baht_text(satang: int) -> str:
    """Satang spelled out as Excel's BAHTTEXT does: `หนึ่งร้อยเอ็ดบาทถ้วน`, `ยี่สิบห้าสตางค์` (spec 10.7)."""
    baht, rest = divmod(abs(satang), SATANG_PER_BAHT)
    sign = "ลบ" if satang < 0 else ""
    if not rest:
        return f"{sign}{_spell(baht) or 'ศูนย์'}บาทถ้วน"
    whole = f"{_spell(baht)}บาท" if baht else ""
    return f"{sign}{whole}{_spell(rest)}สตางค์"


def baht_text_of(baht: Decimal) -> str:
    """An amount in baht spelled out after rounding half up to the satang; errors of `satang_from_decimal`."""
    return baht_text(satang_from_decimal(baht))


def _spell(number: int) -> str:
    """A whole number in Thai words, empty for zero."""
    millions, rest = divmod(number, _MILLION)
    head = f"{_spell(millions)}ล้าน" if millions else ""
    if rest == 1 and millions:
        return f"{head}เอ็ด"
    return head + _spell_below_million(rest)


def _spell_below_million(number: int) -> str:
    words = []
    for place, digit in reversed(list(enumerate(map(int, reversed(str(number)))))):
        if digit == 0:
            continue
        if place == 1 and digit <= 2:
            words.append(("สิบ", "ยี่สิบ")[digit - 1])
        elif place == 0 and digit == 1 and number > 1:
            words.append("เอ็ด")
        else:
            words.append(_DIGIT_WORDS[digit] + _PLACE_WORDS[place])
    return "".join(words)

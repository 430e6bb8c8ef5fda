"""Names that sound alike have one key, and names that do not have two."""

import pytest

from app.domain.likeness import sound_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ศักดิ์", "สัก"), ("ไชย", "ชัย"), ("วรรณา", "วันนา"), ("กิตติ", "กิติ"), ("น้ำ", "นัม"), ("สมขา", "สมคา"),
        ("ก้อง ศรีสุข", "ก้อง ศรีสุก"), ("ณัฐพล ศรีสุข", "นัทพน สีสุข"), ("พรเทพ", "พรเทบ"), ("อำนาจ", "อำนาด"),
        ("เศรษฐ", "เสรษฐ"), ("สร้าง", "ส้าง"),
    ],
)  # fmt: skip
def test_alike(one, other):
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("สุข", "สุน"), ("สมชาย", "สมชาติ"), ("พร", "พา"), ("มานี", "มานะ"), ("แก้ว", "แก้ม"), ("สมาน", "สมัย"), ("ก ข", "ก")],
)
def test_not_alike(one, other):
    assert sound_key(one) != sound_key(other)

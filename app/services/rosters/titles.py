"""What a title tells of a person's sex: a roster has no column for the sex of a relative."""

from app.domain.people import Sex

_MALE_TITLES = ("นาย", "ด.ช.", "สามเณร")
_FEMALE_TITLES = ("นาง", "ด.ญ.", "แม่ชี")
_MONKS = frozenset({"พระ", "พระครู", "พระมหา", "พระภิกษุ"})
# Military and police ranks: a woman's carries หญิง, so the bare rank is a man's.
_RANKS = (
    *("ว่าที่", "พล", "พัน", "ร้อย", "นาวา", "เรือ", "จ่า", "สิบ", "ดาบ"),
    *("พ.ต.", "พ.ท.", "พ.อ.", "ร.ต.", "ร.ท.", "ร.อ.", "จ.ส.", "ส.ต.", "ส.ท.", "ส.อ.", "ด.ต."),
)


def sex_of_title(title: str) -> Sex | None:
    """The sex that a title tells; None where it tells none."""
    title = title.replace(" ", "")
    if "หญิง" in title or title.startswith(_FEMALE_TITLES):
        return Sex.F
    return Sex.M if title in _MONKS or title.startswith((*_MALE_TITLES, *_RANKS)) else None


def is_bare_rank(title: str) -> bool:
    """Whether only a rank without หญิง tells the sex: lists leave that word out, so it is a guess."""
    title = title.replace(" ", "")
    return sex_of_title(title) is Sex.M and title.startswith(_RANKS)

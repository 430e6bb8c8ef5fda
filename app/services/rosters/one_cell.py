"""A name written in one cell (ชื่อ-สกุล): taken apart where there is one reading only, refused where there are two."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.domain.errors import BadInput
from app.domain.names import tidy
from app.services.rosters.columns import FULL_NAME, NAME_PARTS
from app.services.rosters.words import title_of

_FULL_RANKS = tuple(
    f"{corps}{grade}"
    for corps in ("สิบ", "จ่าสิบ", "สิบตำรวจ", "ร้อย", "ร้อยตำรวจ", "พัน", "พันตำรวจ", "พันจ่า", "จ่า")
    for grade in ("ตรี", "โท", "เอก")
)
_RANKS = (
    *("ส.ต.", "ส.ท.", "ส.อ.", "จ.ส.ต.", "จ.ส.ท.", "จ.ส.อ.", "ร.ต.", "ร.ท.", "ร.อ.", "พ.ต.", "พ.ท.", "พ.อ."),
    *("ส.ต.ต.", "ส.ต.ท.", "ส.ต.อ.", "ด.ต.", "ร.ต.ต.", "ร.ต.ท.", "ร.ต.อ.", "พ.ต.ต.", "พ.ต.ท.", "พ.ต.อ."),
    *("จ.ต.", "จ.ท.", "จ.อ.", "พ.จ.ต.", "พ.จ.ท.", "พ.จ.อ."),
    *("ดาบตำรวจ", "จ่าสิบตำรวจ", *_FULL_RANKS),
)
# What personnel lists write before a name; the administrator's list of titles comes on top.
_WRITTEN = (
    *(
        "นาย",
        "นาง",
        "นางสาว",
        "น.ส.",
        "นส.",
        "เด็กชาย",
        "เด็กหญิง",
        "ด.ช.",
        "ด.ญ.",
        "หม่อมราชวงศ์",
        "หม่อมหลวง",
        "ม.ร.ว.",
        "ม.ล.",
    ),
    *("ดร.", "ผศ.", "รศ.", "ศ.", "ผศ.ดร.", "รศ.ดร.", "ศ.ดร.", "นพ.", "พญ.", "ทพ.", "ทพญ.", "นายแพทย์", "แพทย์หญิง"),
    *(f"{before}{rank}{whose}" for before in ("", "ว่าที่") for rank in _RANKS for whose in ("", "หญิง")),
)
# They begin many a first name too (พระพาย), so they count as a title only before a space.
_ALSO_IN_NAMES = ("พระ", "แม่ชี", "สามเณร", "ครู", "หม่อม")
_MONKS = "พระ"
_OF_SURNAMES = "ณ"  # ณ อยุธยา: the word that binds what stands around it into one surname
_BY_HAND = "/"  # a clerk's own division: นาย/สมชาย/ใจดี มีสุข
# Behind นาย they make a post or a rank of it (นายกเทศมนตรี, นายอำเภอ, นายหมวดเอก); กมล and กอบชัย are names.
_POSTS = re.compile(
    r"(?:ก(?:\s|$|เทศมนตรี|องค์การ|เมือง|รัฐมนตรี|สมาคม|สภา|เหล่ากาชาด|อบ[ตจ](?:[.\s]|$))"
    r"|กอง(?:ตรี|โท|เอก|ใหญ่)|หมวด(?:ตรี|โท|เอก)|อำเภอ|ทะเบียน|ช่าง|ทหาร|ตำรวจ|สัตวแพทย์)"
)
# A second title, a remark or a former surname hangs on a word that holds one of these.
_HANGS_ON = re.compile(r"[().,\[\]{}]|^-|-$")
_MARKS = "\u0e30-\u0e3a\u0e45\u0e47-\u0e4e"

Parts = Mapping[str, str]
Split = Callable[[Mapping[str, str]], Parts]


@dataclass(frozen=True, slots=True)
class _Titles:
    """How a title is found before a name: the longest known one first."""

    before: re.Pattern[str]  # with the name glued to it or behind a space
    apart: re.Pattern[str]  # as a word of its own

    def of(self, text: str) -> tuple[str, str]:
        """The title as written, and what follows; ('', text) where it begins with none."""
        found = self.before.match(text)
        return (found[0].strip(), text[found.end() :]) if found else ("", text)

    def goes_on(self, title: str, text: str) -> bool:
        """Whether the text would begin with a longer title but for a space: ร้อยตรี หญิง, นาง สาว."""
        return len(self.of(text.replace(" ", ""))[0]) > len(title.replace(" ", ""))


def splitter(titles: Iterable[str] = ()) -> Split:
    """A function that gives title, first and last name of a line's texts, knowing `titles` besides the usual ones.

    Whether each has its column or some stand in one cell. Raises BadInput with the field full_name: NAME_NO_TITLE (no known
    title stands in front), NAME_NOT_WHOLE (a part is not there), NAME_UNSURE (it can be divided in more ways); the fact
    `parts` tells which parts the cell holds.
    """
    known = _titles(titles)
    return lambda texts: _parts(texts, known)


def _parts(texts: Mapping[str, str], known: _Titles) -> Parts:
    own = {name: texts[name] for name in NAME_PARTS if name in texts}
    wanted = tuple(name for name in NAME_PARTS if name not in own)
    if not wanted:
        return own
    cell = tidy(texts[FULL_NAME])
    try:
        return own | _divided(cell, wanted, own.get("title", ""), known)
    except BadInput as fault:
        raise BadInput(fault.code, field=FULL_NAME, parts=wanted) from None


def _divided(cell: str, wanted: tuple[str, ...], own_title: str, known: _Titles) -> Parts:
    if _BY_HAND in cell:
        parts = [part.strip() for part in cell.split(_BY_HAND)]
        if len(parts) != len(wanted) or not all(parts):
            raise BadInput("NAME_UNSURE")
        divided = dict(zip(wanted, parts, strict=True))
        if not _is_first_name_by_hand(divided["first_name"], known):
            raise BadInput("NAME_UNSURE")
        return divided
    title, rest = known.of(cell)
    if title and known.goes_on(title, cell):
        raise BadInput("NAME_UNSURE")
    if "title" in wanted:
        if not title:
            raise BadInput("NAME_NO_TITLE")
        if title == "นาย" and _POSTS.match(rest):
            raise BadInput("NAME_UNSURE")
        return {"title": title} | _names(rest, wanted, known)
    if title and len(rest.split()) >= len(wanted):
        # The title of its own column once more, as a word, adds nothing; นางนวล may as well be a name.
        if title_of(title) != title_of(own_title) or not cell.startswith(f"{title} "):
            raise BadInput("NAME_UNSURE")
        cell = rest
    return _names(cell, wanted, known)


def _names(rest: str, wanted: tuple[str, ...], known: _Titles) -> Parts:
    words = rest.split()
    if "last_name" not in wanted:
        if len(words) > 1:
            raise BadInput("NAME_UNSURE")
        if not words:
            raise BadInput("NAME_NOT_WHOLE")
        _must_be_plain(rest, words, known)
        return {"first_name": words[0]}
    if len(words) < 2 or words[0] == _OF_SURNAMES or words[-1] == _OF_SURNAMES:
        raise BadInput("NAME_NOT_WHOLE")
    # Further words are one surname only around ณ; others may as well hold a middle name, a second title or a remark.
    if len(words) > 2 and (known.apart.match(rest) or not _is_surname(words[1:])):
        raise BadInput("NAME_UNSURE")
    _must_be_plain(rest, words, known)
    return {"first_name": words[0], "last_name": " ".join(words[1:])}


def _must_be_plain(rest: str, words: list[str], known: _Titles) -> None:
    """Refuse what fills the places of a name and is none: a second title, a remark, a stroke for "none"."""
    second, _ = known.of(rest)
    # Ranks written out are first names as well (พันเอก ใจดี); with a name glued to them they are not.
    if (second and words[0] not in _FULL_RANKS) or any(map(_HANGS_ON.search, words)):
        raise BadInput("NAME_UNSURE")
    if not all(any(map(str.isalpha, word)) for word in words):
        raise BadInput("NAME_UNSURE")


def _is_first_name_by_hand(name: str, known: _Titles) -> bool:
    """One word without a title on it, as ดร.สมชาย has; นางนวล and พันเอก are names where somebody says so."""
    title, _ = known.of(name)
    return len(name.split()) == 1 and (not title or title in (*_FULL_RANKS, "นาง"))


def _is_surname(words: list[str]) -> bool:
    """ณ อยุธยา, เทพหัสดิน ณ อยุธยา."""
    return len(words) in (2, 3) and words[-2] == _OF_SURNAMES


def _titles(more: Iterable[str]) -> _Titles:
    loose = {re.sub(r"\s+", "", title) for title in (*_WRITTEN, *more)} - set(_ALSO_IN_NAMES) - {""}
    apart = {title for title in loose if title.startswith(_MONKS)}
    loose -= apart
    glued = "|".join(_spaced(title) for title in sorted(loose, key=len, reverse=True))
    strict = "|".join(map(re.escape, sorted({*_ALSO_IN_NAMES, *apart}, key=len, reverse=True)))
    # A mark behind it belongs to the letter before: นายิกา is a name.
    before = re.compile(rf"(?:(?:{glued})(?![{_MARKS}.])\s*|(?:{strict})\s+)")
    return _Titles(before, re.compile(rf"(?:{glued}|{strict})\s"))


def _spaced(title: str) -> str:
    """The title however it is spaced behind its dots and after ว่าที่."""
    return r"\s*".join(map(re.escape, re.findall(r"ว่าที่|[^.]+\.?|\.", title)))

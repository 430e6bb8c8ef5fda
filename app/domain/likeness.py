"""Near misses in Thai spelling: keys, one of which is equal for names which sound alike though they are written differently.

Consonants of one sound, tone marks and silenced letters are folded as in the two Thai soundex systems: LK82 (วิชิต
หล่อจีระชุณห์กุล, เจริญ คุวินทร์พันธุ์, โปรแกรมการสืบค้นคำไทยตามเสียงอ่าน, 2525) and Udom83 (วรรณี อุดมพาณิชย์, จุฬาลงกรณ์มหาวิทยาลัย, 2526).
Those keep a few codes of a word; here every letter counts, since a list of vague likenesses helps no clerk. Vowel length,
the two ways to write ai and am, ร หัน and doubled letters are folded after the same principle.
"""

import re
from functools import lru_cache
from itertools import islice, product

from app.domain.names import tidy

# One letter for all of one initial sound: ข, ช, ซ, ย, ด, ต, น, ท, พ, ฟ, ล, ห.
_SAME_SOUND = str.maketrans("ฃคฅฆฌฉศษสญฎฏณถธฐฑฒภผฝฬฮ", "ขขขขชชซซซยดตนทททททพพฟลห")
_SHORT = str.maketrans({"ี": "ิ", "ื": "ึ", "ู": "ุ", "ใ": "ไ", "ะ": None, "ฤ": "ริ", "ฦ": "ลิ", "ๅ": None})
# What a ์ silences: some pairs of letters as a whole, else the one letter below it.
_SILENCED_PAIR = re.compile("(?:ทร|ตร|ดร|ณฑ|มณ|จน|[ก-ฮ][ิุ]?)์")
_SILENCED = re.compile("[ก-ฮ][ิุ]?์")
_TONES = re.compile("[็่-๋]")
_RO_HAN_INSIDE = re.compile("รร(?=[ก-ฮ])")
_AI_AS_AY = re.compile("([ก-ฮ])ัย")
_AI_WITH_Y = re.compile("(ไ[ก-ฮ])ย(?![าิีึืุูั])")
_DOUBLED = re.compile("([ก-ฮา])\\1+")
# ญ closes a syllable as น does, and a doubled one begins the next with ย: บุญมา, ปัญญา; written once behind ั it does both.
_YO_TWICE = re.compile("(?<=[ัิุ])ญญ?(?=[ะาำิีึืุูั])")
_YO_LAST = re.compile("(?<=[^เ-ไ])ญ(?![ะาำิีึืุูั])")
# Letters that nobody hears: พรหม, เกียรติ, มิตร, เพชร, ชาติ; ฏฐ is one sound.
_UNHEARD = re.compile("(?<=ร)ห(?=ม)|(?<=ีย)ร(?=ต)|ฏ(?=ฐ)|ต(?=ถ)|(?<=[ตทชฏ])ร$|(?<=[ตท])[ิุ]$")
# At the end of a word four sounds are left of all stops and glides; ศร, สร and ซร begin with one sound before a vowel.
_LAST = str.maketrans("ขคจชซดตทปพฟรล", "กกดดดดดดบบบนน")
_LEADING = "เแโไ"
_SILENT_RO = re.compile("ซร(?=[าิึุัอ])|(?<=[เแโไ])ซร|^ทร(?=[^ะ])")
_NO_LETTER = re.compile("[^\\w\u0e30-\u0e4e]|_")
_MOST_KEYS = 64  # of a name of many words with silenced letters


def sound_keys(name: str) -> frozenset[str]:
    """The keys of one name or of a whole one; names that sound alike have one in common: ศักดิ์/สัก, ไชย/ชัย, วรรณ/วัณ,
    กิตติ/กิติ, ศรีสุข/สีสุก, ณัฏฐพล/นัทพร, สิทธิ์/สิทธิ.

    A name has more than one where a ์ stands: what it silences is heard by whom leaves the sign out.
    """
    words = [ways for ways in map(_word_keys, tidy(name).casefold().split()) if ways]
    return frozenset(" ".join(one) for one in islice(product(*words), _MOST_KEYS)) - {""}


def sound_alike(one: str, other: str) -> bool:
    """Whether two names are near misses of each other."""
    return not sound_keys(one).isdisjoint(sound_keys(other))


@lru_cache(maxsize=20_000)  # a family shares its surname, and the same first names come by again and again
def _word_keys(word: str) -> tuple[str, ...]:
    bare = _TONES.sub("", _NO_LETTER.sub("", word))
    ways = _SILENCED_PAIR.sub("", bare), _SILENCED.sub("", bare), bare.replace("์", "")
    return tuple(filter(None, dict.fromkeys(map(_key, ways))))


def _key(bare: str) -> str:
    bare = _RO_HAN_INSIDE.sub("ั", bare).replace("รร", "ัน")
    bare = _UNHEARD.sub("", _YO_LAST.sub("น", _YO_TWICE.sub("นย", bare)))
    bare = bare.replace("ำ", "ัม").translate(_SHORT)
    bare = _AI_WITH_Y.sub(r"\1", _AI_AS_AY.sub(r"ไ\1", bare))
    sounds = _DOUBLED.sub(r"\1", _SILENT_RO.sub("ซ", _DOUBLED.sub(r"\1", bare.translate(_SAME_SOUND))))
    if sounds[-2:-1] in _LEADING:
        return sounds  # what seems the last letter begins the syllable: ใบ, ไพ
    return sounds[:-1] + sounds[-1:].translate(_LAST)


def digits_apart(one: str, other: str) -> int:
    """In how many places two numbers of one length differ; two neighbours that changed places count as one."""
    apart = place = 0
    while place < len(one):
        if one[place] != other[place]:
            apart += 1
            if one[place : place + 2] == other[place : place + 2][::-1]:
                place += 1
        place += 1
    return apart

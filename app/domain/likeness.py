"""Near misses in Thai spelling: a key that is equal for names which sound alike though they are written differently.

Consonants of one sound, tone marks and silenced letters are folded as in the two Thai soundex systems: LK82 (วิชิต
หล่อจีระชุณห์กุล, เจริญ คุวินทร์พันธุ์, โปรแกรมการสืบค้นคำไทยตามเสียงอ่าน, 2525) and Udom83 (วรรณี อุดมพาณิชย์, จุฬาลงกรณ์มหาวิทยาลัย, 2526).
Those keep a few codes of a word; here every letter counts, since a list of vague likenesses helps no clerk. Vowel length,
the two ways to write ai and am, ร หัน and doubled letters are folded after the same principle.
"""

import re

from app.domain.names import tidy

# One letter for all of one initial sound: ข, ช, ซ, ย, ด, ต, น, ท, พ, ฟ, ล, ห.
_SAME_SOUND = str.maketrans("ฃคฅฆฌฉศษสญฎฏณถธฐฑฒภผฝฬฮ", "ขขขขชชซซซยดตนทททททพพฟลห")
_SHORT = str.maketrans({"ี": "ิ", "ื": "ึ", "ู": "ุ", "ใ": "ไ", "ะ": None, "ฤ": "ริ", "ฦ": "ลิ", "ๅ": None})
_SILENCED = re.compile("(?:ทร|ตร|ดร|ณฑ|มณ|จน|[ก-ฮ][ิุ]?)์")
_TONES = re.compile("[็่-๋]")
_RO_HAN_INSIDE = re.compile("รร(?=[ก-ฮ])")
_AI_AS_AY = re.compile("([ก-ฮ])ัย")
_AI_WITH_Y = re.compile("(ไ[ก-ฮ])ย")
_DOUBLED = re.compile("([ก-ฮ])\\1+")
# At the end of a word four sounds are left of all stops and glides; ศร, สร and ซร begin with one sound before a vowel.
_LAST = str.maketrans("ขคจชซดตทปพฟรลญ", "กกดดดดดดบบบนนน")
_SILENT_RO = re.compile("ซร(?=[าิึุั])|(?<=[เแโไ])ซร")
_NO_LETTER = re.compile("[^\\w\u0e30-\u0e4e]|_")


def sound_key(name: str) -> str:
    """The key of one name or of a whole one; equal for ศักดิ์/สัก, ไชย/ชัย, วรรณ/วัณ, กิตติ/กิติ, ศรีสุข/สีสุก, ณัฐพล/นัทพร."""
    return " ".join(filter(None, map(_word_key, tidy(name).casefold().split())))


def _word_key(word: str) -> str:
    bare = _TONES.sub("", _SILENCED.sub("", _NO_LETTER.sub("", word)))
    bare = _RO_HAN_INSIDE.sub("ั", bare).replace("รร", "ัน").replace("ำ", "ัม").translate(_SHORT)
    bare = _AI_WITH_Y.sub(r"\1", _AI_AS_AY.sub(r"ไ\1", bare))
    sounds = _DOUBLED.sub(r"\1", _SILENT_RO.sub("ซ", bare.translate(_SAME_SOUND)))
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

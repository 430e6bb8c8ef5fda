"""Thai names: one spelling per name, one order for lists, one answer to "is this the same name?"."""

import re
import unicodedata

from app.domain.thai_calendar import to_arabic_digits

_SARA_AM, _SARA_AA, _NIKHAHIT, _PHINTHU = "ำ", "า", "\u0e4d", "\u0e3a"
_MARK = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_MARKS_OF_CONSONANT = re.compile(f"[{_MARK}{_SARA_AM}]{{2,}}")
_SARA_AM_IN_HALVES = re.compile(f"{_NIKHAHIT}([{_MARK}]*){_SARA_AA}")

_HARMLESS = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
)  # zero-width space, (non-)joiner, marks of direction, word joiner, mark of a file's beginning, soft hyphen
_SIGNS_IN_NAMES = frozenset(" .-'’(),")

# Sort key, see sort_key(). The separators are the lowest characters that PostgreSQL stores.
_WORD_END, _TONES_FOLLOW, _NO_TONE = "\x01", "\x02", "\x03"
LAST_LETTER = "\U0010ffff"  # sorts after whatever a name may go on with
_LEADING_VOWEL = re.compile("([เ-ไ])([ก-ฮ])")
# Where a dictionary's place differs from the code point's: ์ ranks below the tones (where ๆ was), NIKHAHIT between
# ฮ and ะ (where ฯ was), PHINTHU after ไ, Latin letters after all Thai ones; ๆ and ฯ themselves do not count.
_PLACES = str.maketrans(
    {"ๆ": None, "ฯ": None, "์": "ๆ", "ๅ": _SARA_AA, _SARA_AM: f"{_SARA_AA}ฯ", _NIKHAHIT: "ฯ", _PHINTHU: "ๅ"}
    | dict(zip("abcdefghijklmnopqrstuvwxyz", "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ", strict=True))
)
_TONES = "ๆ\u0e47-\u0e4e"
_NOT_COUNTED = re.compile(f"[^\\wะ-ๅ{_TONES}]|_")
DIGITS_IN_NAMES = 4
_TONE = re.compile(f"[{_TONES}]")
_LETTER = re.compile(f"[^{_TONES}]")


def tidy(text: str) -> str:
    """The one spelling under which a name is stored: it looks the same as what was typed, and compares equal.

    Invisible and control characters go, any white space becomes one space, เเ becomes แ, and the marks of a consonant
    stand once each in the order vowel, tone, SARA AM (น้ำ, never นำ้ or the two-piece form).
    """
    if not text.isprintable():
        text = "".join(ch for ch in text if ch.isspace() or unicodedata.category(ch) not in ("Cc", "Cf", "Cs"))
    composed = unicodedata.normalize("NFC", " ".join(text.split())).replace("เเ", "แ")
    # Runs first: they leave one of each mark, so that the search for the halves cannot crawl on hostile text.
    ordered = _MARKS_OF_CONSONANT.sub(_in_order, composed)
    if _NIKHAHIT not in ordered:
        return ordered
    return _MARKS_OF_CONSONANT.sub(_in_order, _SARA_AM_IN_HALVES.sub(rf"\1{_SARA_AM}", ordered))


def hidden_sign(text: str) -> str:
    """The first sign of a name as it was typed that nobody sees, as U+202E; empty where there is none but harmless marks.

    What turns the direction of writing shows another name than it stores, control characters belong into none. The marks
    that word processors leave where a word may break or a file begins are no one's doing: `tidy` takes them away in silence.
    """
    if text.isprintable():
        return ""
    hidden = (ch for ch in text if unicodedata.category(ch) in ("Cc", "Cf", "Cs") and not ch.isspace())
    return next((f"U+{ord(ch):04X}" for ch in hidden if ch not in _HARMLESS), "")


def strange_sign(text: str) -> str:
    """The first sign of a tidied name or title that stands in no Thai or Latin name, as < = % @; empty where there is none.

    At home are letters with their marks, digits, and the signs of ร.ต., O'Brien, Anne-Marie and (สกุลเดิม).
    """
    return next((sign for sign in text if sign not in _SIGNS_IN_NAMES and not _is_of_words(sign)), "")


def holds_number(text: str) -> bool:
    """Whether a number was typed where a name belongs, most likely a national ID, which every list would then show."""
    digits = sum(map(str.isdecimal, text))
    return digits > DIGITS_IN_NAMES or 0 < digits == sum(not sign.isspace() for sign in text)


def sort_key(text: str) -> str:
    """The key to store beside a name: in code-point order (COLLATE "C", BINARY) it sorts as a Thai dictionary does.

    Equal to ICU's Thai order word by word (design: performance section 6): leading vowels count after their
    consonant, tone marks only where all letters are equal, case and punctuation not at all. Of several words the
    first decides: `first surname` sorts by first name, then surname (spec 10.6).
    """
    # NFD, so that accents of Latin letters fall away as punctuation does.
    folded = to_arabic_digits(unicodedata.normalize("NFD", tidy(text).casefold()))
    return _WORD_END.join(filter(None, map(_word_key, folded.split())))


def key_prefix(text: str) -> str:
    """What the keys of all names begin with that begin with `text`; empty where nothing can be said.

    Tone marks stand at the end of a word's key, so the last word counts by its letters alone: who looks by this key has to
    look at the names too.
    """
    folded = to_arabic_digits(unicodedata.normalize("NFD", tidy(text).casefold()))
    *whole, last = folded.split(" ") if folded else [""]
    # A vowel that stands before its consonant says nothing until the consonant is there.
    begun = _word_key(last.rstrip("เแโใไ")).partition(_TONES_FOLLOW)[0]
    return _WORD_END.join([*filter(None, map(_word_key, whole)), begun])


def same_name(a: str, b: str) -> bool:
    """True when two spellings are one name: equal when tidied, whatever the case and the spaces (ณ อยุธยา, ณอยุธยา)."""
    return _bare(a) == _bare(b)


def _is_of_words(sign: str) -> bool:
    kind = unicodedata.category(sign)
    is_written_here = unicodedata.name(sign, "").startswith(("THAI ", "LATIN ", "COMBINING "))
    return kind == "Nd" or (kind[0] in "LM" and is_written_here)


def _in_order(cluster: re.Match[str]) -> str:
    marks = set(cluster[0])
    if _SARA_AM in marks:
        marks.discard(_NIKHAHIT)
    # Code-point order is writing order, but for SARA AM, and for PHINTHU, which Unicode wants before the vowels below.
    return "".join(sorted(marks, key=lambda mark: (mark == _SARA_AM, mark != _PHINTHU, mark)))


def _word_key(word: str) -> str:
    placed = _NOT_COUNTED.sub("", _LEADING_VOWEL.sub(r"\2\1", word).translate(_PLACES))
    letters = _TONE.sub("", placed)
    if letters == placed:
        return letters
    return letters + _TONES_FOLLOW + _LETTER.sub(_NO_TONE, placed).rstrip(_NO_TONE)


def _bare(name: str) -> str:
    return tidy(name).casefold().replace(" ", "")

"""The Thai words that a roster may use for our codes; a word outside these lists is refused, never guessed."""

import unicodedata
from enum import StrEnum
from typing import Generic, TypeVar

from app.domain.names import tidy
from app.domain.people import DocType, PersonnelType, Relation, Sex
from app.domain.thai_calendar import to_arabic_digits

_IGNORED = frozenset(".()*:\"'")
Code = TypeVar("Code", bound=StrEnum)


def fold(text: str) -> str:
    """A label without what people vary freely: spaces, dots, brackets, invisible marks, digit script, split vowels."""
    plain = unicodedata.normalize("NFKC", to_arabic_digits(tidy(text))).casefold()
    return "".join(letter for letter in plain if not letter.isspace() and letter not in _IGNORED)


class WordList(Generic[Code]):
    """A closed list of Thai words, each standing for one code."""

    def __init__(self, words: dict[str, Code]) -> None:
        self.labels = tuple(words)
        self._codes = {fold(word): code for word, code in words.items()}

    def code(self, text: str) -> Code | None:
        """The code of a word as written in a cell, or None when the list does not have it."""
        return self._codes.get(fold(text))


SEXES = WordList(
    {
        "ชาย": Sex.M,
        "ช.": Sex.M,
        "เพศชาย": Sex.M,
        "หญิง": Sex.F,
        "ญ.": Sex.F,
        "เพศหญิง": Sex.F,
    }
)

# Thai names of spec 2.4. A temporary or contract employee is none of them.
PERSONNEL_TYPES = WordList(
    {
        "ข้าราชการองค์การบริหารส่วนจังหวัด": PersonnelType.PAO_OFFICIAL,
        "ข้าราชการ อบจ.": PersonnelType.PAO_OFFICIAL,
        "พนักงานเทศบาล": PersonnelType.MUNICIPAL_OFFICER,
        "พนักงานส่วนตำบล": PersonnelType.TAO_OFFICER,
        "ข้าราชการครูที่รับถ่ายโอน": PersonnelType.TRANSFERRED_TEACHER,
        "ลูกจ้างประจำ": PersonnelType.PERMANENT_EMPLOYEE,
        "ข้าราชการการเมือง": PersonnelType.POLITICAL_EXECUTIVE,
        "นายก อบจ.": PersonnelType.POLITICAL_EXECUTIVE,
        "นายกเทศมนตรี": PersonnelType.POLITICAL_EXECUTIVE,
        "นายก อบต.": PersonnelType.POLITICAL_EXECUTIVE,
        "ผู้รับเบี้ยหวัดบำนาญ": PersonnelType.PENSIONER,
    }
)

# An adopted child (บุตรบุญธรรม) is no child in the sense of spec 3.5, so the word stays out.
RELATIONS = WordList(
    {
        "บิดา": Relation.FATHER,
        "มารดา": Relation.MOTHER,
        "คู่สมรส": Relation.SPOUSE,
        "บุตร": Relation.CHILD,
    }
)

# Thai names of spec 2.7 and what personnel offices write. คำสั่ง/ประกาศ names eight kinds at once, so it stays out.
EVIDENCE = WordList(
    {
        "สูติบัตร": DocType.BIRTH_CERT,
        "ทะเบียนบ้าน": DocType.HOUSE_REG,
        "ทะเบียนสมรส": DocType.MARRIAGE_CERT_TH,
        "ทะเบียนสมรสไทย": DocType.MARRIAGE_CERT_TH,
        "ทะเบียนสมรส (ผู้มีสิทธิกับคู่สมรส)": DocType.MARRIAGE_CERT_TH,
        "ทะเบียนสมรส ตปท.": DocType.MARRIAGE_CERT_FOREIGN,
        "ทะเบียนสมรสต่างประเทศ": DocType.MARRIAGE_CERT_FOREIGN,
        "ใบนิกะห์ (ภาษาไทย)": DocType.NIKAH_CERT_TH,
        "ทะเบียนรับรองบุตร (คร.11)": DocType.PATERNITY_REG_KR11,
        "ทะเบียนรับรองบุตร": DocType.PATERNITY_REG_KR11,
        "คำสั่งศาล (แผนกคดีเยาวชนและครอบครัว)": DocType.COURT_ORDER_FAMILY,
        "คำสั่งศาลให้เป็นคนไร้/เสมือนไร้ความสามารถ": DocType.COURT_ORDER_INCOMPETENT,
        "คำสั่งศาลให้เป็นคนไร้ความสามารถ": DocType.COURT_ORDER_INCOMPETENT,
        "คำสั่งศาลให้เป็นคนเสมือนไร้ความสามารถ": DocType.COURT_ORDER_INCOMPETENT,
        "มรณบัตร": DocType.DEATH_CERT,
        "ทะเบียนหย่า": DocType.DIVORCE_CERT,
        "ทะเบียนหย่า (คร.6/คร.7)": DocType.DIVORCE_CERT,
        "หนังสือรับรองจากโรงเรียนว่าใช้ครบ 100,000 บ.": DocType.SCHOOL_CERT_100K,
        "ทะเบียนรับบุตรบุญธรรม": DocType.ADOPTION_REG,
        "ประกาศพ้นจากตำแหน่ง": DocType.TERM_END_NOTICE,
    }
)

# Forms of the civil registry (spec 10.5); any other title is kept as written, ranks and royal titles included.
_TITLES = {fold(written): title for written, title in (
    ("เด็กชาย", "ด.ช."), ("ด.ช.", "ด.ช."), ("เด็กหญิง", "ด.ญ."), ("ด.ญ.", "ด.ญ."), ("น.ส.", "นางสาว"),
)}  # fmt: skip


def title_of(text: str) -> str:
    """A title in the form used by the register; free text is returned unchanged."""
    return _TITLES.get(fold(text), text)

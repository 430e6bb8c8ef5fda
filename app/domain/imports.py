"""The closed lists of roster imports: where an import stands, what becomes of a line, what a clerk decides."""

from enum import StrEnum


class ImportState(StrEnum):
    """Where one workbook stands on its way into the register."""

    CHECKING = "CHECKING"  # กำลังตรวจ: read and judged in the background
    REFUSED = "REFUSED"  # อ่านไฟล์ไม่ได้: the file as a whole cannot be taken
    COLUMNS = "COLUMNS"  # ต้องจับคู่คอลัมน์: the clerk has to say what a column holds
    CHECKED = "CHECKED"  # ตรวจแล้ว: every line has its fate, nothing is saved yet
    SUBMITTING = "SUBMITTING"  # กำลังส่ง: the requests are being made, visible to nobody yet
    SUBMITTED = "SUBMITTED"  # ส่งแล้ว: all of them wait for the registrar
    UNDONE = "UNDONE"  # ยกเลิกการนำเข้า: taken back as a whole before any decision


class Fate(StrEnum):
    """What becomes of a line."""

    NEW = "NEW"  # becomes a submitted request
    KNOWN = "KNOWN"  # this very right stands or is asked for here already
    CHANGED = "CHANGED"  # the right stands here, but the line says something else about it
    DOUBT = "DOUBT"  # somebody else of this name and birth date is known: a clerk decides
    MEND = "MEND"  # the line cannot be read, is mistyped or does not fit the file: mend the workbook
    LAW = "LAW"  # well written, but the law or the register says no


class Decision(StrEnum):
    """What a clerk says of a line in doubt, or of one that differs from what stands."""

    DIFFERENT = "DIFFERENT"  # another person who happens to share name and birth date: goes on
    TAKE = "TAKE"  # what the line says otherwise is asked for as a change
    SAME = "SAME"  # the same person with a mistyped ID: stays out, to be mended in the file


class LayoutSource(StrEnum):
    """How it is known what the columns of a sheet hold."""

    HEADINGS = "HEADINGS"  # by the words of their headings
    REMEMBERED = "REMEMBERED"  # as a clerk of this agency said for the same headings
    GUESSED = "GUESSED"  # from similar words and from what the cells hold; a clerk confirms

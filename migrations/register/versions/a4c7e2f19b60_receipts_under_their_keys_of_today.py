"""Receipts that were noted under an earlier way of reading numbers and places are known by today's keys.

The functions below are those of the day of this revision and never follow the code: a later change brings its own revision.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "a4c7e2f19b60"
down_revision = "5e1c0a9d3b72"
branch_labels = None
depends_on = None

AT_ONCE = 1_000

_MARK = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_MARKS_OF_CONSONANT = re.compile(f"[{_MARK}\u0e33]{{2,}}")
_SARA_AM_IN_HALVES = re.compile(f"\u0e4d([{_MARK}]*)\u0e32")
_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９", "0123456789" * 2)
_PIECES = re.compile(r"[0-9]+|[^0-9 ]+")
_UNSEEN_MARKS = re.compile(f"(?<![\u0e01-\u0e3e\u0e40-\u0e4e])[{_MARK}]+|([{_MARK}])(?=\\1)")
_BEFORE_A_PLACE = ("บริษัท", "บจก", "บมจ", "โรงพยาบาล", "รพ", "คลินิก")
_AFTER_A_PLACE = tuple(unicodedata.normalize("NFKC", word) for word in ("มหาชน", "จำกัด"))


def upgrade() -> None:
    bind = op.get_bind()
    # The triggers come back with all others after the upgrade, in the same transaction.
    for table in ("receipt_claim", "claimed_receipt"):
        on = "" if bind.dialect.name == "sqlite" else f" ON {table}"
        op.execute(f"DROP TRIGGER IF EXISTS {table}_frozen{on}")
    op.execute("DROP INDEX uq_claimed_receipt_held")
    _know_claims(bind)
    _know_receipts(bind)
    _hold_the_first(bind)
    held = sa.text("held")
    op.create_index(
        "uq_claimed_receipt_held", "claimed_receipt", ["issuer_key", "receipt_key", "total"],
        unique=True, sqlite_where=held, postgresql_where=held,
    )  # fmt: skip


def _know_claims(bind: Any) -> None:
    change = sa.text("UPDATE receipt_claim SET receipt_key = :key WHERE id = :id")
    for page in _pages(bind, "SELECT id, receipt_no, receipt_key FROM receipt_claim"):
        known = [(row, _number(row)) for row in page]
        if changed := [{"id": row.id, "key": key} for row, key in known if key != row.receipt_key]:
            bind.execute(change, changed)


def _know_receipts(bind: Any) -> None:
    change = sa.text("UPDATE claimed_receipt SET receipt_key = :key, issuer = :issuer, issuer_key = :by WHERE id = :id")
    listed = _Listed(bind)
    for page in _pages(bind, "SELECT id, receipt_no, receipt_key, issuer, issuer_key FROM claimed_receipt"):
        changed = []
        for row in page:
            key, (issuer, by) = _number(row), listed.issuer(row)
            if (key, by) != (row.receipt_key, row.issuer_key):
                changed.append({"id": row.id, "key": key, "issuer": issuer, "by": by})
        if changed:
            bind.execute(change, changed)


def _hold_the_first(bind: Any) -> None:
    """Where several that were held meet now, one holds: what is paid before what is approved, waits or is over, then the oldest.

    The others stay with their facts and hold nothing: `flask demo verify` names them.
    """
    bind.execute(sa.text(
        "UPDATE claimed_receipt SET held = FALSE WHERE id IN (SELECT id FROM (SELECT r.id, ROW_NUMBER() OVER ("
        " PARTITION BY r.issuer_key, r.receipt_key, r.total ORDER BY CASE COALESCE(a.status, c.status)"
        " WHEN 'PAID' THEN 0 WHEN 'APPROVED' THEN 1 WHEN 'PASSED' THEN 1 WHEN 'SUBMITTED' THEN 2 WHEN 'RETURNED' THEN 3 ELSE 4 END,"
        " r.id) AS place FROM claimed_receipt r JOIN receipt_claim c ON c.id = r.claim_id LEFT JOIN appeal a ON a.id = r.appeal_id"
        " WHERE r.held) AS ranked WHERE place > 1)"
    ))  # fmt: skip


def _pages(bind: Any, query: str) -> Any:
    last = 0
    while rows := bind.execute(sa.text(f"{query} WHERE id > :last ORDER BY id LIMIT {AT_ONCE}"), {"last": last}).all():
        yield rows
        last = rows[-1].id


class _Listed:
    """The hospitals of the country, each place by the first that its name or code fits, as a sent claim finds it."""

    def __init__(self, bind: Any) -> None:
        rows = bind.execute(sa.text("SELECT id, code, name_th FROM hospital ORDER BY id")).all()
        self._by_code, self._by_name, self._by_place = {}, {}, {}  # type: ignore[var-annotated]
        for row in rows:
            self._by_code.setdefault(row.code, row)
            self._by_name.setdefault(row.name_th, row)
            place = place_key(row.name_th)
            self._by_place[place] = None if place in self._by_place else row  # of several with one name none is meant

    def issuer(self, row: Any) -> tuple[str, str]:
        """Name and key of who issued a receipt."""
        text = tidy(row.issuer)
        if row.issuer_key.startswith("H:") or not text:
            return row.issuer, row.issuer_key
        known = text.replace("รพ.", "โรงพยาบาล", 1) if text.startswith("รพ.") else text
        names = (text, known, known.replace(" ", ""), f"โรงพยาบาล{text}")
        fits = [self._by_code.get(text.split(" ")[0].upper()), *map(self._by_name.get, names)]
        place = "" if "คลินิก" in text else place_key(text)
        first = min(filter(None, fits), key=lambda one: one.id, default=self._by_place.get(place) if place else None)
        return (first.name_th, issuer_key(first.code)) if first else (row.issuer, issuer_key("", text))


def _number(row: Any) -> str:
    """The key of today; a number of signs alone has none any more and keeps its old one, so that it meets no other."""
    return receipt_key(row.receipt_no) or row.receipt_key


def receipt_key(receipt_no: str) -> str:
    seen = tidy("".join(receipt_no.split()))
    folded = unicodedata.normalize("NFKC", seen.translate(_TO_ARABIC)).casefold()
    kept = "".join(ch if ch.isalnum() else _beside(ch) for ch in _UNSEEN_MARKS.sub("", folded))
    return "-".join(piece.lstrip("0") or "0" for piece in _PIECES.findall(kept))


def issuer_key(hospital_code: str, elsewhere: str = "") -> str:
    if not elsewhere.strip():
        return f"H:{hospital_code}"
    return f"N:{place_key(elsewhere) or unicodedata.normalize('NFKC', elsewhere).casefold().strip()}"


@lru_cache(maxsize=32_768)
def place_key(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name.translate(_TO_ARABIC)).casefold()
    bare = "".join(ch for ch in folded if ch.isalnum() or _is_mark(ch))
    for word in _AFTER_A_PLACE:
        bare = bare.removesuffix(word)
    for word in _BEFORE_A_PLACE:
        bare = bare.removeprefix(word)
    return bare


def _beside(ch: str) -> str:
    if _is_mark(ch):
        return ch if "\u0e01" <= ch <= "\u0e5b" and unicodedata.category(ch) != "Cn" else ""
    return " "


def _is_mark(ch: str) -> bool:
    return unicodedata.category(ch)[0] == "M"


def tidy(text: str) -> str:
    if not text.isprintable():
        text = "".join(ch for ch in text if ch.isspace() or unicodedata.category(ch) not in ("Cc", "Cf", "Cs"))
    composed = unicodedata.normalize("NFC", " ".join(text.split())).replace("\u0e40\u0e40", "\u0e41")
    ordered = _MARKS_OF_CONSONANT.sub(_in_order, composed)
    if "\u0e4d" not in ordered:
        return ordered
    return _MARKS_OF_CONSONANT.sub(_in_order, _SARA_AM_IN_HALVES.sub("\\1\u0e33", ordered))


def _in_order(cluster: re.Match[str]) -> str:
    marks = set(cluster[0])
    if "\u0e33" in marks:
        marks.discard("\u0e4d")
    return "".join(sorted(marks, key=lambda mark: (mark == "\u0e33", mark != "\u0e3a", mark)))


def downgrade() -> None:
    """The keys of before are not known any more, and nothing misses them."""

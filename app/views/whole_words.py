"""Keeps a name's words whole: Thai is written without spaces, so a browser breaks it inside a surname where a cell is narrow."""

import re
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

# A longer run of letters is a phrase rather than a name and may be broken between its words.
_LONGEST_NAME = 24
_TERMS = ("ผู้มีสิทธิ", "ผู้หมดสิทธิ", "ขอเบิก", "คืนเงิน", "โอนเงิน")
_TERM = re.compile(f"({'|'.join(_TERMS)})")
_WORD = Markup('<span class="whole">{}</span>')


def whole(words: Any) -> Markup:
    """The text with each word that a name may be marked as whole; styles forbid lines to break inside it."""
    if hasattr(words, "__html__"):
        return escape(words)  # as it is: it is marked up already
    parts = str("" if words is None else words).split()
    return Markup(" ").join(_WORD.format(part) if _breaks(part) else escape(part) for part in parts)


def unbroken(words: Any) -> Markup:
    """The text with the register's own terms marked as whole, which the browser's dictionary takes apart."""
    return Markup("").join(_WORD.format(part) if part in _TERMS else escape(part) for part in _TERM.split(str(words)))


def _breaks(word: str) -> bool:
    return len(word) <= _LONGEST_NAME and any("\u0e00" <= letter <= "\u0e7f" for letter in word)


def install(app: Flask) -> None:
    """Lets templates write `name | whole` and `title | unbroken`."""
    app.jinja_env.filters.update(whole=whole, unbroken=unbroken)

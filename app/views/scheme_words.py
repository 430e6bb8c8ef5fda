"""The order of a person's rights in all schemes as REST answers give it, and what the screens of schemes refuse."""

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.errors import PortalError
from app.rules.priority import HeldRight, Resolution
from app.views.dates import format_be
from app.views.family_words import words_of_family
from app.views.labels import label

WAITS = _l("Recorded. It counts once a registrar of the agency that answers for this person has confirmed it.")
_WORDS: dict[str, Any] = {
    "SCHEME_IS_OURS": _l("Rights of local agencies are certified here, not declared."),
    "SCHEME_NEEDS_REGISTRAR": _l(
        "Another agency holds rights of this person: a registrar of the agency of the own right has to do this."
    ),
    "OTHER_RIGHT_NOT_FOUND": _l("This right is not among those that were declared within your reach."),
    "ELECTION_YEAR_OVER": _l("A choice of that day counted until %(until)s only; it changes nothing any more."),
    "NOTHING_TO_ELECT": _l(
        "On %(date)s there is nothing to choose with this scheme: one chooses between own rights that exclude each other, such as"
        " social security and the local agency. Record the person's other own right first. (CGD s.10 para 1)"
    ),
    "ELECTION_NOT_IN_OCTOBER": _l(
        "One chooses in October. Out of October only a right that began after it opens a choice; the next October begins on"
        " %(next)s. (CGD s.10 para 1)"
    ),
    "ELECTION_MADE": _l(
        "For this fiscal year %(scheme)s was chosen already, on %(date)s: one chooses once a year. If that entry is wrong, take"
        " it back first. (CGD s.10 para 1)"
    ),
    "ELECTION_BINDS": _l("Since %(since)s this choice binds until 30 September; it cannot be taken back any more."),
    "ELECTION_NOT_FOUND": _l("There is no such choice within your reach, or it has been taken back already."),
    "SCHEME_FILE_HEADING": _l(
        "The first line must name the columns %(wanted)s (the first and “since” always). Missing or not known: %(wrong)s."
    ),
    "SCHEME_FILE_OLDER": _l("A file of %(newest)s has been loaded already; an older one would undo it."),
    "SCHEME_FILE_UNREADABLE": _l(
        "%(refused)s of %(rows)s rows cannot be read, more than %(percent)s in a hundred, so nothing of the file was taken."
    ),
    "SCHEME_FILE_TOO_LARGE": _l("The file is larger than 2 GB."),
}


def words_of_scheme(error: PortalError) -> str:
    """A refusal as a sentence."""
    sentence = _WORDS.get(error.code)
    return (
        words_of_family(error)
        if sentence is None
        else str(sentence) % {k: _readable(v) for k, v in error.facts.items()}
    )


def _readable(fact: Any) -> Any:
    if isinstance(fact, date):
        return format_be(fact, "medium")
    return label(fact) if isinstance(fact, StrEnum) else fact


def file_failure(code: str) -> Any:
    """Why a file was not loaded, from the code that its job ended with."""
    if code == "SCHEME_FILE_UNREADABLE":
        return _l("More than 10 of 100 rows cannot be read, so nothing of the file was taken.")
    return _l("The work broke off. Load the file again.")


def scheme_order(schemes: Resolution) -> dict[str, Any]:
    """`order`, `not_used`, `undecided` and `scheme_flags` as REST answers give them."""
    return {
        "order": [
            {**_held(one.right), "use": one.use, "rule": one.because.rule.rule_id if one.because else None}
            for one in schemes.order
        ],
        "not_used": [
            {**_held(one.right), "behind": one.behind.scheme, "rule": one.because.rule.rule_id}
            for one in schemes.not_used
        ],
        "undecided": [_held(one) for one in schemes.undecided],
        "scheme_flags": list(schemes.flags),
    }


def _held(right: HeldRight) -> dict[str, Any]:
    until = right.period.until_on
    return {
        "scheme": right.scheme, "rank": right.rank, "since": right.period.from_on.isoformat(),
        "until": until.isoformat() if until else None,
    }  # fmt: skip

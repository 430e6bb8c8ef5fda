"""The order of a person's rights in all schemes as REST answers give it, and what the screens of schemes refuse."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.errors import PortalError
from app.rules.priority import HeldRight, Resolution
from app.views.family_words import words_of_family

WAITS = _l("Recorded. It counts once a registrar of the agency that answers for this person has confirmed it.")
_WORDS: dict[str, Any] = {
    "SCHEME_IS_OURS": _l("Rights of local agencies are certified here, not declared."),
    "SCHEME_NEEDS_REGISTRAR": _l(
        "Another agency holds rights of this person: a registrar of the agency of the own right has to do this."
    ),
    "OTHER_RIGHT_NOT_FOUND": _l("This right is not among those that were declared within your reach."),
    "SCHEME_FILE_HEADING": _l("The first line must name the columns: %(wanted)s"),
    "SCHEME_FILE_OLDER": _l("A file of %(newest)s has been loaded already; an older one would undo it."),
    "SCHEME_FILE_UNREADABLE": _l("%(refused)s of %(rows)s rows cannot be read, so nothing of the file was taken."),
    "SCHEME_FILE_TOO_LARGE": _l("The file is larger than 2 GB."),
}


def words_of_scheme(error: PortalError) -> str:
    """A refusal as a sentence."""
    sentence = _WORDS.get(error.code)
    return words_of_family(error) if sentence is None else str(sentence) % error.facts


def file_failure(code: str) -> Any:
    """Why a file was not loaded, from the code that its job ended with."""
    if code == "SCHEME_FILE_UNREADABLE":
        return _l("Too many rows cannot be read, so nothing of the file was taken.")
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

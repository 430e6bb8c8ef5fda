"""Every code that can be raised has its words, and every closed list its labels."""

import importlib
import re
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from app.domain import people
from app.domain.errors import BadInput, Refused
from app.domain.powers import Power
from app.domain.roles import ROLES
from app.views.error_words import WORDS
from app.views.errors import words_of
from app.views.labels import LABELS, ROLE_LABELS

APP = Path(__file__).parents[2] / "app"
KINDS = "BadInput|NotFound|NotAllowed|WrongState|Refused|Conflict|PortalError"
RAISED = re.compile(rf'\b(?:{KINDS})\(\s*"([A-Z_]+)"(?: if [^)]*?else "([A-Z_]+)")?')


def raised_codes() -> dict[str, str]:
    """Each code with the file that raises it."""
    found = {}
    for file in sorted(APP.rglob("*.py")):
        for match in RAISED.finditer(file.read_text("utf-8")):
            for code in filter(None, match.groups()):
                found[code] = str(file.relative_to(APP))
    return found


def codes_with_words() -> set[str]:
    """The codes of the general table and of the tables that single screens keep beside it."""
    files = [file for ends in ("words", "faults") for file in (APP / "views").glob(f"*_{ends}.py")]
    tables = [importlib.import_module(f"app.views.{file.stem}") for file in files]
    return set(WORDS).union(*(getattr(table, name, {}) for table in tables for name in ("_WORDS", "MEND")))


def test_every_code_that_is_raised_has_its_words():
    codes, known = raised_codes(), codes_with_words()
    assert len(codes) > 60
    silent = {code: file for code, file in codes.items() if code not in known and not code.endswith("_")}
    assert silent == {}


def test_words_show_facts_as_people_read_them_and_survive_a_missing_one():
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        assert "at most 5 characters" in words_of(BadInput("TOO_LONG", longest=5))
        assert "at most – characters" in words_of(BadInput("TOO_LONG"))
        status = people.RequestStatus.DRAFT
        assert "Draft" in words_of(Refused("NOT_PENDING", citation="spec 5.1", request_no="CR1", status=status))


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in vars(people).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
    ]
    + [Power],
)
def test_every_member_of_a_closed_list_has_a_label(kind):
    assert set(LABELS[kind]) == set(kind)


def test_every_role_has_a_label():
    assert set(ROLE_LABELS) == set(ROLES)

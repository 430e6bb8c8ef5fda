"""Every act that a service writes into the audit trail, and every kind of thing, has a label for people."""

import ast
from collections.abc import Iterator

from app.domain.approval_menus import POWER_OF
from app.services.code_tables import CODE_TABLES
from app.views.audit_words import THINGS, VERBS
from tests.house import source

WRITERS = {"audit", "record", "record_many", "_record"}


def words(node: ast.expr, scope: ast.AST) -> Iterator[str]:
    """The words that an argument can be: itself, either side of a choice, or what was given to its name before."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from words(node.body, scope)
        yield from words(node.orelse, scope)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
    elif isinstance(node, ast.Name):
        for found in ast.walk(scope):
            if isinstance(found, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == node.id for t in found.targets
            ):
                yield from words(found.value, scope)


def written() -> tuple[set[str], set[str]]:
    """The verbs and the kinds of things in the services, as far as they stand there in words."""
    verbs: set[str] = set()
    things: set[str] = set()
    for path in source.files("app", "jobs"):
        for call in source.calls(path):
            if isinstance(call.func, ast.Name) and call.func.id in WRITERS and len(call.args) >= 3:
                verbs |= set(words(call.args[2], source.tree(path)))
                things |= set(words(call.args[3], source.tree(path))) if len(call.args) > 3 else set()
    return verbs, things


def test_every_act_has_a_label():
    verbs, _things = written()
    verbs = {verb for verb in verbs if not verb.endswith("*")} | {"decide_returned", "decide_rejected"}
    verbs |= {power.value for power in POWER_OF.values()} | {"cancel_in_round"}  # by menu; by statement
    assert len(verbs) > 30
    assert verbs - set(VERBS) == set()
    assert set(VERBS) - verbs == set(), "labels of acts that nobody writes any more"


def test_every_kind_of_thing_has_a_label():
    _verbs, things = written()
    things |= {table.__tablename__ for table in CODE_TABLES}
    assert things - set(THINGS) == set()
    assert set(THINGS) - things == set(), "labels of things that nobody writes any more"

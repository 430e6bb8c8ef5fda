"""A pytest plugin: runs the test of every check of card_checks.py with that check taken out, and names those that nobody missed.

Only the code of the function is exchanged, in this process, so that the prepared databases serve for all of them.
"""

import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

import pytest

import config
from tests.views.card_checks import CHECKS, Check

missed: set[str] = set()


def pytest_collection_modifyitems(session: pytest.Session, items: list[Any]) -> None:
    """Each test once for every check that it is named for."""
    found = []
    for check in CHECKS:
        for item in (
            item for item in items if f"{item.path.relative_to(config.BASE_DIR)}::{item.originalname}" == check.test
        ):
            again = type(item).from_parent(
                item.parent, name=f"{item.name} without {check.what}", callspec=getattr(item, "callspec", None),
                callobj=item.obj, fixtureinfo=item._fixtureinfo, originalname=item.originalname,
            )  # fmt: skip
            again.check = check
            missed.add(check.what)
            found.append(again)
    assert missed == {check.what for check in CHECKS}
    items[:] = found


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> Iterator[Any]:
    """Whatever goes wrong without the check is what we want; once is enough for a test of many cases."""
    check = pyfuncitem.check
    if check.what not in missed:
        pytest.skip("found already")
    with without(check):
        try:
            return (yield)
        except (Exception, pytest.fail.Exception):
            missed.discard(check.what)
            return True


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Red where a check stands for show."""
    if missed:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Which."""
    terminalreporter.write_line(
        f"{len(CHECKS) - len(missed)} of {len(CHECKS)} checks are missed when taken out; not: {missed}"
    )


@contextmanager
def without(check: Check) -> Iterator[None]:
    """The program without this check."""
    module = importlib.import_module(check.file.removesuffix(".py").replace("/", "."))
    whole = (config.BASE_DIR / check.file).read_text("utf-8")
    broken = compile(whole.replace(check.said, check.without), check.file, "exec", dont_inherit=True)
    before = compile(whole, check.file, "exec", dont_inherit=True)
    changed = [name for name, code in codes(before).items() if body(code) != body(codes(broken)[name])]
    innermost = [name for name in changed if not any(other.startswith(name + ".") for other in changed)]
    functions = [(function_of(module, name), codes(broken)[name]) for name in innermost]
    kept = [(function, function.__code__) for function, _code in functions]
    assert functions, check.what
    for function, code in functions:
        function.__code__ = code
    try:
        yield
    finally:
        for function, code in kept:
            function.__code__ = code


def codes(code: CodeType, under: str = "") -> dict[str, CodeType]:
    """Every function's and class's code by its dotted name."""
    found = {}
    for inner in (constant for constant in code.co_consts if isinstance(constant, CodeType)):
        if not inner.co_name.startswith("<"):
            found[under + inner.co_name] = inner
            found |= codes(inner, f"{under}{inner.co_name}.")
    return found


def body(code: CodeType) -> tuple[Any, ...]:
    """What the code does, without where it stands."""
    constants = tuple(body(one) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.co_code, constants, code.co_names, code.co_varnames


def function_of(module: Any, name: str) -> FunctionType:
    """The function with this name, beneath its decorators."""
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part)
    return inspect.unwrap(found)

"""Puts a fault into the functions that are there already: no module has to be imported again, so a trial takes milliseconds."""

import gc
import inspect
from collections import defaultdict
from types import CodeType, FunctionType

Exchange = tuple[CodeType, CodeType]


def live_functions() -> dict[CodeType, list[FunctionType]]:
    """Every function of this process by its code, lambdas of tables too."""
    found: dict[CodeType, list[FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        if type(thing) is FunctionType:
            found[thing.__code__].append(thing)
    return found


def exchanges(old: CodeType, new: CodeType) -> list[Exchange] | None:
    """The functions that read otherwise in the faulty module; None where its tables do, which were made at the import."""
    if not _same_besides_functions(old, new):
        return None
    found: list[Exchange] = []
    for one, other in zip(old.co_consts, new.co_consts, strict=True):
        if not isinstance(one, CodeType) or one == other:
            continue
        if one.co_flags & inspect.CO_OPTIMIZED:
            found.append((one, other))
            continue
        inner = exchanges(one, other)  # the body of a class
        if inner is None:
            return None
        found += inner
    return found


def put_in(found: list[Exchange], live: dict[CodeType, list[FunctionType]]) -> None:
    """Let the living functions run the faulty code."""
    for old, new in found:
        for function in live[old]:
            function.__code__ = new


def _same_besides_functions(old: CodeType, new: CodeType) -> bool:
    if old.co_code != new.co_code or old.co_names != new.co_names or len(old.co_consts) != len(new.co_consts):
        return False
    pairs = zip(old.co_consts, new.co_consts, strict=True)
    return all(isinstance(one, CodeType) or repr(one) == repr(other) for one, other in pairs)

"""The small faults that are put into the rules, one at a time.

A comparison turned, `and` for `or`, a `not` left out, a number one higher, yes for no, a condition always or never true, an
answer left out, `min` for `max`. Words and codes are left alone: whoever reads them compares them letter by letter.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

Change = Callable[[ast.AST], ast.AST]

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
REACHED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd,
}  # fmt: skip
CALLED = {"sorted": "list", "any": "all", "all": "any", "min": "max", "max": "min"}
CLEANED = {"strip", "rstrip", "lstrip", "removeprefix", "replace", "upper"}


@dataclass(frozen=True)
class Fault:
    """One fault of one file, and the file as it reads with it."""

    line: int
    what: str
    tree: ast.Module


def faults_in(source: str) -> Iterator[Fault]:
    """Every fault of a file, in the order of its parts; what reads as before is left out, and the same fault twice."""
    whole = ast.parse(source)
    spared = _spared(whole)
    seen = {ast.dump(whole)}
    for number, node in enumerate(ast.walk(whole)):
        if id(node) in spared:
            continue
        for what, change in _changes(node):
            tree = _changed(whole, number, change)
            if (reads := ast.dump(tree)) not in seen:
                seen.add(reads)
                yield Fault(_line(node), what, tree)


def _spared(whole: ast.Module) -> set[int]:
    """Docstrings, types and decorators: they decide nothing."""
    found: list[ast.AST] = []
    for node in ast.walk(whole):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            found += ast.walk(node.body[0])
        for name in ("annotation", "returns"):
            if isinstance(part := getattr(node, name, None), ast.AST):
                found += ast.walk(part)
        for decorator in getattr(node, "decorator_list", ()):
            found += ast.walk(decorator)
    return {id(node) for node in found}


def _line(node: ast.AST) -> int:
    stands_at = node.target if isinstance(node, ast.comprehension) else node
    return int(stands_at.lineno)  # type: ignore[attr-defined]


def _changed(whole: ast.Module, number: int, change: Change) -> ast.Module:
    tree = copy.deepcopy(whole)
    target = next(node for at, node in enumerate(ast.walk(tree)) if at == number)
    tree = _Exchange(target, change(target)).visit(tree)
    return ast.fix_missing_locations(tree)


class _Exchange(ast.NodeTransformer):
    """Puts one part in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Compare(ops=ops):
            for place, operator in enumerate(ops):
                if other := COMPARED.get(type(operator)):
                    words = f"{type(operator).__name__} -> {other.__name__}"
                    yield words, partial(_other_comparison, place=place, other=other)
        case ast.BoolOp(op=op):
            other_op = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield "and <-> or", partial(_with, op=other_op)
        case ast.UnaryOp(op=ast.Not()):
            yield "without not", lambda part: part.operand  # type: ignore[attr-defined]
        case ast.BinOp(op=op) if type(op) in REACHED:
            yield f"{type(op).__name__} -> {REACHED[type(op)].__name__}", partial(_with, op=REACHED[type(op)]())
        case ast.Constant(value=bool() | int() | bytes() as value):
            yield f"{value!r:.20} -> another", partial(_with, value=_another(value))
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield "no answer", partial(_with, value=ast.Constant(None))
        case ast.IfExp():
            yield "the other of two", lambda part: ast.IfExp(part.test, part.orelse, part.body)  # type: ignore[attr-defined]
        case _:
            yield from _changes_of_steps(node)


def _changes_of_steps(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.If():
            yield "never", partial(_with, test=ast.Constant(False))
            yield "always", partial(_with, test=ast.Constant(True))
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield "without the step", lambda _: ast.Pass()
        case ast.Continue():
            yield "continue -> break", lambda _: ast.Break()
        case ast.comprehension(ifs=[_, *_]):
            yield "all of them", partial(_with, ifs=[])
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in CLEANED:
            yield f"without .{attr}", lambda part: part.func.value  # type: ignore[attr-defined]
        case ast.Call(func=ast.Name(id=name)) if name in CALLED:
            yield f"{name} -> {CALLED[name]}", partial(_other_call, name=CALLED[name])


def _with(part: ast.AST, **fields: object) -> ast.AST:
    for name, value in fields.items():
        setattr(part, name, value)
    return part


def _other_comparison(part: ast.AST, place: int, other: type[ast.cmpop]) -> ast.AST:
    part.ops[place] = other()  # type: ignore[attr-defined]
    return part


def _other_call(part: ast.AST, name: str) -> ast.AST:
    part.func.id = name  # type: ignore[attr-defined]
    return part


def _another(value: bool | int | bytes) -> object:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case _:
            return value + b"\x01"


def _is_none(value: ast.AST) -> bool:
    return isinstance(value, ast.Constant) and value.value is None

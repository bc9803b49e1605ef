"""Small wrong changes of a module, one at a time: what a test must notice.

Each change is what a tired person types: the other comparison, one more or one less, a forgotten `not`, a line
left out, nothing returned. Texts, annotations, docstrings and decorators stay as they are: what they say is
checked by reading and by the types.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_OPPOSITES = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
_LEFT_ALONE = frozenset({"annotation", "returns", "decorator_list", "type_comment", "bases"})
_LONGEST = 90


class Mutant(NamedTuple):
    """One wrong change: where it is, what it says, and how to make it."""

    line: int
    function: str
    change: str
    number: int
    """The how manieth change of the module it is."""


class _Change(NamedTuple):
    """`said` is the change in words, where the two texts would not show it at a glance."""

    new: ast.AST
    said: str = ""


class _Place(NamedTuple):
    function: str
    old: ast.AST
    put: Callable[[ast.AST], None]


def mutants(source: str) -> list[Mutant]:
    """List every change of a module."""
    lines, found, said_before = source.splitlines(), [], Counter[tuple[str, str]]()
    for number, (place, change) in enumerate(_changes(ast.parse(source))):
        line = _line(place.old)
        said = change.said or f"{_short(place.old)} → {_short(change.new)}"
        if isinstance(place.old, ast.Constant):
            said += f" in {lines[line - 1].strip()}"
        said_before[place.function, said] += 1
        times = said_before[place.function, said]
        found.append(Mutant(line, place.function, f"{said} #{times}" if times > 1 else said, number))
    return found


def changed(source: str, mutant: Mutant) -> ast.Module:
    """Make a change."""
    tree = ast.parse(source)
    for number, (place, change) in enumerate(_changes(tree)):
        if number == mutant.number:
            place.put(ast.fix_missing_locations(ast.copy_location(change.new, place.old)))
            return tree
    raise ValueError("the module is not the one that was listed")


def _line(node: ast.AST) -> int:
    return node.target.lineno if isinstance(node, ast.comprehension) else getattr(node, "lineno", 0)


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


# --- walking ------------------------------------------------------------------------------------------------


def _changes(tree: ast.Module) -> Iterator[tuple[_Place, _Change]]:
    yield from _below(tree, "")


def _below(node: ast.AST, function: str) -> Iterator[tuple[_Place, _Change]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".strip(".")
    for field, value in ast.iter_fields(node):
        if field in _LEFT_ALONE:
            continue
        if isinstance(value, list):
            for index, child in enumerate(value):
                if isinstance(child, ast.AST) and not _is_left_alone(child):
                    yield from _of(_Place(function, child, _putter(value, index)))
        elif isinstance(value, ast.AST) and not _is_left_alone(value):
            yield from _of(_Place(function, value, _setter(node, field)))


def _of(place: _Place) -> Iterator[tuple[_Place, _Change]]:
    variants = (_of_statement if isinstance(place.old, ast.stmt) else _of_expression)(place.old)
    if place.function or not isinstance(place.old, ast.stmt):  # a name left out of a module is no subtle slip
        for change in variants:
            yield place, change
    yield from _below(place.old, place.function)


def _putter(values: list[ast.AST], index: int) -> Callable[[ast.AST], None]:
    return lambda new: values.__setitem__(index, new)


def _setter(node: ast.AST, field: str) -> Callable[[ast.AST], None]:
    return lambda new: setattr(node, field, new)


def _is_left_alone(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.JoinedStr():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
    return False


# --- changing -----------------------------------------------------------------------------------------------


def _of_statement(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.If() | ast.While():
            yield from _tests(node)
        case ast.Return(value=value) if value is not None and not _is_nothing(value):
            yield _Change(ast.Return(ast.Constant(None)))
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.Raise() | ast.Continue():
            yield _Change(ast.Pass(), f"without {_short(node)}")


def _of_expression(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield from _boolean(node)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield _Change(copy.deepcopy(operand))
        case ast.Call():
            yield from _calls(node)
        case ast.IfExp():
            yield from _tests(node)
        case ast.comprehension():
            yield from _conditions(node)
        case _:
            yield from _of_value(node)


def _of_value(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Constant(value=bool(value)):
            yield _Change(ast.Constant(not value))
        case ast.Constant(value=int(value)):
            yield from (_Change(ast.Constant(value + more)) for more in (1, -1))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            other = _ARITHMETIC[type(op)]()
            yield _Change(ast.BinOp(copy.deepcopy(left), other, copy.deepcopy(right)))
        case ast.Set(elts=elements) if len(elements) > 1:
            for index, gone in enumerate(elements):
                yield _Change(ast.Set(_without(elements, index)), f"without {_short(gone)} in {_short(node)}")


def _comparisons(node: ast.Compare) -> Iterator[_Change]:
    for index, op in enumerate(node.ops):
        for other in _COMPARISONS[type(op)]:
            new = copy.deepcopy(node)
            new.ops[index] = other()
            yield _Change(new)


def _boolean(node: ast.BoolOp) -> Iterator[_Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield _Change(ast.BoolOp(other, copy.deepcopy(node.values)), f"{_word(other)} in {_short(node)}")
    for index, gone in enumerate(node.values):
        rest = _without(node.values, index)
        new = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        yield _Change(new, f"without {_short(gone)} in {_short(node)}")


def _calls(node: ast.Call) -> Iterator[_Change]:
    if isinstance(node.func, ast.Name) and node.func.id in _OPPOSITES:
        new = copy.deepcopy(node)
        new.func = ast.Name(_OPPOSITES[node.func.id], ast.Load())
        if node.func.id == "sorted":
            new.keywords = []
        yield _Change(new, f"{_OPPOSITES[node.func.id]} in {_short(node)}")
    for index, keyword in enumerate(node.keywords):
        new = copy.deepcopy(node)
        del new.keywords[index]
        yield _Change(new, f"without {keyword.arg or '**'}= in {_short(node)}")


def _tests(node: ast.If | ast.IfExp | ast.While) -> Iterator[_Change]:
    if isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        return  # changed by themselves
    for value in (False,) if isinstance(node, ast.While) else (True, False):
        new = copy.deepcopy(node)
        new.test = ast.Constant(value)
        yield _Change(new, f"{value} for {_short(node.test)} after if")


def _conditions(node: ast.comprehension) -> Iterator[_Change]:
    for index, condition in enumerate(node.ifs):
        new = copy.deepcopy(node)
        del new.ifs[index]
        yield _Change(new, f"without if {_short(condition)}")


def _without(nodes: list[ast.expr], index: int) -> list[ast.expr]:
    return [copy.deepcopy(node) for place, node in enumerate(nodes) if place != index]


def _is_nothing(node: ast.AST) -> bool:
    """Tell whether this is a value that reads as None does: None itself, False, an empty text."""
    return isinstance(node, ast.Constant) and node.value in (None, False, "")


def _word(op: ast.boolop) -> str:
    return "or" if isinstance(op, ast.Or) else "and"

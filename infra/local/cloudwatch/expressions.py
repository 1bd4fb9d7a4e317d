"""The expressions of a dashboard: searches, sums of what they find, and arithmetic with both.

CloudWatch's are calls and arithmetic as Python writes them too, so Python reads them.
"""

import ast
import operator
import re
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

Values = dict[float, float]
"""{begin of a period: value}"""


class Found(NamedTuple):
    """A line that was searched for, by its dimensions; of a sum, none."""

    dimensions: dict[str, str]
    values: Values


class Search(NamedTuple):
    namespace: str
    name: str
    dimensions: frozenset[str]
    where: dict[str, str]
    """What some of the dimensions have to be."""
    stat: str


SEARCH = re.compile(
    r'\{"(?P<namespace>[^"]+)",(?P<dimensions>[\w,]+)\}'
    r' MetricName="(?P<name>\w+)"(?P<where>(?: \w+="\w+")*)'
)

ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def lines(expression: str, search: Callable[[Search], list[Found]]) -> list[Found]:
    """What an expression comes to. Raises ValueError for what is not understood."""
    found = _value(ast.parse(expression, mode="eval").body, search)
    assert not isinstance(found, float), "a number is no line"
    return found


def _value(node: ast.expr, search: Callable[[Search], list[Found]]) -> list[Found] | float:
    match node:
        case ast.Constant(value=float(number)):
            return number
        case ast.Call(
            func=ast.Name(id="SEARCH"),
            args=[ast.Constant(value=str(query)), ast.Constant(value=str(stat))],
        ) if asked := SEARCH.fullmatch(query):
            names = frozenset(asked["dimensions"].split(","))
            where = dict(re.findall(r'(\w+)="(\w+)"', asked["where"]))
            return search(Search(asked["namespace"], asked["name"], names, where, stat))
        case ast.Call(func=ast.Name(id="SUM"), args=[one]):
            return _sum(_value(one, search))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            return _combined(ARITHMETIC[type(op)], _value(left, search), _value(right, search))
        case _:
            raise ValueError(f"no search that is understood here: {ast.unparse(node)}")


def _sum(found: list[Found] | float) -> list[Found]:
    assert not isinstance(found, float), "a number has no lines"
    total: Values = defaultdict(float)
    for line in found:
        for at, value in line.values.items():
            total[at] += value
    return [Found({}, dict(total))]


def _combined(
    act: Callable[[float, float], float], left: list[Found] | float, right: list[Found] | float
) -> list[Found]:
    """Lines by a number or by one line, where both have a value."""
    assert not isinstance(left, float), "lines come first"
    if isinstance(right, float):
        return [
            line._replace(values={at: act(value, right) for at, value in line.values.items()})
            for line in left
        ]
    (by,) = right
    return [
        line._replace(
            values={
                at: act(value, by.values[at])
                for at, value in line.values.items()
                if by.values.get(at)
            }
        )
        for line in left
    ]

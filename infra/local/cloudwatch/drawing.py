"""Graphs, bars and numbers as SVG.

Sizes are in pixels. The width of a text cannot be measured here, so it is taken to be larger.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

from infra.local.cloudwatch.series import Series

COLOURS = (
    "#1f5fa8",
    "#d1495b",
    "#2e8b57",
    "#e08e00",
    "#7b4fa3",
    "#008c9e",
    "#8c564b",
    "#c2338f",
    "#5c6b73",
    "#9aa500",
    "#3f2f8f",
)
LETTER = 7
"""The width of a letter, at most; all labels are set in a text that is 12 pixels high."""
LINE = 18
"""From one line of text to the next."""
LEGEND_ROWS = 4
DOT = 2.5
TICKS = 5
TIME_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)


class Size(NamedTuple):
    width: int
    height: int


def graph(lines: Sequence[Series], start: float, end: float, unit: str, size: Size) -> str:
    """Values over the time from ``start`` to ``end``, in seconds since 1970, with a legend."""
    legend = _legend([line.label for line in lines], size)
    step = _step(max(value for line in lines for _, value in line.values))
    top = step * max(1, math.ceil(max(v for line in lines for _, v in line.values) / step))
    ticks = [step * n for n in range(round(top / step) + 1)]
    left = 8 + LETTER * max(len(number(tick)) for tick in ticks)
    right, above = size.width - 28, LINE + 8
    below = size.height - len(legend) * LINE - LINE - 10

    def x(at: float) -> float:
        return left + (right - left) * (min(max(at, start), end) - start) / max(end - start, 1)

    def y(value: float) -> float:
        return below - (below - above) * value / top

    drawn = [_text(0, 12, unit, "unit")]
    if unnamed := len(lines) - sum(map(len, legend)):
        drawn.append(_text(right, 12, f"{unnamed} more have no room for a name", "end"))
    for tick in ticks:
        drawn.append(f'<path class="rule" d="M{left} {y(tick):.1f}H{right}"/>')
        drawn.append(_text(left - 6, y(tick) + 4, number(tick), "end"))
    for at, label in _times(start, end, (right - left) // (10 * LETTER)):
        if x(at) < LETTER * len(label) / 2:
            continue  # it would be cut off
        drawn.append(f'<path class="tick" d="M{x(at):.1f} {below}v4"/>')
        drawn.append(_text(x(at), below + LINE, label, "middle"))
    for line, colour in zip(lines, _colours(), strict=False):
        places = [(x(at), y(value)) for at, value in line.values]
        way = "L".join(f"{across:.1f} {down:.1f}" for across, down in places)
        drawn.append(f'<path class="line" stroke="{colour}" d="M{way}"/>')
        drawn += [
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="{DOT}" fill="{colour}"/>'
            for across, down in places
        ]
    return _svg(size, *drawn, *(text for row in legend for text in row))


def bars(lines: Sequence[Series], size: Size) -> str:
    """One bar for each line, the longest first, as many as there is room for."""
    ranked = sorted(
        (
            (line.values[-1][1], line.label, colour)
            for line, colour in zip(lines, _colours(), strict=False)
        ),
        reverse=True,
    )
    ranked = ranked[: size.height // LINE]
    pitch = min(size.height // len(ranked), 26)
    left = 10 + LETTER * max(len(label) for _, label, _ in ranked)
    most = max(ranked[0][0], 1)
    room = size.width - left - 8 - LETTER * max(len(number(value)) for value, _, _ in ranked)
    drawn = []
    for row, (value, label, colour) in enumerate(ranked):
        length = max(room * value / most, 1)
        top = row * pitch
        drawn += [
            _text(left - 8, top + pitch / 2 + 4, label, "end"),
            f'<rect x="{left}" y="{top + 3}" width="{length:.1f}" height="{pitch - 6}"'
            f' fill="{colour}"/>',
            _text(left + length + 6, top + pitch / 2 + 4, number(value), "start"),
        ]
    return _svg(size, *drawn)


def numbers(lines: Sequence[Series], size: Size) -> str:
    """The last value of each line: side by side and large, or below each other if they are many."""
    shown = [(number(line.values[-1][1]), line.label) for line in lines]
    wide = size.width / len(shown)
    if LETTER * (max(len(label) for _, label in shown) + 1) > wide:
        return _list(shown, size)
    height = min(44, wide / (0.75 * max(len(value) for value, _ in shown)))
    base = size.height / 2 + height / 4
    drawn = []
    for column, (value, label) in enumerate(shown):
        middle = wide * (column + 0.5)
        drawn += [
            f'<text class="large" x="{middle:.1f}" y="{base:.1f}"'
            f' style="font-size: {height:.0f}px">{value}</text>',
            _text(middle, base + 24, label, "middle"),
        ]
    return _svg(size, *drawn)


def _list(shown: Sequence[tuple[str, str]], size: Size) -> str:
    left = LETTER * max(len(value) for value, _ in shown)
    rows = list(enumerate(shown[: size.height // LINE], 1))
    return _svg(
        size,
        *(_text(left, row * LINE - 4, value, "end") for row, (value, _) in rows),
        *(_text(left + 10, row * LINE - 4, label, "start") for row, (_, label) in rows),
    )


def number(value: float) -> str:
    """A number for people: 12,345, 0.25, 1.5."""
    return f"{value:,.0f}" if value == round(value) or value >= 1000 else f"{value:.3g}"


def _step(most: float) -> float:
    """The distance of the rules on an axis up to ``most``: 1, 2 or 5 times a power of ten."""
    rough = max(most, 1e-9) / TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough * (1 - 1e-9))
    return max(step, 1.0) if most == round(most) else float(step)


def _times(start: float, end: float, most: float) -> list[tuple[float, str]]:
    """Instants to be named on an axis, at most ``most`` of them."""
    step = next((s for s in TIME_STEPS if (end - start) / s < most), TIME_STEPS[-1])
    form = "%H:%M:%S" if step < 60 else "%H:%M"
    first = math.ceil(start / step) * step
    return [
        (at, datetime.fromtimestamp(at, UTC).strftime(form))
        for at in range(int(first), int(end) + 1, step)
    ]


def _legend(labels: Sequence[str], size: Size) -> list[list[str]]:
    """The rows of a legend at the bottom, as many as there is room for."""
    rows: list[list[tuple[int, str, str]]] = [[]]
    across = 0
    for label, colour in zip(labels, _colours(), strict=False):
        wide = 16 + LETTER * len(label) + 12
        if across + wide > size.width and rows[-1]:
            if len(rows) == LEGEND_ROWS:
                break
            rows.append([])
            across = 0
        rows[-1].append((across, label, colour))
        across += wide
    return [
        [
            f'<rect x="{left}" y="{size.height - (len(rows) - row) * LINE + 5}" width="10"'
            f' height="10" fill="{colour}"/>'
            + _text(left + 15, size.height - (len(rows) - row) * LINE + 14, label, "start")
            for left, label, colour in shown
        ]
        for row, shown in enumerate(rows)
    ]


def _colours() -> tuple[str, ...]:
    return COLOURS * 4


def _text(x: float, y: float, text: str, how: str) -> str:
    return f'<text class="{how}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _svg(size: Size, *drawn: str) -> str:
    return f'<svg width="{size.width}" height="{size.height}">{"".join(drawn)}</svg>'

"""The dashboards as pages: drawn from their own definition and from what this machine has recorded.

Everything is drawn here, so that a page needs nothing but a browser.
"""

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from infra.local import platform
from infra.local.cloudwatch import drawing, insights, metrics
from infra.local.cloudwatch.drawing import Size
from infra.local.cloudwatch.insights import Logged
from infra.local.cloudwatch.series import Recorded
from infra.local.environment import REGION, STAGE
from infra.local.gateway import Answer
from infra.local.state import State
from infra.stack import dashboards

Body = dict[str, Any]

LOOK_BACK_SECONDS = 3 * 3600
"""What CloudWatch's console shows first; here less, if there is less."""

PERIODS_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300)
POINTS = 60
"""The points of a line, at most: the shortest period that gives no more is taken."""

NOTHING = "No data in this time"

COLUMN, ROW, GAP = 60, 44, 12
"""Pixels of one unit of the grid, and of the space between widgets."""
TITLE, PADDING = 34, 14

STYLE = """
body { margin: 12px; width: 1440px; background: #eef1f4; color: #16202a;
  font: 14px "Liberation Sans", Arial, Helvetica, sans-serif }
header { margin: 4px 4px 12px; color: #46535f } header b { color: #16202a }
main { display: grid; grid-template-columns: repeat(24, 60px); grid-auto-rows: 44px;
  margin-bottom: 24px }
section { margin: 0 12px 12px 0; padding: 0 14px; background: #fff; border: 1px solid #d5dbe1;
  border-radius: 4px; box-sizing: border-box; overflow: auto }
h1 { font-size: 20px; margin: 12px 0 6px } h2 { font-size: 15px; margin: 10px 0 6px }
p { margin: 6px 0; line-height: 1.4 } p.nothing { color: #77838f; margin-top: 40px;
  text-align: center }
svg { display: block } svg text { font-size: 12px; fill: #46535f }
svg .end { text-anchor: end } svg .middle, svg .large { text-anchor: middle }
svg .large { fill: #16202a; font-weight: bold }
svg .rule { stroke: #e4e8ec } svg .tick { stroke: #98a4af }
svg .line { fill: none; stroke-width: 1.5 }
table { border-collapse: collapse; width: 100%; font-size: 12px }
th { text-align: left; border-bottom: 1px solid #98a4af }
td { border-bottom: 1px solid #e4e8ec } th, td { padding: 3px 8px 3px 0 }
td.number { text-align: right } th.number { text-align: right }
"""


def answer(state: State, *names: str) -> Answer:
    """A page with these dashboards, by default with all."""
    now = time.time()
    html = page(names or tuple(bodies()), state, now - LOOK_BACK_SECONDS, now)
    return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, html.encode())


def bodies() -> dict[str, Body]:
    """The dashboards of this machine, as CloudWatch would take them."""
    return dashboards.bodies(STAGE, REGION)


def height(body: Body) -> int:
    """The height of one dashboard's page, in pixels."""
    rows: int = max(widget["y"] + widget["height"] for widget in body["widgets"])
    return 60 + ROW * rows


def page(names: Sequence[str], state: State, start: float, now: float) -> str:
    """HTML with these dashboards from ``start``, or the first record since, to ``now``."""
    points = [p for p in metrics.points(state.metrics) if start <= p.at.timestamp() <= now]
    start = min((p.at.timestamp() for p in points), default=start)
    period = next(p for p in PERIODS_SECONDS if (now - start) / p <= POINTS or p == 300)
    recorded = Recorded(points, start, now)
    logs = [one for one in insights.logged(state.logs) if start <= one.at.timestamp() <= now]
    drawn = "".join(
        f'<main id="{name}">{_widgets(bodies()[name], recorded, logs, period)}</main>'
        for name in names
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh"'
        f' content="30"><title>Antrian Paspor: {escape(", ".join(names))}</title>'
        f"<style>{STYLE}</style><body><header>From <b>{_clock(start)}</b> to <b>{_clock(now)}</b>"
        f" UTC on this machine; a point is {period} s (on AWS 300 s).</header>{drawn}</body></html>"
    )


def _widgets(body: Body, recorded: Recorded, logs: list[Logged], period: float) -> str:
    return "".join(
        f'<section style="grid-column: {w["x"] + 1} / span {w["width"]};'
        f' grid-row: {w["y"] + 1} / span {w["height"]}">'
        f"{_widget(w, recorded, logs, period)}</section>"
        for w in body["widgets"]
    )


def _widget(widget: Body, recorded: Recorded, logs: list[Logged], period: float) -> str:
    properties = widget["properties"]
    if widget["type"] == "text":
        return _markdown(properties["markdown"])
    title = f"<h2>{escape(properties['title'])}</h2>"
    if widget["type"] == "log":
        return title + _table(insights.answer(properties["query"], logs))
    size = Size(
        widget["width"] * COLUMN - GAP - 2 * PADDING - 2,
        widget["height"] * ROW - GAP - TITLE - PADDING,
    )
    return title + _metrics(properties, recorded, period, size)


def _metrics(properties: Body, recorded: Recorded, period: float, size: Size) -> str:
    lines = recorded.lines(properties, period)
    if not lines:
        names = {line[1] for line in properties["metrics"] if len(line) > 1}
        return _nothing("Only AWS measures this" if names & platform.UNKNOWN else NOTHING)
    match properties["view"]:
        case "timeSeries":
            unit = properties["yAxis"]["left"]["label"]
            return drawing.graph(lines, recorded.start, recorded.end, unit, size)
        case "bar":
            return drawing.bars(lines, size)
        case "singleValue":
            return drawing.numbers(lines, size)
        case view:
            raise ValueError(f"no view that is drawn here: {view}")


def _table(found: insights.Table) -> str:
    if not found.rows:
        return _nothing(NOTHING)
    head = "".join(_cell("th", field, found.rows[0][n]) for n, field in enumerate(found.fields))
    rows = (
        "<tr>" + "".join(_cell("td", "" if v is None else v, v) for v in row) + "</tr>"
        for row in found.rows
    )
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _cell(kind: str, shown: object, value: object) -> str:
    how = ' class="number"' if isinstance(value, int | float) else ""
    return f"<{kind}{how}>{escape(str(shown))}</{kind}>"


def _nothing(why: str) -> str:
    return f'<p class="nothing">{why}</p>'


def _markdown(text: str) -> str:
    """The part of Markdown that our texts use: a heading, paragraphs, bold and emphasis."""
    html = escape(text, quote=False)
    html = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html)
    html = re.sub(r"\*(.+?)\*", r"<i>\1</i>", html)
    return "".join(
        f"<h1>{line[2:]}</h1>" if line.startswith("# ") else f"<p>{line}</p>"
        for line in html.split("\n")
    )


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%d %B %Y, %H:%M:%S")

"""The widgets of a dashboard, and how they are laid out.

What one may say is in CloudWatch's "Dashboard body structure and syntax". Of it, only what
infra/local draws too is used here.
"""

from typing import Any

Body = dict[str, Any]
Line = list[Any]

SIZES = {1: (24, 2), 2: (12, 6), 3: (8, 6), 4: (6, 4)}
"""{widgets in a row: (width, height) of each}; the console's grid has 24 columns."""


def graph(title: str, unit: str, *lines: Line) -> Body:
    axis = {"left": {"label": unit, "min": 0, "showUnits": False}}
    return _widget("metric", title=title, view="timeSeries", metrics=list(lines), yAxis=axis)


def number(title: str, *lines: Line) -> Body:
    """The last value."""
    return _widget("metric", title=title, view="singleValue", metrics=list(lines))


def total(view: str, title: str, *lines: Line) -> Body:
    """One value for all the time that is looked at."""
    return _widget("metric", title=title, view=view, metrics=list(lines), setPeriodToTimeRange=True)


def table(title: str, query: str) -> Body:
    return _widget("log", title=title, view="table", query=query)


def text(markdown: str) -> Body:
    return _widget("text", markdown=markdown)


def _widget(kind: str, **properties: Any) -> Body:
    if kind == "metric":
        properties["period"] = 300
    return {"type": kind, "properties": properties}


def laid_out(rows: list[list[Body]], region: str) -> Body:
    """The widgets, row by row from the top; those of a row are of one size."""
    widgets: list[Body] = []
    y = 0
    for row in rows:
        width, height = SIZES[len(row)]
        for index, widget in enumerate(row):
            place = {"x": index * width, "y": y, "width": width, "height": height}
            if widget["type"] != "text":
                widget["properties"]["region"] = region
            widgets.append(widget | place)
        y += height
    return {"widgets": widgets}

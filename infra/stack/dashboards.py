"""The two dashboards: the service as its people see it, and the platform under it.

What a widget may say is in CloudWatch's "Dashboard body structure and syntax". Of it, only what
infra/local draws too is used here.
"""

import json
from typing import Any

from app import app
from chalicelib.telemetry import Metric, namespace
from infra.stack import tables
from infra.stack.functions import BEHIND_GATEWAY, FUNCTIONS, full_name
from infra.stack.stages import Stage

Body = dict[str, Any]
Line = list[Any]

SIZES = {1: (24, 2), 2: (12, 6), 3: (8, 6), 4: (6, 4)}
"""{widgets in a row: (width, height) of each}; the console's grid has 24 columns."""


def resources(stage: Stage) -> dict[str, Any]:
    """{logical id: resource} of the dashboards."""
    return {
        f"{name.capitalize()}Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardName": full_name(stage, name),
                # A label's ${PROP(...)} is CloudWatch's, not CloudFormation's.
                "DashboardBody": {"Fn::Sub": json.dumps(body).replace("${PROP", "${!PROP")},
            },
        }
        for name, body in bodies(stage, "${AWS::Region}").items()
    }


def bodies(stage: Stage, region: str) -> dict[str, Body]:
    """{name: body} of both, as CloudWatch takes them."""
    return {
        "service": _laid_out(_service(stage), region),
        "platform": _laid_out(_platform(stage), region),
    }


def _service(stage: Stage) -> list[list[Body]]:
    ours = namespace(stage.name)

    def line(metric: Metric, label: str, stat: str = "Sum", **dimensions: str) -> Line:
        of = [part for pair in dimensions.items() for part in pair]
        return [ours, metric.value, *of, {"stat": stat, "label": label}]

    def split(metric: Metric, *dimensions: str, stat: str = "Sum", what: str = "") -> Line:
        """All lines of a metric, whatever values its dimensions have."""
        schema = ",".join([f'"{ours}"', *dimensions])
        search = f'{{{schema}}} MetricName="{metric.value}"'
        label = what + " ".join(f"${{PROP('Dim.{name}')}}" for name in dimensions)
        return [{"expression": f"SEARCH('{search}', '{stat}')", "label": label}]

    def logged(title: str, message: str, query: str, *functions: str) -> Body:
        source = " | ".join(f"SOURCE '/aws/lambda/{full_name(stage, one)}'" for one in functions)
        return _table(title, f'{source} | filter message = "{message}" | {query} | limit 20')

    return [
        [
            _text(
                f"# Antrian Paspor, {stage.name}\n"
                "**No orphans** above zero: a place is neither free nor held, or a booking holds"
                ' none; look at once. What to do: *docs/operations.md*, "The dashboards".'
            )
        ],
        [
            _total("singleValue", "Booked", line(Metric.BOOKINGS, "bookings", result="booked")),
            _number("Places left", split(Metric.PLACES_LEFT, "zone", stat="Minimum")),
            _total(
                "singleValue",
                "No orphans",
                line(Metric.INVARIANT_BREACHES, "breaches of the invariant"),
            ),
            _total("singleValue", "Faults", line(Metric.FAULTS, "faults")),
        ],
        [
            _graph("Bookings and refusals", "requests", split(Metric.BOOKINGS, "result")),
            _total("bar", "Bookings and refusals, by reason", split(Metric.BOOKINGS, "result")),
            _graph("Visits", "tickets", split(Metric.VISITS, "outcome")),
        ],
        [
            _graph(
                "Waits, until called",
                "seconds",
                split(Metric.WAIT, "zone", stat="p50", what="median, "),
                split(Metric.WAIT, "zone", stat="p90", what="nine of ten, "),
            ),
            _graph(
                "Lines behind",
                "seconds",
                split(Metric.LINE_LAG, "zone", stat="Maximum"),
                line(Metric.CALL_UNSERVED, "called and not served", "Maximum"),
            ),
            _graph(
                "Errors of estimates",
                "seconds",
                split(Metric.ESTIMATE_ERROR, "zone", stat="p50", what="median, "),
                split(Metric.ESTIMATE_ERROR, "zone", stat="p90", what="nine of ten, "),
            ),
        ],
        [
            _graph("Presses refused", "presses", split(Metric.PRESSES_REFUSED, "zone")),
            _graph("Largest board", "bytes", split(Metric.BOARD_BYTES, "zone", stat="Maximum")),
            _graph("Days not closed", "days", line(Metric.DAYS_NOT_CLOSED, "late", "Maximum")),
        ],
        [
            _graph("Draws", "", line(Metric.DRAWS, "draws"), line(Metric.ENTRIES, "entries")),
            _graph("Lines of draws", "lines", split(Metric.DRAW_LINES, "result")),
            _graph("Not settled", "seconds", line(Metric.DRAW_UNSETTLED, "longest", "Maximum")),
        ],
        [
            _graph("Places left", "places", split(Metric.PLACES_LEFT, "zone", stat="Minimum")),
            _graph(
                "Time to sold out",
                "seconds",
                line(Metric.TIME_TO_SOLD_OUT, "fastest slot", "Minimum"),
                line(Metric.TIME_TO_SOLD_OUT, "median slot", "p50"),
            ),
            _graph(
                "Cancelled and moved",
                "bookings",
                split(Metric.CANCELLATIONS, "by", what="cancelled by "),
                line(Metric.RESCHEDULES, "moved"),
            ),
        ],
        [
            _graph("Places released", "places", split(Metric.PLACES_RELEASED, "zone")),
            _graph("Release lag", "seconds", split(Metric.RELEASE_LAG, "zone", stat="Maximum")),
            _graph(
                "Runs of jobs",
                "runs",
                split(Metric.JOB_RUNS, "job"),
                line(Metric.UNDECREED, "offices without a decree on holidays"),
            ),
        ],
        [
            _graph("Reminders and notices", "SMS", split(Metric.SMS, "kind", "result")),
            _graph(
                "Codes sent and tried",
                "codes",
                split(Metric.CODES_SENT, "result"),
                split(Metric.CODES_CHECKED, "result"),
            ),
            _graph(
                "Put right by sweep and reconcile",
                "items",
                line(Metric.HOLDS_SWEPT, "holds given back"),
                line(Metric.HINTS_REPAIRED, "hints repaired"),
            ),
        ],
        [
            _graph(
                "The day's budgets of codes",
                "per cent",
                split(Metric.CODES_BUDGET, "budget", stat="Maximum"),
            ),
            _graph("Refused as too many", "requests", split(Metric.OVER_LIMIT, "limit")),
            _graph("The civil register's answers", "questions", split(Metric.REGISTER, "result")),
        ],
        [
            _graph("Pushes", "pushes", split(Metric.PUSHES, "result", "kind")),
            _graph("Shown: an SMS saved", "notices", split(Metric.RECEIPTS, "result", "kind")),
            _graph("Faults by kind", "requests", split(Metric.FAULTS, "kind")),
            _graph("Skipped, because it cannot be read", "items", split(Metric.SKIPPED, "job")),
        ],
        [
            logged(
                "Offices with most bookings",
                "booked",
                "stats count(*) as bookings by office | sort bookings desc",
                "api_handler",
            ),
            logged(
                "Last runs of open_days",
                "job done",
                "fields at, days, places, released | sort at desc",
                "open_days",
            ),
            logged(
                "Last faults",
                "fault",
                "fields timestamp, route, fault, cause | sort timestamp desc",
                *BEHIND_GATEWAY,
            ),
        ],
    ]


def _platform(stage: Stage) -> list[list[Body]]:
    api = ["ApiName", app.app_name, "Stage", stage.name]

    def of_api(name: str, label: str, stat: str = "Sum") -> Line:
        return ["AWS/ApiGateway", name, *api, {"stat": stat, "label": label}]

    def of_functions(name: str, stat: str = "Sum") -> list[Line]:
        return [
            [
                "AWS/Lambda",
                name,
                "FunctionName",
                full_name(stage, one),
                {"stat": stat, "label": one},
            ]
            for one in FUNCTIONS
        ]

    def of_tables(name: str, what: str = "") -> list[Line]:
        prefix = full_name(stage, "")
        names = [
            table["Properties"]["TableName"] for table in tables.resources(stage.name).values()
        ]
        return [
            [
                "AWS/DynamoDB",
                name,
                "TableName",
                one,
                {"stat": "Sum", "label": one.removeprefix(prefix) + what},
            ]
            for one in names
        ]

    return [
        [
            _text(
                f"# Antrian Paspor, {stage.name}: the platform\n"
                "What carries the service: the API, its functions, the tables, letters that no job"
                ' took, the bill of SMS. What to do: *docs/operations.md*, "The dashboards".'
            )
        ],
        [
            _graph(
                "Requests and errors",
                "requests",
                of_api("Count", "all"),
                of_api("4XXError", "refused (4xx)"),
                of_api("5XXError", "failed (5xx)"),
            ),
            _graph(
                "Latency of the API",
                "milliseconds",
                of_api("Latency", "p50", "p50"),
                of_api("Latency", "p99", "p99"),
            ),
        ],
        [
            _graph("Functions: errors", "runs", *of_functions("Errors")),
            _graph("Functions: throttled", "runs", *of_functions("Throttles")),
            _graph(
                "Functions: at a time", "runs", *of_functions("ConcurrentExecutions", "Maximum")
            ),
        ],
        [
            _graph("Functions: duration, p50", "milliseconds", *of_functions("Duration", "p50")),
            _graph("Functions: duration, p99", "milliseconds", *of_functions("Duration", "p99")),
            _graph(
                "Functions: duration, longest",
                "milliseconds",
                *of_functions("Duration", "Maximum"),
            ),
        ],
        [
            _graph("Tables: writes", "units", *of_tables("ConsumedWriteCapacityUnits")),
            _graph("Tables: reads", "units", *of_tables("ConsumedReadCapacityUnits")),
        ],
        [
            _graph(
                "Tables: throttled",
                "calls",
                *of_tables("ReadThrottleEvents", ", reads"),
                *of_tables("WriteThrottleEvents", ", writes"),
            ),
            _graph("Tables: transactions in conflict", "writes", *of_tables("TransactionConflict")),
            _graph(
                "Tables: conditions not met",
                "writes",
                *of_tables("ConditionalCheckFailedRequests"),
            ),
        ],
        [
            _graph(
                "Dead letters",
                "letters",
                [
                    "AWS/SQS",
                    "ApproximateNumberOfMessagesVisible",
                    "QueueName",
                    full_name(stage, "dead-letters"),
                    {"stat": "Maximum", "label": "waiting"},
                ],
            ),
            _graph(
                "Spent on SMS this month",
                "US dollars",
                ["AWS/SNS", "SMSMonthToDateSpentUSD", {"stat": "Maximum", "label": "spent"}],
            ),
        ],
    ]


def _graph(title: str, unit: str, *lines: Line) -> Body:
    axis = {"left": {"label": unit, "min": 0, "showUnits": False}}
    return _widget("metric", title=title, view="timeSeries", metrics=list(lines), yAxis=axis)


def _number(title: str, *lines: Line) -> Body:
    """The last value."""
    return _widget("metric", title=title, view="singleValue", metrics=list(lines))


def _total(view: str, title: str, *lines: Line) -> Body:
    """One value for all the time that is looked at."""
    return _widget("metric", title=title, view=view, metrics=list(lines), setPeriodToTimeRange=True)


def _table(title: str, query: str) -> Body:
    return _widget("log", title=title, view="table", query=query)


def _text(markdown: str) -> Body:
    return _widget("text", markdown=markdown)


def _widget(kind: str, **properties: Any) -> Body:
    if kind == "metric":
        properties["period"] = 300
    return {"type": kind, "properties": properties}


def _laid_out(rows: list[list[Body]], region: str) -> Body:
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

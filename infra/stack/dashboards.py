"""The two dashboards: the service as its people see it, and the platform under it.

What their widgets may say, widgets.py knows.
"""

import json
from typing import Any

from app import app
from chalicelib.telemetry import Metric, namespace
from infra.stack import prices, tables
from infra.stack.functions import BEHIND_GATEWAY, FUNCTIONS, full_name
from infra.stack.stages import Stage
from infra.stack.widgets import Body, Line, graph, laid_out, number, table, text, total


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
        "service": laid_out(_service(stage), region),
        "platform": laid_out(_platform(stage), region),
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

    def spent(label: str, usd: float, metric: Metric, result: str, *more: str) -> Line:
        """So much for each of a metric, by booking: of its result, and by ``more`` dimensions."""

        def found(metric: Metric, result: str, *dimensions: str) -> str:
            schema = ",".join([f'"{ours}"', *dimensions, "result"])
            where = f'MetricName="{metric.value}" result="{result}"'
            return f"SEARCH('{{{schema}}} {where}', 'Sum')"

        of = found(metric, result, *more)
        price = f"{of if more else f'SUM({of})'} * {usd}"
        bookings = f"SUM({found(Metric.BOOKINGS, 'booked')})"
        return [{"expression": f"{price} / {bookings}", "label": label}]

    def logged(title: str, message: str, query: str, *functions: str) -> Body:
        source = " | ".join(f"SOURCE '/aws/lambda/{full_name(stage, one)}'" for one in functions)
        return table(title, f'{source} | filter message = "{message}" | {query} | limit 20')

    return [
        [
            text(
                f"# Antrian Paspor, {stage.name}\n"
                "**No orphans** above zero: a place is neither free nor held, or a booking holds"
                ' none; look at once. What to do: *docs/operations.md*, "The dashboards".'
            )
        ],
        [
            total("singleValue", "Booked", line(Metric.BOOKINGS, "bookings", result="booked")),
            number("Places left", split(Metric.PLACES_LEFT, "zone", stat="Minimum")),
            total(
                "singleValue",
                "No orphans",
                line(Metric.INVARIANT_BREACHES, "breaches of the invariant"),
            ),
            total("singleValue", "Faults", line(Metric.FAULTS, "faults")),
        ],
        [
            graph("Bookings and refusals", "requests", split(Metric.BOOKINGS, "result")),
            total("bar", "Bookings and refusals, by reason", split(Metric.BOOKINGS, "result")),
            graph("Visits", "tickets", split(Metric.VISITS, "outcome")),
        ],
        [
            graph(
                "Waits, until called",
                "seconds",
                split(Metric.WAIT, "zone", stat="p50", what="median, "),
                split(Metric.WAIT, "zone", stat="p90", what="nine of ten, "),
            ),
            graph(
                "Lines behind",
                "seconds",
                split(Metric.LINE_LAG, "zone", stat="Maximum"),
                line(Metric.CALL_UNSERVED, "called and not served", "Maximum"),
            ),
            graph(
                "Errors of estimates",
                "seconds",
                split(Metric.ESTIMATE_ERROR, "zone", stat="p50", what="median, "),
                split(Metric.ESTIMATE_ERROR, "zone", stat="p90", what="nine of ten, "),
            ),
        ],
        [
            graph("Presses refused", "presses", split(Metric.PRESSES_REFUSED, "zone")),
            graph("Largest board", "bytes", split(Metric.BOARD_BYTES, "zone", stat="Maximum")),
            graph("Days not closed", "days", line(Metric.DAYS_NOT_CLOSED, "late", "Maximum")),
        ],
        [
            graph("Draws", "", line(Metric.DRAWS, "draws"), line(Metric.ENTRIES, "entries")),
            graph("Lines of draws", "lines", split(Metric.DRAW_LINES, "result")),
            graph("Not settled", "seconds", line(Metric.DRAW_UNSETTLED, "longest", "Maximum")),
        ],
        [
            graph("Places left", "places", split(Metric.PLACES_LEFT, "zone", stat="Minimum")),
            graph(
                "Time to sold out",
                "seconds",
                line(Metric.TIME_TO_SOLD_OUT, "fastest slot", "Minimum"),
                line(Metric.TIME_TO_SOLD_OUT, "median slot", "p50"),
            ),
            graph(
                "Cancelled and moved",
                "bookings",
                split(Metric.CANCELLATIONS, "by", what="cancelled by "),
                line(Metric.RESCHEDULES, "moved"),
            ),
        ],
        [
            graph("Places released", "places", split(Metric.PLACES_RELEASED, "zone")),
            graph("Release lag", "seconds", split(Metric.RELEASE_LAG, "zone", stat="Maximum")),
            graph(
                "Runs of jobs",
                "runs",
                split(Metric.JOB_RUNS, "job"),
                line(Metric.UNDECREED, "offices without a decree on holidays"),
            ),
        ],
        [
            graph("Reminders and notices", "SMS", split(Metric.SMS, "kind", "result")),
            graph(
                "Codes sent and tried",
                "codes",
                split(Metric.CODES_SENT, "result"),
                split(Metric.CODES_CHECKED, "result"),
            ),
            graph(
                "Put right by sweep and reconcile",
                "items",
                line(Metric.HOLDS_SWEPT, "holds given back"),
                line(Metric.HINTS_REPAIRED, "hints repaired"),
            ),
        ],
        [
            graph(
                "The day's budgets of codes",
                "per cent",
                split(Metric.CODES_BUDGET, "budget", stat="Maximum"),
            ),
            graph("Refused as too many", "requests", split(Metric.OVER_LIMIT, "limit")),
            graph("The civil register's answers", "questions", split(Metric.REGISTER, "result")),
        ],
        [
            graph("Pushes", "pushes", split(Metric.PUSHES, "result", "kind")),
            graph("Shown: an SMS saved", "notices", split(Metric.RECEIPTS, "result", "kind")),
            graph("Faults by kind", "requests", split(Metric.FAULTS, "kind")),
            graph("Skipped, because it cannot be read", "items", split(Metric.SKIPPED, "job")),
        ],
        [
            total(
                "bar",
                "Cost of a booking, US dollars",
                spent("codes by SMS", prices.SMS, Metric.CODES_SENT, "sent"),
                spent("${PROP('Dim.kind')}, SMS", prices.SMS, Metric.SMS, "sent", "kind"),
                spent("all but SMS", prices.BUT_SMS, Metric.BOOKINGS, "booked"),
            ),
            graph("Passkeys: an SMS saved", "passkeys", split(Metric.PASSKEYS, "result")),
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
        names = [one["Properties"]["TableName"] for one in tables.resources(stage.name).values()]
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
            text(
                f"# Antrian Paspor, {stage.name}: the platform\n"
                "What carries the service: the API, its functions, the tables, letters that no job"
                ' took, the bill of SMS. What to do: *docs/operations.md*, "The dashboards".'
            )
        ],
        [
            graph(
                "Requests and errors",
                "requests",
                of_api("Count", "all"),
                of_api("4XXError", "refused (4xx)"),
                of_api("5XXError", "failed (5xx)"),
            ),
            graph(
                "Latency of the API",
                "milliseconds",
                of_api("Latency", "p50", "p50"),
                of_api("Latency", "p99", "p99"),
            ),
        ],
        [
            graph("Functions: errors", "runs", *of_functions("Errors")),
            graph("Functions: throttled", "runs", *of_functions("Throttles")),
            graph("Functions: at a time", "runs", *of_functions("ConcurrentExecutions", "Maximum")),
        ],
        [
            graph("Functions: duration, p50", "milliseconds", *of_functions("Duration", "p50")),
            graph("Functions: duration, p99", "milliseconds", *of_functions("Duration", "p99")),
            graph(
                "Functions: duration, longest",
                "milliseconds",
                *of_functions("Duration", "Maximum"),
            ),
        ],
        [
            graph("Tables: writes", "units", *of_tables("ConsumedWriteCapacityUnits")),
            graph("Tables: reads", "units", *of_tables("ConsumedReadCapacityUnits")),
        ],
        [
            graph(
                "Tables: throttled",
                "calls",
                *of_tables("ReadThrottleEvents", ", reads"),
                *of_tables("WriteThrottleEvents", ", writes"),
            ),
            graph("Tables: transactions in conflict", "writes", *of_tables("TransactionConflict")),
            graph(
                "Tables: conditions not met",
                "writes",
                *of_tables("ConditionalCheckFailedRequests"),
            ),
        ],
        [
            graph(
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
            graph(
                "Spent on SMS this month",
                "US dollars",
                ["AWS/SNS", "SMSMonthToDateSpentUSD", {"stat": "Maximum", "label": "spent"}],
            ),
        ],
    ]

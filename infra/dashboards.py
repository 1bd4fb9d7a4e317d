"""The two dashboards: the service as its people see it, and the platform under it."""

import json
from typing import Any

from app import app
from chalicelib.telemetry import NAMESPACE, Metric
from infra import tables
from infra.functions import FUNCTIONS, full_name
from infra.stages import Stage

Body = dict[str, Any]
Line = list[Any]

WIDTH, HEIGHT, COLUMNS = 8, 6, 3  # the console's grid has 24 columns


def resources(stage: Stage) -> dict[str, Any]:
    """{logical id: resource} of the dashboards."""
    return {
        f"{name.capitalize()}Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardName": full_name(stage, name),
                "DashboardBody": {"Fn::Sub": json.dumps(body)},
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


def _service(stage: Stage) -> list[Body]:
    return [
        _graph("Bookings and refusals", _split(Metric.BOOKINGS, "result")),
        _graph(
            "Cancelled and moved",
            _split(Metric.CANCELLATIONS, "by"),
            _ours(Metric.RESCHEDULES),
        ),
        _graph("Places released", _split(Metric.PLACES_RELEASED, "zone")),
        _graph("Release lag, seconds", _split(Metric.RELEASE_LAG, "zone", stat="Maximum")),
        _graph(
            "Time to sold out, seconds",
            _ours(Metric.TIME_TO_SOLD_OUT, stat="Minimum"),
            _ours(Metric.TIME_TO_SOLD_OUT, stat="p50"),
        ),
        _graph("Texts", _split(Metric.SMS, "kind", "result")),
        _graph(
            "Codes",
            _split(Metric.CODES_SENT, "result"),
            _split(Metric.CODES_CHECKED, "result"),
        ),
        _graph("The day's codes, per cent spent", _ours(Metric.CODES_BUDGET, stat="Maximum")),
        _graph("Refused as too many", _split(Metric.OVER_LIMIT, "limit")),
        _graph(
            "No orphans",
            _ours(Metric.HOLDS_SWEPT),
            _ours(Metric.HINTS_REPAIRED),
            _ours(Metric.INVARIANT_BREACHES),
        ),
        _graph("Runs of jobs", _split(Metric.JOB_RUNS, "job")),
        _graph("Faults", _split(Metric.FAULTS, "kind")),
        _query(
            "Offices with most bookings",
            f"SOURCE '/aws/lambda/{full_name(stage, 'api_handler')}'"
            ' | filter message = "booked"'
            " | stats count(*) as bookings by office | sort bookings desc | limit 20",
        ),
        _query(
            "What the last runs of open_days did",
            f"SOURCE '/aws/lambda/{full_name(stage, 'open_days')}'"
            ' | filter message = "job done"'
            " | fields at, days, places, released | sort at desc | limit 20",
        ),
    ]


def _platform(stage: Stage) -> list[Body]:
    api = ["ApiName", app.app_name, "Stage", stage.name]
    functions = [["FunctionName", full_name(stage, name)] for name in FUNCTIONS]
    every = [
        ["TableName", table["Properties"]["TableName"]]
        for table in tables.resources(stage.name).values()
    ]

    def of_functions(name: str, stat: str = "Sum") -> list[Line]:
        return [["AWS/Lambda", name, *one, {"stat": stat}] for one in functions]

    def of_tables(name: str) -> list[Line]:
        return [["AWS/DynamoDB", name, *one, {"stat": "Sum"}] for one in every]

    def of_api(name: str, stat: str) -> Line:
        return ["AWS/ApiGateway", name, *api, {"stat": stat}]

    return [
        _graph(
            "Requests and errors", *(of_api(n, "Sum") for n in ("Count", "4XXError", "5XXError"))
        ),
        _graph("Latency, ms", of_api("Latency", "p50"), of_api("Latency", "p99")),
        _graph("Errors of functions", *of_functions("Errors")),
        _graph("Throttles of functions", *of_functions("Throttles")),
        _graph("Duration, ms, the longest", *of_functions("Duration", "Maximum")),
        _graph("Functions at a time", *of_functions("ConcurrentExecutions", "Maximum")),
        _graph("Writes of tables", *of_tables("ConsumedWriteCapacityUnits")),
        _graph("Reads of tables", *of_tables("ConsumedReadCapacityUnits")),
        _graph(
            "Throttled by tables",
            *of_tables("ReadThrottleEvents"),
            *of_tables("WriteThrottleEvents"),
        ),
        _graph("Transactions that met another", *of_tables("TransactionConflict")),
        _graph("Conditions that did not hold", *of_tables("ConditionalCheckFailedRequests")),
        _graph(
            "Dead letters",
            [
                "AWS/SQS",
                "ApproximateNumberOfMessagesVisible",
                "QueueName",
                full_name(stage, "dead-letters"),
                {"stat": "Maximum"},
            ],
        ),
        _graph(
            "Spent on SMS this month, USD",
            ["AWS/SNS", "SMSMonthToDateSpentUSD", {"stat": "Maximum"}],
        ),
    ]


def _ours(metric: Metric, stat: str = "Sum") -> Line:
    return [NAMESPACE, metric.value, {"stat": stat}]


def _split(metric: Metric, *dimensions: str, stat: str = "Sum") -> Line:
    """All lines of a metric, whatever values its dimensions have."""
    schema = ",".join([NAMESPACE, *dimensions])
    return [{"expression": f"SEARCH('{{{schema}}} MetricName=\"{metric.value}\"', '{stat}', 300)"}]


def _graph(title: str, *lines: Line) -> Body:
    properties = {"title": title, "view": "timeSeries", "metrics": list(lines), "period": 300}
    return {"type": "metric", "properties": properties}


def _query(title: str, query: str) -> Body:
    return {"type": "log", "properties": {"title": title, "view": "table", "query": query}}


def _laid_out(widgets: list[Body], region: str) -> Body:
    return {
        "widgets": [
            {
                **widget,
                "x": index % COLUMNS * WIDTH,
                "y": index // COLUMNS * HEIGHT,
                "width": WIDTH,
                "height": HEIGHT,
                "properties": widget["properties"] | {"region": region},
            }
            for index, widget in enumerate(widgets)
        ]
    }

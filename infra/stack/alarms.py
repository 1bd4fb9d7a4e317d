"""The alarms: what wakes somebody, told by mail through one topic.

Every alarm names its line in docs/operations.md, which says what it means and what to do.
An alarm can hold ten metrics and no SEARCH (CloudWatch user guide, "Using metric math", "Metrics
Insights alarms"): what has open dimensions is summed by a Metrics Insights query.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from app import app
from chalicelib.domain.notices import Notice, State
from chalicelib.domain.offices import ZONE_NAMES
from chalicelib.identity import Answer
from chalicelib.services.days.release import SETTLED
from chalicelib.services.limits import tallied
from chalicelib.telemetry import Metric, namespace
from infra.stack import keys, tables
from infra.stack.functions import FUNCTIONS, full_name
from infra.stack.stages import Stage

CONFIG = json.loads((Path(__file__).parents[2] / ".chalice" / "config.json").read_text())

LATE_SECONDS = 2 * SETTLED.total_seconds()
"""A release that is later than this cannot be put down to clocks."""

PARAMETERS = {
    "AlarmEmail": {
        "Type": "String",
        "Default": "",
        "Description": "Who is told of alarms by mail; nobody if empty.",
    },
    "SmsSpentUSD": {
        "Type": "Number",
        "Default": 1000,
        "Description": "The spending on SMS within a month above which there is an alarm.",
    },
}

CONDITIONS = {"AlarmsAreMailed": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmEmail"}, ""]}]}}


REGISTER_SAYS = [one.value for one in Answer if one is not Answer.OFF]


class Series(NamedTuple):
    """One metric as one statistic of each period."""

    namespace: str
    name: str
    dimensions: dict[str, str]
    stat: str = "Sum"


class Alarm(NamedTuple):
    """Goes off where ``expression`` over ``series`` is at or above the threshold."""

    line: str
    """The name of its line in docs/operations.md."""
    series: dict[str, Series]
    expression: str
    at_least: Any
    period: int = 300  # seconds
    periods: int = 1
    of: int = 1
    """``periods`` of the last ``of`` have to be at or above the threshold."""
    silence: str = "notBreaching"


def resources(stage: Stage) -> dict[str, Any]:
    """{logical id: resource} of the topic and all alarms."""
    return {
        **keys.of_alarms(stage.name),
        "Alarms": {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "TopicName": full_name(stage, "alarms"),
                "KmsMasterKeyId": {"Ref": "AlarmsKey"},
            },
        },
        "AlarmsMail": {
            "Type": "AWS::SNS::Subscription",
            "Condition": "AlarmsAreMailed",
            "Properties": {
                "TopicArn": {"Ref": "Alarms"},
                "Protocol": "email",
                "Endpoint": {"Ref": "AlarmEmail"},
            },
        },
        **{
            f"{name}Alarm": _resource(full_name(stage, name), alarm)
            for name, alarm in alarms(stage).items()
        },
    }


def alarms(stage: Stage) -> dict[str, Alarm]:
    """All alarms of a stage, by name."""
    return {
        **dict(_of_api(stage)),
        **dict(_of_functions(stage)),
        **dict(_of_tables(stage)),
        **dict(_of_letters(stage)),
        **dict(_of_service(stage)),
    }


def _resource(name: str, alarm: Alarm) -> dict[str, Any]:
    data: list[dict[str, Any]] = [
        {
            "Id": key,
            "ReturnData": key == alarm.expression,
            "MetricStat": {
                "Metric": {
                    "Namespace": series.namespace,
                    "MetricName": series.name,
                    "Dimensions": [
                        {"Name": dimension, "Value": value}
                        for dimension, value in series.dimensions.items()
                    ],
                },
                "Period": alarm.period,
                "Stat": series.stat,
            },
        }
        for key, series in alarm.series.items()
    ]
    if alarm.expression not in alarm.series:
        shown = {"Id": "shown", "Expression": alarm.expression, "ReturnData": True}
        data.append(shown if alarm.series else shown | {"Period": alarm.period})
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": name,
            "AlarmDescription": f"See docs/operations.md, Alarms: {alarm.line}",
            "AlarmActions": [{"Ref": "Alarms"}],
            "OKActions": [{"Ref": "Alarms"}],
            "Metrics": data,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": alarm.at_least,
            "EvaluationPeriods": alarm.of,
            "DatapointsToAlarm": alarm.periods,
            "TreatMissingData": alarm.silence,
        },
    }


Named = Iterator[tuple[str, Alarm]]


def _of_api(stage: Stage) -> Named:
    api = {"ApiName": app.app_name, "Stage": stage.name}
    # The average of 5XXError is the share of requests.
    errors = Series("AWS/ApiGateway", "5XXError", api, "Average")
    yield "ApiErrors", Alarm("api-errors", {"share": errors}, "share", 0.01, 60, 3, 5)
    slow = Series("AWS/ApiGateway", "Latency", api, "p99")
    yield "ApiSlow", Alarm("api-slow", {"p99": slow}, "p99", 3000, 60, 3, 5)


def _of_functions(stage: Stage) -> Named:
    for name, logical_id in FUNCTIONS.items():
        function = {"FunctionName": full_name(stage, name)}
        limit = 1000 * CONFIG["lambda_functions"][name]["lambda_timeout"]
        for what, line, stat, at_least in (
            ("Errors", "function-errors", "Sum", 1),
            ("Throttles", "function-throttled", "Sum", 1),
            ("Duration", "function-near-its-limit", "Maximum", 0.8 * limit),
        ):
            if (name, what) == ("send_reminders", "Duration"):
                continue  # the pace of SMS fills its time every evening
            series = {"one": Series("AWS/Lambda", what, function, stat)}
            yield f"{logical_id}{what}", Alarm(line, series, "one", at_least)


def _of_tables(stage: Stage) -> Named:
    for logical_id, resource in tables.resources(stage.name).items():
        table = {"TableName": resource["Properties"]["TableName"]}
        throttled = {
            "reads": Series("AWS/DynamoDB", "ReadThrottleEvents", table),
            "writes": Series("AWS/DynamoDB", "WriteThrottleEvents", table),
        }
        total = "FILL(reads, 0) + FILL(writes, 0)"
        yield f"{logical_id}Throttled", Alarm("table-throttled", throttled, total, 1)
    failing = 'SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", Operation, TableName)'
    yield "TablesFail", Alarm("tables-fail", {}, failing, 5)


def _of_letters(stage: Stage) -> Named:
    queue = {"QueueName": full_name(stage, "dead-letters")}
    visible = Series("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, "Maximum")
    yield "DeadLetters", Alarm("dead-letters", {"letters": visible}, "letters", 1)


def _share(bad: list[str], good: list[str], enough: int) -> str:
    """Per cent of bad ones, once there are enough to speak of a share."""
    wrong = " + ".join(f"FILL({key}, 0)" for key in bad)
    right = " + ".join(f"FILL({key}, 0)" for key in good)
    return f"IF({wrong} + {right} >= {enough}, 100 * ({wrong}) / ({wrong} + {right}), 0)"


def _of_service(stage: Stage) -> Named:
    def ours(metric: Metric, stat: str = "Sum", **dimensions: str) -> Series:
        return Series(namespace(stage.name), metric.value, dimensions, stat)

    runs = {"runs": ours(Metric.JOB_RUNS, job="open_days")}
    # Silence alone breaches: a run counts 1, and 1 - 1 is below the threshold. It runs every five
    # minutes, but now and then one period has two runs and the next none: hence two of them.
    yield (
        "ReleaseSilent",
        Alarm("release-silent", runs, "1 - runs", 1, 300, 2, 2, silence="breaching"),
    )
    lags = {
        zone.lower(): ours(Metric.RELEASE_LAG, "Maximum", zone=zone) for zone in ZONE_NAMES.values()
    }
    latest = f"MAX([{', '.join(f'FILL({key}, 0)' for key in lags)}])"
    yield "ReleaseLate", Alarm("release-late", lags, latest, LATE_SECONDS)

    codes = {
        "failed": ours(Metric.CODES_SENT, result="failed"),
        "sent": ours(Metric.CODES_SENT, result="sent"),
    }
    yield "CodesNotSent", Alarm("codes-not-sent", codes, _share(["failed"], ["sent"], 20), 10)

    used = {"used": ours(Metric.CODES_BUDGET, "Maximum")}
    yield "CodesBudgetNear", Alarm("codes-budget-near", used, "used", 80)
    refused = {"refused": ours(Metric.OVER_LIMIT, limit=tallied.CODES.name)}
    yield "CodesBudgetSpent", Alarm("codes-budget-spent", refused, "refused", 1)

    bad, good = (State.FAILED, State.UNKNOWN), (State.SENT,)
    notices = {
        f"{kind}_{state}": ours(Metric.SMS, kind=kind.value, result=state.value)
        for kind in Notice
        for state in (*bad, *good)
    }
    share = _share(
        [f"{kind}_{state}" for kind in Notice for state in bad],
        [f"{kind}_{state}" for kind in Notice for state in good],
        20,
    )
    yield "NoticesNotSent", Alarm("notices-not-sent", notices, share, 10)

    spent = {"spent": Series("AWS/SNS", "SMSMonthToDateSpentUSD", {}, "Maximum")}
    yield "SmsSpent", Alarm("sms-spent", spent, "spent", {"Ref": "SmsSpentUSD"}, 3600)

    checked = {
        result: ours(Metric.CODES_CHECKED, result=result)
        for result in ("wrong", "expired", "right")
    }
    guessed = _share(["wrong"], ["right", "expired"], 50)
    yield "CodesWrong", Alarm("codes-wrong", checked, guessed, 50, 900)

    register = {answer: ours(Metric.REGISTER, result=answer) for answer in REGISTER_SAYS}
    silent = _share(["none"], ["match", "mismatch"], 20)
    yield "RegisterSilent", Alarm("register-silent", register, silent, 20, 900)

    breaches = {"breaches": ours(Metric.INVARIANT_BREACHES)}
    yield "InvariantBreached", Alarm("invariant-breached", breaches, "breaches", 1)

    schema = f'SCHEMA("{namespace(stage.name)}", job)'
    skipped = f"SELECT SUM({Metric.SKIPPED.value}) FROM {schema}"  # noqa: S608 (names of ours)
    yield "Skipped", Alarm("skipped", {}, skipped, 1)

    schema = f'SCHEMA("{namespace(stage.name)}", kind)'
    faults = f"SELECT SUM({Metric.FAULTS.value}) FROM {schema}"  # noqa: S608 (names of ours)
    yield "Faults", Alarm("faults", {}, faults, 5)

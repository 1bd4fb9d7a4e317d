"""The alarms: what wakes somebody, told by mail through one topic.

Every alarm names its line in docs/operations.md, which says what it means and what to do.
An alarm can hold ten metrics and no SEARCH (CloudWatch user guide, "Using metric math", "Metrics
Insights alarms"): what has open dimensions is summed by a Metrics Insights query.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app import app
from chalicelib.domain.limits import KEPT_FOR_OTHERS, Budget
from chalicelib.domain.notices import Notice, State
from chalicelib.domain.offices import ZONE_NAMES
from chalicelib.identity import Answer
from chalicelib.services.days.release import SETTLED
from chalicelib.services.limits import tallied
from chalicelib.telemetry import Metric, namespace
from infra.stack import desk_alarms, draw_alarms, keys, tables
from infra.stack.alarm import Alarm, Series
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

SCHEDULED = {source.name for source in app.event_sources}

BUDGET_NAMES = {
    Budget.REGISTRATION: "OfRegistration",
    Budget.SIGN_IN: "OfSignIn",
    Budget.DEVICE: "OfDevices",
}
"""What the alarms call the budgets of codes."""

REGISTER_SAYS = [one.value for one in Answer if one is not Answer.OFF]


def resources(stage: Stage) -> dict[str, Any]:
    """{logical id: resource} of the topic and all alarms."""
    return told(stage, alarms(stage))


def told(stage: Stage, of: Mapping[str, Alarm]) -> dict[str, Any]:
    """{logical id: resource} of these alarms, and of the topic through which they are told."""
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
        **{f"{name}Alarm": _resource(full_name(stage, name), one) for name, one in of.items()},
    }


def alarms(stage: Stage) -> dict[str, Alarm]:
    """All alarms of a stage, by name."""
    return {
        **dict(_of_api(stage)),
        **dict(_of_functions(stage)),
        **dict(_of_tables(stage)),
        **dict(_of_letters(stage)),
        **dict(_of_service(stage)),
        **dict(desk_alarms.alarms(stage)),
        **dict(draw_alarms.alarms(stage)),
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

CROWD = 100
"""Requests from which on a small share of them says something."""

FEW = 10
"""Of fewer than a crowd half must fail, and of fewer than these nothing is said: one error of two
at night wakes nobody."""


def _part(bad: str, all_of: str) -> str:
    """Per cent of bad ones among all; among few as much as makes 1 of 50."""
    share = f"100 * FILL({bad}, 0) / FILL({all_of}, 1)"
    few = f"IF(FILL({all_of}, 0) >= {FEW}, {share} / 50, 0)"
    return f"IF(FILL({all_of}, 0) >= {CROWD}, {share}, {few})"


def _of_api(stage: Stage) -> Named:
    errors, asked = (_requests(stage, name) for name in ("5XXError", "Count"))
    failed = _part("errors", "asked")
    yield "ApiErrors", Alarm("api-errors", {"errors": errors, "asked": asked}, failed, 1, 60, 3, 5)
    slow = {"p99": _requests(stage, "Latency", "p99"), "asked": asked}
    late = f"IF(FILL(asked, 0) >= {CROWD}, p99, 0)"
    yield "ApiSlow", Alarm("api-slow", slow, late, 3000, 60, 3, 5)


def _requests(stage: Stage, name: str, stat: str = "Sum") -> Series:
    return Series("AWS/ApiGateway", name, {"ApiName": app.app_name, "Stage": stage.name}, stat)


def _of_functions(stage: Stage) -> Named:
    for name, logical_id in FUNCTIONS.items():
        function = {"FunctionName": full_name(stage, name)}
        limit = 1000 * CONFIG["lambda_functions"][name]["lambda_timeout"]
        made = _of_runs if name in SCHEDULED else _of_requests
        for what, alarm in made(function, 0.8 * limit):
            if (name, what) == ("send_reminders", "Duration"):
                continue  # the pace of SMS fills its time every evening
            yield f"{logical_id}{what}", alarm


def _of_requests(function: dict[str, str], near: float) -> Named:
    """A function behind the API: shares of its requests in ten minutes, longer than a release."""
    runs, errors, throttles, p99 = _lambda(function, ("Duration", "p99"))
    failed = _part("errors", "runs")
    yield "Errors", Alarm("function-errors", {"errors": errors, "runs": runs}, failed, 1, 300, 2, 2)
    refused = _share(["throttles"], ["runs"], CROWD)  # Lambda counts them in no run
    series = {"throttles": throttles, "runs": runs}
    yield "Throttles", Alarm("function-throttled", series, refused, 5, 300, 2, 2)
    late = f"IF(FILL(runs, 0) >= {CROWD}, p99, 0)"
    slow = {"p99": p99, "runs": runs}
    yield "Duration", Alarm("function-near-its-limit", slow, late, near, 300, 2, 2)


def _of_runs(function: dict[str, str], near: float) -> Named:
    """A scheduled function: shares of its runs in an hour; what failed is tried three times."""
    runs, errors, throttles, least = _lambda(function, ("Duration", "Minimum"))
    series = {"errors": errors, "runs": runs}
    failed = "IF(FILL(runs, 0) >= 3, 100 * FILL(errors, 0) / FILL(runs, 1), 0)"
    yield "Errors", Alarm("function-errors", series, failed, 50, 3600)
    refused = _share(["throttles"], ["runs"], 3)
    series = {"throttles": throttles, "runs": runs}
    yield "Throttles", Alarm("function-throttled", series, refused, 50, 3600)
    # Even the shortest run was long: there was none that the others could hand over to.
    yield "Duration", Alarm("function-near-its-limit", {"least": least}, "least", near, 3600)


def _lambda(function: dict[str, str], duration: tuple[str, str]) -> tuple[Series, ...]:
    sums = [(name, "Sum") for name in ("Invocations", "Errors", "Throttles")]
    return tuple(Series("AWS/Lambda", name, function, stat) for name, stat in (*sums, duration))


UNITS = {
    "reads": "ReadThrottleEvents",
    "writes": "WriteThrottleEvents",
    "read": "ConsumedReadCapacityUnits",
    "written": "ConsumedWriteCapacityUnits",
}


def _of_tables(stage: Stage) -> Named:
    share = _share(["reads", "writes"], ["read", "written"], 10 * CROWD)
    for logical_id, resource in tables.resources(stage.name).items():
        table = {"TableName": resource["Properties"]["TableName"]}
        series = {key: Series("AWS/DynamoDB", name, table) for key, name in UNITS.items()}
        yield f"{logical_id}Throttled", Alarm("table-throttled", series, share, 5, 300, 2, 2)
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

    undecreed = {"undecreed": ours(Metric.UNDECREED)}
    yield "HolidaysUnknown", Alarm("holidays-unknown", undecreed, "undecreed", 1, 3600)

    codes = {
        "failed": ours(Metric.CODES_SENT, result="failed"),
        "sent": ours(Metric.CODES_SENT, result="sent"),
    }
    yield "CodesNotSent", Alarm("codes-not-sent", codes, _share(["failed"], ["sent"], 20), 10)

    for budget, name in BUDGET_NAMES.items():
        used = {"used": ours(Metric.CODES_BUDGET, "Maximum", budget=budget.value)}
        yield f"Codes{name}Near", Alarm("codes-budget-near", used, "used", 80)
        refused = {"refused": ours(Metric.OVER_LIMIT, limit=tallied.BUDGETS[budget].name)}
        yield f"Codes{name}Spent", Alarm("codes-budget-spent", refused, "refused", 1)
    refused = {"refused": ours(Metric.OVER_LIMIT, limit=KEPT_FOR_OTHERS)}
    yield "CodesKeptForOthers", Alarm(KEPT_FOR_OTHERS, refused, "refused", 1)

    bad, good = (State.FAILED, State.UNKNOWN), (State.SENT,)
    ahead = (Notice.EVENING, Notice.SOON, Notice.CLOSURE)
    for name, kinds in (
        ("NoticesNotSent", ahead),
        ("NoticesOfTheDayNotSent", [kind for kind in Notice if kind not in ahead]),
    ):
        notices = {
            f"{kind}_{state}": ours(Metric.SMS, kind=kind.value, result=state.value)
            for kind in kinds
            for state in (*bad, *good)
        }
        unsure = [f"{kind}_{state}" for kind in kinds for state in bad]
        gone_out = [f"{kind}_{state}" for kind in kinds for state in good]
        yield name, Alarm("notices-not-sent", notices, _share(unsure, gone_out, 20), 10)

    receipts = {
        f"{kind}_{result}": ours(Metric.RECEIPTS, kind=kind.value, result=result)
        for kind in (Notice.EVENING, Notice.SOON)
        for result in ("none", "in_time")
    }
    unshown, in_time = ([key for key in receipts if key.endswith(of)] for of in ("none", "in_time"))
    yield (
        "PushesNotShown",
        Alarm("pushes-not-shown", receipts, _share(unshown, in_time, 20), 60, 1800),
    )

    texts = {"Country": "ID", "SMSType": "Transactional"}
    delivered = {
        "rate": Series("AWS/SNS", "SMSSuccessRate", texts, "Average"),
        "texts": Series("AWS/SNS", "SMSSuccessRate", texts, "SampleCount"),
    }
    lost = "IF(FILL(texts, 0) >= 20, 100 * (1 - FILL(rate, 0)), 0)"
    yield "SmsNotDelivered", Alarm("sms-not-delivered", delivered, lost, 20, 900, 2, 2)
    typed = {
        "sent": ours(Metric.CODES_SENT, result="sent"),
        "right": ours(Metric.CODES_CHECKED, result="right"),
    }
    unused = "IF(FILL(sent, 0) >= 20, 100 * (1 - FILL(right, 0) / FILL(sent, 0)), 0)"
    yield "CodesNotTyped", Alarm("codes-not-typed", typed, unused, 60, 1800)

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

    faults = {"faults": ours(Metric.FAULTS), "asked": _requests(stage, "Count")}
    yield "Faults", Alarm("faults", faults, _part("faults", "asked"), 1, 900)

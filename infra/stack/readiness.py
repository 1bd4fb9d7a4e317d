"""What is kept ready for a crowd: functions of our own, and tables that are warm.

Both depend on the account's quotas and cost money, so they are parameters, and nothing is kept
while they are 0.
"""

from typing import Any

from infra.stack.functions import API

PARAMETERS = {
    "ApiConcurrency": {
        "Type": "Number",
        "Default": 0,
        "Description": "Runs of the API at a time, kept and at most; Lambda leaves 100 to others.",
    },
    "WarmReads": {
        "Type": "Number",
        "Default": 0,
        "Description": "Read units a second a hot table takes at once: 0, or 12000 and more.",
    },
    "WarmWrites": {
        "Type": "Number",
        "Default": 0,
        "Description": "Write units a second a hot table takes at once: 0, or 4000 and more.",
    },
}


def _above_zero(*names: str) -> dict[str, Any]:
    conditions = [{"Fn::Not": [{"Fn::Equals": [{"Ref": name}, 0]}]} for name in names]
    return conditions[0] if len(conditions) == 1 else {"Fn::And": conditions}


CONDITIONS = {
    "RunsAreKept": _above_zero("ApiConcurrency"),
    "TablesAreWarm": _above_zero("WarmReads", "WarmWrites"),
}

HOT = ("SlotsTable", "BookingsTable", "ApplicantsTable", "DaysTable")
"""The tables that bear the load of a release."""

WARM = {
    "Fn::If": [
        "TablesAreWarm",
        {
            "ReadUnitsPerSecond": {"Ref": "WarmReads"},
            "WriteUnitsPerSecond": {"Ref": "WarmWrites"},
        },
        {"Ref": "AWS::NoValue"},
    ]
}


def warmed(tables: dict[str, Any]) -> dict[str, Any]:
    """The tables, the hot ones warm; their indexes too, for a cold index holds up its table."""
    for name in HOT:
        properties = tables[name]["Properties"]
        for warm in (properties, *properties.get("GlobalSecondaryIndexes", ())):
            warm["WarmThroughput"] = WARM
    return tables


def resources() -> dict[str, Any]:
    """What is added to functions."""
    kept = {"Fn::If": ["RunsAreKept", {"Ref": "ApiConcurrency"}, {"Ref": "AWS::NoValue"}]}
    return {API: {"Properties": {"ReservedConcurrentExecutions": kept}}}

"""What is kept ready for a crowd: functions of our own, and tables that are warm.

The runs kept for one function are a wall too: no other can take them, and it takes no more. All of
this depends on the account's quotas, and warm tables cost money, so they are parameters, and
nothing is kept while they are 0.
"""

from typing import Any

from chalicelib.api.routes import Function
from infra.stack.functions import BEHIND_GATEWAY
from infra.stack.stages import Stage

RUNS = {
    Function.API: "ApiConcurrency",
    Function.PEOPLE: "PeopleConcurrency",
    Function.DESK: "DeskConcurrency",
    Function.STAFF: "StaffConcurrency",
    Function.PASSKEYS: "PasskeysConcurrency",
}
"""The parameters that say how many runs at a time a function has for itself, and at most."""

PARAMETERS = {
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
    **{f"{name}IsKept": _above_zero(name) for name in RUNS.values()},
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


def parameters(stage: Stage) -> dict[str, Any]:
    """The template's parameters."""
    return {
        **{
            name: {
                "Type": "Number",
                "Default": stage.runs.get(function, 0),
                "MinValue": 0,
                "Description": f"Runs of {function} at a time, kept and at most; 0 for no limit.",
            }
            for function, name in RUNS.items()
        },
        **PARAMETERS,
    }


def resources() -> dict[str, Any]:
    """What is added to functions."""
    return {
        BEHIND_GATEWAY[function]: {
            "Properties": {
                "ReservedConcurrentExecutions": {
                    "Fn::If": [f"{name}IsKept", {"Ref": name}, {"Ref": "AWS::NoValue"}]
                }
            }
        }
        for function, name in RUNS.items()
    }

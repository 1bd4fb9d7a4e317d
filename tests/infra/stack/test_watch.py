"""What operations watch: nothing is emitted unseen, and nothing is watched that is not emitted."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.telemetry import Metric, namespace
from infra.stack import alarms, dashboards, overrides, virginia
from infra.stack.stages import STAGES, Stage

ROOT = Path(__file__).parents[3]
STAGE = STAGES["prod"]
NAMESPACE = namespace(STAGE.name)

Known = set[tuple[str, frozenset[str]]]
"""Metrics: name and the names of the dimensions."""


def emitted() -> Known:
    """What the calls of `count` and `measure` in the source name."""
    calls = (
        node
        for file in sorted((ROOT / "chalicelib").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )
    return {
        (Metric[call.args[0].attr].value, frozenset(_dimensions(call)))
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in ("count", "measure")
        and isinstance(call.args[0], ast.Attribute)
    }


def _dimensions(call: ast.Call) -> Iterator[str]:
    """Its keywords; which office it is about is none."""
    return (str(word.arg) for word in call.keywords if word.arg != "office")


def shown(body: dict[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    """Our own metrics on a dashboard."""
    for widget in body["widgets"]:
        for line in widget["properties"].get("metrics", []):
            if isinstance(line[0], dict):
                searched = re.findall(
                    r"""SEARCH\('\{"([\w/]+)",([\w,]+)\} MetricName="(\w+)"[\w ="]*', '\w+'\)""",
                    line[0]["expression"],
                )
                assert searched
                for of, dimensions, name in searched:
                    assert of == NAMESPACE
                    yield name, frozenset(dimensions.split(","))
            elif line[0] == NAMESPACE:
                yield line[1], frozenset(line[2:-1:2])


def watched() -> Iterator[tuple[str, frozenset[str]]]:
    """Our own metrics in alarms."""
    for alarm in alarms.alarms(STAGE).values():
        for series in alarm.series.values():
            if series.namespace == NAMESPACE:
                yield series.name, frozenset(series.dimensions)
        query = re.fullmatch(r'SELECT SUM\((\w+)\) FROM SCHEMA\("(.+)", (.+)\)', alarm.expression)
        if query and query[2] == NAMESPACE:
            yield query[1], frozenset(query[3].split(", "))


def test_every_metric_is_emitted_and_on_a_dashboard() -> None:
    on_dashboards = {one for body in dashboards.bodies(STAGE, "r").values() for one in shown(body)}
    assert on_dashboards == emitted()
    assert {name for name, _ in on_dashboards} == set(Metric)


def test_stages_in_one_account_share_no_metric() -> None:
    """A stage's dashboards and alarms name its own namespace, and no other stage's."""
    for stage in STAGES.values():
        watching = str([dashboards.bodies(stage, "r"), alarms.alarms(stage)])
        found = set(re.findall(r"AntrianPaspor[\w/]*", watching))
        assert found == {namespace(stage.name)}


def test_labels_of_dashboards_are_left_to_cloudwatch() -> None:
    """In the template `${!` stands for `${`; anything else there is a variable of the stack."""
    made = dashboards.resources(STAGE)["ServiceDashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert set(re.findall(r"\$\{([^!}]+)\}", made)) == {"AWS::Region"}
    body = dashboards.bodies(STAGE, "${AWS::Region}")["service"]
    assert json.loads(made.replace("${!", "${")) == body


def test_a_release_that_does_not_come_is_told_within_a_quarter_of_an_hour() -> None:
    """Whether no run makes the day ready or one does so late; the drills show what is told."""
    silent, late = (alarms.alarms(STAGE)[name] for name in ("ReleaseSilent", "ReleaseLate"))
    (schedule,) = (s for s in app.event_sources if s.name == "open_days")
    assert schedule.schedule_expression.to_string() == "rate(5 minutes)"
    assert silent.period == late.period == 300
    assert (silent.of, late.of) == (2, 1)


def test_every_alarm_is_about_what_is_emitted() -> None:
    of_ours = set(watched())
    assert {"JobRuns", "ReleaseLag", "InvariantBreaches", "Faults"} <= {n for n, _ in of_ours}
    assert of_ours <= emitted()


def test_every_alarm_has_its_line_and_every_line_its_alarm() -> None:
    chapter = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split("## Alarms\n")[1]
    lines = re.findall(r"^\| `([a-z-]+)` \|", chapter.split("\n## ")[0], re.MULTILINE)
    every = (*alarms.alarms(STAGE).values(), *virginia.of_distribution().values())
    assert sorted(lines) == sorted({alarm.line for alarm in every})


@pytest.mark.parametrize("stage", STAGES.values(), ids=list(STAGES))
def test_every_alarm_tells_somebody_and_says_where_to_read_on(stage: Stage) -> None:
    template = overrides.template(stage)["Resources"]
    made = [r["Properties"] for r in template.values() if r.get("Type") == "AWS::CloudWatch::Alarm"]
    assert len(made) == len(alarms.alarms(stage))
    for alarm in made:
        assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
        assert "docs/operations.md" in alarm["AlarmDescription"]
        assert [one["ReturnData"] for one in alarm["Metrics"]].count(True) == 1
        assert len(alarm["Metrics"]) <= 11, "ten metrics and the expression over them"


def test_silence_of_the_release_is_an_alarm() -> None:
    silent = {n for n, alarm in alarms.alarms(STAGE).items() if alarm.silence == "breaching"}
    assert silent == {"ReleaseSilent"}


def test_alarms_are_mailed_if_somebody_is_named() -> None:
    template = overrides.template(STAGE)
    assert template["Parameters"]["AlarmEmail"]["Default"] == ""
    mail = template["Resources"]["AlarmsMail"]
    assert mail["Condition"] in template["Conditions"]
    assert template["Resources"]["Alarms"]["Properties"]["KmsMasterKeyId"] == {"Ref": "AlarmsKey"}


def test_names_of_dashboards_and_functions_agree() -> None:
    template = overrides.template(STAGE)["Resources"]
    functions = {
        resource["Properties"]["FunctionName"]
        for resource in template.values()
        if "FunctionName" in resource.get("Properties", {}) and "Type" not in resource
    }
    body = json.dumps(dashboards.bodies(STAGE, "r")["platform"])
    assert set(re.findall(r'"FunctionName", "([\w-]+)"', body)) == functions

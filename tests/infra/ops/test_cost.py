"""What a month costs."""

from pathlib import Path
from typing import Any

import pytest

from infra.ops import cost
from infra.stack import keys, overrides, prices, virginia
from infra.stack.functions import JOBS
from infra.stack.stages import STAGES
from tests.infra.stack.test_template import resolved

OPERATIONS = Path(__file__).parents[3] / "docs/operations.md"


def _bill(offices: int) -> float:
    return sum(line.at_rest + line.in_use for line in cost.lines(offices))


def test_the_document_has_the_table_that_the_program_prints() -> None:
    assert cost.table(18, 126) in OPERATIONS.read_text(encoding="utf-8")


def test_at_rest_a_month_stays_below_a_hundred_and_ten_dollars() -> None:
    assert sum(line.at_rest for line in cost.lines(126)) < 110


def test_seven_times_the_offices_cost_less_than_seven_times_as_much() -> None:
    assert _bill(126) < 7 * _bill(18)


@pytest.mark.parametrize("offices", [18, 126])
def test_sms_cost_more_than_all_the_rest(offices: int) -> None:
    sms, *others = (line.at_rest + line.in_use for line in cost.lines(offices))
    assert sms > sum(others)


def test_with_pushes_and_passkeys_a_booking_takes_one_and_a_half_sms_at_most() -> None:
    """Of three without: two reminders, and a code for each registration and sign-in."""
    assert round(cost.sms_a_booking(pushed=0, by_passkey=0), 1) == 3.0
    assert cost.sms_a_booking() <= 1.5
    assert cost.sms_a_booking(pushed=0) - cost.sms_a_booking() > 1.25
    assert cost.sms_a_booking(by_passkey=0) - cost.sms_a_booking() > 0.2


def test_a_dashboard_reckons_with_what_a_booking_costs_besides_sms() -> None:
    month = 18 * cost.WORKING_DAYS * cost.BOOKINGS
    others = sum(line.at_rest + line.in_use for line in cost.lines(18)[1:])
    assert pytest.approx(others / month, rel=0.1) == prices.BUT_SMS


# ---- what is counted is in the template ----------------------------------------------------------


def made(kind: str) -> list[dict[str, Any]]:
    """The properties of all resources of a type that prod has with one key of the index, and
    with a distribution that has one secret."""
    here, there = (one.template(STAGES["prod"])["Resources"] for one in (overrides, virginia))
    return [
        found["Properties"]
        for found in (*here.values(), *there.values())
        if found.get("Type") == kind
        and found.get("Condition") != "EdgeHasSecretB"
        and resolved(keys.CONDITIONS.get(found.get("Condition"), True), "A")
    ]


def test_every_table_is_counted() -> None:
    assert len(made("AWS::DynamoDB::Table")) == cost.TABLES


def test_every_key_is_counted() -> None:
    assert len(made("AWS::KMS::Key")) == cost.KEYS


def test_every_secret_is_counted() -> None:
    assert len(made("AWS::SecretsManager::Secret")) == cost.SECRETS


def test_every_rule_of_the_firewall_is_counted() -> None:
    firewalls = made("AWS::WAFv2::WebACL")
    assert len(firewalls) == cost.WEB_ACLS
    assert sum(len(firewall["Rules"]) for firewall in firewalls) == cost.RULES


def test_every_metric_and_query_of_an_alarm_is_counted() -> None:
    asked = [part for alarm in made("AWS::CloudWatch::Alarm") for part in alarm["Metrics"]]
    counted = [
        part for part in asked if "MetricStat" in part or part["Expression"].startswith("SELECT")
    ]
    assert len(counted) == cost.ALARM_METRICS


def test_every_job_is_counted() -> None:
    assert cost.RUNS.keys() == JOBS.keys()

"""What the bench says a code costs is what the limits on codes were made to cost."""

import pytest

from bench.codes import rows

TO_SIGN_IN, TO_OWN_DEVICE = "code to sign in", "code to one's own device"


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    return {row.name: row.value for row in rows()}


def test_a_code_writes_nothing_in_a_transaction_that_others_could_be_in(
    figures: dict[str, float],
) -> None:
    assert figures[f"write units per {TO_SIGN_IN}"] == 7, "two to the phone, for three to limits"


def test_ones_own_device_counts_for_itself_alone(figures: dict[str, float]) -> None:
    assert figures[f"write units per {TO_OWN_DEVICE}"] == 6
    assert figures[f"calls per {TO_SIGN_IN}"] - figures[f"calls per {TO_OWN_DEVICE}"] == 1

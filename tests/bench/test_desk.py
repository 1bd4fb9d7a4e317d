"""What the bench says of an office's day is what was promised of it."""

from bench import desk


def test_a_look_costs_nothing_and_a_press_three_units_at_most_on_a_day_of_175() -> None:
    found = {row.name: row.value for row in desk.rows()}
    assert found["calls per look at today, warm"] == 0
    assert found["calls per look at today, a second later"] == 1
    assert found["calls per press, warm"] == 2
    assert found["write units per press, 175 tickets"] <= 3
    assert found["write units per press, 600 tickets"] > 3, "a larger board costs more"

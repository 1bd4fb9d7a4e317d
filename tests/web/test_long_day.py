"""A page that is open for eight hours holds no more in the end: the short size of `long_day`."""

import pytest
from playwright.sync_api import Browser

from tests.machine import Machine, register
from tests.web.hall import Hall, at_work
from tests.web.long_day import LongDay

pytestmark = pytest.mark.server

EARLY, LATER = 4, 6

LEAK = """() => {
  globalThis.leak = [...Array(2000).keys()].map((n) => {
    const one = document.createElement("p");
    one.addEventListener("click", () => n);
    return [one, Array(1000).fill(n)];
  });
}"""


def test_a_day_at_a_counter_leaks_nothing(browser: Browser, machine: Machine) -> None:
    hall = Hall(machine)
    hall.empty()
    qr = hall.booked(register(machine), day=1)["qr"]
    with at_work(browser, machine) as clerk:
        day = LongDay(clerk, hall, qr)
        day.begins()
        day.serves(EARLY)
        early = day.holds()
        day.serves(LATER)
        assert day.holds().grown_since(early) == []
        clerk.page.evaluate(LEAK)
        grown = {name.partition(":")[0] for name in day.holds().grown_since(early)}
        assert grown == {"heap", "nodes", "listeners"}, "a leak would be found"
    hall.empty()

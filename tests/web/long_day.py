"""A day at a counter, pressed by a script, and what the page holds at its beginning and its end.

    python -m tests.web.long_day [VISITS]    480 by default: a day of eight hours, a minute each

Prints what the page held after each part of the day; ends with exit code 1 if it holds a fifth more
at the end than early on.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from tests.machine import register, started
from tests.web.browser import launched
from tests.web.hall import Clerk, Hall, at_work

MORE = 1.2
"""How much of what it held early on a page may hold in the end."""

VISITS, PARTS = 480, 8

COUNTER = "1"


class Holds(NamedTuple):
    """What a page holds once its garbage is collected."""

    heap: int
    """Bytes."""
    nodes: int
    listeners: int

    def grown_since(self, early: "Holds") -> list[str]:
        """What there is a fifth more of."""
        return [
            f"{name}: {now} after {before}"
            for name, before, now in zip(self._fields, early, self, strict=True)
            if now > MORE * before
        ]


class LongDay:
    """A clerk who serves one person after the other, and does now and then all the rest."""

    def __init__(self, clerk: Clerk, hall: Hall, qr: str) -> None:
        self.clerk, self.hall, self.qr = clerk, hall, qr
        self.tools = clerk.page.context.new_cdp_session(clerk.page)
        self.visits = 0

    def begins(self) -> None:
        self.clerk.takes(COUNTER)
        self.hall.gives_number()
        self.clerk.calls()

    def serves(self, visits: int) -> None:
        for _ in range(visits):
            self.visits += 1
            self._comes()
            if self.clerk.first == "Mulai layani":
                self.clerk.presses_key("Enter")
                self.clerk.page.locator(".present.serving").wait_for()
            self.clerk.calls()

    def _comes(self) -> None:
        """Somebody comes: by a number from the door, one from here, or a ticket that is scanned."""
        page, hall = self.clerk.page, self.hall
        if self.visits % 6 == 0:
            self.clerk.presses_key("w")
            page.locator("form.panel").wait_for()
            page.keyboard.press("Enter")
            page.locator(".result.good").wait_for()
            return
        hall.gives_number()
        if self.visits % 6 == 2:
            self.clerk.scans(self.qr)
            page.locator(".result").wait_for()
        if self.visits % 6 == 4:
            self.clerk.presses_key("n")
            page.locator(".nobody").wait_for()
            self.clerk.presses_key("u")
            page.locator(".present.serving").wait_for()

    def holds(self) -> Holds:
        """What the page holds now."""
        self.clerk.waits()
        for _ in range(3):  # what a first round frees may hold something for the next
            self.tools.send("HeapProfiler.collectGarbage")
        counted: Any = self.tools.send("Memory.getDOMCounters")
        used = self.tools.send("Runtime.getHeapUsage")["usedSize"]
        return Holds(int(used), counted["nodes"], counted["jsEventListeners"])


def main(visits: int) -> int:
    with tempfile.TemporaryDirectory() as state, started(Path(state), limits="off") as machine:
        hall = Hall(machine)
        qr = hall.booked(register(machine), day=1)["qr"]
        with launched() as browser, at_work(browser, machine) as clerk:
            day = LongDay(clerk, hall, qr)
            day.begins()
            parts = []
            for _ in range(PARTS):
                day.serves(visits // PARTS)
                parts.append(day.holds())
                print(f"{day.visits:4} visits: {parts[-1]}", flush=True)
    grown = parts[-1].grown_since(parts[0])
    print("\n".join(grown) or "It holds no fifth more than early on.")
    return len(grown) > 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else VISITS))

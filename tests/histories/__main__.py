"""The large size: 2,000 clients on 200 places over 20 slots, a seed at a time.

    python -m tests.histories [SEEDS]    20 by default; every other one with an SDK that sends once

Prints a line a seed, and the faults really met; ends with exit code 1 if a history is rejected.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

from tests.histories.api import beside, idle
from tests.histories.check import breaches
from tests.histories.clients import People, stormed
from tests.histories.faults import USUAL, proxied
from tests.histories.office import OFFICE_ID, slots_of
from tests.machine import ROOT, Api, Machine, started
from tests.races.storm import SETTLED
from tests.tables import end

CLIENTS = 2000
ARRIVAL_SECONDS = 30.0  # in two seconds they would wait for the one API process, not for faults


def main(seeds: int) -> int:
    began, wrong = time.monotonic(), 0
    told: Counter[str] = Counter()
    with ExitStack() as stack:
        state = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        machine = stack.enter_context(started(state, limits="off"))
        _open_office(machine)
        emulator_url = machine.call("GET", "/_local/aws").json["endpoint_url"]
        proxy = stack.enter_context(proxied(emulator_url))
        apis = [stack.enter_context(beside(proxy.endpoint_url, n)) for n in (1, 2)]
        days = _days(apis[0])
        people = People(machine)
        for seed in range(1, seeds + 1):
            wanted = slots_of(next(days))
            asking = people.take(CLIENTS)
            start = time.monotonic()
            proxy.befall(USUAL)
            api = apis[seed % 2]
            history = stormed(api, wanted, asking, seed, ARRIVAL_SECONDS)
            idle(api)
            proxy.settle()
            took = time.monotonic() - start
            swept = machine.job("sweep", datetime.now(UTC) + SETTLED)["holds_swept"]
            people.give_back(asking, history)
            found = breaches(history, end(machine.aws("dynamodb"), wanted))
            told.update(f"{event.status} {event.problem}".rstrip() for event in history)
            wrong += bool(found)
            print(
                f"seed {seed}, SDK attempts {seed % 2 + 1}: {len(history)} requests in "
                f"{took:.0f} s, {swept} holds swept: {'wrong' if found else 'right'}",
                *found[:20],
                sep="\n    ",
                flush=True,
            )
        faults = proxy.counts()
    print(f"{seeds} seeds, {wrong} wrong, {time.monotonic() - began:.0f} s in all")
    print("answers:", ", ".join(f"{n} x {what}" for what, n in told.most_common()))
    print("calls of AWS and their faults:", ", ".join(f"{n} {k}" for k, n in faults.items()))
    return int(wrong > 0)


def _open_office(machine: Machine) -> None:
    """Add an office of twenty slots of ten places a day, and make its days."""
    subprocess.run(
        [sys.executable, "-m", "tests.histories.office"],
        cwd=ROOT,
        env={**os.environ, "STATE": str(machine.state)},
        check=True,
    )
    machine.job("open_days")


def _days(api: Api) -> Iterator[date]:
    """Days there that nobody has asked for yet."""
    calendar = api.call("GET", f"/v1/offices/{OFFICE_ID}/calendar?days=29").json["days"]
    return (date.fromisoformat(day["date"]) for day in calendar[1:] if day["status"] == "open")


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if sys.argv[1:] else 20))

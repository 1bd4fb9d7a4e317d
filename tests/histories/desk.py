"""The large size of halls: twenty counters and three hundred tickets, a seed at a time.

    python -m tests.histories.desk [SEEDS]    5 by default; every other SDK sends once

Prints a line a seed, and the faults really met; ends with exit code 1 if a history is rejected.
"""

import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.histories.api import beside, idle
from tests.histories.desk_check import breaches
from tests.histories.desk_clients import Hall, worked
from tests.histories.desk_end import closed
from tests.histories.faults import USUAL, proxied
from tests.histories.hall import name
from tests.machine import started

BOOKED, NUMBERS = 200, 100


def main(seeds: int) -> int:
    began, wrong = time.monotonic(), 0
    with ExitStack() as stack:
        state = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        machine = stack.enter_context(started(state, limits="off"))
        done = machine.beside("tests.histories.hall", str(seeds), str(BOOKED))
        assert done.returncode == 0, done.stderr
        halls = json.loads(done.stdout.splitlines()[-1])
        emulator_url = machine.call("GET", "/_local/aws").json["endpoint_url"]
        proxy = stack.enter_context(proxied(emulator_url))
        apis = [stack.enter_context(beside(proxy.endpoint_url, n)) for n in (1, 2)]
        for seed in range(1, seeds + 1):
            api, made = apis[seed % 2], halls[name(seed)]
            start = time.monotonic()
            proxy.befall(USUAL)
            hall = Hall(api, made["clerk"], made["kiosk"], made["qr"], NUMBERS)
            history = worked(hall, seed)
            idle(api)
            proxy.settle()
            proxy.befall({})
            found = breaches(history, closed(api, machine, name(seed), made))
            wrong += bool(found)
            print(
                f"seed {seed}, SDK attempts {seed % 2 + 1}: {len(history)} requests in "
                f"{time.monotonic() - start:.0f} s: {'wrong' if found else 'right'}",
                *found[:20],
                sep="\n    ",
                flush=True,
            )
        faults = proxy.counts()
    print(f"{seeds} seeds, {wrong} wrong, {time.monotonic() - began:.0f} s in all")
    print("calls of AWS and their faults:", ", ".join(f"{n} {k}" for k, n in faults.items()))
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if sys.argv[1:] else 5))

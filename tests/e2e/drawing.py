"""A system with one office, which gives its places by lot: in six windows of every day.

    python -m tests.e2e.drawing PLACES

It is started as `python -m infra.local` is, but no timer fires its functions. The next release is
half a day away, whenever it is started.
"""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from chalicelib import clock
from chalicelib.domain.office_fields import WEEKDAYS
from infra import offices
from infra.local import signals
from infra.local.run import start, stopping
from tests.e2e.lots import OFFICE, WINDOWS


def main(places: int) -> None:
    signals.end_in_order()
    with stopping(Path(os.environ["STATE"])) as started:
        run = start(
            started,
            int(os.environ["PORT"]),
            Path(os.environ["STATE"]),
            os.environ["LIMITS"],
            lambda: _load(places),
        )
        print(f"It is ready at {run.base_url}", flush=True)
        while True:
            signal.pause()


def _load(places: int) -> None:
    from chalicelib.store import offices as store  # only now: it reads the environment

    windows = [
        {"start": f"{8 + n:02}:00", "end": f"{9 + n:02}:00", "places": places // WINDOWS}
        for n in range(WINDOWS)
    ]
    release = clock.now() + timedelta(hours=7 + 12)  # in Jakarta
    pattern = next(office for office in offices.every() if office["office_id"] == OFFICE)
    store.put(
        {
            **pattern,
            "by_lot": True,
            "horizon_days": 7,
            "release_at": f"{release:%H:%M}",
            "release_by": "day",
            "opening": dict.fromkeys(WEEKDAYS, windows),
        }
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))

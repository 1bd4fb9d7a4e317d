"""`make job`: runs one scheduled function beside a running `make run`, as at a given instant.

    python -m infra.local.job NAME [AT]

With AGAIN=yes in the environment, a job that forgets takes an instant that is still to come, too.
Standard output is one line of JSON, what the function returned; all else goes to standard error.
"""

import json
import os
import sys
from datetime import datetime

from infra.local import beside, console, functions, platform


def main(name: str = "", at: str = "") -> None:
    """Run the function `name`, as at `at` or now. Ends with a sentence if that cannot be."""
    instant = _instant(at) if at else None
    state = beside.entered()
    with console.sieved(sys.stderr, state):
        from app import app  # only now: it reads the environment

        platform.measure_tables()
        jobs = functions.scheduled(app)
        if name not in jobs:
            raise SystemExit(
                f"Which job? NAME is one of {', '.join(sorted(jobs))}, "
                f"as in make job NAME={min(jobs)} AT=2026-12-01T17:00:00Z."
            )
        from chalicelib.jobs import StillToCome

        try:
            result = functions.call(jobs[name], instant, again=os.environ.get("AGAIN", ""))
        except StillToCome as refused:
            raise SystemExit(
                f"{refused}: what stands today would be forgotten. If that is meant, "
                f"say it again: make job NAME={name} AT={at} AGAIN=yes"
            ) from None
    print(json.dumps(result))


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise SystemExit(
            f"AT={text} is no instant: say it in ISO 8601 with an offset, "
            "as in AT=2026-12-01T17:00:00Z or AT=2026-12-02T00:00:00+07:00."
        )
    return instant


if __name__ == "__main__":
    main(*sys.argv[1:])

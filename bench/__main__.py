"""Measures everything and writes one table, and `build/bench.json` for machines."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from bench import (
    calls,
    codes,
    desk,
    draws,
    flat,
    instructions,
    jobs,
    oracle,
    pages,
    refusal,
    release,
    routes,
    start,
    storm,
    trail,
)
from bench.rows import Row

BENCHES: tuple[Callable[[], Iterator[Row]], ...] = (
    calls.rows,
    routes.rows,
    desk.rows,
    codes.rows,
    draws.rows,
    jobs.rows,
    trail.rows,
    flat.rows,
    start.rows,
    instructions.rows,
    oracle.rows,
    pages.rows,
    refusal.rows,
    release.rows,
    storm.rows,
)
REPORT = Path("build/bench.json")


def main() -> None:
    rows: list[Row] = []
    for bench in BENCHES:
        print(f"{bench.__module__} ...", file=sys.stderr)
        with redirect_stdout(StringIO()):  # what the service logs is not what is asked for here
            rows += bench()
    width = max(len(row.name) for row in rows)
    for row in rows:
        print(f"{row.name:<{width}}  {row.value:>10.3g} {row.unit:<14} {row.how}")
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps([row.fields() for row in rows], indent=2) + "\n")


if __name__ == "__main__":
    main()

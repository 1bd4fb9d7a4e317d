"""Measures everything and writes one table, and `build/bench.json` for machines."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import calls, flat, instructions, jobs, start, storm
from bench.rows import Row

BENCHES: tuple[Callable[[], Iterator[Row]], ...] = (
    calls.rows,
    jobs.rows,
    flat.rows,
    start.rows,
    instructions.rows,
    storm.rows,
)
REPORT = Path("build/bench.json")


def main() -> None:
    rows: list[Row] = []
    for bench in BENCHES:
        print(f"{bench.__module__} ...", file=sys.stderr)
        rows += bench()
    width = max(len(row.name) for row in rows)
    for row in rows:
        print(f"{row.name:<{width}}  {row.value:>10.3g} {row.unit:<14} {row.how}")
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps([row.fields() for row in rows], indent=2) + "\n")


if __name__ == "__main__":
    main()

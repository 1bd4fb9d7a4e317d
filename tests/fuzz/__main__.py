"""Fuzzes at length: `python -m tests.fuzz [EXAMPLES]`, so many of each operation (default 500)."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.run import fuzz
from tests.machine import started


def main() -> None:
    examples = sys.argv[1] if sys.argv[1:] else "500"
    with TemporaryDirectory() as state, started(Path(state), limits="off") as machine:
        done = fuzz(machine, f"--max-examples={examples}")
    print(done.stdout)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()

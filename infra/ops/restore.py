"""Puts back what a restored copy of a table has and the table has not.

    python -m infra.ops.restore TABLE COPY

TABLE is the last part of the table's name, COPY the whole name of what point-in-time recovery has
made. What has expired, and all that belongs to the erased, stays away. It may be run again.

Works beside a running `make run`; or, with the TABLE_PREFIX of a stage in the environment and
credentials for it, on AWS.
"""

import argparse
import os
import sys


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.ops.restore", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("table")
    parser.add_argument("copy")
    asked = parser.parse_args()
    if "TABLE_PREFIX" not in os.environ:
        from infra.local import beside

        beside.entered()
    # Imported only now: chalicelib has read the environment once it is imported.
    from chalicelib import clock
    from chalicelib.store.dynamo import Unavailable
    from infra.ops.recovery import BY_NAME, put_back

    if asked.table not in BY_NAME:
        raise SystemExit(f"TABLE is one of {', '.join(BY_NAME)}.")
    table = BY_NAME[asked.table]
    if asked.copy == table.Meta.table_name:
        raise SystemExit("COPY is the table itself.")
    try:
        put_back(table, asked.copy, clock.now(), _tell)
    except Unavailable:
        raise SystemExit("DynamoDB gave no answer: run it again, it does no harm.") from None


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

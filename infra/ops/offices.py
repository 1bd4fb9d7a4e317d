"""Puts the offices of ``infra/offices.json`` into their table: ``python -m infra.ops.offices``.

An office that is there already gets what the file says of it; what the file leaves out stays, and
so do closures. Works beside a running `make run`; or, with the TABLE_PREFIX of a stage in the
environment and credentials for it, on AWS.
"""

import os

from infra import offices


def main() -> None:
    if "TABLE_PREFIX" not in os.environ:
        from infra.local import beside

        beside.entered()
    print(f"{offices.load()} offices stored")


if __name__ == "__main__":
    main()

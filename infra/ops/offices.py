"""Puts the offices of ``infra/offices.json`` into their table: ``python -m infra.ops.offices``.

An office that is there already gets what the file says of it; what the file leaves out stays, and
so do closures. What comes of it is checked first: one that breaks a rule is left as it was, and the
others are stored. Works beside a running `make run`; or, with the TABLE_PREFIX of a stage in the
environment and credentials for it, on AWS.
"""

import os

from infra import offices


def main() -> None:
    if "TABLE_PREFIX" not in os.environ:
        from infra.local import beside

        beside.entered()
    refused = offices.load()
    print(f"{len(offices.every()) - len(refused)} offices stored")
    if refused:
        raise SystemExit("\n".join(["Refused, and left as they were:", *refused]))


if __name__ == "__main__":
    main()

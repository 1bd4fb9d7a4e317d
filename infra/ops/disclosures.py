"""Lists whose personal data a credential has seen in a span of time.

    python -m infra.ops.disclosures --by account:ID FROM TO

FROM and TO are ISO 8601, in UTC where they say no offset; TO is not part of it. Prints a line for
each disclosure, in the order of time: when, the account, why, and the ids of whose data it was.

Works beside a running `make run`; or, with the TABLE_PREFIX of a stage in the environment and
credentials for it, on AWS. The table is read as a whole: half a read unit for every 4 KB.
"""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from chalicelib.store.disclosures import Disclosure

AT_ONCE = 8


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.ops.disclosures", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    who = "account:…, challenge:…, function:… or operator:…"
    parser.add_argument("--by", required=True, help=who)
    parser.add_argument("since", metavar="FROM", type=_instant)
    parser.add_argument("until", metavar="TO", type=_instant)
    asked = parser.parse_args()
    if "TABLE_PREFIX" not in os.environ:
        from infra.local import beside

        beside.entered()
    found = made_by(asked.by, asked.since, asked.until)
    for one in found:
        print(one.at.isoformat(), one.subject, one.reason, *sorted(one.whose), sep="\t")
    whose = len({one.subject for one in found})
    print(f"{len(found):,} disclosures of {whose:,} subjects", file=sys.stderr)


def made_by(by: str, since: datetime, until: datetime) -> "list[Disclosure]":
    """All disclosures by a credential in [since, until), in order. Progress goes to stderr."""
    # Imported only now: chalicelib has read the environment once it is imported.
    from chalicelib.config import settings
    from chalicelib.store import disclosures

    patient = boto3.client("dynamodb", region_name=settings.region)
    seen, found = list[int](), list[disclosures.Disclosure]()

    def read(segment: int) -> None:
        for looked_at, page in disclosures.made_by(patient, by, since, until, segment, AT_ONCE):
            seen.append(looked_at)
            found.extend(page)
            print(f"{sum(seen):,} rows read, {len(found):,} found", file=sys.stderr, flush=True)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(read, range(AT_ONCE)))
    return sorted(found, key=lambda one: one.at)


def _instant(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


if __name__ == "__main__":
    main()

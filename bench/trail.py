"""Whose data a credential has seen, out of 100,000 recorded disclosures, within five minutes.

The rows are in moto, whose scan goes over all of them for every page; DynamoDB takes milliseconds a
page of a megabyte. So this is an upper bound, and the command's own work is in it.
"""

import contextlib
import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.calls import metered
from bench.rows import Row

ROWS = 100_000
ONE_IN = 10
SUBJECTS = 20_000
LIMIT_SECONDS = 300
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
SPAN = timedelta(days=30)


def rows() -> Iterator[Row]:
    with metered():
        from infra.ops.disclosures import made_by

        _fill()
        began = time.perf_counter()
        with contextlib.redirect_stderr(io.StringIO()):
            found = made_by("account:thief", SINCE, SINCE + SPAN)
        took = time.perf_counter() - began
    assert len(found) == ROWS // ONE_IN, len(found)
    yield Row(
        f"time to list what a credential saw, {ROWS:,} rows",
        took / LIMIT_SECONDS,
        "x five minutes",
        f"{took:.0f} s, {len(found):,} found, in moto",
    )


def _fill() -> None:
    """Put the rows where moto keeps them: by calls it would take minutes."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.dynamodb.models import dynamodb_backends

    from chalicelib.config import settings
    from chalicelib.store.tables.people import DisclosureItem

    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][settings.region]
    table = backend.tables[DisclosureItem.Meta.table_name]
    for number in range(ROWS):
        subject = f"subject{number % SUBJECTS:09}"
        at = SINCE + SPAN * number / ROWS
        item = DisclosureItem(
            subject,
            f"{at.isoformat(timespec='microseconds')}#{number:08x}",
            by="function:send_reminders" if number % ONE_IN else "account:thief",
            reason="evening",
            whose={subject},
        )
        table.put_item(item.serialize())


if __name__ == "__main__":
    print(*rows())

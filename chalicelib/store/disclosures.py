"""The record of who saw whose personal data, why and when: written once, never changed.

The same goes to the log, where no role of ours can take it away either. Ids alone.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.tables.people import DisclosureItem
from chalicelib.telemetry import log


class Disclosure(NamedTuple):
    subject: str
    at: datetime
    by: str
    reason: str
    whose: frozenset[str]
    """Whose data it was: ids of applicants; the id of the account stands for its phone.

    Nobody's where an operator has acted without a look at any.
    """


def record(subject: str, whose: Iterable[str], by: str, reason: str, now: datetime) -> None:
    """Note that ``by`` sees data that are kept under ``subject``, for a reason.

    ``subject`` is an account, or a challenge from which none has come yet.
    """
    at = f"{_key(now)}#{secrets.token_hex(4)}"
    item = DisclosureItem(subject, at, by=by, reason=reason, whose=set(whose) or None)
    with suppress(Unmet):  # the SDK sent it twice: the answer to the first was lost
        item.put(DisclosureItem.subject.does_not_exist())
    log.info("disclosed", subject=subject, by=by, reason=reason, whose=sorted(item.whose or ()))


def of(subject: str) -> list[Disclosure]:
    """All disclosures of a subject's data, the first first."""
    try:
        items = list(DisclosureItem.query(subject))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return [_disclosure(item) for item in items]


def made_by(
    client: Any, by: str, since: datetime, until: datetime, segment: int, of: int
) -> Iterator[tuple[int, list[Disclosure]]]:
    """Openings by a credential in [since, until), in a segment of the table, one of ``of``.

    A Scan by a ``client`` that may take its time: yields, page by page, how many rows it has looked
    at and what it found. ``since`` and ``until`` are in UTC.
    """
    asked = {
        "TableName": DisclosureItem.Meta.table_name,
        "Segment": segment,
        "TotalSegments": of,
        "FilterExpression": "#by = :by AND #at >= :since AND #at < :until",
        "ExpressionAttributeNames": {"#by": "by", "#at": "at"},
        "ExpressionAttributeValues": {
            ":by": {"S": by},
            ":since": {"S": _key(since)},
            ":until": {"S": _key(until)},
        },
    }
    for page in client.get_paginator("scan").paginate(**asked):
        items = [_disclosure(DisclosureItem.from_raw_data(item)) for item in page["Items"]]
        yield page["ScannedCount"], items


def _key(at: datetime) -> str:
    """An instant in UTC so that the order of texts is that of time."""
    return at.isoformat(timespec="microseconds")


def _disclosure(item: DisclosureItem) -> Disclosure:
    return Disclosure(
        item.subject,
        datetime.fromisoformat(item.at.partition("#")[0]),
        item.by,
        item.reason,
        frozenset(item.whose or ()),
    )

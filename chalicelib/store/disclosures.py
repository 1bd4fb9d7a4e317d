"""The record of who saw whose personal data, why and when: written once, never changed.

Whoever sees the same again within an hour, for the same reason, is in it once: a row is kept for
ever. Each time goes to the log, where no role of ours can take it away either. Ids alone.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.errors import Invalid
from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.legible import legible
from chalicelib.store.tables.people import DisclosureItem
from chalicelib.telemetry import log

PAGE = 100
"""Disclosures in one answer: some 15 KB."""


class Disclosure(NamedTuple):
    subject: str
    at: datetime
    """The first time within its hour."""
    by: str
    reason: str
    whose: frozenset[str]
    """Whose data it was: ids of applicants; the id of the account stands for its phone.

    Nobody's where an operator has acted without a look at any.
    """


class Page(NamedTuple):
    disclosures: list[Disclosure]
    next: str | None
    """Where to go on after them; None at the end."""


def record(subject: str, whose: Iterable[str], by: str, reason: str, now: datetime) -> None:
    """Note that ``by`` sees data that are kept under ``subject``, for a reason.

    ``subject`` is an account, or a challenge from which none has come yet.
    """
    ids = set(whose)
    what = sha256("\n".join([by, reason, *sorted(ids)]).encode()).hexdigest()[:12]
    at = f"{_key(_hour(now))}#{what}"
    item = DisclosureItem(subject, at, by=by, reason=reason, first=_key(now), whose=ids or None)
    with suppress(Unmet):  # it is there already, for this hour
        item.put(DisclosureItem.subject.does_not_exist())
    log.info("disclosed", subject=subject, by=by, reason=reason, whose=sorted(item.whose or ()))


def of(subject: str) -> list[Disclosure]:
    """All disclosures of a subject's data, the first first."""
    return _in_order(_query(subject, None, None))


def page(subject: str, after: str | None) -> Page:
    """So many of them, from where another page ended. Raises `Invalid` if none ends ``after``."""
    items = _query(subject, _row(after) if after is not None else None, PAGE + 1)
    more = len(items) > PAGE
    return Page(_in_order(items[:PAGE]), _cursor(items[PAGE - 1]) if more else None)


def made_by(
    client: Any, by: str, since: datetime, until: datetime, segment: int, of: int
) -> Iterator[tuple[int, list[Disclosure]]]:
    """Disclosures by a credential in [since, until), in a segment of the table, one of ``of``.

    One that began earlier in the hour of ``since`` is among them: it may have gone on. A Scan by a
    ``client`` that may take its time: yields, page by page, how many rows it has looked at and what
    it found. ``since`` and ``until`` are in UTC.
    """
    asked = {
        "TableName": DisclosureItem.Meta.table_name,
        "Segment": segment,
        "TotalSegments": of,
        "FilterExpression": "#by = :by AND #at >= :since AND #at < :until"
        " AND (attribute_not_exists(#first) OR #first < :until)",
        "ExpressionAttributeNames": {"#by": "by", "#at": "at", "#first": "first"},
        "ExpressionAttributeValues": {
            ":by": {"S": by},
            ":since": {"S": _key(_hour(since))},
            ":until": {"S": _key(until)},
        },
    }
    for page in client.get_paginator("scan").paginate(**asked):
        items = [_disclosure(DisclosureItem.from_raw_data(item)) for item in page["Items"]]
        yield page["ScannedCount"], items


def _query(subject: str, after: str | None, limit: int | None) -> list[DisclosureItem]:
    further = DisclosureItem.at > after if after is not None else None
    try:
        return list(DisclosureItem.query(subject, further, limit=limit))
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def _in_order(items: Iterable[DisclosureItem]) -> list[Disclosure]:
    return sorted(map(_disclosure, items), key=lambda one: one.at)


def _cursor(last: DisclosureItem) -> str:
    return urlsafe_b64encode(last.at.encode()).decode().rstrip("=")


def _row(cursor: str) -> str:
    try:
        return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (Error, ValueError):
        raise Invalid("after", "type") from None


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _key(at: datetime) -> str:
    """An instant in UTC so that the order of texts is that of time."""
    return at.isoformat(timespec="microseconds")


@legible
def _disclosure(item: DisclosureItem) -> Disclosure:
    return Disclosure(
        item.subject,
        datetime.fromisoformat(item.first or item.at.partition("#")[0]),
        item.by,
        item.reason,
        frozenset(item.whose or ()),
    )

"""The record of who opened whose personal data, why and when: written once, never changed.

The same lies in the log, where no role of ours can take it away either. Ids alone, nothing personal.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.tables import OpeningItem
from chalicelib.telemetry import log


class Opening(NamedTuple):
    at: datetime
    by: str
    reason: str
    opened: frozenset[str]
    """Whose data it was: ids of applicants; the id of the account stands for its phone."""


def record(subject: str, opened: Iterable[str], by: str, reason: str, now: datetime) -> None:
    """Note that ``by`` opens data that are kept under ``subject``, for a reason.

    ``subject`` is an account, or a challenge from which none has come yet.
    """
    at = f"{now.isoformat(timespec='microseconds')}#{secrets.token_hex(4)}"
    item = OpeningItem(subject, at, by=by, reason=reason, opened=set(opened))
    try:
        item.put(OpeningItem.subject.does_not_exist())
    except Unmet:
        pass  # the SDK sent it twice: the answer to the first was lost
    log.info("opened", subject=subject, by=by, reason=reason, whose=sorted(item.opened))


def of(subject: str) -> list[Opening]:
    """All openings of a subject's data, the first first."""
    try:
        items = list(OpeningItem.query(subject))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return [
        Opening(
            datetime.fromisoformat(item.at.partition("#")[0]),
            item.by,
            item.reason,
            frozenset(item.opened),
        )
        for item in items
    ]

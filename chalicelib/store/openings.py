"""The record of who opened whose personal data, why and when: written once, never changed."""

import secrets
from datetime import datetime
from typing import NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.store.dynamo import Unavailable
from chalicelib.store.people import OpeningItem


class Opening(NamedTuple):
    at: datetime
    by: str
    reason: str


def record(subject: str, by: str, reason: str, now: datetime) -> None:
    """Note that ``by`` opens the data of ``subject`` (an account) for a reason."""
    at = f"{now.isoformat(timespec='microseconds')}#{secrets.token_hex(4)}"
    OpeningItem(subject, at, by=by, reason=reason).put()


def of(subject: str) -> list[Opening]:
    """All openings of a subject's data, the first first."""
    try:
        items = list(OpeningItem.query(subject))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return [
        Opening(datetime.fromisoformat(item.at.partition("#")[0]), item.by, item.reason)
        for item in items
    ]

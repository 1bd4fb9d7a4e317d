"""Which persons' holders are to be told that somebody asks, and when they were."""

from datetime import datetime
from typing import Any

from pynamodb.exceptions import PynamoDBConnectionError
from pynamodb.expressions.update import Action

from chalicelib.domain.persons import Person
from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.times import seconds

TO_TELL = "yes"
"""What is in the index while somebody is to be told."""


def waiting() -> list[str]:
    """The persons whose holder is to be told of a question (an index: a moment behind)."""
    try:
        return [key.applicant_id for key in ApplicantItem.to_tell_index.query(TO_TELL)]
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def telling(read: Person, now: datetime) -> bool:
    """Note that the holder is being told of the questions; true for one caller only."""
    told = ApplicantItem.told_at
    before = told.does_not_exist() if read.told_at is None else told == seconds(read.told_at)
    return _told(read, [told.set(seconds(now))], before)


def not_to_tell(read: Person) -> bool:
    """Note that there is nobody to be told, or nothing, while the links are as they were read."""
    return _told(read, [], ApplicantItem.version == read.version)


def _told(read: Person, actions: list[Action], condition: Any) -> bool:
    try:
        ApplicantItem.change(
            read.person_id,
            actions=[ApplicantItem.to_tell.remove(), *actions],
            condition=ApplicantItem.to_tell.exists() & condition,
        )
    except Unmet:
        return False
    return True

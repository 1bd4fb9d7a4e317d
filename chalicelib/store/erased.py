"""The ids of accounts and applicants that were erased, so that no backup brings them back.

Written in the transaction that erases, never changed. The ids were drawn at random and lead nowhere
any more; no other account or applicant ever gets one of them.
"""

from datetime import datetime

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.store.dynamo import Item, Unavailable
from chalicelib.store.tables.people import ErasedItem
from chalicelib.store.times import seconds


def noting(erased_id: str, now: datetime) -> Item:
    """Note that an account or an applicant has been erased."""
    return ErasedItem(erased_id, at=seconds(now)).putting(ErasedItem.erased_id.does_not_exist())


def every() -> frozenset[str]:
    """All that have been erased: a Scan."""
    try:
        return frozenset(item.erased_id for item in ErasedItem.scan(consistent_read=True))
    except PynamoDBConnectionError as error:
        raise Unavailable from error

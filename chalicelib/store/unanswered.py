"""Which persons the civil register is to be asked about again, because it gave no answer."""

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.persons import Person
from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.tables.booking import ApplicantItem

TO_CONFIRM = "yes"
"""What is in the index while somebody is to be asked about."""


def waiting() -> list[str]:
    """The persons to be asked about (an index: a moment behind)."""
    try:
        return [key.applicant_id for key in ApplicantItem.to_confirm_index.query(TO_CONFIRM)]
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def answered(read: Person) -> bool:
    """Note that nothing is to be asked, while the links are as they were read."""
    try:
        ApplicantItem.change(
            read.person_id,
            actions=[ApplicantItem.to_confirm.remove()],
            condition=ApplicantItem.to_confirm.exists() & (ApplicantItem.version == read.version),
        )
    except Unmet:
        return False
    return True

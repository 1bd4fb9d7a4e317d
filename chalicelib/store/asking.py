"""That a person asks by an entry in draws: a mark on their own item, and on no other."""

from datetime import date, datetime

from chalicelib.domain.persons import Asking
from chalicelib.store import applicants
from chalicelib.store.dynamo import Item
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.times import seconds

ASK = ApplicantItem.prepared(
    actions=[ApplicantItem.asking.set({"M": "$asking"})],
    condition=applicants.FREE & applicants.MAY_ASK & applicants.asks_by_none({"N": "$now"}),
)

WIN = ApplicantItem.prepared(
    actions=applicants.HOLDING,
    condition=applicants.FREE
    & applicants.MAY_ASK
    & (ApplicantItem.asking["entry"] == {"S": "$entry"}),
)


def asking(person_id: str, asking: Asking, now: datetime) -> Item:
    """Let a person ask by an entry, if its account may book for them, and they are free.

    Nobody asks by two, nor whom an absence bars; an entry whose time is over counts as none.
    """
    mark = {
        "entry": asking.entry,
        "account_id": asking.account_id,
        "until": seconds(asking.until),
    }
    return ASK.changing(person_id, asking=mark, account_id=asking.account_id, now=seconds(now))


def asking_no_more(person_id: str, entry: str) -> Item:
    """Let a person who asks by ``entry`` ask no more."""
    return ApplicantItem.changing(
        person_id,
        actions=[ApplicantItem.asking.remove()],
        condition=ApplicantItem.asking["entry"] == entry,
    )


def winning(
    person_id: str,
    entry: str,
    account_id: str,
    code: str,
    day: date,
    until: datetime,
    now: datetime,
) -> Item:
    """Let a person who asks by ``entry`` hold the booking ``code`` of ``day``, if they are free.

    Not if an absence bars them from draws by now.
    """
    holding = applicants.held(account_id, code, day, until)
    return WIN.changing(person_id, **holding, account_id=account_id, now=seconds(now), entry=entry)

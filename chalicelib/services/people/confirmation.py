"""What the civil register says of an account's holder: that NIK, name and birth date match."""

from datetime import datetime

from chalicelib.domain.errors import RequestInProgress
from chalicelib.domain.persons import Proof, Settled, settle
from chalicelib.store import applicants

READS = 4
"""How often the person may change before it gives up."""


def confirm(person_id: str, account_id: str, now: datetime) -> Settled | None:
    """Raise an account from HELD to CONFIRMED; says what that comes to, also who is displaced.

    None where there is nothing to raise: the account does not say that it is this person, it has
    no phone any more, or it has proven as much already. Raises `RequestInProgress`.
    """
    for _ in range(READS):
        person = applicants.get(person_id)
        link = person.links.get(account_id)
        if link is None or not link.itself or link.proof != Proof.HELD:
            return None
        links = {**person.links, account_id: link._replace(proof=Proof.CONFIRMED)}
        settled = settle(person, links, now)
        if applicants.link(person, settled):
            return settled
    raise RequestInProgress

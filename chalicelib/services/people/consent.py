"""Who asks to have somebody in their family, or to be them; and what the holder says to it.

The holder learns the relation, never the name: whoever asks may be wrong, or a stranger.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import NamedTuple

from chalicelib import keyring
from chalicelib.domain.errors import NoSuchRequest, RequestInProgress
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Link, Person, Proof, Settled, settle
from chalicelib.keyring import Purpose
from chalicelib.services.people.profile import account_of, holder_of
from chalicelib.store import applicants
from chalicelib.store.accounts import Account

READS = 4
"""How often what an answer has read may change before it gives up."""


class Request(NamedTuple):
    request_id: str
    relation: Relation
    asked_at: datetime
    accepted: bool


def requests(account_id: str, now: datetime, read: Account | None = None) -> list[Request]:
    """What the holder is asked, and what they have consented to, the first first.

    ``read`` is the account, if the caller has just read it. Raises `NoSuchAccount`.
    """
    person = _held(read or account_of(account_id))
    if person.holder != account_id:
        return []
    return [
        Request(_request_id(person, asking), link.relation, link.at, link.given)
        for asking, link in sorted(_answerable(person, now).items(), key=lambda one: one[1].at)
    ]


def answer(account_id: str, request_id: str, now: datetime, *, accept: bool) -> None:
    """Give or refuse what somebody asks for; a consent that was given can be taken back.

    Whoever says that it is themselves hands their NIK over to that account. Raises
    `NoSuchAccount`, `NoSuchRequest`, `RequestInProgress`.
    """
    for _ in range(READS):
        person = _held(account_of(account_id))
        asking = next(
            (
                a
                for a in _answerable(person, now)
                if hmac.compare_digest(_request_id(person, a).encode(), request_id.encode())
            ),
            None,
        )
        if person.holder != account_id or asking is None:
            raise NoSuchRequest
        if applicants.link(person, _answered(person, account_id, asking, now, accept=accept)):
            return
    raise RequestInProgress


def _answerable(person: Person, now: datetime) -> dict[str, Link]:
    """What the holder is asked, and what they have consented to, by the account that asks."""
    given = {account_id: link for account_id, link in person.links.items() if link.given}
    return given | person.questions(now)


def _answered(person: Person, holder: str, asking: str, now: datetime, *, accept: bool) -> Settled:
    links = dict(person.links)
    link = links[asking]
    if not accept:
        del links[asking]
        return settle(person, links, now)
    if not link.itself:
        links[asking] = link._replace(given=True)
        return settle(person, links, now)
    if link.proof < Proof.HELD:
        raise NoSuchRequest  # an account without a phone is handed nothing
    links[asking] = link._replace(proof=links[holder].proof)
    links[holder] = links[holder]._replace(proof=Proof.CLAIMED)
    return settle(person, links, now, handed_over=True)


def _held(account: Account) -> Person:
    return applicants.get(holder_of(account))


def _request_id(person: Person, asking: str) -> str:
    """What the holder knows a question by: it leads nobody to the account that asks."""
    message = f"request\n{person.person_id}\n{asking}".encode()
    made = hmac.digest(keyring.derived(Purpose.ACCOUNT), message, "sha256")
    return urlsafe_b64encode(made[:12]).decode()

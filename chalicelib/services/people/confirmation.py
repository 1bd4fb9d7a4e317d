"""What the civil register says of people after the fact: it is asked again when it was silent.

A match makes whoever holds a NIK harder to displace. A mismatch takes it from them: they were let
in because nobody knew better.
"""

from collections import Counter
from datetime import datetime

from chalicelib import identity
from chalicelib.domain import texts
from chalicelib.domain.errors import RequestInProgress
from chalicelib.domain.persons import Link, Person, Proof, Settled, settle
from chalicelib.identity import Answer
from chalicelib.services import aliases
from chalicelib.services.allowance import Allowance
from chalicelib.services.notices.send import BY, text
from chalicelib.services.people.sealed import ktp_of
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts, applicants, unanswered

READS = 4
"""How often the person may change before it gives up."""

REASON = "register"


def confirm(person_id: str, account_id: str) -> Settled | None:
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
        settled = settle(person, links)
        if applicants.link(person, settled):
            return settled
    raise RequestInProgress


def ask_again(now: datetime, more: Allowance) -> dict[str, int]:
    """Ask about everybody of whom the register has said nothing yet, while it answers."""
    done: Counter[str] = Counter(match=0, mismatch=0, handed_over=0)
    for person_id in unanswered.waiting():
        person = applicants.get(person_id)
        for account_id in [a for a, link in person.links.items() if _unanswered(link)]:
            if not more():
                done["handed_over"] = 1
                return dict(done)
            said = _ask(person, account_id, now)
            if said is Answer.NONE:
                return dict(done)  # it is still silent: the next run asks
            if said is not Answer.OFF:
                done[said.value] += 1
                _take(person_id, account_id, said, more, now)
        read = applicants.get(person_id)
        if not any(map(_unanswered, read.links.values())):
            unanswered.answered(read)
    return dict(done)


def _unanswered(link: Link) -> bool:
    return link.proof == Proof.HELD if link.itself else link.confirmed is None


def _ask(person: Person, account_id: str, now: datetime) -> Answer:
    account = accounts.get(account_id)
    people = account.people if account else {}
    alias = next((a for a in people if aliases.person_of(account_id, a) == person.person_id), None)
    if alias is None:
        return Answer.OFF
    unsealed = unseal(account_id, {alias: people[alias].sealed}, BY, REASON, now)
    return identity.ask(ktp_of(unsealed[alias]))


def _take(person_id: str, account_id: str, said: Answer, more: Allowance, now: datetime) -> None:
    """Let the person have what was said of them by one account."""
    for _ in range(READS):
        person = applicants.get(person_id)
        link = person.links.get(account_id)
        if link is None or not _unanswered(link):
            return
        settled = settle(person, _with(person, account_id, link, said))
        if applicants.link(person, settled):
            if settled.displaced:
                text(settled.displaced, texts.DISPLACED, BY, REASON, more, now)
            if said is Answer.MISMATCH:
                text(account_id, texts.NOT_CONFIRMED, BY, REASON, more, now)
            return
    raise RequestInProgress


def _with(person: Person, account_id: str, link: Link, said: Answer) -> dict[str, Link]:
    links = dict(person.links)
    if said is Answer.MATCH:
        confirmed = link._replace(proof=Proof.CONFIRMED) if link.itself else link
        links[account_id] = confirmed._replace(confirmed=None if link.itself else True)
    elif link.itself:
        links[account_id] = link._replace(proof=Proof.CLAIMED)
    else:
        del links[account_id]
    return links

"""What the civil register says of people after the fact: it is asked again when it was silent.

A match makes whoever holds a NIK harder to displace. A mismatch takes it from them: they were let
in because nobody knew better. A relative whose data do not match stays in the family, but is not
booked for, unless somebody holds their NIK and consents.
"""

import random
from collections import Counter
from datetime import datetime

from chalicelib import identity
from chalicelib.domain import texts
from chalicelib.domain.errors import RequestInProgress
from chalicelib.domain.persons import Link, Person, Proof, Settled, settle
from chalicelib.identity import Answer
from chalicelib.services import aliases
from chalicelib.services.allowance import Allowance
from chalicelib.services.contained import contained
from chalicelib.services.notices.by_sms import BY, text
from chalicelib.services.people.sealed import ktp_of
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts, applicants, unanswered
from chalicelib.telemetry import Metric, count

READS = 4
"""How often the person may change before it gives up."""

SILENCES = 3
"""After so many in a row the register is out, and the next run asks. One alone may be about one
person: the others do not wait behind them."""

REASON = "register"


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


def ask_again(now: datetime, more: Allowance) -> dict[str, int]:
    """Ask about everybody of whom the register has said nothing yet, while it answers."""
    done: Counter[str] = Counter(match=0, mismatch=0, none=0, handed_over=0)
    if not identity.there():
        return dict(done)
    silences = 0
    for person_id in _mixed(unanswered.waiting()):
        with contained(done, REASON):
            person = applicants.get(person_id)
            for account_id in [a for a, link in person.links.items() if _unanswered(link)]:
                if not more():
                    done["handed_over"] = 1
                    return dict(done)
                said = _ask(person, account_id, now)
                if said is None:
                    continue
                done[said.value] += 1
                if said is Answer.NONE:
                    silences += 1
                    if silences == SILENCES:
                        return dict(done)
                    continue
                silences = 0
                _take(person_id, account_id, said, more, now)
            read = applicants.get(person_id)
            if not any(map(_unanswered, read.links.values())):
                unanswered.answered(read)
    return dict(done)


def _mixed(person_ids: list[str]) -> list[str]:
    """In another order each time, so that nobody waits behind the same people for ever."""
    return random.sample(person_ids, len(person_ids))


def _unanswered(link: Link) -> bool:
    return link.proof == Proof.HELD if link.itself else link.confirmed is None


def _ask(person: Person, account_id: str, now: datetime) -> Answer | None:
    """What the register says. None where the account does not name the person any more."""
    account = accounts.get(account_id)
    people = account.people if account else {}
    alias = next((a for a in people if aliases.person_of(account_id, a) == person.person_id), None)
    if alias is None:
        return None
    unsealed = unseal(account_id, {alias: people[alias].sealed}, BY, REASON, now)
    return identity.ask(ktp_of(unsealed[alias]))


def _take(person_id: str, account_id: str, said: Answer, more: Allowance, now: datetime) -> None:
    """Let the person have what was said of them by one account."""
    for _ in range(READS):
        person = applicants.get(person_id)
        link = person.links.get(account_id)
        if link is None or not _unanswered(link):
            return
        matches = said is Answer.MATCH
        links = {**person.links, account_id: _taken(link, matches=matches)}
        settled = settle(person, links, now, disproved=None if matches else account_id)
        if applicants.link(person, settled):
            if not matches:
                _tell(account_id, texts.NOT_CONFIRMED, more, now)
            elif settled.displaced:
                _tell(settled.displaced, texts.DISPLACED, more, now)
            return
    raise RequestInProgress


def _tell(account_id: str, words: str, more: Allowance, now: datetime) -> None:
    outcome = text(account_id, words, BY, REASON, more, now)
    count(Metric.SMS, kind=REASON, result=outcome.state.value)


def _taken(link: Link, *, matches: bool) -> Link:
    if link.itself:
        return link._replace(proof=Proof.CONFIRMED if matches else Proof.CLAIMED)
    return link._replace(confirmed=matches)

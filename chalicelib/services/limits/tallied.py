"""Who has asked too often: by account, by address, by network, and all together.

An address is personal data. It is never kept: a tally is found by a digest under a key of ours that
holds for one span only. Where the SDK or a crash leaves a count too high, its span ends it.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from typing import NamedTuple

from chalicelib import keyring
from chalicelib.config import settings
from chalicelib.domain.errors import CodesSpent, NoAnswer, NotSent, Refusal, TooOften
from chalicelib.domain.limits import (
    CALLS_PER_STAFF,
    CODES_PER_ADDRESS,
    CODES_PER_NETWORK,
    IDENTITY_PER_ACCOUNT,
    INVENTED_PER_NETWORK,
    KEPT_FOR_OTHERS,
    PASSKEYS_PER_ADDRESS,
    PASSKEYS_PER_NETWORK,
    PHONES_PER_ACCOUNT,
    PRESENCE_PER_ACCOUNT,
    READS_PER_ACCOUNT,
    REGISTER_PER_ACCOUNT,
    RELATIVES_PER_ADDRESS,
    RELATIVES_PER_NETWORK,
    STAFF_PER_ADDRESS,
    STAFF_PER_NETWORK,
    Budget,
    Limit,
    caller_and_network,
    kept_for_others,
    little,
    needs_proof,
    shares,
)
from chalicelib.services.limits.asker import Asker
from chalicelib.services.unseal import Record
from chalicelib.store import disclosures, tallies
from chalicelib.store.outcomes import AtLimit, Counted
from chalicelib.store.tallies import Tally
from chalicelib.telemetry import Metric, count

BUDGETS = {
    budget: Limit(f"codes-{budget}", most, refusal=CodesSpent)
    for budget, most in shares(settings.codes_a_day).items()
}
"""The day's codes. One item takes 1,000 updates a second, fifty times what SNS sends."""

ALL = "all"

DEVICE = "device"
"""Who asks where a device token says so, wherever they are."""


class Allowed(NamedTuple):
    """Somebody may have a code, as far as their address goes."""

    budget: Budget
    asker: Asker
    requester: str
    """Who counts as one who asks for codes to a phone: a network, or the phone's own device."""


@contextmanager
def codes(
    budget: Budget, asker: Asker, now: datetime, *, changing: str | None = None
) -> Iterator[Allowed]:
    """Count a code to where it is asked for, unless the block is refused or sends none.

    A change of phone counts to the account that is ``changing`` as well. Raises `TooOften`,
    `CodesSpent` (which is counted where the code is sent), `ProofNeeded`.
    """
    caller, network = caller_and_network(asker.address or "")
    own = budget is Budget.DEVICE and not changing
    allowed = Allowed(budget, asker, DEVICE if own else network)
    if not settings.limited:
        yield allowed
        return
    limit = BUDGETS[budget]
    if tallies.full(_id(limit, ALL, now), now):
        raise _refused(limit, now)
    if budget is not Budget.DEVICE and asker.can_work:
        spent = _spent(budget, now)
        if spent >= limit.most:  # it is told as what it is: no work helps
            raise _refused(limit, now)
        if needs_proof(spent, limit.most):
            asker.prove()
    subjects = [(PHONES_PER_ACCOUNT, changing)] if changing else []
    if asker.address is not None:
        subjects.append((CODES_PER_ADDRESS, f"{budget}\n{caller}"))
        subjects.append((CODES_PER_NETWORK, f"{budget}\n{network}"))
    with counted(now, *subjects) as totals:
        few = little(limit.most)
        much = asker.address is not None and totals[-1] > few
        if much and kept_for_others(_spent(budget, now), limit.most):
            raise _refused(Limit(KEPT_FOR_OTHERS, few), now)
        yield allowed


def working(budget: Budget, now: datetime) -> bool:
    """Whether a code of this budget needs a proof of work, as this process knows it."""
    if not settings.limited:
        return False
    return needs_proof(_spent(budget, now), BUDGETS[budget].most)


def _spent(budget: Budget, now: datetime) -> int:
    return tallies.total(_id(BUDGETS[budget], ALL, now), now)


@contextmanager
def of_budget(budget: Budget, now: datetime) -> Iterator[int]:
    """Count a code of the day's, unless the block sends none. Raises `CodesSpent`."""
    limit = BUDGETS[budget]
    with counted(now, (limit, ALL)) as (taken,):
        tallies.saw(_id(limit, ALL, now), taken, now)
        count(Metric.CODES_BUDGET, 100 * taken / limit.most, budget=budget.value)
        yield taken


@contextmanager
def invented(address: str | None, now: datetime) -> Iterator[Callable[[], None]]:
    """Yields what counts somebody whom nobody knows to the network; once, if called again.

    Nobody stays counted if the block is refused. Raises `TooOften`.
    """
    _, network = caller_and_network(address or "")
    taken = False

    def take() -> None:
        nonlocal taken
        if address is not None and not taken:
            _take(INVENTED_PER_NETWORK, network, now)
            taken = True

    try:
        yield take
    except Refusal:
        if taken:
            _give_back(INVENTED_PER_NETWORK, network, now)
        raise


def registered(address: str | None, now: datetime) -> None:
    """Let the network of a new account add one more whom nobody knows, tomorrow."""
    if address is not None and settings.limited:
        _, network = caller_and_network(address)
        limit = INVENTED_PER_NETWORK
        tomorrow = now + limit.span
        tallies.allow(_id(limit, network, tomorrow), limit.start(tomorrow) + limit.span)


def relatives(address: str, now: datetime) -> AbstractContextManager[list[int]]:
    """Count a relative to an address, unless the block is refused. Raises `TooOften`."""
    caller, network = caller_and_network(address)
    return counted(
        now,
        (RELATIVES_PER_ADDRESS, caller),
        (RELATIVES_PER_NETWORK, network),
    )


def identity_attempt(account_id: str, now: datetime) -> None:
    """Count an attempt at who the holder of an idle account is. Raises `TooOften`."""
    _take(IDENTITY_PER_ACCOUNT, account_id, now)


def register_question(account_id: str, now: datetime) -> None:
    """Count a relative whom the civil register is asked about, whatever it says.

    Raises `TooOften`.
    """
    _take(REGISTER_PER_ACCOUNT, account_id, now)


def look(account_id: str, whose: Iterable[str], by: str, reason: str, now: datetime) -> None:
    """Record that an account looks at personal data of its own, and count it, with one call.

    Raises `TooOften`; then nothing is recorded.
    """
    _look(READS_PER_ACCOUNT, account_id, account_id, whose, by, reason, now)


def look_of(staff_id: str) -> Record:
    """What records that somebody of the staff looks at a phone number, and counts it to them.

    It raises `TooOften`; then nothing is recorded.
    """
    return partial(_look, CALLS_PER_STAFF, staff_id)


def _look(
    limit: Limit,
    counted_to: str,
    subject: str,
    whose: Iterable[str],
    by: str,
    reason: str,
    now: datetime,
) -> None:
    if not settings.limited:
        disclosures.record(subject, whose, by, reason, now)
        return
    tally = _tally(limit, counted_to, now)
    if not disclosures.record_counted(subject, whose, by, reason, tally, now):
        raise _refused(limit, now)


def presence(account_id: str, now: datetime) -> None:
    """Count an attempt at the digits that an office's board shows. Raises `TooOften`."""
    _take(PRESENCE_PER_ACCOUNT, account_id, now)


def staff_attempt(address: str, now: datetime) -> None:
    """Count a sign-in or an enrolment of staff that begins, to an address. Raises `TooOften`."""
    caller, network = caller_and_network(address)
    _take(STAFF_PER_ADDRESS, caller, now)
    _take(STAFF_PER_NETWORK, network, now)


def passkey_attempt(address: str, now: datetime) -> None:
    """Count a sign-in by passkey that begins, to an address. Raises `TooOften`."""
    caller, network = caller_and_network(address)
    _take(PASSKEYS_PER_ADDRESS, caller, now)
    _take(PASSKEYS_PER_NETWORK, network, now)


def first_use(nonce: str, now: datetime) -> bool:
    """Whether a proof of work is used for the first time, which it then is no more.

    No limit of rates: load tests have it too.
    """
    tally_id = f"proof:{nonce}"
    return isinstance(tallies.add(Tally(tally_id, 1, now), now), Counted)


@contextmanager
def counted(now: datetime, *wanted: tuple[Limit, str]) -> Iterator[list[int]]:
    """Count what the block does under each limit of a subject; yields how many there are now.

    Nothing stays counted if a limit is reached, or the block is refused or sends no SMS. An SMS of
    which nobody knows stays counted. Raises the refusal of the limit.
    """
    taken: list[tuple[Limit, str]] = []
    try:
        totals = []
        for limit, subject in wanted:
            totals.append(_take(limit, subject, now))
            taken.append((limit, subject))
        yield totals
    except NoAnswer:
        raise
    except (Refusal, NotSent):
        for limit, subject in taken:
            _give_back(limit, subject, now)
        raise


def _take(limit: Limit, subject: str, now: datetime) -> int:
    if not settings.limited:
        return 0
    match tallies.add(_tally(limit, subject, now), now):
        case Counted(total):
            return total
        case AtLimit():
            raise _refused(limit, now)


def _give_back(limit: Limit, subject: str, now: datetime) -> None:
    if settings.limited:
        tallies.give_back(_id(limit, subject, now))


def _refused(limit: Limit, now: datetime) -> TooOften:
    """The refusal of a limit, which is counted."""
    count(Metric.OVER_LIMIT, limit=limit.name)
    return limit.refusal(retry_after=limit.retry_after(now))


def _tally(limit: Limit, subject: str, now: datetime) -> Tally:
    return Tally(_id(limit, subject, now), limit.most, limit.start(now) + limit.span)


def _id(limit: Limit, subject: str, now: datetime) -> str:
    message = f"{limit.name}\n{subject}\n{limit.start(now):%Y-%m-%dT%H:%M}".encode()
    digest = hmac.digest(keyring.derived(keyring.Purpose.TALLY), message, "sha256")
    return f"{limit.name}:{digest[:16].hex()}"

"""Who has asked too often: by account, by address, by network, and all together.

An address is personal data. It is never kept: a tally is found by a digest under a key of ours that
holds for one span only. Where the SDK or a crash leaves a count too high, its span ends it.
"""

import hmac
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from chalicelib import keyring
from chalicelib.config import settings
from chalicelib.domain.errors import CodesSpent, NoAnswer, NotSent, Refusal, TooOften
from chalicelib.domain.limits import (
    CODES_PER_ADDRESS,
    CODES_PER_NETWORK,
    IDENTITY_PER_ACCOUNT,
    PRESENCE_PER_ACCOUNT,
    READS_PER_ACCOUNT,
    REGISTER_PER_ACCOUNT,
    RELATIVES_PER_ADDRESS,
    RELATIVES_PER_NETWORK,
    Limit,
    caller_and_network,
)
from chalicelib.store import tallies
from chalicelib.store.outcomes import AtLimit, Counted
from chalicelib.telemetry import Metric, count

CODES = Limit("codes", settings.codes_a_day, refusal=CodesSpent)
"""The day's budget. One item takes 1,000 updates a second, fifty times what SNS sends."""

ALL = "all"


def codes(address: str, now: datetime) -> AbstractContextManager[list[int]]:
    """Count a code to the address that asks for it, unless the block is refused or sends none.

    Raises `TooOften`, `CodesSpent` (which is counted where the code is sent).
    """
    if settings.limited and tallies.full(_id(CODES, ALL, now), now):
        raise _refused(CODES, now)
    caller, network = caller_and_network(address)
    return counted(now, (CODES_PER_ADDRESS, caller), (CODES_PER_NETWORK, network))


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


def presence(account_id: str, now: datetime) -> None:
    """Count an attempt at the digits that an office's board shows. Raises `TooOften`."""
    _take(PRESENCE_PER_ACCOUNT, account_id, now)


def personal_read(account_id: str, now: datetime) -> None:
    """Count a look of an account at its own personal data. Raises `TooOften`."""
    _take(READS_PER_ACCOUNT, account_id, now)


def first_use(nonce: str, now: datetime) -> bool:
    """Whether a proof of work is used for the first time, which it then is no more.

    No limit of rates: load tests have it too.
    """
    tally_id = f"proof:{nonce}"
    return isinstance(tallies.add(tally_id, 1, now, now), Counted)


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
    ends_at = limit.start(now) + limit.span
    match tallies.add(_id(limit, subject, now), limit.most, ends_at, now):
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


def _id(limit: Limit, subject: str, now: datetime) -> str:
    message = f"{limit.name}\n{subject}\n{limit.start(now):%Y-%m-%dT%H:%M}".encode()
    digest = hmac.digest(keyring.derived(keyring.Purpose.TALLY), message, "sha256")
    return f"{limit.name}:{digest[:16].hex()}"

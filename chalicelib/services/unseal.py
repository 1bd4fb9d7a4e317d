"""The one way to unseal data: the record of who sees them comes first, then the vault."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib import vault
from chalicelib.store import disclosures

Record = Callable[[str, Iterable[str], str, str, datetime], None]
"""What records that somebody sees data, as `disclosures.record` does; it may refuse it."""


def unseal(
    subject: str,
    sealed: Mapping[str, bytes],
    by: str,
    reason: str,
    now: datetime,
    record: Record = disclosures.record,
) -> dict[str, dict[str, Any]]:
    """What was sealed, by the ids that it was sealed for; all of it kept under ``subject``.

    ``by`` is the credential that asks: ``account:…``, ``challenge:…``, ``function:…`` or, of a
    person who runs a command of infra/, ``operator:…``.
    """
    record(subject, sealed, by, reason, now)
    return {whose: vault.unseal(whose, value) for whose, value in sealed.items()}

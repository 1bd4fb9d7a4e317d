"""The one way to unseal data: the record of who sees them comes first, then the vault."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib import vault
from chalicelib.services.limits import tallied
from chalicelib.store import disclosures


def unseal(
    subject: str, sealed: Mapping[str, bytes], by: str, reason: str, now: datetime
) -> dict[str, dict[str, Any]]:
    """What was sealed, by the ids that it was sealed for; all of it kept under ``subject``.

    ``by`` is the credential that asks: ``account:…``, ``challenge:…``, ``function:…`` or, of a
    person who runs a command of infra/, ``operator:…``.
    """
    disclosures.record(subject, sealed, by, reason, now)
    return _opened(sealed)


def by_account(
    account_id: str, sealed: Mapping[str, bytes], reason: str, now: datetime, *, look: bool
) -> dict[str, dict[str, Any]]:
    """The same for the account whose own it is; a ``look`` counts. Raises `TooOften`."""
    if not look:
        return unseal(account_id, sealed, f"account:{account_id}", reason, now)
    tallied.look(account_id, sealed, reason, now)
    return _opened(sealed)


def _opened(sealed: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    return {whose: vault.unseal(whose, value) for whose, value in sealed.items()}

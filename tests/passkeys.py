"""Passkeys of applicants, made and used by an authenticator in software."""

from datetime import datetime
from typing import NamedTuple

from chalicelib.services.sign_in import by_passkey
from chalicelib.services.sign_in.sessions import SignedIn
from chalicelib.store import accounts
from tests.api.authenticator import Authenticator
from tests.builders import Registered

ADDRESS = "36.68.1.2"


class Kept(NamedTuple):
    key: Authenticator
    passkey_id: str


def kept(who: Registered, now: datetime, key: Authenticator | None = None) -> Kept:
    """A passkey by which somebody signs in from now on."""
    key, account = key or Authenticator(), accounts.get(who.account_id)
    assert account
    made = key.create(by_passkey.ask_to_keep(account, now))
    return Kept(key, by_passkey.keep(account, made, now))


def signed_in_by(key: Authenticator, now: datetime) -> SignedIn:
    begun = by_passkey.ask(ADDRESS, now)
    return by_passkey.verify(begun.sign_in_id, key.get(begun.options), now)

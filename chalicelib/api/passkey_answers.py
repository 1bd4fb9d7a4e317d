"""What comes out of the routes of applicants' passkeys."""

from msgspec import UNSET, UnsetType

from chalicelib.api import passkey_requests
from chalicelib.api.answers import Answer, Instant
from chalicelib.store.accounts import Account


class OwnPasskey(Answer):
    passkey_id: str
    since: Instant
    used_at: Instant | UnsetType = UNSET
    """When it last signed in, if it has."""


class OwnPasskeys(Answer):
    passkeys: list[OwnPasskey]


class KeepingPasskey(Answer):
    passkey_id: str | UnsetType = UNSET
    """Of the passkey that was made; of the same one it is always the same."""
    options: passkey_requests.Json | UnsetType = UNSET
    """Of `navigator.credentials.create`, by `parseCreationOptionsFromJSON`; until it is made."""


class PasskeySignInStarted(Answer):
    session_id: str
    options: passkey_requests.Json
    """Of `navigator.credentials.get`, by `parseRequestOptionsFromJSON`."""
    expires_at: Instant


def own_passkeys(account: Account) -> list[OwnPasskey]:
    """Those of an account, without their keys."""
    return [OwnPasskey(one, own.at, own.used_at or UNSET) for one, own in account.passkeys.items()]

"""Passkeys, of staff and of applicants, and what is refused of them."""

from typing import NamedTuple

from chalicelib.domain.errors import Unproven


class Passkey(NamedTuple):
    """A key of which we have the public half; its owner proves to hold the other one."""

    credential_id: bytes
    public_key: bytes
    """In COSE (RFC 9052), as the authenticator made it."""
    sign_count: int
    """Of its last use; 0 for ever where an authenticator does not count."""


class SignInEnded(Unproven):
    """A passkey's challenge was answered, is too old, or never was one."""

    slug = "sign-in-ended"


class PasskeysOff(Unproven):
    """The service has no name of its own yet that passkeys could be bound to."""

    slug = "passkeys-off"


class PasskeyRefused(Unproven):
    """What a passkey has signed is not what was asked, or nobody signs in with it (any more)."""

    slug = "passkey-refused"

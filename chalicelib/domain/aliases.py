"""What an account knows a person by: an id of the account's own, which tells nobody else anything.

A person's id is never shown, for two accounts could compare it. An alias is decoded without a
read; changed bits, or an alias of another account, lead to an id that nobody has. Every addition
draws another one, so adding somebody again tells nothing either.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

NONCE_BYTES, PERSON_BYTES = 8, 12


def new_id(drawn: bytes) -> str:
    """The id of a new person, of `PERSON_BYTES` that were drawn at random."""
    return urlsafe_b64encode(drawn).decode()


def alias(key: bytes, account_id: str, person_id: str, nonce: bytes) -> str:
    """How the account knows the person from now on; ``nonce`` are `NONCE_BYTES` drawn at random."""
    hidden = _xor(urlsafe_b64decode(person_id), _pad(key, account_id, nonce))
    return urlsafe_b64encode(nonce + hidden).decode().rstrip("=")


def person_of(key: bytes, account_id: str, alias: str) -> str | None:
    """Whom the account means; None for what cannot be an alias."""
    try:
        decoded = urlsafe_b64decode(alias + "=" * (-len(alias) % 4))
    except (Error, ValueError):
        return None
    if len(decoded) != NONCE_BYTES + PERSON_BYTES:
        return None
    nonce, hidden = decoded[:NONCE_BYTES], decoded[NONCE_BYTES:]
    return new_id(_xor(hidden, _pad(key, account_id, nonce)))


def _pad(key: bytes, account_id: str, nonce: bytes) -> bytes:
    return hmac.digest(key, account_id.encode() + b"\n" + nonce, "sha256")[:PERSON_BYTES]


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(PERSON_BYTES)

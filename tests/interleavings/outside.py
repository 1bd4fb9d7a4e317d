"""What there is besides DynamoDB: keys that hide nothing, and chance that can be repeated.

An actor is run anew for every call that it makes (see explore.py), so each time it must draw the
same: what it draws follows from its name, and from how often it has drawn.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock


class Kms:
    """Stands for botocore's client of KMS: what is sealed is there to read, for its subject."""

    def encrypt(self, **asked: Any) -> dict[str, Any]:
        return {"CiphertextBlob": _subject(asked) + asked["Plaintext"]}

    def decrypt(self, **asked: Any) -> dict[str, Any]:
        subject, sealed = _subject(asked), asked["CiphertextBlob"]
        assert sealed.startswith(subject), "it was sealed for somebody else"
        return {"Plaintext": sealed.removeprefix(subject)}

    salt = b""
    """What makes the same list be drawn in another order."""

    def sign(self, **asked: Any) -> dict[str, Any]:
        return {
            "Signature": hashlib.sha256(self.salt + asked["Message"]).digest(),
            "KeyId": asked["KeyId"],
        }

    def get_public_key(self, **asked: Any) -> dict[str, Any]:
        return {"PublicKey": asked["KeyId"].encode()}

    def generate_mac(self, **asked: Any) -> dict[str, Any]:
        return {"Mac": hashlib.sha256(asked["Message"]).digest(), "KeyId": asked["KeyId"]}


def _subject(asked: dict[str, Any]) -> bytes:
    return f"{asked['EncryptionContext']['subject']}\n".encode()


class Chance:
    """Stands for `secrets`."""

    def __init__(self) -> None:
        self._whose, self.drawn = "", 0

    def begin(self, whose: str) -> None:
        self._whose, self.drawn = whose, 0

    def token_bytes(self, length: int) -> bytes:
        self.drawn += 1
        return hashlib.sha256(f"{self._whose}\n{self.drawn}".encode()).digest()[:length]

    def token_hex(self, length: int) -> str:
        return self.token_bytes(length).hex()

    def token_urlsafe(self, length: int) -> str:
        return urlsafe_b64encode(self.token_bytes(length)).decode().rstrip("=")

    def randbelow(self, limit: int) -> int:
        return int.from_bytes(self.token_bytes(8)) % limit


chance = Chance()


@contextmanager
def repeated() -> Iterator[None]:
    """Whatever is drawn in the block can be drawn again."""
    drawn = ("token_bytes", "token_hex", "token_urlsafe", "randbelow")
    with mock.patch.multiple(secrets, **{name: getattr(chance, name) for name in drawn}):
        yield

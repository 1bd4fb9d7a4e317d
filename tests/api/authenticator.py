"""A passkey in software: what a browser and its authenticator answer (WebAuthn, level 3)."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from chalicelib.config import settings

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey; what it says of itself can be changed, as a forger would."""

    host: str = "localhost"
    origin: str = settings.desk_origin
    flags: int = PRESENT | VERIFIED
    count: int = 0
    user: str = ""
    """Whose it is, as the options said when it was made."""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def create(self, options: Mapping[str, Any], kind: str = "webauthn.create") -> dict[str, Any]:
        """The answer to ``navigator.credentials.create``."""
        self.user = options["user"]["id"]
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + self._public_key()
        said = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        return self._credential(
            clientDataJSON=self._client_data(kind, options), attestationObject=cbor2.dumps(said)
        )

    def get(self, options: Mapping[str, Any], kind: str = "webauthn.get") -> dict[str, Any]:
        """The answer to ``navigator.credentials.get``."""
        self.count += 1
        data, client_data = self._data(), self._client_data(kind, options)
        signed = data + hashlib.sha256(client_data).digest()
        credential = self._credential(
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(SHA256())),
        )
        credential["response"]["userHandle"] = self.user
        return credential

    def _client_data(self, kind: str, options: Mapping[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said | {"crossOrigin": False}).encode()

    def _data(self, more: int = 0) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        """In COSE (RFC 9053): an elliptic curve, ES256, P-256."""
        point = self.key.public_key().public_numbers()
        x, y = (one.to_bytes(32, "big") for one in (point.x, point.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _credential(self, **response: bytes) -> dict[str, Any]:
        name = encoded(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {part: encoded(content) for part, content in response.items()},
        }


def encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")

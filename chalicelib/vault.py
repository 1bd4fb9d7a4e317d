"""Personal data under KMS: sealed for the person they belong to, and found by a keyed index.

A value is unsealed only under the id of the subject it was sealed for (the encryption context),
so values cannot be swapped between people. One KMS call each; a value stays under 4 KB.

The index has one key, or two while its key is rotated: then whatever is claimed is claimed under
both, and looked up by the first (docs/adr/0024-two-keys-while-one-rotates.md).
"""

import json
from base64 import urlsafe_b64encode
from enum import StrEnum
from typing import Any

from botocore.client import ClientError

from chalicelib import aws
from chalicelib.config import settings
from chalicelib.domain.errors import Unreadable
from chalicelib.domain.people import Digest, Digests


class Index(StrEnum):
    """What a keyed digest is of; it keeps a NIK and a phone of the same digits apart."""

    NIK = "nik"
    PHONE = "phone"
    OTP = "otp"


def seal(subject: str, data: dict[str, Any]) -> bytes:
    """Encrypt ``data`` for ``subject``."""
    answer = aws.client("kms").encrypt(
        KeyId=settings.data_key,
        Plaintext=json.dumps(data).encode(),
        EncryptionContext={"subject": subject},
    )
    return bytes(answer["CiphertextBlob"])


def unseal(subject: str, sealed: bytes) -> dict[str, Any]:
    """Decrypt what was sealed for ``subject``. Raises `Unreadable` if it was for another."""
    try:
        answer = aws.client("kms").decrypt(
            KeyId=settings.data_key,
            CiphertextBlob=sealed,
            EncryptionContext={"subject": subject},
        )
        data: dict[str, Any] = json.loads(answer["Plaintext"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidCiphertextException":
            raise
        raise Unreadable("vault", subject) from error
    except ValueError as error:
        raise Unreadable("vault", subject) from error
    return data


def digests(kind: Index, value: str) -> Digests:
    """What ``value`` is claimed under: the digest to look it up by, and a second in a rotation."""
    keys = [settings.index_key, settings.second_index_key]
    return tuple(digest(kind, value, key) for key in keys if key)


def digest(kind: Index, value: str, key: str | None = None) -> Digest:
    """The digest of ``value`` under a key, by default the one for looking up."""
    answer = aws.client("kms").generate_mac(
        KeyId=key or settings.index_key,
        Message=f"{kind}:{value}".encode(),
        MacAlgorithm="HMAC_SHA_256",
    )
    text = f"{kind}:" + urlsafe_b64encode(answer["Mac"]).decode().rstrip("=")
    return Digest(text, answer["KeyId"])


def keys() -> tuple[str, ...]:
    """The keys of the index, as a `Digest` names them: the one to look up by, perhaps a second."""
    return tuple(digest.key for digest in digests(Index.OTP, ""))


def rotating() -> bool:
    """Whether the index has two keys."""
    return bool(settings.second_index_key)

"""Personal data under KMS: sealed for the one they belong to, found by a keyed index.

A sealed value opens only under the id of the subject it was sealed for (the encryption context),
so values cannot be swapped between people. One KMS call each; a value stays under 4 KB.
"""

import json
from base64 import urlsafe_b64encode
from enum import StrEnum
from typing import Any

from chalicelib import aws
from chalicelib.config import settings


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


def open_(subject: str, sealed: bytes) -> dict[str, Any]:
    """Decrypt what was sealed for ``subject``; a botocore ClientError if it was for another."""
    answer = aws.client("kms").decrypt(
        KeyId=settings.data_key,
        CiphertextBlob=sealed,
        EncryptionContext={"subject": subject},
    )
    data: dict[str, Any] = json.loads(answer["Plaintext"])
    return data


def index(kind: Index, value: str) -> str:
    """The keyed digest by which ``value`` is found: ``nik:…``, ``phone:…``."""
    answer = aws.client("kms").generate_mac(
        KeyId=settings.index_key,
        Message=f"{kind}:{value}".encode(),
        MacAlgorithm="HMAC_SHA_256",
    )
    return f"{kind}:" + urlsafe_b64encode(answer["Mac"]).decode().rstrip("=")

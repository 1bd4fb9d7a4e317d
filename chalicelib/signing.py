"""The key of the draws: KMS signs, and nobody can tell beforehand what it will say.

PKCS #1 v1.5 is deterministic (RFC 8017, 8.2): the same list has the same signature whenever it is
asked for, so a run that is killed and the next one go on with the same seed.
"""

from functools import cache
from typing import NamedTuple

from chalicelib import aws
from chalicelib.config import settings


class Signed(NamedTuple):
    signature: bytes
    public_key: bytes
    """Of the very key that has signed: X.509, DER."""


def sign(message: bytes) -> Signed:
    """Sign with RSA 2048 and SHA-256."""
    answer = aws.client("kms").sign(
        KeyId=settings.draw_key,
        Message=message,
        MessageType="RAW",
        SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
    )
    return Signed(bytes(answer["Signature"]), _public_key(answer["KeyId"]))


@cache
def _public_key(key_id: str) -> bytes:
    return bytes(aws.client("kms").get_public_key(KeyId=key_id)["PublicKey"])

"""Passkeys, by the library that knows WebAuthn (W3C, level 3): what is asked, and what is answered.

It loads `cryptography`, so only the functions that sign people in by passkey have it
(infra/stack/passkeys.py). A passkey is bound to the host of `settings.desk_origin`, its device has
to make sure of its user, by a finger or a PIN, and finds it without being told which: so what is
asked is the same for everybody.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from chalicelib.config import settings
from chalicelib.domain.passkeys import Passkey, PasskeyRefused, PasskeysOff

NAME = "Antrian Paspor"

OWNER_ID = "[A-Za-z0-9_-]{1,64}"
"""The form of the ids that are looked up."""

CHALLENGE = timedelta(minutes=5)
"""How long a challenge waits for its answer: time enough to find the key, or a PIN."""

Credential = dict[str, Any]
"""What a browser answers, as `PublicKeyCredential.toJSON` writes it."""


def to_enrol(
    owner_id: str, name: str, challenge: bytes, known: Iterable[bytes] = ()
) -> dict[str, Any]:
    """The options of ``navigator.credentials.create`` for somebody, and what their device calls it.

    No device that has one of the ``known`` credentials makes another.
    """
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=NAME,
        user_id=owner_id.encode(),
        user_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return options_to_json_dict(options)


def enrolled(credential: Credential, challenge: bytes) -> Passkey:
    """The passkey that was made. Raises `PasskeyRefused`."""
    with _refusing():
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=settings.desk_origin,
            require_user_verification=True,
        )
    return Passkey(made.credential_id, made.credential_public_key, made.sign_count)


def to_sign_in(challenge: bytes) -> dict[str, Any]:
    """The options of ``navigator.credentials.get``, the same for everybody."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def owner(credential: Credential) -> str:
    """Whose passkey it says to be: not proven yet. Raises `PasskeyRefused`."""
    with _refusing():
        told = credential["response"]["userHandle"]
        if not isinstance(told, str):
            # Of a list, the library would read what Python prints of it.
            raise PasskeyRefused
        said = base64url_to_bytes(told).decode("ascii")
    if not re.fullmatch(OWNER_ID, said):
        raise PasskeyRefused
    return said


def credential_id(credential: Credential) -> bytes:
    """Which passkey it says to be: not proven yet. Raises `PasskeyRefused`."""
    with _refusing():
        return base64url_to_bytes(credential["rawId"])


def used(credential: Credential, challenge: bytes, passkey: Passkey) -> int:
    """How often the passkey has signed, if this is its signature. Raises `PasskeyRefused`."""
    with _refusing():
        done = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=settings.desk_origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        if done.credential_id != passkey.credential_id:
            raise PasskeyRefused
    return done.new_sign_count


def _host() -> str:
    """The passkeys' relying party: a name, for WebAuthn takes no address. Raises `PasskeysOff`."""
    host = urlsplit(settings.desk_origin).hostname
    if not host:
        raise PasskeysOff
    return host


@contextmanager
def _refusing() -> Iterator[None]:
    """What the library makes of odd bytes: most are its own errors, some are Python's."""
    try:
        yield
    except (WebAuthnException, LookupError, ValueError, TypeError, AttributeError):
        raise PasskeyRefused from None

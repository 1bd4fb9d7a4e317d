"""Passkeys, by the library that knows WebAuthn (W3C, level 3): what is asked, and what is answered.

It loads `cryptography`, so only the function that signs staff in has it (infra/stack/package.py).
The passkey is bound to the host of `settings.desk_origin`, and its device has to make sure of its
user, by a finger or a PIN.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from chalicelib.config import settings
from chalicelib.domain.staff import Passkey, PasskeyRefused, PasskeysOff, Staff

NAME = "Antrian Paspor"

STAFF_ID = "[A-Za-z0-9_-]{1,64}"
"""The form of the ids that are looked up."""

Credential = dict[str, Any]
"""What a browser answers, as `PublicKeyCredential.toJSON` writes it."""


def to_enrol(staff: Staff, challenge: bytes) -> dict[str, Any]:
    """The options of ``navigator.credentials.create`` for somebody, without their name."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=NAME,
        user_id=staff.staff_id.encode(),
        user_name=f"{staff.office_id} {staff.role} {staff.staff_id[:4]}",
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
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
    if not re.fullmatch(STAFF_ID, said):
        raise PasskeyRefused
    return said


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

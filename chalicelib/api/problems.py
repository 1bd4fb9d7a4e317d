"""Refusals and faults as ``application/problem+json`` (RFC 9457), in Indonesian and English.

The words are in words.py and rules.py; a refusal's own data are added as members.
"""

from datetime import date, datetime
from typing import Any

import msgspec

from chalicelib.api import instants, shown
from chalicelib.api.language import Language
from chalicelib.api.rules import RULES
from chalicelib.api.words import KINDS, Kind
from chalicelib.domain.errors import Refusal
from chalicelib.domain.offices import Closure


class NotSignedIn(Refusal):
    slug = "not-signed-in"


class NotPermitted(Refusal):
    """Signed in, but not in a role that may do this."""

    slug = "not-permitted"


class KeyMissing(Refusal):
    slug = "idempotency-key-missing"


class Malformed(Refusal):
    slug = "malformed"


class TooLarge(Refusal):
    slug = "too-large"


class UnsupportedMediaType(Refusal):
    slug = "unsupported-media-type"


class MethodNotAllowed(Refusal):
    slug = "method-not-allowed"


def kind_of(refusal: Refusal) -> Kind:
    """Status and words of a refusal."""
    return KINDS[refusal.slug]


def body(slug: str, language: Language, **more: Any) -> dict[str, Any]:
    """The JSON object of a problem; its words tell instants as people read them."""
    kind = KINDS[slug]
    members = {name: _plain(value, language) for name, value in more.items() if value is not None}
    at = {name: value for name, value in more.items() if isinstance(value, datetime)}
    words = members | {name: instants.words(value, language) for name, value in at.items()}
    if "rule" in members:
        words["rule"] = RULES[members["rule"]][language]
    return {
        "type": slug,
        "title": kind.title[language],
        "status": kind.status,
        "detail": kind.detail[language].format_map(words),
        **members,
    }


def _plain(value: Any, language: Language) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    if isinstance(value, Closure):
        return shown.reason(value, language)
    if isinstance(value, list):
        return [shown.offer(slot) for slot in value]
    return value

"""Refusals and faults as ``application/problem+json`` (RFC 9457), in Indonesian and English.

The words stand in words.py; a refusal's own data are added as members.
"""

from datetime import datetime
from typing import Any

from chalicelib.api import instants
from chalicelib.api.language import Language
from chalicelib.api.words import KINDS, RULES, Kind
from chalicelib.domain.bookings import Slot
from chalicelib.domain.errors import Refusal
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.offices import Closure

MEDIA_TYPE = "application/problem+json"


class NotSignedIn(Refusal):
    slug = "not-signed-in"


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
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Closure):
        return getattr(value, language)
    if isinstance(value, list):
        return [_offer(slot) for slot in value]
    return value


def _offer(slot: Slot) -> dict[str, Any]:
    key = slot.key
    return {
        "office_id": key.office_id,
        "date": key.day.isoformat(),
        "start": hhmm(key.start),
        "left": slot.left,
    }

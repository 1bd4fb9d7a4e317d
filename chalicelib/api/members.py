"""What a problem tells beside its words, by slug: what helps the caller to go on."""

from datetime import date
from typing import Any

from msgspec import UnsetType

from chalicelib.api.answers import Instant, Offer
from chalicelib.api.desk_answers import Counter

MEMBERS: dict[str, dict[str, Any]] = {
    "invalid": {"field": str, "rule": str},
    "method-not-allowed": {"allow": str},
    "slot-full": {"alternatives": list[Offer]},
    "not-released": {"opens_at": Instant},
    "office-closed": {"reason": str | UnsetType},
    "no-such-office": {"office_id": str},
    "office-unavailable": {"office_id": str},
    "no-such-applicant": {"applicant_id": str},
    "already-booked": {"applicant_id": str},
    "already-asking": {"applicant_id": str},
    "already-won": {"code": str},
    "consent-needed": {"applicant_id": str},
    "cancelled-too-often": {"applicant_id": str, "until": Instant},
    "did-not-come": {"applicant_id": str, "until": Instant},
    "barred-from-draws": {"applicant_id": str | UnsetType, "until": Instant},
    "too-late": {"until": Instant},
    "wrong-code": {"tries_left": int},
    "too-soon": {"retry_after": int},
    "too-many-requests": {"retry_after": int},
    "sms-budget-spent": {"retry_after": int},
    "proof-needed": {"challenge": str},
    "other-office": {"office_id": str},
    "other-day": {"date": date},
    "too-early": {"come_at": Instant},
    "no-capacity": {"come_at": Instant},
    "places-held": {"held": int},
    "too-many-places": {"most": int},
    "counter-changed": {"counter": Counter},
}
"""The types are those of answers.py; a problem that is not here has none."""

"""The SMS that the emulator kept instead of sending them."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.request import urlopen


def sent(endpoint_url: str) -> list[dict[str, Any]]:
    """All SMS since the state began, oldest first."""
    with urlopen(f"{endpoint_url}/_ministack/sns/sms-messages") as answer:  # noqa: S310 (ours)
        by_phone = json.load(answer)["sms_messages"]
    messages = [message for kept in by_phone.values() for message in kept]
    messages.sort(key=lambda message: message["MessageId"])  # made by `emulator.timed_id`
    return [
        {
            "phone": message["PhoneNumber"],
            "text": message["Message"],
            "sent_at": _made_at(message["MessageId"]),
        }
        for message in messages
    ]


def _made_at(message_id: str) -> str:
    milliseconds = uuid.UUID(message_id).int >> 80
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")

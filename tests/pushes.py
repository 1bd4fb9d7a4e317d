"""The stand-in for push services in the process of a test, and phones that are woken by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from chalicelib import push
from chalicelib.config import settings
from chalicelib.services.notices import receipts, subscriptions
from infra.local import pushes
from infra.local.pushes import Service
from tests.builders import Member

ENDPOINT = "https://fcm.googleapis.com/fcm/send/"


@contextmanager
def push_services() -> Iterator[Service]:
    """Push services answer, until the block ends."""
    with pushes.answering() as service, patch.object(push, "READ_SECONDS", 0.3):
        there = settings._replace(push_stand_in=service.address)
        with patch.object(push, "settings", there):
            forget()
            yield service
            push._pool().clear()
            forget()


def forget() -> None:
    """Let the process know nothing of push services, as one that has just started."""
    push._pool.cache_clear()
    push._service.cache_clear()


def subscribed(who: Member, now: datetime, device: str = "phone") -> str:
    """Let a device of somebody get messages by push; returns its id."""
    return subscriptions.subscribe(who.account_id, endpoint(who, device), now)


def endpoint(who: Member, device: str = "phone") -> str:
    """Where a push service reaches a device."""
    return f"{ENDPOINT}{who.account_id}-{device}"


def shown(who: Member, now: datetime) -> list[str]:
    """Let a phone that was woken show what it is to show, and say so; returns the kinds."""
    found = receipts.of_account(who.account_id, now, unshown=True)
    for one in found:
        receipts.receive(who.account_id, one.pushed.notice_id, now)
    return [one.pushed.kind.value for one in found]

"""Offices whose halls are open, on a Tuesday from nine on: the API in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from chalicelib import clock
from chalicelib.api.staff import signing_in
from chalicelib.config import settings
from chalicelib.domain.boards import Press
from chalicelib.domain.presses import Asked
from chalicelib.domain.staff import Role
from chalicelib.services.desk import press, shifts, today, walk_in
from tests.machine import Api, new_key
from tests.races.unlocked import OFFICE, unlocked
from tests.web.browser import Visitor
from tests.world import NOW

WIDE, TALL = {"width": 1920, "height": 1080}, {"width": 1080, "height": 1920}


@contextmanager
def opened(*office_ids: str, at: datetime = NOW) -> Iterator[Api]:
    """The API with these offices, each with twenty counters, from nine o'clock on."""
    real, began = clock.now, clock.now()
    more = [
        {**OFFICE, "office_id": one, "name": f"Kantor Imigrasi {one.title()}"}
        | {"counters": 20, "step_minutes": [2]}
        for one in office_ids
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: at + (real() - began))
        with unlocked(*more) as api:
            yield api


def device(api: Api, office_id: str, role: Role) -> tuple[str, str]:
    """The id and the link of a device that was added."""
    begun = shifts.start(office_id, role, clock.now())
    return begun.staff.staff_id, api.address + signing_in(begun).removeprefix(settings.desk_origin)


def comes(office_id: str) -> str:
    """Somebody without a booking takes a number: its label."""
    taken = walk_in.take(1, office_id, new_key(), clock.now(), priority=False)
    return taken.ticket.label


def clerk(office_id: str, *whats: Press, counter: str = "1") -> None:
    """What a clerk does at a counter, one press after the other."""
    for what in whats:
        turn = press.look(office_id, counter, clock.now()).counter.turn
        press.press(office_id, counter, Asked(what, turn, new_key()), clock.now())
    today._kept.clear()


@contextmanager
def screen(browser: Browser, api: Api, size: dict[str, int] = WIDE, **more: Any) -> Iterator[Page]:
    """A page on a screen of its own; nothing may break on it."""
    options = {"viewport": size, "reduced_motion": "reduce", "locale": "id-ID", **more}
    context = browser.new_context(**options)
    try:
        seen = Visitor(context.new_page(), api)
        yield seen.page
        assert seen.complaints == []
    finally:
        context.close()

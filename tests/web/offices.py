"""Offices of a test's own, on a Tuesday from nine on: the API in this process, and who is there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from chalicelib import clock
from chalicelib.api.staff import link, page_of
from chalicelib.config import settings
from chalicelib.domain.boards import Press
from chalicelib.domain.presses import Asked
from chalicelib.domain.staff import DEVICES, Role
from chalicelib.services.desk import press, shifts, today, walk_in
from chalicelib.services.staff import members
from tests.machine import Api, Applicant, new_key
from tests.made_up import identity
from tests.races.unlocked import OFFICE, unlocked
from tests.web.browser import Visitor
from tests.world import NOW

WIDE, TALL = {"width": 1920, "height": 1080}, {"width": 1080, "height": 1920}


@contextmanager
def going_on_from(at: datetime) -> Iterator[None]:
    """It is that time now, and time goes on, until the block ends."""
    real, began = clock.now, clock.now()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: at + (real() - began))
        yield


@contextmanager
def opened(*office_ids: str, at: datetime = NOW, **fields: Any) -> Iterator[Api]:
    """The API with these offices, which have such fields as in ``infra/offices.json``."""
    with going_on_from(at), unlocked(*(an_office(one, **fields) for one in office_ids)) as api:
        yield api


def an_office(office_id: str, **fields: Any) -> dict[str, Any]:
    city = office_id.title()
    names = {"office_id": office_id, "name": f"Kantor Imigrasi {city}", "city": city}
    return {**OFFICE, **names, **fields}


def device(api: Api, office_id: str, role: Role) -> tuple[str, str]:
    """The id of a device, or of somebody of the staff, and the link that signs them in."""
    if role in DEVICES:
        made = members.invite(office_id, role, None, clock.now())
        return made.staff.staff_id, api.address + link(made).removeprefix(settings.desk_origin)
    begun = shifts.start(office_id, role, clock.now())
    page = page_of(begun.staff).removeprefix(settings.desk_origin)
    return begun.staff.staff_id, f"{api.address}{page}#masuk={begun.refresh_token}"


def comes(office_id: str) -> str:
    """Somebody without a booking takes a number: its label."""
    taken = walk_in.take(1, office_id, new_key(), clock.now(), priority=False)
    return taken.ticket.label


def booked(api: Api, who: Applicant, office_id: str, date: str, start: str) -> str:
    """The code of a booking for one person more, whom the account books for."""
    child = {**identity(), "name": "Anak Baru", "relation": "child"}
    asked = {name: child[name] for name in ("nik", "name", "birth_date", "sex", "relation")}
    added = api.call("POST", "/v1/me/family", asked, token=who.token)
    assert added.status == 201, added.content
    body = {
        "office_id": office_id,
        "date": date,
        "start": start,
        "service": "new",
        "applicants": [added.json["applicant_id"]],
    }
    made = api.call("POST", "/v1/bookings", body, token=who.token, key=new_key())
    assert made.status == 201, made.content
    return str(made.json["code"])


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


def beats_until(page: Page, so: Callable[[], bool]) -> None:
    """Let seconds pass on a page whose clock is installed, until something is so; no quicker than
    answers come, of which it gives up those that take eight."""
    for _ in range(100):
        if so():
            return
        page.clock.run_for(1000)
        page.wait_for_timeout(200)
    raise AssertionError("it never is")


class Supervisor(Visitor):
    """Somebody at the staff's page, in an office's time or far from it."""

    def at_work(self, office_id: str, role: Role = Role.SUPERVISOR) -> None:
        self.page.goto(device(self.machine, office_id, role)[1])
        self.page.wait_for_selector(".sign-out")

    def enters(self, place: str, selector: str = "h1") -> None:
        """Go to a room, and wait for what is in it."""
        self.page.evaluate("place => { location.hash = `#/${place}`; }", place)
        self.page.wait_for_selector(selector)

"""A release: phones that wait for it ask for nothing in its second that they could know before.

A crowd of them has no screens: Deno runs the modules of the page. One has a screen; its API runs in
this process, whose clock can be moved on.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser

from chalicelib import clock
from tests.machine import Api, Applicant, Machine, crowd
from tests.races.storm import target
from tests.races.unlocked import OFFICE as ITS_OFFICE
from tests.races.unlocked import unlocked
from tests.web.axe import wrong_with
from tests.web.browser import CHEAP_PHONE, Visitor
from tests.web.crowd import Phone, opens_in, wait

pytestmark = pytest.mark.server

OFFICE = "manokwari"
"""Where these tests book, and no others."""

PHONES, LATECOMERS = 40, 5
SECONDS = 9
"""Until the release: enough for Deno to start, and for all phones to prepare."""

MOST = 1.2
"""Requests from the release on, for each that wants a place."""


def asked(phones: list[Phone]) -> float:
    """How much each phone asks from the release on."""
    return mean(len(phone.from_the_release_on) for phone in phones)


def test_at_a_release_each_phone_sends_its_booking_and_nothing_else(machine: Machine) -> None:
    people = crowd(machine, PHONES + LATECOMERS)
    wanted = target(machine, OFFICE)
    opens_at = opens_in(machine, wanted, SECONDS)
    phones = wait(machine, wanted, people[:PHONES], opens_at)
    booked = [phone for phone in phones if phone.code]
    others = [phone for phone in phones if not phone.code]
    assert len(booked) == wanted.capacity < PHONES
    assert {phone.problem for phone in others} == {"slot-full"}
    assert min(phone.alternatives for phone in others) > 0
    sent = Counter(what for phone in phones for what in phone.from_the_release_on)
    assert set(sent) == {"POST /v1/bookings"}
    assert asked(phones) <= MOST
    before = Counter(what for phone in phones for at, what in phone.asked if at < 0)
    assert before["POST /v1/sessions/refresh"] == PHONES, "else there was nothing to know before"
    assert before["POST /v1/bookings"] == 0
    latecomers = wait(machine, wanted, people[PHONES:], opens_at, knowing=False)
    assert asked(latecomers) > MOST, "else this finds nothing"


# ---- one phone, with its screen ------------------------------------------------------------------

MIDNIGHT = datetime(2026, 11, 24, 17, tzinfo=UTC)
"""In Jakarta, and the release of a day two weeks later."""

AHEAD = timedelta(minutes=15)
"""The phone believes that it is after midnight already."""


class Evening(NamedTuple):
    visitor: Visitor
    who: Applicant
    sent: list[tuple[datetime, str]]
    """What the phone has sent, and when that was for the service."""

    def moves(self, patch: pytest.MonkeyPatch, at: datetime) -> None:
        """Let it be that time for the service from now on."""
        real, began = datetime.now, datetime.now(UTC)
        patch.setattr(clock, "now", lambda: at + (real(UTC) - began))


@pytest.fixture
def evening(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    """Ten minutes before midnight, and somebody whose phone is fast; they have an account."""
    sent: list[tuple[datetime, str]] = []
    context = browser.new_context(
        viewport=CHEAP_PHONE,  # type: ignore[arg-type]
        reduced_motion="reduce",
        service_workers="block",
        timezone_id="Asia/Jakarta",
    )
    context.on("request", lambda one: sent.append((clock.now(), f"{one.method} {path(one.url)}")))
    try:
        begin = Evening(Visitor(context.new_page(), Api(0)), Applicant(*[""] * 6), sent)
        begin.moves(monkeypatch, MIDNIGHT - timedelta(minutes=15))
        with unlocked() as api:
            (who,) = crowd(api, 1)
            begin.moves(monkeypatch, MIDNIGHT - timedelta(minutes=10))
            context.clock.install(time=clock.now() + AHEAD)
            begin.visitor.machine = api
            yield begin._replace(who=who)
            assert begin.visitor.complaints == []
    finally:
        context.close()


def path(url: str) -> str:
    return "/" + url.split("/", 3)[3].split("?")[0]


def test_a_phone_whose_clock_is_fast_counts_down_by_the_services(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, page = evening.visitor, evening.visitor.page
    visitor.open(f"kantor/{ITS_OFFICE['office_id']}")
    page.locator("a.day.not_released").click()
    visitor.sees("Tempat dibuka dalam")
    visitor.sees("Rabu, 25 November 2026, pukul 00.00 WIB")
    visitor.sees("Siapkan pesanan Anda sekarang")
    shown = page.get_by_role("timer").inner_text().split()
    assert shown[:2] == ["00", "jam"]
    assert shown[2] in {"10", "09"}
    assert wrong_with(visitor) == []
    page.locator("a.slot").first.click()
    visitor.answers_up_to_the_check()
    visitor.taps("Saya sudah punya akun")
    page.fill("[name=phone]", evening.who.phone)
    visitor.taps("Kirim kode")
    page.wait_for_selector("[name=code]")
    visitor.enters_the_code(evening.who.phone)
    visitor.sees("Menunggu tempat dibuka")
    assert wrong_with(visitor) == []
    evening.moves(monkeypatch, MIDNIGHT - timedelta(seconds=6))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # it wakes up
    visitor.sees("Tempat Anda sudah dipesan")
    sent = [at for at, what in evening.sent if what == "POST /v1/bookings"]
    assert len(sent) == 1, "it is sent once"
    assert MIDNIGHT <= sent[0] < MIDNIGHT + timedelta(seconds=3)
    assert [what for at, what in evening.sent if MIDNIGHT <= at < sent[0]] == []

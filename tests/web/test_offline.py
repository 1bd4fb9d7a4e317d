"""Without network: what opens all the same, what is found again, and what is gone by then."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from chalicelib import clock
from tests.machine import Machine, register
from tests.web.axe import faults, wrong_with
from tests.web.browser import CHROMIUM, FLAGS, Visitor, booked, bookings
from tests.web.test_book import at_the_check, sends

pytestmark = pytest.mark.server

IMPATIENT = """() => {
  const named = (what, text) => [...document.querySelectorAll(what)].filter(
    (one) => one.textContent === text,
  );
  named("button", "Coba lagi").forEach((one) => one.click());
  return named("a", "Batalkan pesanan").length > 0;
}"""
"""Somebody who taps 'Coba lagi' until the ticket is the service's own again."""

KEPT = "JSON.parse(localStorage['antrian-tickets'] ?? '[]').map((one) => one.booking.code)"
"""The codes of the tickets that are kept."""

AGE = """() => {
  const [one] = JSON.parse(localStorage["antrian-tickets"]);
  one.booking.date = "2026-11-02";
  localStorage["antrian-tickets"] = JSON.stringify([one]);
}"""
"""Let the visit of the ticket that is kept be over."""


def sees_their_ticket(resident: Visitor, code: str) -> None:
    resident.open(f"tiket/{code}")
    resident.page.get_by_role("link", name="Batalkan pesanan").wait_for()
    assert resident.page.evaluate(KEPT) == [code]


def test_a_ticket_opens_in_a_fresh_tab_in_airplane_mode(
    resident: Visitor, machine: Machine
) -> None:
    who = register(machine)
    made = booked(machine, who).json
    resident.signs_in(who)
    sees_their_ticket(resident, made["code"])
    ticket = resident.page.inner_text(".ticket .stub")
    resident.page.context.set_offline(True)
    resident.page.close()
    tab = Visitor(resident.page.context.new_page(), machine)
    tab.open()
    tab.sees("Tidak ada sambungan internet")
    tab.taps("Lihat tiket Anda")
    tab.sees("Tidak ada sambungan ke layanan")
    tab.page.click(".card")
    tab.page.get_by_role("img", name="Kode QR tiket Anda").wait_for()
    tab.sees("Tidak ada sambungan ke layanan")
    tab.sees("Keadaan pukul")
    assert tab.page.inner_text(".ticket .stub") == ticket
    assert made["ticket"] in ticket
    tab.sees("Kantor Imigrasi Kelas I Yogyakarta, Sleman")
    assert wrong_with(tab) == []
    assert tab.page.get_by_role("link", name="Batalkan pesanan").count() == 0
    tab.page.context.set_offline(False)
    tab.page.wait_for_function(IMPATIENT, polling=500)
    tab.page.get_by_role("link", name="Batalkan pesanan").wait_for()
    assert tab.complaints == []


def test_a_ticket_is_gone_once_its_visit_is_over_or_given_up(
    resident: Visitor, machine: Machine
) -> None:
    who = register(machine)
    made = booked(machine, who).json
    resident.signs_in(who)
    resident.page.wait_for_selector(".card")  # the list keeps it too, and must not do so any later
    sees_their_ticket(resident, made["code"])
    resident.page.evaluate(AGE)
    later = Visitor(resident.page.context.new_page(), machine)
    later.open()
    later.page.wait_for_function(f"() => {KEPT}.length === 0")
    later.page.close()
    resident.page.reload()
    sees_their_ticket(resident, made["code"])
    resident.taps("Batalkan pesanan")
    resident.taps("Ya, batalkan pesanan")
    resident.sees("Dibatalkan")
    resident.page.wait_for_function(f"() => {KEPT}.length === 0")


def test_a_booking_whose_answer_was_lost_is_found_when_the_network_is_back(
    visitor: Visitor, machine: Machine
) -> None:
    who = register(machine)
    visitor.signs_in(who)
    at_the_check(visitor)
    keys = []

    def lose_the_answer(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.fetch()  # it is booked ...
        visitor.page.context.set_offline(True)
        route.abort()  # ... but nobody hears of it

    visitor.page.route("**/v1/bookings", lose_the_answer, times=1)
    sends(visitor)
    visitor.sees("Belum ada jawaban")
    assert faults(visitor.page) == []
    visitor.page.on("request", lambda asked: keys.append(asked.headers.get("idempotency-key", "")))
    visitor.page.context.set_offline(False)
    visitor.sees("Tempat Anda sudah dipesan")
    assert len(bookings(machine, who)) == 1
    assert len({key for key in keys if key}) == 1 < len([key for key in keys if key])


def test_a_busy_service_is_asked_again_no_sooner_than_it_says(
    visitor: Visitor, machine: Machine
) -> None:
    who = register(machine)
    visitor.signs_in(who)
    at_the_check(visitor)
    asked: list[tuple[float, str]] = []

    def busy(route: Route) -> None:
        asked.append((clock.now().timestamp(), route.request.headers["idempotency-key"]))
        if len(asked) > 1:
            route.continue_()
            return
        told = {"type": "try-again", "title": "Sibuk", "status": 503, "detail": "Coba lagi."}
        kind = {"Content-Type": "application/problem+json", "Retry-After": "2"}
        route.fulfill(status=503, headers=kind, body=json.dumps(told))

    visitor.page.route("**/v1/bookings", busy)
    sends(visitor)
    visitor.sees("Tempat Anda sudah dipesan")
    (first, key), (second, same) = asked
    assert second - first >= 2
    assert key == same


def test_chromium_finds_nothing_against_putting_it_on_the_home_screen(
    browser: Browser, machine: Machine, tmp_path: Path
) -> None:
    """In a profile of its own, because a page of a private window cannot be put there."""
    with browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=FLAGS
    ) as context:
        visitor = Visitor(context.new_page(), machine)
        visitor.open()
        visitor.page.wait_for_selector("link[rel=manifest]", state="attached")
        visitor.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        chromium = context.new_cdp_session(visitor.page)
        assert chromium.send("Page.getAppManifest")["errors"] == []
        found = chromium.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert [one["errorId"] for one in found] == []

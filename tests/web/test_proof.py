"""Proof of work in the browser: a worker does it, in the visitor's sight, and they can stop it.

The API runs in this process, because only here its work can be made light.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from chalicelib.api import bookings, proof_of_work, sessions
from chalicelib.config import settings
from tests.machine import Api
from tests.races.unlocked import OFFICE, unlocked
from tests.web.browser import CHEAP_PHONE, Visitor, somebody

pytestmark = pytest.mark.server


@pytest.fixture
def asking(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    """A visitor of a service that asks for work whenever it can."""
    required = settings._replace(proof_to_register=True, proof_to_book=True)
    for module in (proof_of_work, sessions, bookings):
        monkeypatch.setattr(module, "settings", required)
    monkeypatch.setattr(proof_of_work, "COST", 10)
    context = browser.new_context(viewport=CHEAP_PHONE, service_workers="block")  # type: ignore[arg-type]
    try:
        with unlocked() as api:
            visitor = Visitor(context.new_page(), api)
            visitor.open()
            yield visitor
            assert visitor.complaints == []
    finally:
        context.close()


def test_a_visitor_registers_and_books_where_work_is_asked_for(asking: Visitor) -> None:
    person = somebody()
    at_the_registration(asking)
    asking.registers(person)
    asking.enters_the_code(person["e164"])
    asking.sees("Tempat Anda sudah dipesan")


def test_the_work_is_shown_and_can_be_stopped(
    asking: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_of_work, "COST", 100_000)
    fills_in_who_they_are(asking)
    asking.taps("Setuju dan kirim kode")
    asking.sees("memecahkan soal kecil")
    progress = asking.page.get_by_role("progressbar")
    asking.page.locator('progress:not([value="0"])').wait_for()
    assert progress.get_attribute("max") == "1000"
    asking.taps("Hentikan")
    progress.wait_for(state="detached")
    assert asking.heading == "Periksa dan setujui"
    assert sent(asking.machine) == []


def test_work_that_breaks_off_is_told_and_can_be_begun_again(asking: Visitor) -> None:
    asking.page.route("**/assets/proof_worker-*", lambda route: route.abort(), times=1)
    fills_in_who_they_are(asking)
    asking.taps("Setuju dan kirim kode")
    asking.sees("Layanan tidak menjawab")
    asking.taps("Setuju dan kirim kode")
    asking.page.wait_for_selector("[name=code]")


def at_the_registration(visitor: Visitor) -> None:
    visitor.chooses_a_time(str(OFFICE["city"]))
    visitor.answers_up_to_the_check()
    visitor.taps("Daftar untuk memesan")
    visitor.sees("Siapa nama Anda?")


def fills_in_who_they_are(visitor: Visitor) -> None:
    """Up to the button that sends it."""
    at_the_registration(visitor)
    person = somebody()
    visitor.fills("name", person["name"])
    visitor.fills("nik", person["nik"])
    visitor.sees("Kapan Anda lahir?")
    visitor.taps("Lanjut")
    visitor.sees("Jenis kelamin")
    visitor.taps("Lanjut")
    visitor.fills("phone", person["phone"])
    visitor.page.check("[name=consent]")


def sent(api: Api) -> list[dict[str, str]]:
    texts: list[dict[str, str]] = api.call("GET", "/_local/sms").json
    return texts

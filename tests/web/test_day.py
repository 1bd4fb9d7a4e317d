"""The day of a booking: saying that one is there, waiting, being called, and what can go wrong.

The API runs in this process and begins on a Tuesday at nine, whenever the tests run, so that
counters can be pressed and days closed. The visitor's phone has the same time.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Route
from playwright.sync_api import TimeoutError as NotThere

from chalicelib import clock
from chalicelib.domain.boards import Press
from chalicelib.domain.bookings import Outcome
from chalicelib.services.desk import close, ending, presence
from chalicelib.store import bookings
from chalicelib.store.outcomes import Noted
from tests.machine import Api, Applicant, crowd, new_key
from tests.web.axe import wrong_with
from tests.web.browser import CHEAP_PHONE, Visitor
from tests.web.offices import booked, clerk, going_on_from, opened, screen
from tests.web.test_safety import INJECTED
from tests.world import NOW

pytestmark = pytest.mark.server

TODAY, TOMORROW, AFTER = "2026-11-24", "2026-11-25", "2026-11-26"
SOON, LATER = "10:00", "13:00"
"""Windows of today; nobody can check in for the second one yet."""

HALL, QUIET, CLOSING, ENDING = "malang", "blitar", "kediri", "madiun"
"""Offices: with a clerk, with nobody in it, closing its day, with visits that have ended."""

POLL = "**/v1/offices/*/today"

RENEWED = """async () => (await (await fetch("/v1/sessions/refresh", {
  method: "POST", headers: {"Antrian-Session": "cookie"},
})).json()).access_token"""
"""Another access token for whoever is signed in."""

LIFE = re.compile(r"antara pukul \d\d\.\d\d dan \d\d\.\d\d WIB")


class Morning(NamedTuple):
    api: Api
    people: Sequence[Applicant]


@pytest.fixture(scope="module")
def morning() -> Iterator[Morning]:
    """The API, and people who have registered a while before, one for each test that needs one."""
    before, offices = NOW - timedelta(minutes=5), (HALL, QUIET, CLOSING, ENDING)
    with opened(*offices, at=before, counters=2, step_minutes=[10]) as api:
        people = crowd(api, 5)
        with going_on_from(NOW):
            yield Morning(api, people)


@pytest.fixture
def api(morning: Morning) -> Api:
    return morning.api


@pytest.fixture
def visitor(browser: Browser, api: Api) -> Iterator[Visitor]:
    phone = {"timezone_id": "Asia/Jakarta", "service_workers": "block"}
    with screen(browser, api, CHEAP_PHONE, **phone) as page:
        page.clock.install(time=clock.now())
        who = Visitor(page, api)
        who.open()
        yield who


def digits(office: str = HALL) -> str:
    """What the screen of an office shows."""
    return presence.digits(office, clock.now())


def checks_in(visitor: Visitor, shown: str) -> None:
    visitor.page.fill("[name=presence]", shown)
    visitor.page.click("form > .button")


def turns_back_until(visitor: Visitor, text: str) -> None:
    """Come back to the tab, which asks at once, until the page has heard of it."""
    for _ in range(20):
        visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        with suppress(NotThere):
            visitor.page.get_by_text(text).first.wait_for(timeout=1000)
            return
    raise AssertionError(f"The page never says: {text}")


def test_a_whole_visit_by_keyboard_alone(visitor: Visitor, morning: Morning) -> None:
    who = morning.people[0]
    code = booked(morning.api, who, HALL, TODAY, SOON)
    visitor.signs_in(who)
    visitor.open(f"tiket/{code}")
    visitor.sees("tidak dapat lagi dipindahkan atau dibatalkan")
    visitor.presses("Antrean hari ini dan lapor hadir")
    visitor.page.wait_for_selector("[name=presence]")
    screens = {"before": wrong_with(visitor)}
    visitor.tabs_to("Lama perjalanan")
    visitor.page.keyboard.press("Control+A")
    visitor.page.keyboard.type("45")
    visitor.sees("Berangkatlah paling lambat pukul 09.10 WIB")
    visitor.tabs_to("Angka di layar kantor")
    visitor.page.keyboard.type(digits())
    visitor.page.keyboard.press("Enter")
    visitor.sees("Anda yang berikutnya")
    assert LIFE.search(visitor.page.inner_text("main"))
    assert visitor.page.inner_text(".number") == "B1"
    screens["waiting"] = wrong_with(visitor)
    stale = {**morning.api.call("GET", f"/v1/offices/{HALL}/today").json, "line": []}
    visitor.page.route(POLL, lambda route: route.fulfill(json=stale), times=1)
    visitor.page.reload()  # what was learnt stays in the tab, also beside a board that is older
    visitor.sees("Anda yang berikutnya")
    clerk(HALL, Press.OPEN, Press.NEXT)
    turns_back_until(visitor, "Anda dipanggil ke loket")
    assert re.search(r"dipanggil ke loket\s1", visitor.page.inner_text(".called"))
    screens["called"] = wrong_with(visitor)
    clerk(HALL, Press.NO_SHOW)
    turns_back_until(visitor, "Nomor Anda tidak ada dalam antrean")
    screens["missed"] = wrong_with(visitor)
    visitor.tabs_to("Angka di layar kantor")
    visitor.page.keyboard.type(digits())
    visitor.page.keyboard.press("Enter")
    visitor.sees("Anda yang berikutnya")
    clerk(HALL, Press.NEXT, Press.SERVE, Press.FINISH)
    turns_back_until(visitor, "Nomor Anda tidak ada dalam antrean")
    checks_in(visitor, digits())
    visitor.sees("Kunjungan selesai")
    screens["over"] = wrong_with(visitor)
    assert {name: found for name, found in screens.items() if found} == {}
    visitor.presses("Lihat pesanan saya")
    visitor.sees("Pesanan saya")
    visitor.open("akun")
    visitor.page.get_by_role("button", name="Keluar").click()
    visitor.sees("Pilih kantor imigrasi")
    assert code not in visitor.kept()
    assert "B1" not in visitor.kept()


def test_a_refused_check_in_says_what_to_do(visitor: Visitor, morning: Morning) -> None:
    api, who = morning.api, morning.people[1]
    soon = booked(api, who, CLOSING, TODAY, SOON)
    early = booked(api, who, CLOSING, TODAY, LATER)
    tomorrow = booked(api, who, CLOSING, TOMORROW, SOON)
    visitor.signs_in(who)
    visitor.open(f"hari-ini/{tomorrow}")
    visitor.sees("bukan untuk hari ini, melainkan Rabu, 25 November 2026")
    visitor.open(f"hari-ini/{early}")
    checks_in(visitor, "12")
    visitor.page.locator(".notice.bad").get_by_text("Tulis empat angka").wait_for()
    wrong = f"{(int(digits(CLOSING)) + 1) % 10**4:04}"
    checks_in(visitor, wrong)
    visitor.sees("Ketik empat angka yang sekarang tampil di layar kantor")
    assert visitor.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    checks_in(visitor, digits(CLOSING))
    visitor.sees("Terlalu awal")
    visitor.sees("Datang lebih awal tidak mempercepat giliran Anda")
    visitor.open(f"hari-ini/{soon}")
    visitor.page.wait_for_selector("[name=presence]")
    close.close(CLOSING, clock.now())
    checks_in(visitor, digits(CLOSING))
    visitor.sees("Layanan hari ini sudah ditutup. Silakan pesan hari lain.")
    visitor.taps("Pesan hari lain")
    visitor.sees("Pilih hari")
    api.call("DELETE", f"/v1/bookings/{tomorrow}", token=who.token)
    visitor.open(f"hari-ini/{tomorrow}")
    visitor.sees("Pesanan ini tidak berlaku lagi")


def test_another_phone_knows_the_turn_of_a_booking(visitor: Visitor, morning: Morning) -> None:
    api, who = morning.api, morning.people[2]
    code = booked(api, who, HALL, TODAY, SOON)
    label = api.call("GET", f"/v1/bookings/{code}", token=who.token).json["ticket"]
    visitor.signs_in(who)
    visitor.open(f"tiket/{code}")
    visitor.sees("Dipanggil sebagai")
    assert visitor.page.locator(".number").all_inner_texts() == [label]
    assert f"Nomor antrean\n{label[1:]}" in visitor.page.inner_text(".ticket .facts")
    path = f"/v1/bookings/{code}/check-in"
    arrived = api.call("POST", path, {"presence": digits()}, token=who.token)
    assert arrived.status == 200, arrived.content
    visitor.open(f"hari-ini/{code}")
    visitor.sees("Anda yang berikutnya")
    assert visitor.page.inner_text(".number") == label


def test_whoever_is_not_signed_in_sees_the_queue_of_an_office(visitor: Visitor, api: Api) -> None:
    walked = {"counter": "1", "ticket": "W3", "step": 0}
    waiting = {"ticket": "B2", "step": 0, "from": f"{TODAY}T09:40:00+07:00"}
    board = {
        **api.call("GET", f"/v1/offices/{QUIET}/today").json,
        "serving": [walked],
        "line": [{**waiting, "until": f"{TODAY}T09:52:00+07:00"}],
        "lag_minutes": 7,
    }
    visitor.page.route(POLL, lambda route: route.fulfill(json=board))
    visitor.open(f"kantor/{QUIET}")
    visitor.taps("Antrean hari ini di kantor ini")
    visitor.sees("Sedang dilayani")
    visitor.page.locator("summary").click()
    shown = visitor.page.inner_text("main")
    for text in ("Loket 1", "W3", "terlambat sekitar 7 menit", "B2", "09.40 sampai 09.52"):
        assert text in shown
    assert wrong_with(visitor) == []


PUNCTUAL = "Math.random = () => 0"
"""Phones add up to a quarter to each wait, so that they do not all ask in one moment."""


def test_it_asks_as_often_as_it_is_told_and_not_while_nobody_looks(
    visitor: Visitor, api: Api
) -> None:
    asked: list[str] = []
    board = {**api.call("GET", f"/v1/offices/{QUIET}/today").json, "poll_after": 60}
    phone = visitor.page.clock

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json={**board, "as_of": f"{TODAY}T09:{len(asked):02}:00+07:00"})

    def looks(*, away: bool) -> None:
        visitor.page.evaluate(
            """(away) => { Object.defineProperty(document, "hidden", {value: away,
              configurable: true}); document.dispatchEvent(new Event("visibilitychange")); }""",
            away,
        )

    visitor.page.route(POLL, answer)
    visitor.page.evaluate(PUNCTUAL)
    visitor.open(f"antrean/{QUIET}")
    visitor.sees("Keadaan pukul 09.01")
    phone.pause_at(clock.now() + timedelta(seconds=5))
    for times in (2, 3):
        phone.run_for(45_000)
        assert len(asked) == times - 1
        phone.run_for(20_000)
        visitor.sees(f"Keadaan pukul 09.0{times}")
        assert len(asked) == times
    looks(away=True)
    phone.run_for(600_000)
    assert len(asked) == 3
    looks(away=False)
    phone.run_for(1)
    visitor.sees("Keadaan pukul 09.04")
    assert len(asked) == 4


def test_a_phone_that_is_far_from_its_turn_asks_once_a_minute(
    visitor: Visitor, morning: Morning
) -> None:
    api, who = morning.api, morning.people[4]
    code = booked(api, who, QUIET, TODAY, SOON)
    label = api.call("GET", f"/v1/bookings/{code}", token=who.token).json["ticket"]
    turn = {"from": f"{TODAY}T09:30:00+07:00", "until": f"{TODAY}T09:50:00+07:00"}
    board = {
        **api.call("GET", f"/v1/offices/{QUIET}/today").json,
        "line": [{"ticket": label, "step": 0, **turn}],
        "poll_after": 5,
    }
    times = iter(["09:01", "09:19", "09:20", "09:21"])
    visitor.page.route(
        POLL,
        lambda route: route.fulfill(json={**board, "as_of": f"{TODAY}T{next(times)}:00+07:00"}),
    )
    visitor.signs_in(who)
    visitor.page.evaluate(PUNCTUAL)
    visitor.open(f"hari-ini/{code}")
    visitor.sees("Keadaan pukul 09.01")
    phone = visitor.page.clock
    phone.pause_at(clock.now() + timedelta(seconds=5))
    for then, shown in ((45_000, "09.01"), (20_000, "09.19"), (45_000, "09.19"), (20_000, "09.20")):
        phone.run_for(then)
        visitor.sees(f"Keadaan pukul {shown}")
    phone.run_for(7_000)  # within ten minutes of its turn, as often as it is told
    visitor.sees("Keadaan pukul 09.21")


def test_what_is_old_says_so_and_comes_back_by_itself(visitor: Visitor) -> None:
    visitor.open(f"antrean/{QUIET}")
    visitor.sees("diperbarui sendiri")
    visitor.page.route(POLL, lambda route: route.abort())
    visitor.page.clock.fast_forward("06:00")
    visitor.sees("menit yang lalu")
    visitor.sees("Perhatikan layar dan panggilan di kantor")
    assert visitor.page.get_by_role("heading", name="Sedang dilayani").is_visible()
    assert wrong_with(visitor) == []
    visitor.page.unroute(POLL)
    visitor.taps("Perbarui")
    visitor.sees("diperbarui sendiri")


def test_a_queue_that_was_never_heard_of_can_be_asked_for_again(visitor: Visitor) -> None:
    visitor.page.route(POLL, lambda route: route.abort(), times=1)
    visitor.open(f"antrean/{QUIET}")
    visitor.sees("Layanan tidak menjawab")
    visitor.taps("Coba lagi")
    visitor.sees("Sedang dilayani")


def test_no_label_becomes_a_part_of_the_page(visitor: Visitor, api: Api) -> None:
    worse = {"counter": INJECTED, "ticket": INJECTED, "step": 0}
    board = {**api.call("GET", f"/v1/offices/{QUIET}/today").json, "serving": [worse]}
    visitor.page.route(POLL, lambda route: route.fulfill(body=json.dumps(board)))
    visitor.open(f"antrean/{QUIET}")
    visitor.sees(INJECTED)
    assert visitor.page.evaluate("window.hit") is None
    assert visitor.page.locator("img, body script").count() == 0


def test_a_past_booking_says_how_the_visit_ended_and_two_absences_until_when_they_pause(
    visitor: Visitor, morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, who = morning.api, morning.people[3]

    def ends(date: str, start: str, outcome: Outcome) -> None:
        wanted = {"office_id": ENDING, "date": date, "start": start, "service": "new"}
        body = {**wanted, "applicants": [who.applicant_id]}
        made = api.call("POST", "/v1/bookings", body, token=who.token, key=new_key())
        assert made.status == 201, made.content
        (booking,) = bookings.many([made.json["code"]]).values()
        assert isinstance(ending.end(booking, outcome, clock.now()), Noted)

    ends(TODAY, SOON, Outcome.TURNED_AWAY)
    ends(TODAY, LATER, Outcome.ABSENT)
    before = clock.now
    monkeypatch.setattr(clock, "now", lambda: before() + timedelta(days=1))
    visitor.signs_in(who)
    token = visitor.page.evaluate(RENEWED)
    who = replace(who, token=token)
    ends(TOMORROW, LATER, Outcome.NO_SHOW)
    monkeypatch.setattr(clock, "now", lambda: before() + timedelta(days=2))
    visitor.page.reload()
    visitor.open("pesanan")
    for word in ("Belum sempat dilayani", "Tidak hadir", "Panggilan terlewat"):
        visitor.sees(word)
    assert wrong_with(visitor) == []
    visitor.page.locator(".card", has_text="Belum sempat").click()
    visitor.sees("dapat langsung memesan lagi")
    visitor.open(f"pesan/{ENDING}/{AFTER}/{LATER}")
    visitor.page.check("[value=new]")
    visitor.taps("Lanjut")
    visitor.page.wait_for_selector("[name=people]")
    visitor.taps("Lanjut")
    visitor.sees("Periksa pesanan Anda")
    visitor.page.locator("main").get_by_role("link", name="Pesan tempat").click()
    visitor.sees("Tidak hadir dua kali")
    visitor.sees(re.compile(r"baru dapat memesan lagi mulai \d+ Desember 2026 pukul \d\d.\d\d WIB"))
    assert wrong_with(visitor) == []
    visitor.page.locator("main").get_by_role("link", name="Lihat pesanan saya").click()
    visitor.sees("Pesanan saya")

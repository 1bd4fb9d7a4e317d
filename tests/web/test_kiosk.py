"""The kiosk at the door: one number a visit, on paper and on the screen, and back to the start."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from chalicelib import clock
from chalicelib.domain.boards import BoardKey
from chalicelib.domain.staff import Role
from chalicelib.services.desk import close
from chalicelib.services.staff import members
from chalicelib.store import boards
from chalicelib.store import offices as stored
from tests.machine import Api, crowd, new_key
from tests.web.axe import faults
from tests.web.browser import CHEAP_PHONE
from tests.web.hall import scans
from tests.web.offices import TALL, WIDE, beats_until, device, opened, screen

pytestmark = pytest.mark.server

HALL, SMALL, CLOSING = "tarakan", "nunukan", "sampit"
"""Offices of the API of this file: with room, to be filled, closing its day."""

PRINTS = "window.prints = 0; window.print = () => { window.prints += 1; };"

WALK_INS, TODAY = "**/v1/desk/walk-ins", "**/v1/offices/*/today"


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with opened(HALL, SMALL, CLOSING, counters=20, step_minutes=[2]) as running:
        yield running


@pytest.fixture
def page(browser: Browser, api: Api) -> Iterator[Page]:
    """The kiosk of the hall, as its first visitor finds it."""
    with screen(browser, api, has_touch=True) as page:
        starts(page, api)
        yield page


def starts(page: Page, api: Api, office: str = HALL) -> str:
    """Add a kiosk, and open its link: its id."""
    staff_id, link = device(api, office, Role.KIOSK)
    page.add_init_script(PRINTS)
    page.goto(link)
    page.get_by_role("heading", name="Selamat datang").wait_for()
    return staff_id


def presses(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).click()


WISH = ("Tanpa pesanan", "Paspor baru", "2 orang")


def taken(office: str = HALL) -> list[str]:
    """The numbers that were taken at an office without a booking."""
    now = clock.now()
    board = boards.get(BoardKey(office, stored.get(office, now).today(now)))
    return [label for label in board.tickets if label[0] in "WP"] if board else []


def number(page: Page) -> str:
    page.wait_for_selector(".taken")
    return page.inner_text(".taken .huge")


def test_a_number_is_taken_shown_and_printed_once(page: Page) -> None:
    presses(page, *WISH, "Tidak ada")
    label = number(page)
    assert label in taken()
    assert page.evaluate("prints") == 1
    shown = page.inner_text(".taken")
    assert re.search(r"pukul \d\d\.\d\d sampai \d\d\.\d\d WIB", shown)
    assert page.url.endswith("/kios")
    presses(page, "Selesai")
    page.get_by_role("heading", name="Selamat datang").wait_for()
    assert page.evaluate("prints") == 1
    presses(page, *WISH, "Ibu hamil")
    assert number(page)[0] == "P"
    assert page.evaluate("prints") == 2


def test_its_qr_leads_to_how_it_stands_with_the_number(page: Page, api: Api) -> None:
    presses(page, *WISH, "Tidak ada")
    label = number(page)
    today = api.call("GET", f"/v1/offices/{HALL}/today").json
    other = page.context.new_page()
    for date, words in (
        (today["date"], "Perkiraan dipanggil"),
        ("2026-11-23", f"Nomor {label} berlaku pada Senin, 23 November 2026"),
    ):
        other.goto(f"{api.address}/#/antrean/{HALL}/{label}/{date}")
        other.get_by_text(words).wait_for()
    other.goto(f"{api.address}/#/antrean/{HALL}/W999/{today['date']}")
    other.get_by_text("Nomor Anda tidak ada dalam antrean: W999").wait_for()
    assert faults(other) == []


def test_a_long_press_a_double_tap_and_a_held_key_give_one_number(page: Page) -> None:
    before = set(taken())
    presses(page, *WISH)
    none = page.get_by_role("button", name="Tidak ada")
    none.click(delay=1000)
    number(page)
    presses(page, "Selesai")
    presses(page, *WISH)
    none.dblclick()
    number(page)
    presses(page, "Selesai")
    page.get_by_role("button", name="Tanpa pesanan").wait_for()
    page.wait_for_function("() => !document.querySelector('.ways button').disabled")
    page.focus(".ways button")
    for _ in range(5):
        page.keyboard.down("Enter")  # as a key that is held is heard
    page.get_by_role("heading", name="Untuk apa").wait_for()
    page.keyboard.up("Enter")
    assert len(set(taken()) - before) == 2
    assert page.evaluate("prints") == 2


def test_a_lost_answer_gives_the_same_number(page: Page) -> None:
    before = set(taken())
    keys: list[str] = []

    def loses(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            return route.abort()
        return route.continue_()

    page.clock.install()
    page.route(WALK_INS, loses)
    presses(page, *WISH, "Tidak ada")
    beats_until(page, lambda: page.locator(".taken").count() > 0)
    label = number(page)
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert set(taken()) - before == {label}
    assert page.evaluate("prints") == 1


def test_no_answer_at_all_is_told_and_can_be_tried_again(page: Page) -> None:
    before = set(taken())
    page.clock.install()
    page.route(WALK_INS, lambda route: route.abort())
    presses(page, *WISH, "Tidak ada")
    page.get_by_role("heading", name="Mengambil nomor").wait_for()
    again = page.get_by_role("button", name="Coba lagi")
    beats_until(page, lambda: again.count() > 0)
    page.get_by_text("Panggil petugas").wait_for()
    page.unroute(WALK_INS)
    again.click()
    label = number(page)
    assert set(taken()) - before == {label}


def test_where_there_is_no_room_it_says_when_to_come(browser: Browser, api: Api) -> None:
    with screen(browser, api, TALL) as page:
        starts(page, api, SMALL)
        refused = api_refusal("no-capacity", come_at="2026-11-24T13:40:00+07:00")
        page.route(WALK_INS, lambda route: route.fulfill(**refused))
        presses(page, *WISH, "Tidak ada")
        page.get_by_role("heading", name="Silakan datang pukul 13.40").wait_for()
        assert page.evaluate("prints") == 0
        assert faults(page) == []
        presses(page, "Kembali ke awal")
        day = api.call("GET", f"/v1/offices/{SMALL}/today").json
        page.route(TODAY, lambda route: route.fulfill(json={**day, "walk_ins": "later"}))
        page.reload()
        page.get_by_text("Sekarang belum ada tempat").wait_for()


def api_refusal(kind: str, **more: Any) -> dict[str, Any]:
    told = {"type": kind, "title": "Loket penuh", "detail": "Belum ada tempat.", "status": 409}
    return {"status": 409, "json": {**told, **more}}


def test_a_day_that_is_closed_and_a_kiosk_that_is_disabled_say_so(
    browser: Browser, api: Api
) -> None:
    with screen(browser, api, CHEAP_PHONE) as page:
        staff_id = starts(page, api, CLOSING)
        close.close(CLOSING, clock.now())
        presses(page, *WISH, "Tidak ada")
        page.get_by_text("Layanan hari ini sudah ditutup").wait_for()
        presses(page, "Kembali ke awal")
        members.disable(staff_id, clock.now())
        presses(page, *WISH, "Tidak ada")
        page.get_by_role("heading", name="Kios ini tidak aktif").wait_for()
        page.get_by_role("heading", name="Panggil petugas").wait_for()
        assert faults(page) == []
        page.goto("about:blank")
        page.goto(f"{api.address}/kios")
        page.get_by_role("heading", name="Kios ini tidak aktif").wait_for()


def test_a_lost_connection_is_told_at_the_start_and_goes_by_itself(page: Page) -> None:
    page.clock.install()
    page.route(TODAY, lambda route: route.abort())
    page.reload()
    page.get_by_role("heading", name="Sambungan terputus").wait_for()
    assert page.get_by_role("button", name="Tanpa pesanan").count() == 0
    page.unroute(TODAY)
    page.clock.run_for(5000)
    page.get_by_role("button", name="Tanpa pesanan").wait_for()


def test_it_goes_back_after_30_seconds_unless_it_is_stopped(page: Page) -> None:
    page.clock.install()
    page.reload()
    presses(page, "English", "No booking")
    page.get_by_text("Back to the start in 30 seconds").wait_for()
    page.clock.run_for(20_000)
    page.get_by_text(re.compile(r"in (9|10) seconds")).wait_for()
    page.mouse.click(5, 5)
    page.get_by_text(re.compile(r"in (29|30) seconds")).wait_for()
    page.clock.run_for(31_000)
    page.get_by_role("heading", name="Selamat datang").wait_for()
    page.clock.run_for(1000)
    presses(page, "Tanpa pesanan")
    page.get_by_text("Kembali ke awal dalam").wait_for()
    page.clock.run_for(1000)
    presses(page, "Jangan kembali dulu")
    page.clock.run_for(120_000)
    page.get_by_text("Layar ini menunggu Anda").wait_for()
    page.clock.run_for(190_000)
    page.get_by_role("heading", name="Selamat datang").wait_for()


def test_without_paper_the_code_is_photographed(page: Page) -> None:
    presses(page, "Untuk petugas", "Kertas habis", "Kembali ke awal")
    page.get_by_text("Kertas habis: nomor tampil di layar").wait_for()
    page.reload()
    presses(page, *WISH, "Tidak ada")
    number(page)
    page.get_by_text("potret kode ini").first.wait_for()
    assert page.evaluate("prints") == 0
    assert page.locator(".code.alone .qr").count() == 1
    presses(page, "Selesai", "Untuk petugas", "Kertas sudah diisi", "Kembali ke awal")
    presses(page, *WISH, "Tidak ada")
    number(page)
    assert page.evaluate("prints") == 1


def test_a_booking_is_checked_in_by_its_qr(page: Page, api: Api) -> None:
    (who,) = crowd(api, 1)
    body = {
        "office_id": HALL,
        "date": "2026-11-24",
        "start": "10:00",
        "service": "new",
        "applicants": [who.applicant_id],
    }
    made = api.call("POST", "/v1/bookings", body, token=who.token, key=new_key())
    assert made.status == 201, made.content
    page.wait_for_timeout(100)
    page.focus("button.language")
    scans(page, made.json["qr"])
    page.get_by_role("heading", name="Anda sudah lapor hadir").wait_for()
    assert number(page) == "B1"
    assert page.evaluate("prints") == 1
    presses(page, "Selesai")
    scans(page, "not one of our codes")
    page.locator(".trouble").wait_for()
    page.get_by_text("Panggil petugas").wait_for()


def test_every_screen_is_for_everybody(page: Page) -> None:
    found = {"start": wrong(page)}
    presses(page, "English", "For staff")
    found["staff"] = wrong(page)
    presses(page, "Back to the start", "English")
    for name in ("No booking", "A new passport", "1 person", "Nobody"):
        presses(page, name)
        page.wait_for_selector(".idle")
        found[name] = wrong(page)
    number(page)
    assert {name: faulty for name, faulty in found.items() if faulty} == {}


TARGETS = """() => [...document.querySelectorAll("button, a")].filter((one) => {
  const { width, height } = one.getBoundingClientRect();
  return width < 60 || height < 60;
}).map((one) => one.outerHTML)"""


def wrong(page: Page) -> list[str]:
    """What is wrong with a screen where it lies, where it stands, and on a phone."""
    page.wait_for_function(
        "() => ![...document.querySelectorAll('button')].some((one) => one.disabled)"
    )
    found = faults(page)
    for size in (CHEAP_PHONE, TALL, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += page.evaluate(TARGETS)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"too wide for {size}")
    return found


@pytest.mark.parametrize("millimetres", [58, 80])
def test_the_slip_fits_its_paper(page: Page, millimetres: int) -> None:
    presses(page, *WISH, "Tidak ada")
    label = number(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": (millimetres - 6) * 96 * 10 // 254, "height": 700})
    paper = page.locator(".paper")
    assert label in paper.inner_text()
    assert "WIB" in paper.inner_text()
    assert page.locator(".taken").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    code = page.locator(".paper .qr").bounding_box()
    assert code
    assert code["width"] * 25.4 / 96 >= 28, "too small a code for a phone's camera"
    sheet = page.pdf(width=f"{millimetres}mm", height="200mm")
    assert sheet.count(b"/Type /Page\n") == 1

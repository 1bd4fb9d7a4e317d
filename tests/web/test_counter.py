"""A clerk's counter in a browser: by keyboard alone, with a scanner or a camera, and offline."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from playwright.sync_api import Browser, Route

from tests.machine import Applicant, Machine, register
from tests.web.axe import faults
from tests.web.browser import CHROMIUM, FLAGS, booked
from tests.web.hall import SCAN, Clerk, Hall, at_work

pytestmark = pytest.mark.server

PRESSES = "**/v1/desk/counters/*/presses"


@pytest.fixture(scope="module")
def hall(machine: Machine) -> Hall:
    return Hall(machine)


@pytest.fixture(scope="module")
def guest(machine: Machine) -> Applicant:
    """Somebody whose NIK says another birth date than they did."""
    return register(machine, birth_date="1979-02-03", name="Siti Aminah binti Abdullah")


@pytest.fixture(scope="module")
def booking(hall: Hall, guest: Applicant) -> Any:
    """Their place of today; whoever uses it leaves them called and not come."""
    return hall.booked(guest)


@pytest.fixture
def clerk(browser: Browser, machine: Machine, hall: Hall) -> Iterator[Clerk]:
    hall.empty()
    with at_work(browser, machine) as who:
        yield who
    hall.empty()


# ---- a visit -------------------------------------------------------------------------------------


def test_a_person_is_served_by_keyboard_alone(clerk: Clerk, hall: Hall) -> None:
    clerk.presses("Loket 1", "ArrowDown")
    clerk.presses("Buka loket")
    assert (clerk.heading, clerk.first) == ("Loket 2", "Panggil berikutnya")
    clerk.presses_key("w")
    clerk.sees("Berapa orang")
    clerk.page.keyboard.press("ArrowRight")
    clerk.page.keyboard.press("Enter")
    told = clerk.is_told("Nomor baru", "good")
    before = hall.counter("2")["served"]
    label = clerk.calls()
    assert label in told
    assert clerk.page.locator(".result").count() == 0, "what was told goes with the next press"
    clerk.sees("2 orang tanpa pesanan")
    assert clerk.first == "Mulai layani"
    clerk.presses_key("r")
    clerk.presses_key("Enter")
    clerk.page.locator(".present.serving").wait_for()
    assert clerk.first == "Selesai & panggil berikutnya"
    clerk.presses_key("Enter")
    clerk.sees("Tidak ada orang di loket")
    clerk.waits()
    assert hall.counter("2")["served"] == before + 2
    clerk.sees(f"{before + 2} orang")
    clerk.presses_key("l")
    clerk.sees("Loket tutup")
    assert clerk.first == "Buka loket"


def test_letters_press_nothing_once_they_are_switched_off_and_this_browser_keeps_that(
    clerk: Clerk,
) -> None:
    clerk.takes("1")
    letters = clerk.page.get_by_role("switch", name="Tombol pintas huruf")
    leave = clerk.page.get_by_role("button", name="Tutup loket")
    assert leave.get_attribute("aria-keyshortcuts") == "L"
    letters.click()
    for _ in range(2):
        clerk.page.locator("kbd:visible").first.wait_for(state="detached")
        assert leave.get_attribute("aria-keyshortcuts") is None
        clerk.presses_key("w")
        clerk.presses_key("l")
        clerk.scans("ANTRIAN:NOT:OURS")  # a scanner is none
        clerk.is_told("Bukan tiket kami", "bad")
        assert clerk.page.locator("form.panel").count() == 0
        assert clerk.first == "Panggil berikutnya"
        clerk.page.reload()
        clerk.waits()
    assert letters.get_attribute("aria-checked") == "false"
    letters.click()
    clerk.presses_key("l")
    clerk.sees("Loket tutup")


def test_a_key_that_is_held_down_presses_once(clerk: Clerk, hall: Hall) -> None:
    hall.gives_number()
    clerk.takes("1")
    turn = hall.counter("1")["turn"]
    clerk.waits()
    for _ in range(5):  # to a browser these are one key, held down
        clerk.page.keyboard.down("Enter")
    clerk.page.locator(".present.called").wait_for()
    clerk.waits()
    clerk.page.keyboard.up("Enter")
    assert hall.counter("1")["turn"] == turn + 1


def test_somebody_who_did_not_come_is_taken_back(clerk: Clerk, hall: Hall) -> None:
    number = hall.gives_number()
    clerk.takes("1")
    assert clerk.calls() == number
    clerk.presses_key("n")
    clerk.sees("Tidak ada orang di loket")
    clerk.sees(f"Urungkan {number}")
    clerk.presses_key("u")
    clerk.page.locator(".present.serving").wait_for()
    assert clerk.ticket == number


def test_a_counter_is_opened_for_the_steps_that_were_chosen(
    browser: Browser, machine: Machine
) -> None:
    """At an office of two steps; it is this test's own."""
    link = machine.call("POST", "/_local/staff", {"office_id": "jayapura", "role": "clerk"}).json
    context = browser.new_context(locale="id-ID", reduced_motion="reduce")
    try:
        clerk = Clerk(context.new_page(), machine)
        clerk.opens(link["link"])
        clerk.taps("Buka loket")
        clerk.sees("Pilih satu loket.")
        clerk.page.check("[name=counter][value='1']")
        clerk.page.uncheck("[name=steps] >> nth=0")
        with clerk.page.expect_request(PRESSES) as sent:
            clerk.taps("Buka loket")
        assert json.loads(sent.value.post_data or "")["steps"] == [1]
        clerk.sees("Tahap 2")
    finally:
        context.close()


# ---- who is there --------------------------------------------------------------------------------


def test_names_are_shown_while_somebody_is_here_and_a_ktp_is_seen(
    clerk: Clerk, hall: Hall, guest: Applicant, booking: Any, machine: Machine
) -> None:
    hall.comes(booking["qr"])
    clerk.takes("3")
    clerk.calls()
    clerk.sees("Siti Aminah binti Abdullah")
    clerk.sees("Cocokkan NIK dengan KTP")
    assert "Siti" not in clerk.kept()
    assert "Siti" not in clerk.page.title()
    clerk.waits()
    clerk.presses("KTP dilihat")
    clerk.sees("KTP sudah dilihat")
    assert machine.call("GET", "/v1/me", token=guest.token).json["proof"] == "seen"
    sent = machine.call("GET", "/_local/sms").json
    told = [one["text"] for one in sent if one["phone"] == guest.phone]
    assert sum("telah melihat KTP Anda" in text for text in told) == 1
    clerk.presses_key("n")
    clerk.sees("Tidak ada orang di loket")
    assert "Siti" not in clerk.page.inner_text("body")


# ---- tickets are scanned -------------------------------------------------------------------------


def test_a_scanner_works_whatever_has_the_focus_and_is_no_shortcut(
    clerk: Clerk, hall: Hall, booking: Any
) -> None:
    clerk.takes("1")
    turn = hall.counter("1")["turn"]
    label = booking["ticket"]
    clerk.scans(booking["qr"])
    assert label in clerk.page.locator(".result .label").inner_text()
    clerk.presses_key("w")
    clerk.sees("Berapa orang")
    clerk.page.focus("form.panel .button")
    clerk.scans(booking["qr"].lower())  # as with Caps Lock
    assert label in clerk.is_told("Sudah lapor hadir", "note")
    clerk.page.keyboard.press("Escape")
    clerk.page.get_by_role("button", name="Tutup loket").focus()
    clerk.scans("RNFSUL1WC:NRFL")
    clerk.is_told("Bukan tiket kami", "bad")
    assert hall.counter("1")["turn"] == turn
    assert clerk.page.locator("form.panel, video").count() == 0


def test_what_a_scan_finds_is_told_in_one_glance(
    clerk: Clerk, hall: Hall, booking: Any, machine: Machine
) -> None:
    other = register(machine)
    tomorrow, elsewhere = hall.booked(other, day=1), booked(machine, register(machine)).json
    clerk.takes("1")
    clerk.scans(tomorrow["qr"])
    assert re.search(r"\d{4}", clerk.is_told("Hari lain", "bad"))
    clerk.scans(elsewhere["qr"])
    clerk.is_told("Kantor lain", "bad")
    clerk.sees("Yogyakarta")
    clerk.scans("ANTRIAN:NOT:OURS")
    clerk.is_told("Bukan tiket kami", "bad")
    hall.comes(booking["qr"])
    clerk.scans(booking["qr"])
    clerk.is_told("Sudah lapor hadir", "note")
    clerk.calls()
    clerk.scans(booking["qr"])
    clerk.is_told("Sudah dipanggil", "note")
    clerk.presses_key("n")
    clerk.sees("Tidak ada orang di loket")
    clerk.waits()
    clerk.scans(booking["qr"])
    assert booking["ticket"] in clerk.is_told("Mengantre lagi", "good")


def filmed(text: str, to: Path) -> Path:
    """A film of a QR code, as Chromium takes it in place of a camera (YUV4MPEG2)."""
    rows = [
        bytes(20 if dark else 235 for dark in row) for row in segno.make(text).matrix_iter(scale=5)
    ]
    width, height = 320, 240
    left, top = (width - len(rows[0])) // 2, (height - len(rows)) // 2
    light = bytearray(b"\xeb" * width * height)
    for number, row in enumerate(rows):
        start = (top + number) * width + left
        light[start : start + len(row)] = row
    frame = b"FRAME\n" + bytes(light) + b"\x80" * (width * height // 2)
    to.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 10)
    return to


def test_a_ticket_that_is_held_to_the_camera_is_scanned_once(
    browser: Browser, machine: Machine, hall: Hall, booking: Any, tmp_path: Path
) -> None:
    film = filmed(booking["qr"], tmp_path / "camera.y4m")
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    hall.comes(booking["qr"])
    with_camera = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*FLAGS, *camera, "--use-fake-ui-for-media-stream"]
    )
    try:
        with at_work(with_camera, machine) as clerk:
            scanned: list[str] = []
            clerk.page.on(
                "request", lambda one: scanned.append(one.url) if "check-ins" in one.url else None
            )
            clerk.takes("1")
            clerk.presses_key("c")
            clerk.sees("Arahkan kode QR")
            assert booking["ticket"] in clerk.is_told("Sudah lapor hadir", "note")
            assert faults(clerk.page) == []
            clerk.page.keyboard.press("Escape")
            assert clerk.page.locator("video").count() == 0
            assert len(scanned) == 1
    finally:
        with_camera.close()
        hall.empty()


def test_without_a_camera_that_is_said(clerk: Clerk) -> None:
    clerk.takes("1")
    clerk.presses_key("c")
    clerk.sees("Kamera tidak dapat dipakai")


# ---- the connection is lost ----------------------------------------------------------------------


class LostCall:
    """Two people wait, and at counter 4 the first is called: it is done, and no answer comes."""

    def __init__(self, clerk: Clerk, hall: Hall) -> None:
        self.clerk, self.hall, self.keys = clerk, hall, list[str]()
        self.first, _ = hall.gives_number(), hall.gives_number()
        clerk.takes("4")
        self.turn = hall.counter("4")["turn"]
        clerk.page.route(PRESSES, self._lose)
        clerk.presses_key("Enter")
        clerk.sees("Sambungan terputus")

    def _lose(self, route: Route) -> None:
        self.keys.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    def is_answered(self) -> None:
        """Answers come from now on."""
        self.clerk.page.unroute(PRESSES)

    def was_done_once(self) -> bool:
        self.clerk.page.locator(".present.called").wait_for()
        self.clerk.waits()
        pressed = self.hall.counter("4")["turn"] - self.turn
        return (self.clerk.ticket, pressed) == (self.first, 1)


def test_a_press_without_an_answer_is_kept_and_done_once(clerk: Clerk, hall: Hall) -> None:
    lost = LostCall(clerk, hall)
    assert clerk.page.locator(".first[aria-disabled]").count() == 1
    clerk.page.keyboard.press("l")
    lost.is_answered()
    clerk.taps("Kirim sekarang")
    assert lost.was_done_once()
    assert len(set(lost.keys)) == 1


def test_a_press_is_kept_while_the_page_is_loaded_anew(clerk: Clerk, hall: Hall) -> None:
    lost = LostCall(clerk, hall)
    lost.is_answered()
    with clerk.page.expect_request(PRESSES) as again:
        clerk.page.reload()
    assert lost.was_done_once()
    assert {again.value.headers["idempotency-key"]} == set(lost.keys)


def test_a_press_is_not_sent_for_somebody_else_who_has_signed_in_since(
    clerk: Clerk, hall: Hall
) -> None:
    hall.gives_number()
    clerk.takes("4")
    turn = hall.counter("4")["turn"]
    clerk.page.route(PRESSES, lambda route: route.abort())
    clerk.presses_key("Enter")
    clerk.sees("Sambungan terputus")
    other = clerk.page.context.new_page()
    other.goto(hall.signed_in("clerk")["link"])
    other.wait_for_selector(".tiles")
    clerk.page.unroute(PRESSES)
    clerk.page.reload()
    assert clerk.first == "Panggil berikutnya"
    assert hall.counter("4")["turn"] == turn


def test_a_scan_without_an_answer_is_sent_again(clerk: Clerk, booking: Any) -> None:
    clerk.takes("4")
    clerk.page.route("**/v1/desk/check-ins", lambda route: route.abort(), times=1)
    clerk.scans(booking["qr"])
    clerk.is_told("Belum terkirim", "warn")
    clerk.page.evaluate("dispatchEvent(new Event('online'))")
    assert booking["ticket"] in clerk.page.locator(".result .label").inner_text()


# ---- somebody else is at the counter -------------------------------------------------------------


def test_a_press_at_a_counter_that_another_tab_has_taken_is_not_done(
    clerk: Clerk, hall: Hall
) -> None:
    hall.gives_number(), hall.gives_number()
    clerk.takes("5")
    theirs = hall.press("5", "next")["ticket"]
    clerk.presses_key("Enter")
    clerk.sees("Perintah Anda tidak dijalankan")
    assert clerk.ticket == theirs
    assert clerk.first == "Lanjutkan di sini"
    turn = hall.counter("5")["turn"]
    clerk.presses_key("Enter")
    assert clerk.first == "Mulai layani"
    assert hall.counter("5")["turn"] == turn


@pytest.mark.parametrize("hears", [True, False], ids=["hears of it", "hears of nothing"])
def test_whoever_signs_in_in_another_tab_ends_the_earlier_one(
    hears: bool, clerk: Clerk, hall: Hall, machine: Machine
) -> None:
    """Also where the browser has not told it yet when somebody presses."""
    mine = hall.signed_in("clerk")
    if not hears:
        clerk.page.add_init_script(
            "addEventListener('storage', (event) => event.stopImmediatePropagation(), true)"
        )
    clerk.page.goto("about:blank")
    clerk.opens(mine["link"])
    hall.gives_number()
    clerk.takes("5")
    turn = hall.counter("5")["turn"]
    other = clerk.page.context.new_page()
    other.goto(hall.signed_in("clerk")["link"])
    other.wait_for_selector(".tiles")
    if not hears:
        clerk.presses_key("Enter")
    clerk.sees("Orang lain sudah masuk di tab lain")
    assert faults(clerk.page) == []
    clerk.page.keyboard.press("Enter")
    clerk.taps("Lanjutkan di sini sebagai orang itu")
    assert clerk.first == "Panggil berikutnya"
    assert hall.counter("5")["turn"] == turn, "nothing was pressed"
    for _ in range(100):
        asked = machine.call("GET", "/v1/desk/counters/5", token=mine["access_token"])
        if asked.status == 401:
            break
    assert asked.status == 401, "the session has ended too"
    other.reload()
    other.wait_for_selector(".tiles")


def test_a_counter_that_the_supervisor_has_released_says_so_by_itself(
    clerk: Clerk, hall: Hall, machine: Machine
) -> None:
    hall.gives_number()
    clerk.takes("5")
    clerk.calls()
    machine.call("POST", "/v1/desk/counters/5/release", token=hall.token)
    clerk.page.evaluate("dispatchEvent(new Event('online'))")  # it would look within seconds
    clerk.sees("Loket ini dipakai di tempat lain")
    clerk.sees("Loket tutup")


def test_an_open_counter_is_taken_over_without_a_press(clerk: Clerk, hall: Hall) -> None:
    hall.press("5", "open")
    turn = hall.counter("5")["turn"]
    clerk.page.reload()
    clerk.page.check("[name=counter][value='5']")
    clerk.sees("Loket ini sedang dibuka")
    clerk.taps("Ambil alih loket")
    assert clerk.first == "Panggil berikutnya"
    assert hall.counter("5")["turn"] == turn


# ---- for everybody -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_state_is_for_everybody_and_fits_on_the_screen_of_a_desk(
    language: str, browser: Browser, machine: Machine, hall: Hall, booking: Any
) -> None:
    hall.empty()
    found: dict[str, Any] = {}
    with at_work(browser, machine) as clerk:
        page = clerk.page
        page.evaluate("language => localStorage['antrian-language'] = language", language)
        page.reload()

        def look(name: str, selector: str) -> None:
            page.locator(selector).first.wait_for()
            wrong = [*faults(page), *scrolling(clerk)]
            if wrong:
                found[name] = wrong

        look("choose", ".tiles")
        clerk.takes("1")
        look("free", READY_TO_CALL)
        clerk.presses_key("w")
        look("walk-in", "form.panel")
        page.keyboard.press("Enter")
        look("given", ".result.good")
        clerk.scans("ANTRIAN:NOT:OURS")
        look("not ours", ".result.bad")
        hall.comes(booking["qr"])
        clerk.scans(booking["qr"])
        look("here", ".result.note")
        clerk.presses_key("Enter")
        look("called", ".present.called")
        clerk.presses_key("Enter")
        look("serving", ".present.serving")
        page.route(PRESSES, lambda route: route.abort())
        clerk.presses_key("n")
        look("lost", ".notice.warn")
        page.unroute(PRESSES)
        page.click(".notice.warn button")
        look("undo", ".nobody")
        hall.press("1", "undo")
        clerk.presses_key("Enter")
        look("taken", ".notice.bad")
    hall.empty()
    assert found == {}


READY_TO_CALL = ".first small"


def scrolling(clerk: Clerk) -> list[str]:
    """What does not fit at once on the screens that desks have."""
    found = []
    for width, height in ((1920, 1080), (1366, 768)):
        clerk.page.set_viewport_size({"width": width, "height": height})
        tall = clerk.page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll("main > section")]
              .some((one) => one.scrollHeight > one.clientHeight)"""
        )
        if tall:
            found.append(f"scrolls at {width} x {height}")
    return found


def test_a_control_a_scan_at_the_pace_of_a_person_is_no_scan(clerk: Clerk, booking: Any) -> None:
    """Or the tests above would find a scanner in whatever is typed."""
    clerk.takes("1")
    slowly = SCAN.replace(
        "const how", "await new Promise((done) => setTimeout(done, 60)); const how"
    )
    clerk.page.evaluate(slowly.replace("text =>", "async text =>"), "ANTRIAN")
    assert clerk.page.locator(".result, .card-waits").count() == 0

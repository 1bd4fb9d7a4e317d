"""The supervisor's rooms about their office: staff, report, whom to call, roster, entries.

The API runs in this process and begins on a Tuesday at nine, whenever the tests run. Each test has
an office of its own, which no other test uses.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser

from chalicelib import clock
from chalicelib.domain import draws
from chalicelib.domain.boards import BoardKey, State
from chalicelib.domain.bookings import Booking
from chalicelib.domain.draws import Record, Row
from chalicelib.domain.notices import Notice
from chalicelib.domain.notices import State as Told
from chalicelib.domain.staff import Role
from chalicelib.services.desk import roster, shifts
from chalicelib.services.staff import enrolment
from chalicelib.store import boards, bookings, offices, tellings
from chalicelib.store import draws as drawn_before
from chalicelib.store import staff as store
from tests.machine import Api, Applicant, crowd
from tests.web.axe import wrong_with
from tests.web.hall import PC
from tests.web.offices import Supervisor, booked, going_on_from, opened, screen
from tests.world import NOW

pytestmark = pytest.mark.server

TODAY, TOMORROW = "2026-11-24", "2026-11-25"

TEAM, WEEK, CALLS, PAPER, ENTRY = "batu", "blitar-barat", "lumajang", "ngawi", "tuban"
"""Offices: whose staff, report, untold people, roster and entries these are."""

LOTS = "sampang"
"""Whose places go by lot."""


class Morning(NamedTuple):
    api: Api
    people: Sequence[Applicant]


@pytest.fixture(scope="module")
def morning() -> Iterator[Morning]:
    """The API, and somebody for each office who has registered a while before."""
    before, those = NOW - timedelta(minutes=5), (TEAM, WEEK, CALLS, PAPER, ENTRY, LOTS)
    with opened(*those, at=before, counters=2, step_minutes=[10]) as api:
        people = crowd(api, 4, at_once=1)  # moto has no lock
        with going_on_from(NOW):
            yield Morning(api, people)


@pytest.fixture
def supervisor(browser: Browser, morning: Morning) -> Iterator[Supervisor]:
    more = {"timezone_id": "Asia/Jakarta", "service_workers": "block"}
    clipboard = ["clipboard-write", "clipboard-read"]
    with screen(browser, morning.api, PC, permissions=clipboard, **more) as page:
        page.clock.install(time=clock.now())
        yield Supervisor(page, morning.api)


def test_a_clerk_and_a_device_are_added_by_a_link_that_is_shown_once_and_disabled(
    supervisor: Supervisor,
) -> None:
    page = supervisor.page
    supervisor.at_work(TEAM)
    supervisor.enters("petugas")
    supervisor.sees("Anda")
    screens = {"list": wrong_with(supervisor)}
    supervisor.taps("Tambah dan buat tautan")
    supervisor.sees("Tulis nama petugas")
    page.fill("[name=name]", "Dewi Lestari")
    page.keyboard.press("Enter")
    supervisor.sees("Tautan untuk Dewi Lestari")
    link = page.inner_text(".made code")
    assert "/meja#daftar=" in link
    page.locator(".team .card", has_text="Dewi Lestari").wait_for()
    screens["link"] = wrong_with(supervisor)
    supervisor.taps("Salin tautan")
    supervisor.sees("Tautan sudah disalin")
    assert page.evaluate("navigator.clipboard.readText()") == link
    supervisor.taps("Selesai")
    supervisor.sees("belum membuat kunci sandi")
    assert link not in page.content()

    supervisor.taps("Tambah papan")
    supervisor.sees("Tautan untuk Papan antrean")
    board = page.inner_text(".made code")
    assert f"/papan?office={TEAM}#daftar=" in board
    supervisor.sees("tautannya belum dibuka")
    opened = enrolment.ask(board.partition("#daftar=")[2], "", clock.now())
    assert isinstance(opened, shifts.Started)
    assert opened.staff.role is Role.BOARD
    supervisor.taps("Selesai")

    assert page.locator(".team .card", has_text="Anda").get_by_role("button").count() == 0
    page.locator(".team .card", has_text="Dewi Lestari").get_by_role("button").click()
    supervisor.sees("Nonaktifkan Dewi Lestari?")
    screens["sure"] = wrong_with(supervisor)
    supervisor.taps("Jangan")
    page.locator(".team .card", has_text="Dewi Lestari").get_by_role("button").click()
    supervisor.taps("Ya, nonaktifkan")
    page.locator(".team .disabled").wait_for()
    disabled = [one for one in store.of_office(TEAM) if one.staff.disabled_at]
    assert [one.staff.role for one in disabled] == [Role.CLERK]
    assert {name: found for name, found in screens.items() if found} == {}


def test_a_week_is_a_table_and_a_file_and_no_address_has_a_token(
    supervisor: Supervisor, morning: Morning
) -> None:
    code = booked(morning.api, morning.people[0], WEEK, TODAY, "13:00")
    asked: list[str] = []
    supervisor.page.on("request", lambda request: asked.append(request.url))
    supervisor.at_work(WEEK)
    supervisor.enters("laporan")
    supervisor.sees("24 Nov")
    row = supervisor.page.locator(".sheet tbody tr")
    assert row.locator("td").first.inner_text() == "1"
    found = wrong_with(supervisor)
    with supervisor.page.expect_download() as downloading:
        supervisor.taps("Unduh sebagai CSV")
    file = downloading.value
    assert file.suggested_filename == f"{WEEK}-2026-11-18-2026-11-24.csv"
    table = file.path().read_text(encoding="utf-8-sig")
    assert table.startswith("date,hour,class")
    assert TODAY in table
    supervisor.taps("Tujuh hari sebelumnya")
    supervisor.sees("Kantor tidak melayani pada hari-hari ini")
    supervisor.taps("Tujuh hari sesudahnya")
    supervisor.sees("24 Nov")
    assert any("/v1/desk/report" in url for url in asked)
    assert not [url for url in asked if "eyJ" in url or code in url]
    assert found == []


def drawn(*rows: Row) -> None:
    """The office has drawn, for these entries, and placed none of them."""
    hashed = draws.list_hash([], rows)
    record = Record(LOTS, NOW - timedelta(minutes=15), (), len(rows), hashed, 1)
    drawn_before.put_list(record, rows)
    drawn_before.put(record, None)


def test_how_many_ask_by_lot_is_a_table_of_days_and_windows(supervisor: Supervisor) -> None:
    supervisor.at_work(LOTS)
    supervisor.enters("undian")
    supervisor.sees("Kantor ini tidak mengundi tempat")
    offices.put({"office_id": LOTS, "by_lot": True})
    supervisor.page.reload()
    supervisor.sees("Belum ada undian di kantor ini")
    first = clock.now().date() + timedelta(days=35)
    last = first + timedelta(days=1)
    drawn(
        Row(f"{LOTS}-a", 4, first, last, (), 0),
        Row(f"{LOTS}-b", 1, first, first, (time(13),), 2),
    )
    supervisor.page.reload()
    supervisor.sees("2 permohonan untuk 5 orang masih menunggu")
    rows = supervisor.page.locator(".sheet tbody tr")
    each = [row.locator("td").all_inner_texts() for row in rows.all()]
    columns = supervisor.page.locator(".sheet thead th").all_inner_texts()
    thirteen = columns.index("13.00") - 1
    assert [(row[0], row[thirteen], row[thirteen - 1]) for row in each] == [
        ("5", "5", "4"),
        ("4", "4", "4"),
    ]
    assert wrong_with(supervisor) == []


def test_whoever_no_sms_has_told_is_called_and_leaves_the_list(
    supervisor: Supervisor, morning: Morning
) -> None:
    who = morning.people[1]
    made = bookings.get(booked(morning.api, who, CALLS, TOMORROW, "13:00"))
    assert isinstance(made, Booking)
    tellings.mark(made, Notice.EVENING, clock.now() - timedelta(hours=1))
    tellings.record(made.code, Notice.EVENING, Told.FAILED, "OptedOut")
    page = supervisor.page
    supervisor.at_work(CALLS)
    supervisor.enters("tidak-terkabari")
    supervisor.sees("Nomor C1")
    supervisor.sees("Ingatkan akan kunjungan mereka besok")
    assert who.phone not in page.content()
    screens = {"list": wrong_with(supervisor)}
    supervisor.taps("Lihat nomor telepon")
    supervisor.sees(who.phone)
    assert page.get_by_role("link", name=who.phone).get_attribute("href") == f"tel:{who.phone}"
    assert who.phone not in page.url
    screens["phone"] = wrong_with(supervisor)
    supervisor.taps("Sudah saya telepon")
    supervisor.sees("Nomor C1 sudah dikabari")
    supervisor.sees("Tidak ada yang perlu ditelepon")
    kept = bookings.get(made.code)
    assert isinstance(kept, Booking)
    assert kept.told[Notice.EVENING].state is Told.CALLED
    assert {name: found for name, found in screens.items() if found} == {}


def test_a_roster_is_whole_and_prints_on_a4(
    supervisor: Supervisor, morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "PAGE", 1)
    for start in ("09:00", "10:00", "13:00"):
        booked(morning.api, morning.people[2], PAPER, TOMORROW, start)
    page = supervisor.page
    supervisor.at_work(PAPER)
    supervisor.enters("daftar-hadir")
    supervisor.sees("Tidak ada pesanan untuk hari ini")
    supervisor.taps("Hari berikutnya")
    supervisor.sees("3 pesanan, 3 orang")
    found = wrong_with(supervisor)
    tickets = [row.split()[0] for row in page.locator(".sheet tbody tr").all_inner_texts()]
    assert tickets == ["A1", "B1", "C1"]
    assert not page.locator(".sheet .box").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator(".sheet .box").first.is_visible()
    for hidden in ("body > header", ".actions"):
        assert not page.locator(hidden).is_visible()
    head = page.inner_text(".sheet-head")
    assert "Kantor Imigrasi Ngawi" in head
    assert "Rabu, 25 November 2026" in head
    assert re.search(r"Dicetak pukul 09\.0\d WIB", head)
    assert "A. B." in page.inner_text(".sheet tbody")
    assert "Anak Baru" not in page.content()
    sheet = page.pdf(prefer_css_page_size=True)
    assert sheet.count(b"/Type /Page\n") == 1
    width, height = map(float, re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", sheet)[0])
    assert (round(width), round(height)) == (595, 842)
    assert found == []


def test_a_morning_on_paper_is_entered_by_keyboard_alone(
    supervisor: Supervisor, morning: Morning
) -> None:
    for start in ("10:00", "10:00", "13:00"):
        booked(morning.api, morning.people[3], ENTRY, TODAY, start)
    page = supervisor.page
    supervisor.at_work(ENTRY)
    supervisor.enters("catat-hadir")
    supervisor.sees("Belum dicatat: 3")
    screens = {"empty": wrong_with(supervisor)}
    page.focus("[name=ticket]")
    page.keyboard.type("a9")
    page.keyboard.press("Enter")
    supervisor.sees("Nomor ini tidak ada dalam daftar")
    screens["wrong"] = wrong_with(supervisor)
    page.fill("[name=ticket]", "")
    for label, at in (("b1", "0855"), ("b2", "8.58")):
        page.keyboard.type(label)
        supervisor.sees("A. B., diminta datang pukul")
        page.keyboard.press("Enter")
        page.keyboard.type(at)
        page.keyboard.press("Enter")
        supervisor.sees(f"{label.upper()} dicatat")
    supervisor.sees("Belum dicatat: 1")
    page.keyboard.type("c1")
    page.check("[name=state][value=waiting]")
    page.fill("[name=arrived]", "09:00")
    page.keyboard.press("Enter")
    supervisor.sees("C1 dicatat: datang 09.00, menunggu")
    supervisor.sees("Semua sudah dicatat")
    screens["done"] = wrong_with(supervisor)
    board = boards.get(BoardKey(ENTRY, date.fromisoformat(TODAY)))
    assert board
    assert {label: one.state for label, one in board.tickets.items()} == {
        "B1": State.DONE,
        "B2": State.DONE,
        "C1": State.WAITING,
    }
    page.reload()
    supervisor.sees("Semua sudah dicatat")
    page.fill("[name=ticket]", "C1")
    page.fill("[name=arrived]", "2359")
    page.keyboard.press("Enter")
    supervisor.sees("tulis waktu yang sudah lewat")
    assert {name: found for name, found in screens.items() if found} == {}

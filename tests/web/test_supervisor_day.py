"""A supervisor's day in a browser: what one sees is what is so, and what one presses is done.

The API runs in this process, at twenty to ten on a Tuesday, whenever the tests run.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Route

from chalicelib import clock
from chalicelib.domain.boards import BoardKey, Press
from chalicelib.domain.bookings import Booking, SlotKey, Status
from chalicelib.domain.offices import Closure
from chalicelib.domain.presses import Asked
from chalicelib.domain.staff import Role
from chalicelib.services.desk import check_in, press, walk_in
from chalicelib.services.office import closure
from chalicelib.store import boards, offices
from tests.api.caller import desk_token
from tests.builders import a_member, booked, booking_under
from tests.machine import Api
from tests.services.desk.day import qr
from tests.web.axe import faults
from tests.web.browser import Visitor
from tests.web.hall import PC
from tests.web.offices import Supervisor, opened, screen
from tests.world import NOW

pytestmark = pytest.mark.server

AT_WORK, CLOSING, PLANNING = "jember", "tegal", "cirebon"
"""Offices of these tests and of no others: with a morning behind it, to close, to plan."""

NOW_HERE = NOW + timedelta(minutes=40)
TODAY, LATER = date(2026, 11, 24), date(2026, 11, 26)
MINUTE = timedelta(minutes=1)


WINDOWS = [{"start": f"{h:02}:00", "end": f"{h + 1:02}:00", "places": 10} for h in (8, 9, 10, 13)]

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def at(hour: int, minute: int = 0) -> datetime:
    """An instant of today, in the offices' time."""
    return NOW + timedelta(hours=hour - 9, minutes=minute)


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    fields = {"counters": 4, "step_minutes": [10], "opening": dict.fromkeys(WORKDAYS, WINDOWS)}
    with opened(AT_WORK, CLOSING, PLANNING, at=NOW_HERE, **fields) as api:
        a_morning()
        yield api


def a_booking(office_id: str, day: date, hour: int, number: int) -> Booking:
    """A booking of one person, made the evening before."""
    slot = SlotKey(office_id, day, at(hour).astimezone(offices.get(office_id, NOW).zone).time())
    return booked(slot, a_member(number), f"key {number}", at(-3))


def pressed(counter: str, what: Press, now: datetime, office_id: str = AT_WORK) -> None:
    turn = press.look(office_id, counter, now).counter.turn
    press.press(office_id, counter, Asked(what, turn, f"{counter} {turn} {what}"), now)


def a_morning() -> None:
    """Two counters serve since eight; one has called somebody for a while; the fourth is shut."""
    comes = [(at(8, 9 * n), a_booking(AT_WORK, TODAY, 8, n)) for n in range(5)]
    comes += [(at(9, 4 * n), a_booking(AT_WORK, TODAY, 9, 10 + n)) for n in range(7)]
    busy: dict[str, datetime] = {}
    for minute in range(100):
        now = at(8, minute)
        for when, booking in comes:
            if when == now:
                check_in.by_qr(qr(booking), AT_WORK, now)
        if minute in {12, 40}:
            walk_in.take(1, AT_WORK, f"w {minute}", now, priority=minute == 40)
        for counter, pace in (("1", 13), ("2", 17)):
            if minute == 0:
                pressed(counter, Press.OPEN, now)
            if counter in busy and now - busy[counter] == MINUTE:
                pressed(counter, Press.SERVE, now)
            elif counter in busy and now - busy[counter] == pace * MINUTE:
                pressed(counter, Press.FINISH, now)
                del busy[counter]
            if counter not in busy and waiting():
                pressed(counter, Press.NEXT, now)
                busy[counter] = now
        if minute == 93:
            pressed("3", Press.OPEN, now)
            pressed("3", Press.NEXT, now)


def waiting() -> int:
    board = boards.get(BoardKey(AT_WORK, TODAY))
    return len(board.line()) if board else 0


@pytest.fixture
def supervisor(browser: Browser, api: Api) -> Iterator[Supervisor]:
    with screen(browser, api, PC) as page:
        yield Supervisor(page, api)


def card(supervisor: Supervisor, name: str) -> Locator:
    heading = supervisor.page.get_by_role("heading", name=name)
    return supervisor.page.locator(".stand", has=heading)


def wrong_with(visitor: Visitor) -> list[str]:
    """What is wrong with a screen, in both languages, with every table and form open."""
    found: list[str] = []
    for language in ("English", "Indonesia"):
        visitor.page.get_by_role("button", name=language).click()
        visitor.page.evaluate(
            "document.querySelectorAll('details').forEach(one => one.open = true)"
        )
        found += faults(visitor.page)
    return found


# ---- the day at a glance -------------------------------------------------------------------------


def test_the_day_shows_what_the_board_says(supervisor: Supervisor, api: Api) -> None:
    supervisor.at_work(AT_WORK)
    supervisor.taps("Hari ini")
    supervisor.page.wait_for_selector(".chart svg")
    day = api.call("GET", "/v1/desk/day", token=desk_token(Role.SUPERVISOR, AT_WORK)).json
    figures = supervisor.page.inner_text(".in-numbers")
    assert f"{day['waiting']} nomor" in figures
    assert f"{day['served']} orang" in figures
    assert f"{day['came']} dari {day['expected']} orang" in figures
    third = card(supervisor, "Loket 3").inner_text()
    assert "Memanggil" in third
    assert "Panggilan terlama" in third
    assert day["at_counters"][2]["ticket"] in third
    assert "7\u00a0menit" in third
    names = [one.inner_text() for one in supervisor.page.locator(".counters h3").all()]
    assert names[0].split() == ["Loket", "3"], "nobody has followed its call for a while"
    card(supervisor, "Loket 3").locator("summary").click()
    assert "sejak pukul 09.33" in card(supervisor, "Loket 3").inner_text()
    assert "Tutup" in card(supervisor, "Loket 4").inner_text()
    line, waits = supervisor.page.locator(".chart").all()
    assert line.locator("rect").count() == len(day["waiting_by_quarter"])
    assert line.locator(".axis").inner_text().split() == ["08.00", "09.00"]
    line.locator("summary").click()
    told = [row.inner_text().split("\t") for row in line.locator("tbody tr").all()]
    quarters = [
        (one["at"][11:16].replace(":", "."), one["tickets"]) for one in day["waiting_by_quarter"]
    ]
    assert [(time, int(tickets)) for time, tickets in told] == quarters
    waits.locator("summary").click()
    assert waits.locator("tbody tr").count() == len(day["waits"])
    assert wrong_with(supervisor) == []


def test_the_day_is_asked_for_again_when_somebody_looks_again(supervisor: Supervisor) -> None:
    supervisor.at_work(AT_WORK)
    supervisor.enters("hari", ".stand")
    pressed("4", Press.OPEN, clock.now())
    supervisor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    card(supervisor, "Loket 4").get_by_text("Buka, kosong").wait_for()
    pressed("4", Press.LEAVE, clock.now())


def test_forty_counters_fit_on_a_screen_and_those_to_see_to_come_first(
    supervisor: Supervisor,
) -> None:
    """The third as it is, and forty of a large office beside it: one in eight is open and idle."""

    def as_in_a_large_office(route: Route) -> None:
        day = route.fetch().json()
        day["at_counters"] = [
            {**day["at_counters"][2 if n in (9, 30) else 0], "counter": str(n), "open": True}
            | ({"ticket": None, "state": None, "waiting": 3} if n % 8 == 0 else {})
            for n in range(1, 41)
        ]
        route.fulfill(json=day)

    supervisor.at_work(AT_WORK)
    supervisor.page.route("**/v1/desk/day", as_in_a_large_office)
    supervisor.enters("hari", ".counters")
    tiles = supervisor.page.locator(".counters .stand")
    numbers = [one.inner_text().split()[-1] for one in tiles.locator("h3").all()]
    assert numbers[:7] == ["8", "9", "16", "24", "30", "32", "40"]
    assert numbers[7:10] == ["1", "2", "3"]
    box = supervisor.page.locator(".counters").bounding_box()
    assert box
    assert box["height"] < PC["height"]
    # Whoever has opened a counter finds it where it was, whatever happens meanwhile.
    tiles.nth(7).locator("summary").click()
    supervisor.page.unroute("**/v1/desk/day")
    with supervisor.page.expect_response("**/v1/desk/day"):
        supervisor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    supervisor.page.wait_for_function(
        "() => document.querySelectorAll('.counters .stand').length === 4"
    )
    first = tiles.nth(0).locator("h3")
    assert first.inner_text().split()[-1] == "1"
    first.click()
    card(supervisor, "Loket 3").and_(tiles.nth(0)).wait_for()


def test_a_service_that_does_not_answer_leaves_what_was_seen(supervisor: Supervisor) -> None:
    supervisor.at_work(AT_WORK)
    supervisor.enters("hari", ".stand")
    supervisor.page.route("**/v1/desk/day", lambda route: route.abort())
    supervisor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    supervisor.sees("Yang Anda lihat mungkin sudah lama")
    assert supervisor.page.locator(".stand").count() == 4


def test_a_counter_is_back_at_a_time_of_the_office_and_is_released(supervisor: Supervisor) -> None:
    supervisor.at_work(AT_WORK)
    supervisor.enters("hari", ".stand")
    third = card(supervisor, "Loket 3")
    third.locator("summary").click()
    third.locator("input").fill("10:15")
    third.get_by_role("button", name="Simpan waktu kembali").click()
    third.get_by_text("Kembali pukul 10.15").wait_for()
    away = press.look(AT_WORK, "3", clock.now())
    assert away.counter.away_until == at(10, 15)
    assert away.ticket
    third.get_by_role("button", name="Bebaskan loket").click()
    third.locator(".status", has_text="Tutup").wait_for()
    board = boards.get(BoardKey(AT_WORK, TODAY))
    assert board
    assert board.tickets[away.ticket.label] in board.line()


def test_another_day_is_shown_by_its_date(supervisor: Supervisor) -> None:
    supervisor.at_work(AT_WORK)
    supervisor.enters("hari", ".other-day")
    supervisor.page.fill("[name=date]", "2026-11-23")
    supervisor.taps("Tampilkan")
    supervisor.sees("Senin, 23 November 2026")
    supervisor.sees("Belum ada yang lapor hadir")
    assert supervisor.page.locator(".stand").count() == 0
    supervisor.page.evaluate("location.hash = '#/hari/2026-99-99'")
    supervisor.page.wait_for_selector(".stand")


# ---- closing the line ----------------------------------------------------------------------------


def test_the_line_is_closed_once_one_has_seen_whom_it_affects(supervisor: Supervisor) -> None:
    here, early = (a_booking(CLOSING, TODAY, hour, 50 + hour) for hour in (9, 13))
    a_booking(CLOSING, TODAY, 8, 70)
    check_in.by_qr(qr(here), CLOSING, at(9, 5))
    walk_in.take(2, CLOSING, "key", at(9, 6), priority=True)
    supervisor.at_work(CLOSING)
    supervisor.enters("hari", ".stand")
    supervisor.taps("Tutup antrean hari ini")
    supervisor.page.wait_for_selector("blockquote")
    counts = [one.inner_text() for one in supervisor.page.locator(".facts dd").all()]
    assert counts == ["2 nomor, 3 orang", *["1 nomor, 1 orang"] * 2, "0 nomor, 0 orang"]
    supervisor.sees("2 orang yang menunggu datang tanpa pesanan")
    assert supervisor.page.inner_text("blockquote").startswith(
        "Antrian Paspor: mohon maaf, Kanim Tegal tutup pada 24-11-2026 sebelum Anda dilayani."
    )
    assert wrong_with(supervisor) == []
    board = boards.get(BoardKey(CLOSING, TODAY))
    assert board
    assert not board.closed
    supervisor.taps("Tutup antrean sekarang")
    supervisor.sees("Antrean ini tidak dapat dibuka lagi")
    board = boards.get(BoardKey(CLOSING, TODAY))
    assert board
    assert (board.closed, board.line()) == (True, [])
    supervisor.enters("hari", ".stand")
    supervisor.sees("Antrean hari ini sudah ditutup")
    assert booking_under(early.code).status is Status.BOOKED, "the job notes what became of it"


# ---- closing a day -------------------------------------------------------------------------------


def test_a_day_is_closed_with_a_reason_and_opened_again(supervisor: Supervisor) -> None:
    made = [a_booking(PLANNING, LATER, 9, number) for number in (80, 81)]
    supervisor.at_work(PLANNING)
    supervisor.taps("Penutupan")
    supervisor.sees("tidak menutup hari apa pun")
    assert wrong_with(supervisor) == []
    supervisor.page.fill("[name=date]", LATER.isoformat())
    supervisor.taps("Tampilkan")
    supervisor.sees("2 pesanan, 2 orang")
    assert "Kanim Cirebon tutup pada 26-11-2026, sehingga pemesanan [KODE] dibatalkan" in (
        supervisor.page.inner_text("blockquote")
    )
    supervisor.taps("Tutup pada tanggal ini")
    supervisor.sees("Tulis alasannya")
    assert wrong_with(supervisor) == []
    supervisor.page.fill("[name=id]", "Banjir")
    supervisor.page.fill("[name=en]", "Flood")
    supervisor.taps("Tutup pada tanggal ini")
    supervisor.sees("2 pesanan untuk 2 orang belum dibatalkan")
    assert offices.read(PLANNING).closures[LATER] == Closure("Banjir", "Flood")
    supervisor.enters("penutupan", ".card")
    supervisor.taps("Kamis, 26 November 2026")
    supervisor.taps("Buka kembali tanggal ini")
    supervisor.sees("melayani seperti biasa")
    closure.carry_out(clock.now(), lambda: True)
    assert [booking_under(one.code).status for one in made] == [Status.BOOKED] * 2


def test_a_day_that_has_begun_leads_to_its_line_and_a_holiday_says_so(
    supervisor: Supervisor,
) -> None:
    supervisor.at_work(AT_WORK)
    supervisor.enters(f"penutupan/{TODAY}", ".notice")
    supervisor.sees("Layanan hari itu sudah dimulai")
    supervisor.enters("penutupan/2026-12-25", "form .notice")
    supervisor.sees("Kelahiran Yesus Kristus")
    supervisor.sees("Layani pada hari libur ini")
    assert wrong_with(supervisor) == []
    # Closed by the office besides: whoever opens it is told that it serves on the holiday.
    closure.declare(AT_WORK, date(2026, 12, 25), Closure("Banjir", "Flood"), clock.now())
    supervisor.enters(f"penutupan/{LATER}", "h1")
    supervisor.enters("penutupan/2026-12-25", "form .notice")
    supervisor.sees("Banjir")
    supervisor.sees("kantor melayani pada hari libur itu")
    supervisor.sees("Layani pada hari libur ini")
    assert wrong_with(supervisor) == []
    supervisor.enters("penutupan/2026-12-26", "h1")
    supervisor.sees("Menurut jadwal mingguannya")
    supervisor.enters("penutupan/2026-11-23", ".notice.bad")
    supervisor.sees("Hari yang sudah lewat tidak dapat diubah")


# ---- the places of slots -------------------------------------------------------------------------


def test_places_go_up_and_not_below_what_is_held(supervisor: Supervisor) -> None:
    a_booking(PLANNING, LATER, 10, 90)
    supervisor.at_work(PLANNING)
    supervisor.enters(f"tempat/{LATER}", ".stand")
    ten = card(supervisor, "10.00–11.00")
    assert [one.inner_text() for one in ten.locator("dd").all()] == ["10", "1", "9"]
    ten.locator("input").fill("12")
    ten.get_by_role("button", name="Simpan").click()
    ten.get_by_text("Tersimpan: 12 tempat, sisa 11.").wait_for()
    ten.locator("input").fill("0")
    ten.get_by_role("button", name="Simpan").click()
    ten.get_by_text("Pada jam ini sudah 1 tempat dipesan").wait_for()
    ten.locator("input").fill("101")
    ten.get_by_role("button", name="Simpan").click()
    ten.get_by_text("paling banyak 100 tempat").wait_for()
    assert [one.inner_text() for one in ten.locator("dd").all()] == ["12", "1", "11"]
    assert wrong_with(supervisor) == []
    supervisor.page.reload()
    supervisor.page.wait_for_selector(".stand")
    assert [one.inner_text() for one in ten.locator("dd").all()] == ["12", "1", "11"]


# ---- whoever is no supervisor --------------------------------------------------------------------


def test_a_clerk_finds_no_such_room_and_is_refused_by_the_api(
    supervisor: Supervisor, api: Api
) -> None:
    supervisor.at_work(AT_WORK, Role.CLERK)
    for room in ("hari", "tutup-antrean", "tempat", "penutupan"):
        supervisor.enters(room, "h1")
        assert supervisor.heading == "Pilih loket Anda"
    assert supervisor.page.get_by_role("link", name="Hari ini").count() == 0
    token = desk_token(Role.CLERK, AT_WORK)
    for path in ("day", "close", "closures", f"closures/{LATER}", "places"):
        assert api.call("GET", f"/v1/desk/{path}", token=token).problem == "not-permitted"

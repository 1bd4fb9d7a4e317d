"""The ticket, as a picture and as a calendar file."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
import segno
from icalendar import Calendar

from chalicelib.api import tickets
from chalicelib.api.language import Language
from chalicelib.domain.bookings import Booking, Place, SlotKey, Status
from chalicelib.services.booking.mine import as_maker
from tests.builders import a_booking, an_office
from tests.world import NOW

SVG = "{http://www.w3.org/2000/svg}"
PAYLOAD = "ANTRIAN:0123456789AB:ABCDEFGHIJKLMNOPQRSTUVWX"

OFFICE = an_office(name="Kantor Imigrasi <Malang> & Batu", city="Malang")
BOOKING = a_booking(
    "applicant-7f",
    "applicant-8g",
    account_id="account-3c",
    place=Place(
        SlotKey("malang", date(2026, 11, 26), time(9)), time(10), 17, time(8, 55), (0, 1), "C"
    ),
)

both = pytest.mark.parametrize("language", ["id", "en"])


def drawn(language: Language = "id", payload: str = PAYLOAD, booking: Booking = BOOKING) -> str:
    return tickets.svg(as_maker(booking), OFFICE, payload, language)


def picture(svg: str) -> Element:
    return ElementTree.fromstring(svg)


def words(language: Language = "id") -> list[str]:
    return [text.text or "" for text in picture(drawn(language)).iter(f"{SVG}text")]


def strokes(svg: str) -> list[tuple[str | None, str | None]]:
    """The paths of a drawing: how they run, and in which colour."""
    return [
        (path.get("d"), path.get("stroke") or path.get("fill"))
        for path in picture(svg).iter()
        if path.tag.rpartition("}")[2] == "path"
    ]


def segnos_own(payload: str) -> str:
    """The drawing of a QR as segno makes it: the middle level of correction, on white."""
    code = segno.make_qr(payload, error="m")
    drawing: str = code.svg_inline(border=2, omitsize=True, dark="#000", light="#fff")
    return drawing


# ---- the picture --------------------------------------------------------------------------------


@both
def test_the_picture_is_an_svg_in_its_language(language: Language) -> None:
    root = picture(drawn(language))
    assert (root.tag, root.get("lang")) == (f"{SVG}svg", language)


def test_the_picture_tells_when_where_and_which_number() -> None:
    assert words() == [
        "Antrian Paspor",
        OFFICE.name,
        "Nomor antrean",
        "17-18",
        "Dipanggil sebagai",
        "C17",
        "Tanggal",
        "26-11-2026",
        "Waktu",
        "09.00-10.00 WIB",
        "Datang mulai",
        "08.55 WIB",
        "Kode",
        BOOKING.code,
        "Bawalah KTP asli dan tunjukkan kode QR ini di loket.",
        "Tidak hadir 2 kali dalam 90 hari: tidak dapat memesan 30 hari.",
    ]


def test_the_picture_speaks_english_to_those_who_ask_for_it() -> None:
    assert {"Passport queue", "Arrive from", "08:55 WIB"} <= set(words("en"))


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        (
            "id",
            "Nomor antrean 17-18. Dipanggil sebagai C17. Kamis, 26 November 2026. "
            "09.00-10.00 WIB. ",
        ),
        ("en", "Queue number 17-18. Called as C17. Thursday, 26 November 2026. 09:00-10:00 WIB. "),
    ],
)
def test_a_screen_reader_hears_number_label_day_time_and_office(
    language: Language, spoken: str
) -> None:
    root = picture(drawn(language))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == spoken + OFFICE.name


def test_a_booking_without_a_label_names_none() -> None:
    nameless = BOOKING._replace(place=BOOKING.place._replace(letter=""))
    assert "Dipanggil" not in drawn(booking=nameless)
    assert "Dipanggil" not in event(booking=nameless)["DESCRIPTION"]


@pytest.mark.parametrize(("out", "numbers"), [((), "121-125"), ((1, 3), "121, 123, 125")])
def test_the_numbers_of_five_people_fit_the_picture(out: tuple[int, ...], numbers: str) -> None:
    five = Place(BOOKING.slot, time(10), 121, time(8, 55), tuple(range(5)))
    booking = a_booking("a", "b", "c", "d", "e", place=five, out=out)
    (shown,) = (
        text for text in picture(drawn(booking=booking)).iter(f"{SVG}text") if text.text == numbers
    )
    assert "big" in shown.get("class", "")
    # A bold digit of a sans serif is less than 0.6 of its height wide.
    assert 0.6 * 34 * len(numbers) < tickets.WIDTH


def test_both_languages_say_the_same_things() -> None:
    indonesian, english = tickets.WORDS["id"], tickets.WORDS["en"]
    assert indonesian.keys() == english.keys()
    assert all(indonesian[name] != english[name] for name in indonesian)


def test_the_picture_holds_the_qr_of_exactly_the_payload() -> None:
    own = strokes(segnos_own(PAYLOAD))
    assert own
    assert strokes(drawn()) == own


def test_another_payload_is_another_qr() -> None:
    assert strokes(drawn(payload=PAYLOAD + "A")) != strokes(drawn())


def test_the_qr_is_square_and_quiet_around() -> None:
    (frame,) = [svg for svg in picture(drawn()).iter(f"{SVG}svg") if svg.get("x")]
    assert frame.get("width") == frame.get("height")
    (inner,) = frame
    modules = 2 * 2 + segno.make_qr(PAYLOAD, error="m").symbol_size(border=0)[0]
    assert inner.get("viewBox") == f"0 0 {modules} {modules}"


@both
def test_the_picture_names_no_person(language: Language) -> None:
    svg = drawn(language)
    assert not [who for who in (*BOOKING.applicants, BOOKING.account_id) if who in svg]


def test_the_picture_needs_nothing_from_elsewhere() -> None:
    linked = re.findall(r"(?:href|src|url\(|@import|<script)[^>]*", drawn())
    assert linked == []


# ---- the calendar file --------------------------------------------------------------------------


def event(language: Language = "id", booking: Booking = BOOKING) -> Any:
    calendar = Calendar.from_ical(tickets.ics(as_maker(booking), OFFICE, language))
    (visit,) = calendar.walk("VEVENT")
    return visit


def test_the_file_is_a_calendar_of_one_visit() -> None:
    file = tickets.ics(as_maker(BOOKING), OFFICE, "id")
    assert file.startswith("BEGIN:VCALENDAR\r\n")
    assert event()["UID"] == f"{BOOKING.code}@antrian-paspor"


def test_the_visit_is_from_the_begin_to_the_end_of_the_slot() -> None:
    visit = event()
    assert visit.decoded("DTSTART") == datetime(2026, 11, 26, 2, tzinfo=UTC)
    assert visit.decoded("DTEND") == datetime(2026, 11, 26, 3, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Makassar", 1), ("Asia/Jayapura", 0)])
def test_the_visit_is_in_the_time_of_its_office(zone: str, hour: int) -> None:
    office = an_office(time_zone=zone)
    calendar = Calendar.from_ical(tickets.ics(as_maker(BOOKING), office, "id"))
    (visit,) = calendar.walk("VEVENT")
    assert visit.decoded("DTSTART") == datetime(2026, 11, 26, hour, tzinfo=UTC)


def test_an_alarm_comes_two_hours_before() -> None:
    (alarm,) = event().walk("VALARM")
    assert alarm["ACTION"] == "DISPLAY"
    assert alarm.decoded("TRIGGER") == timedelta(hours=-2)


def test_the_visit_is_where_the_office_is() -> None:
    visit = event()
    assert visit["LOCATION"] == f"{OFFICE.name}, Malang, Jawa Timur"
    assert visit["GEO"].to_ical() == "-7.94;112.65"


@pytest.mark.parametrize(
    ("language", "summary", "number"),
    [("id", "Antrian Paspor", "Nomor antrean: 17-18"), ("en", "Passport queue", "Queue number")],
)
def test_the_file_is_in_its_language(language: Language, summary: str, number: str) -> None:
    visit = event(language)
    assert visit["SUMMARY"] == f"{summary}: {OFFICE.name}"
    assert visit["DESCRIPTION"].startswith(number)
    assert ": C17\n" in visit["DESCRIPTION"]


def test_times_in_words_have_the_zone_of_the_office() -> None:
    office = an_office(time_zone="Asia/Jayapura")
    (visit,) = Calendar.from_ical(tickets.ics(as_maker(BOOKING), office, "id")).walk("VEVENT")
    assert "Waktu: 09.00-10.00 WIT\nDatang mulai: 08.55 WIT\n" in visit["DESCRIPTION"]
    svg = tickets.svg(as_maker(BOOKING), office, PAYLOAD, "en")
    assert {"09:00-10:00 WIT", "08:55 WIT"} <= {e.text for e in picture(svg).iter(f"{SVG}text")}


@both
def test_the_file_speaks_of_no_code_that_it_does_not_show(language: Language) -> None:
    assert "QR" not in tickets.ics(as_maker(BOOKING), OFFICE, language)


def test_a_booking_that_was_changed_follows_its_older_file() -> None:
    first = event(booking=a_booking())
    moved = event(booking=a_booking(version=2, changed_at=NOW + timedelta(hours=1)))
    assert moved["UID"] == first["UID"]
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (1, 2)
    assert (first.decoded("DTSTAMP"), moved.decoded("DTSTAMP")) == (
        NOW,
        NOW + timedelta(hours=1),
    )


def test_a_visit_that_was_cancelled_says_so_and_rings_no_more() -> None:
    cancelled = event(booking=a_booking(status=Status.CANCELLED))
    assert (cancelled["STATUS"], event()["STATUS"]) == ("CANCELLED", "CONFIRMED")
    assert cancelled["SUMMARY"].startswith("Dibatalkan: ")
    assert cancelled.walk("VALARM") == []


@both
def test_the_file_names_no_person(language: Language) -> None:
    file = tickets.ics(as_maker(BOOKING), OFFICE, language)
    assert not [who for who in (*BOOKING.applicants, BOOKING.account_id) if who in file]

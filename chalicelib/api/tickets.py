"""The ticket: a picture with a QR to show at the counter, and a file for the phone's calendar."""

from datetime import timedelta
from xml.sax.saxutils import escape

import segno
from icalendar import Alarm, Calendar, Event

from chalicelib.api.instants import day_words, time_words
from chalicelib.api.language import Language
from chalicelib.domain import calendar, texts
from chalicelib.domain.bookings import Status
from chalicelib.domain.offices import Office
from chalicelib.services.booking.mine import Seen

WIDTH, HEIGHT, QR = 360, 602, 240

WORDS: dict[Language, dict[str, str]] = {
    "id": {
        "title": "Antrian Paspor",
        "number": "Nomor antrean",
        "ticket": "Dipanggil sebagai",
        "date": "Tanggal",
        "time": "Waktu",
        "arrive": "Datang mulai",
        "code": "Kode",
        "bring": "Bawalah KTP asli dan tunjukkan kode QR ini di loket.",
        "bring_ticket": "Bawalah KTP asli dan tunjukkan tiket Anda di loket.",
        "cancelled": "Dibatalkan",
        "absent": "Tidak hadir 2 kali dalam 90 hari: tidak dapat memesan 30 hari.",
    },
    "en": {
        "title": "Passport queue",
        "number": "Queue number",
        "ticket": "Called as",
        "date": "Date",
        "time": "Time",
        "arrive": "Arrive from",
        "code": "Code",
        "bring": "Bring your original KTP and show this QR code at the counter.",
        "bring_ticket": "Bring your original KTP and show your ticket at the counter.",
        "cancelled": "Cancelled",
        "absent": "Not coming twice in 90 days: no booking for 30 days.",
    },
}


def svg(seen: Seen, office: Office, payload: str, language: Language) -> str:
    """The ticket as an SVG image; the QR says ``payload``. It names no person.

    A screen reader, for which it is one picture, reads its title: number, label, day, time, office.
    """
    words = WORDS[language]
    booking = seen.booking
    place = booking.place
    numbers = texts.spans(list(seen.numbers.values()))
    time = time_words(office.zone_name, language, place.slot.start, place.end)
    arrive = time_words(office.zone_name, language, booking.come_at or place.arrive_from)
    called = [(words["ticket"], place.ticket)] if place.ticket else []
    lines = [
        *called,
        (words["date"], f"{place.slot.day:%d-%m-%Y}"),
        (words["time"], time),
        (words["arrive"], arrive),
        (words["code"], booking.code),
    ]
    spoken = "".join(
        f"{told}. "
        for told in (
            f"{words['number']} {numbers}",
            *(f"{label} {value}" for label, value in called),
            day_words(place.slot.day, language),
            time,
        )
    )
    rows = "".join(
        f'<text x="24" y="{432 + 24 * n}" class="label">{escape(label)}</text>'
        f'<text x="160" y="{432 + 24 * n}">{escape(value)}</text>'
        for n, (label, value) in enumerate(lines)
    )
    left = (WIDTH - QR) // 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" lang="{language}" role="img">'
        f"<title>{escape(spoken + office.name)}</title>"
        f"<desc>{words['arrive']} {arrive}. {words['code']} {booking.code}.</desc>"
        "<style>text{font:15px sans-serif;fill:#111}.label{fill:#555}"
        ".big{font:bold 34px sans-serif}.middle{text-anchor:middle}.small{font-size:11px}</style>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<text x="{WIDTH // 2}" y="34" class="middle label">{escape(words["title"])}</text>'
        f'<text x="{WIDTH // 2}" y="58" class="middle small">{escape(office.name)}</text>'
        f'<svg x="{left}" y="74" width="{QR}" height="{QR}">{_qr(payload)}</svg>'
        f'<text x="{WIDTH // 2}" y="346" class="middle label">{escape(words["number"])}</text>'
        f'<text x="{WIDTH // 2}" y="388" class="middle big">{numbers}</text>'
        f"{rows}"
        f'<text x="{WIDTH // 2}" y="{HEIGHT - 38}" class="middle small">'
        f"{escape(words['bring'])}</text>"
        f'<text x="{WIDTH // 2}" y="{HEIGHT - 20}" class="middle small">'
        f"{escape(words['absent'])}</text></svg>"
    )


def ics(seen: Seen, office: Office, language: Language) -> str:
    """The visit as an iCalendar file (RFC 5545), with an alarm two hours before.

    A later file of the same booking takes the place of an earlier one, also once it is cancelled.
    """
    words = WORDS[language]
    booking = seen.booking
    place, slot, zone = booking.place, booking.place.slot, office.zone_name
    cancelled = booking.status is Status.CANCELLED
    title = f"{words['title']}: {office.name}"
    event = Event()
    event.add("uid", f"{booking.code}@antrian-paspor")
    event.add("dtstamp", booking.changed_at or booking.created_at)
    event.add("sequence", booking.version)
    event.add("dtstart", calendar.instant(office, slot.day, slot.start))
    event.add("dtend", calendar.instant(office, slot.day, place.end))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("summary", f"{words['cancelled']}: {title}" if cancelled else title)
    event.add("location", f"{office.name}, {office.city}, {office.province}")
    event.add("geo", (office.latitude, office.longitude))
    code = f"{words['code']}: {booking.code}"
    told = [
        f"{words['number']}: {texts.spans(list(seen.numbers.values()))}",
        *([f"{words['ticket']}: {place.ticket}"] if place.ticket else []),
        f"{words['time']}: {time_words(zone, language, slot.start, place.end)}",
        f"{words['arrive']}: {time_words(zone, language, booking.come_at or place.arrive_from)}",
        code,
        words["bring_ticket"],
        words["absent"],
    ]
    event.add("description", code if cancelled else "\n".join(told))
    if not cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", words["title"])
        alarm.add("trigger", timedelta(hours=-2))
        event.add_component(alarm)
    file = Calendar()
    file.add("prodid", "-//Antrian Paspor//ID")
    file.add("version", "2.0")
    file.add_component(event)
    return str(file.to_ical(), "utf-8")


def _qr(payload: str) -> str:
    drawing: str = segno.make(payload, error="m", micro=False).svg_inline(
        border=2, omitsize=True, dark="#000", light="#fff"
    )
    return drawing

"""The ticket: a picture with a QR to show at the counter, and a file for the phone's calendar."""

from datetime import timedelta
from xml.sax.saxutils import escape

import segno
from icalendar import Alarm, Calendar, Event

from chalicelib.api.language import Language
from chalicelib.domain import calendar
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.offices import Office
from chalicelib.services.booking.mine import Seen

WIDTH, HEIGHT, QR = 360, 578, 240

WORDS: dict[Language, dict[str, str]] = {
    "id": {
        "title": "Antrian Paspor",
        "number": "Nomor antrean",
        "date": "Tanggal",
        "time": "Waktu",
        "arrive": "Datang mulai",
        "code": "Kode",
        "bring": "Bawalah KTP asli dan tunjukkan kode QR ini di loket.",
        "absent": "Tidak hadir 2 kali dalam 90 hari: tidak dapat memesan 30 hari.",
    },
    "en": {
        "title": "Passport queue",
        "number": "Queue number",
        "date": "Date",
        "time": "Time",
        "arrive": "Arrive from",
        "code": "Code",
        "bring": "Bring your original KTP and show this QR code at the counter.",
        "absent": "Not coming twice in 90 days: no booking for 30 days.",
    },
}


def svg(seen: Seen, office: Office, payload: str, language: Language) -> str:
    """The ticket as an SVG image; the QR says ``payload``. It names no person."""
    words = WORDS[language]
    booking = seen.booking
    place = booking.place
    numbers = ", ".join(str(number) for number in seen.numbers.values())
    lines = [
        (words["date"], f"{place.slot.day:%d-%m-%Y}"),
        (words["time"], f"{hhmm(place.slot.start)}-{hhmm(place.end)} ({office.zone_name})"),
        (words["arrive"], hhmm(place.arrive_from)),
        (words["code"], booking.code),
    ]
    rows = "".join(
        f'<text x="24" y="{432 + 24 * n}" class="label">{escape(label)}</text>'
        f'<text x="160" y="{432 + 24 * n}">{escape(value)}</text>'
        for n, (label, value) in enumerate(lines)
    )
    left = (WIDTH - QR) // 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" lang="{language}" role="img">'
        f"<title>{escape(words['title'])} {booking.code}</title>"
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
    """The visit as an iCalendar file (RFC 5545), with an alarm two hours before."""
    words = WORDS[language]
    booking = seen.booking
    slot = booking.place.slot
    numbers = ", ".join(str(number) for number in seen.numbers.values())
    event = Event()
    event.add("uid", f"{booking.code}@antrian-paspor")
    event.add("dtstamp", booking.created_at)
    event.add("sequence", booking.version)
    event.add("dtstart", calendar.instant(office, slot.day, slot.start))
    event.add("dtend", calendar.instant(office, slot.day, booking.place.end))
    event.add("summary", f"{words['title']}: {office.name}")
    event.add("location", f"{office.name}, {office.city}, {office.province}")
    event.add("geo", (office.latitude, office.longitude))
    event.add(
        "description",
        f"{words['number']}: {numbers}\n{words['arrive']}: {hhmm(booking.place.arrive_from)}\n"
        f"{words['code']}: {booking.code}\n{words['bring']}",
    )
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

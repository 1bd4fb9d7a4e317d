"""The words of every message by push, in both languages: a title and a line, without any name.

Anybody may read them on a phone that lies on a table.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking
from chalicelib.domain.notices import Notice
from chalicelib.domain.offices import Office
from chalicelib.domain.texts import spans


class Words(NamedTuple):
    title: str
    body: str


EVENING = {
    "id": Words(
        "Besok, {date}, pukul {start} {zone}",
        "Kanim {office}, no. antrean {numbers}. Datang mulai pukul {arrive}, bawa KTP asli. "
        "Tidak datang 2 kali: jeda 30 hari.",
    ),
    "en": Words(
        "Tomorrow, {date}, at {start} {zone}",
        "Kanim {office}, queue number {numbers}. Come from {arrive} on with your original KTP. "
        "Not coming twice pauses booking for 30 days.",
    ),
}

SOON = {
    "id": Words(
        "Hari ini, {date}, pukul {start} {zone}",
        "Kanim {office}, no. antrean {numbers}. Datang mulai pukul {arrive}, bawa KTP asli.",
    ),
    "en": Words(
        "Today, {date}, at {start} {zone}",
        "Kanim {office}, queue number {numbers}. Come from {arrive} on with your original KTP.",
    ),
}

CLOSURE = {
    "id": Words(
        "Kanim {office} tutup pada {date}",
        "Mohon maaf, pemesanan {code} dibatalkan. Silakan pilih tanggal lain.",
    ),
    "en": Words(
        "Kanim {office} is closed on {date}",
        "We are sorry: booking {code} is cancelled. Please choose another day.",
    ),
}

CANCELLED = {
    "id": Words(
        "Pemesanan {code} dibatalkan",
        "Kantor imigrasi membatalkannya untuk {date}. Anda dapat memesan lagi.",
    ),
    "en": Words(
        "Booking {code} is cancelled",
        "The immigration office has cancelled it for {date}. You can book again.",
    ),
}

LATER = {
    "id": Words(
        "Datanglah pukul {come_at} {zone}",
        "Antrean Kanim {office} sedang panjang. Urutan Anda tetap, no. {numbers}.",
    ),
    "en": Words(
        "Come at {come_at} {zone} instead",
        "The line at Kanim {office} is long. You keep your turn, number {numbers}.",
    ),
}

TURNED_AWAY = {
    "id": Words(
        "Kanim {office} tutup sebelum Anda dilayani",
        "Mohon maaf. Ini bukan ketidakhadiran Anda. Silakan pesan lagi.",
    ),
    "en": Words(
        "Kanim {office} closed before you were served",
        "We are sorry. It does not count as not coming. Please book again.",
    ),
}

WON = {
    "id": Words(
        "Anda mendapat tempat: {date}, pukul {start} {zone}",
        "Kanim {office}, no. antrean {numbers}. Tidak bisa datang? Batalkan di aplikasi.",
    ),
    "en": Words(
        "You have a place: {date}, at {start} {zone}",
        "Kanim {office}, queue number {numbers}. If you cannot come, cancel it in the app.",
    ),
}

WORDS: Mapping[Notice, Mapping[str, Words]] = {
    Notice.EVENING: EVENING,
    Notice.SOON: SOON,
    Notice.CLOSURE: CLOSURE,
    Notice.LATER: LATER,
    Notice.TURNED_AWAY: TURNED_AWAY,
    Notice.WON: WON,
}


def notice(
    kind: Notice, office: Office, booking: Booking, numbers: Sequence[int], language: str
) -> Words:
    """What those are told of a booking who have these numbers in it, in ``id`` or ``en``."""
    place = booking.place
    words = WORDS[kind]
    if kind is Notice.CLOSURE and calendar.closure_on(office, place.slot.day) is None:
        words = CANCELLED  # it was taken back before they were told
    come_at = booking.come_at or place.arrive_from
    said = {
        "date": f"{place.slot.day:%d-%m-%Y}",
        "start": f"{place.slot.start:%H.%M}",
        "zone": office.zone_name,
        "office": office.short_name,
        "numbers": spans(numbers),
        "arrive": f"{place.arrive_from:%H.%M}",
        "come_at": f"{come_at:%H.%M}",
        "code": booking.code,
    }
    return Words(*(part.format_map(said) for part in words[language]))

"""The words of every SMS: Indonesian, with no name and no NIK, and short enough to be one.

One SMS is 160 characters of the GSM 03.38 alphabet (3GPP TS 23.038).
"""

from chalicelib.domain.bookings import Booking
from chalicelib.domain.notices import Notice
from chalicelib.domain.offices import Office

LENGTH = 160

UNKNOWN_PHONE = "Nomor ini belum terdaftar di Antrian Paspor. Silakan mendaftar dahulu di aplikasi."


def code(digits: str) -> str:
    """A code by which a phone is proven."""
    return (
        f"Kode Antrian Paspor: {digits}. Berlaku 5 menit. Jangan berikan kode ini kepada siapa pun."
    )


def notice(kind: Notice, office: Office, booking: Booking) -> str:
    """A reminder of a booking, or that the office is closed on its day."""
    place = booking.place
    day = f"{place.slot.day:%d-%m-%Y}"
    if kind is Notice.CLOSURE:
        return (
            f"Antrian Paspor: Kanim {office.short_name} tutup pada {day}, sehingga pemesanan "
            f"{booking.code} dibatalkan. Mohon maaf. Silakan pilih tanggal lain."
        )
    return (
        f"Antrian Paspor: {'besok' if kind is Notice.EVENING else 'hari ini'} {day} "
        f"pukul {place.slot.start:%H.%M} {office.zone_name}, Kanim {office.short_name}, "
        f"no. antrean {_numbers(booking)}. Harap datang mulai pukul {place.arrive_from:%H.%M} "
        "dan bawa KTP asli."
    )


def _numbers(booking: Booking) -> str:
    first = booking.place.first
    last = first + len(booking.applicants) - 1
    return f"{first}" if last == first else f"{first}-{last}"

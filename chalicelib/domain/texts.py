"""The words of every SMS: Indonesian, with no name and no NIK, and short enough to be one.

One SMS is 160 characters of the GSM 03.38 alphabet (3GPP TS 23.038).
"""

from collections.abc import Sequence
from datetime import date

from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking
from chalicelib.domain.notices import Notice
from chalicelib.domain.offices import Office

LENGTH = 160

UNKNOWN_PHONE = "Nomor ini belum terdaftar di Antrian Paspor. Silakan mendaftar dahulu di aplikasi."

ABSENT = "Absen 2x: jeda 30 hari."
"""What follows if people do not come (see ``domain.absences``)."""


def code(digits: str) -> str:
    """A code by which a phone is proven."""
    return (
        f"Kode Antrian Paspor: {digits}. Berlaku 5 menit. Jangan berikan kode ini kepada siapa pun."
    )


def notice(kind: Notice, office: Office, booking: Booking, numbers: Sequence[int]) -> str:
    """What those are told of a booking who have these numbers in it."""
    place = booking.place
    if kind is Notice.CLOSURE:
        if calendar.closure_on(office, place.slot.day) is None:
            return cancelled(booking)  # it was taken back before they were told
        return closed(office, place.slot.day, booking.code)
    if kind is Notice.TURNED_AWAY:
        return turned_away(office, place.slot.day)
    if kind is Notice.LATER:
        assert booking.come_at, "whoever is told to come later is told when"
        return (
            f"Antrian Paspor: antrean Kanim {office.short_name} sedang panjang. Hari ini datanglah "
            f"pukul {booking.come_at:%H.%M} {office.zone_name}. Urutan Anda tetap, no. "
            f"{spans(numbers)}."
        )
    if kind is Notice.WON:
        return (
            f"Antrian Paspor: Anda mendapat tempat pada {place.slot.day:%d-%m-%Y} pukul "
            f"{place.slot.start:%H.%M} {office.zone_name}, Kanim {office.short_name}. "
            f"Kode {booking.code}. Tidak bisa datang? Batalkan di aplikasi."
        )
    return (
        f"Antrian Paspor: {'besok' if kind is Notice.EVENING else 'hari ini'} "
        f"{place.slot.day:%d-%m} pukul {place.slot.start:%H.%M} {office.zone_name}, "
        f"Kanim {office.short_name}, no. antrean {spans(numbers)}. "
        f"Datang mulai {place.arrive_from:%H.%M}, bawa KTP asli. {ABSENT}"
    )


def closed(office: Office, day: date, booking_code: str) -> str:
    """That an office does not serve on a day, and so has cancelled a booking."""
    return (
        f"Antrian Paspor: Kanim {office.short_name} tutup pada {day:%d-%m-%Y}, sehingga pemesanan "
        f"{booking_code} dibatalkan. Mohon maaf. Silakan pilih tanggal lain."
    )


def turned_away(office: Office, day: date) -> str:
    """That an office closed its day before somebody was served."""
    return (
        f"Antrian Paspor: mohon maaf, Kanim {office.short_name} tutup pada {day:%d-%m-%Y} sebelum "
        "Anda dilayani. Ini bukan absen. Silakan pesan lagi."
    )


ASKED = (
    "Antrian Paspor: ada yang meminta izin memesan antrean untuk Anda atau mengaku sebagai Anda. "
    "Setujui atau tolak di aplikasi. Abaikan jika tidak kenal."
)
"""To the holder of a NIK, once a day at most."""

SEEN = (
    "Antrian Paspor: petugas kantor imigrasi telah melihat KTP Anda. NIK Anda kini dipegang oleh "
    "akun ini."
)

DISPLACED = (
    "Antrian Paspor: NIK pada akun ini telah dibuktikan milik akun lain. Akun ini tidak dapat lagi "
    "memesan dengan NIK itu. Jika keliru, datanglah ke kantor imigrasi."
)

NOT_CONFIRMED = (
    "Antrian Paspor: data KTP yang Anda isi tidak cocok dengan data kependudukan, sehingga belum "
    "dapat dipakai memesan. Datanglah ke kantor imigrasi dengan KTP."
)

PHONE_CHANGED = (
    "Antrian Paspor: nomor ini tidak lagi dipakai untuk masuk ke akun Anda. Jika bukan Anda yang "
    "mengubahnya, segera datang ke kantor imigrasi."
)

RELEASED = (
    "Antrian Paspor: kantor imigrasi telah melepaskan NIK dari akun ini. Untuk memakainya lagi, "
    "tunjukkan KTP asli Anda di kantor imigrasi."
)

UNPAUSED = "Antrian Paspor: jeda pemesanan telah dicabut. Anda dapat memesan antrean lagi."

UNLINKED = (
    "Antrian Paspor: kantor imigrasi telah mengeluarkan satu orang dari keluarga pada akun ini."
)


def no_draws(office: Office) -> str:
    """That an office gives no places by lot any more, and so has ended what waited there."""
    return (
        f"Antrian Paspor: Kanim {office.short_name} tidak lagi mengundi tempat, jadi permohonan "
        "undian Anda berakhir. Pesanlah tempat langsung di aplikasi."
    )


def cancelled(booking: Booking) -> str:
    """That an operator has cancelled a booking."""
    return (
        f"Antrian Paspor: pemesanan {booking.code} untuk {booking.slot.day:%d-%m-%Y} telah "
        "dibatalkan oleh kantor imigrasi. Anda dapat memesan lagi."
    )


def spans(numbers: Sequence[int]) -> str:
    """Queue numbers in a few words: those in a row as one span, as in ``121, 123-125``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)

"""National holidays and joint leave (cuti bersama), on which offices do not serve.

Three ministers set them for a year by joint decree (SKB 3 Menteri), in September of the year
before. They may change them later: then the table is changed here, and days that are ready follow.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from chalicelib.domain.offices import Closure


class Decree(NamedTuple):
    source: str
    signed: date
    days: Mapping[tuple[int, int], Closure]
    """By month and day."""


def holiday(day: date) -> Closure | None:
    """Why nobody serves on ``day``, if it is a holiday or joint leave."""
    decree = DECREES.get(day.year)
    return (decree.days if decree else EVERY_YEAR).get((day.month, day.day))


def _leave(holiday: Closure) -> Closure:
    return Closure(f"Cuti bersama {holiday.id}", f"Joint leave, {holiday.en}")


NEW_YEAR = Closure("Tahun Baru Masehi", "New Year's Day")
ISRA_MIKRAJ = Closure("Isra Mikraj Nabi Muhammad SAW", "Isra and Mi'raj")
IMLEK = Closure("Tahun Baru Imlek", "Lunar New Year")
NYEPI = Closure("Hari Suci Nyepi", "Day of Silence (Nyepi)")
IDUL_FITRI = Closure("Idul Fitri", "Eid al-Fitr")
GOOD_FRIDAY = Closure("Wafat Yesus Kristus", "Good Friday")
EASTER = Closure("Kebangkitan Yesus Kristus (Paskah)", "Easter Sunday")
LABOUR_DAY = Closure("Hari Buruh Internasional", "Labour Day")
ASCENSION = Closure("Kenaikan Yesus Kristus", "Ascension Day")
IDUL_ADHA = Closure("Idul Adha", "Eid al-Adha")
WAISAK = Closure("Hari Raya Waisak", "Vesak")
PANCASILA = Closure("Hari Lahir Pancasila", "Pancasila Day")
HIJRI_NEW_YEAR = Closure("Tahun Baru Islam", "Islamic New Year")
INDEPENDENCE = Closure("Proklamasi Kemerdekaan", "Independence Day")
MAULID = Closure("Maulid Nabi Muhammad SAW", "Birthday of the Prophet")
CHRISTMAS = Closure("Kelahiran Yesus Kristus (Natal)", "Christmas Day")

EVERY_YEAR = {
    (1, 1): NEW_YEAR,
    (5, 1): LABOUR_DAY,
    (6, 1): PANCASILA,
    (8, 17): INDEPENDENCE,
    (12, 25): CHRISTMAS,
}
"""What holds of a year without a decree: the holidays of a fixed date (Keppres 24/1953, 24/2013 and
24/2016)."""

DECREES: Mapping[int, Decree] = {
    2026: Decree(
        "Keputusan Bersama Menteri Agama, Menteri Ketenagakerjaan, dan Menteri PANRB "
        "Nomor 1497 Tahun 2025, Nomor 2 Tahun 2025, dan Nomor 5 Tahun 2025",
        date(2025, 9, 19),
        EVERY_YEAR
        | {
            (1, 16): ISRA_MIKRAJ,
            (2, 16): _leave(IMLEK),
            (2, 17): IMLEK,
            (3, 18): _leave(NYEPI),
            (3, 19): NYEPI,
            (3, 20): _leave(IDUL_FITRI),
            (3, 21): IDUL_FITRI,
            (3, 22): IDUL_FITRI,
            (3, 23): _leave(IDUL_FITRI),
            (3, 24): _leave(IDUL_FITRI),
            (4, 3): GOOD_FRIDAY,
            (4, 5): EASTER,
            (5, 14): ASCENSION,
            (5, 15): _leave(ASCENSION),
            (5, 27): IDUL_ADHA,
            (5, 28): _leave(IDUL_ADHA),
            (5, 31): WAISAK,
            (6, 16): HIJRI_NEW_YEAR,
            (8, 25): MAULID,
            (12, 24): _leave(CHRISTMAS),
        },
    ),
    2027: Decree(
        "Keputusan Bersama Menteri Agama, Menteri Ketenagakerjaan, dan Menteri PANRB "
        "Nomor 1205 Tahun 2026, Nomor 3 Tahun 2026, dan Nomor 2 Tahun 2026",
        date(2026, 9, 15),
        EVERY_YEAR
        | {
            (1, 5): ISRA_MIKRAJ,
            (2, 5): _leave(IMLEK),
            (2, 6): IMLEK,
            (3, 8): NYEPI,
            (3, 9): _leave(IDUL_FITRI),
            (3, 10): IDUL_FITRI,
            (3, 11): IDUL_FITRI,
            (3, 12): _leave(IDUL_FITRI),
            (3, 15): _leave(IDUL_FITRI),
            (3, 25): _leave(GOOD_FRIDAY),
            (3, 26): GOOD_FRIDAY,
            (3, 28): EASTER,
            (5, 6): ASCENSION,
            (5, 17): IDUL_ADHA,
            (5, 18): _leave(IDUL_ADHA),
            (5, 19): _leave(WAISAK),
            (5, 20): WAISAK,
            (6, 6): HIJRI_NEW_YEAR,
            (8, 15): MAULID,
            (12, 24): _leave(CHRISTMAS),
            (12, 26): ISRA_MIKRAJ,
        },
    ),
}

"""On which days an office does not serve: national holidays, joint leave, its own closures."""

from datetime import date
from functools import cache

from chalicelib.domain.offices import Closure, Office

CATEGORIES = ("public", "government")
"""National holidays, and the joint leave (cuti bersama) that the government sets each year."""


def closure_on(office: Office, day: date) -> Closure | None:
    """Why ``office`` is closed on ``day``, or None if it is not; one for trials has no holidays."""
    if office.trial:
        return None
    return office.closures.get(day) or _national(day.year).get(day)


@cache
def _national(year: int) -> dict[date, Closure]:
    from holidays import country_holidays  # a large package that only the release needs

    indonesian, english = (
        country_holidays("ID", years=year, categories=CATEGORIES, language=language)
        for language in ("id", "en_US")
    )
    return {day: Closure(name, english[day]) for day, name in indonesian.items()}

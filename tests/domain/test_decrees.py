"""The national holidays: what the decrees say, and what holds without one."""

from datetime import date, timedelta

import pytest

from chalicelib.domain import decrees

HOLIDAYS = {
    2026: "0101 0116 0217 0319 0321 0322 0403 0405 0501 0514 0527 0531 0601 0616 0817 0825 1225",
    2027: "0101 0105 0206 0308 0310 0311 0326 0328 0501 0506 0517 0520 0601 0606 0815 0817 1225 "
    "1226",
}
JOINT_LEAVE = {
    2026: "0216 0318 0320 0323 0324 0515 0528 1224",
    2027: "0205 0309 0312 0315 0325 0518 0519 1224",
}


def closed(year: int) -> dict[str, str]:
    """The closed days of a year, and why."""
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    found = ((day, decrees.holiday(day)) for day in days)
    return {f"{day:%m%d}": why.id for day, why in found if why}


@pytest.mark.parametrize("year", decrees.DECREES)
def test_the_closed_days_of_a_year_are_those_of_its_decree_and_no_others(year: int) -> None:
    leave = [day for day, why in closed(year).items() if why.startswith("Cuti bersama")]
    assert leave == JOINT_LEAVE[year].split()
    assert sorted(closed(year).keys() - leave) == HOLIDAYS[year].split()


@pytest.mark.parametrize("year", decrees.DECREES)
def test_a_decree_is_named_and_was_signed_in_the_year_before(year: int) -> None:
    decree = decrees.DECREES[year]
    assert "Keputusan Bersama" in decree.source
    assert f"Tahun {year - 1}" in decree.source
    assert decree.signed.year == year - 1


def test_every_reason_is_in_two_languages_and_none_is_an_estimate() -> None:
    for decree in decrees.DECREES.values():
        for why in decree.days.values():
            assert why.id
            assert why.id != why.en
            assert "perkiraan" not in why.id


def test_without_a_decree_the_holidays_of_a_fixed_date_hold_all_the_same() -> None:
    assert list(closed(2030)) == ["0101", "0501", "0601", "0817", "1225"]

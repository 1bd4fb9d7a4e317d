"""An office is checked before it is written and after it is read, and what is wrong is named."""

from datetime import date, time
from typing import Any

import pytest

from chalicelib.domain.office_fields import MOST_PLACES, NotAnOffice, check_known, office_of
from chalicelib.domain.offices import Break, Closure, Period
from infra.offices import every
from tests.builders import THURSDAY, an_office, office_fields

OFFICE = office_fields(an_office())


def window(start: str = "08:00", end: str = "09:00", places: Any = 1) -> dict[str, Any]:
    return {"start": start, "end": end, "places": places}


def test_an_office_is_read_as_it_was_given() -> None:
    office = an_office(
        closures={THURSDAY: Closure("Banjir", "Flood")},
        release_by=Period.WEEK,
        horizon_days=0,
        counters=9,
        step_minutes=(6.0, 11.5),
        breaks=(Break(time(11, 15), time(12)),),
        show_rate=1.0,
        walk_in_share=0.0,
    )
    assert office_of(office_fields(office)) == office


@pytest.mark.parametrize("given", every(), ids=lambda office: office["office_id"])
def test_every_office_of_the_file_is_one(given: dict[str, Any]) -> None:
    check_known(given)
    assert office_of(given).office_id == given["office_id"]


def test_as_many_places_as_a_window_may_have_are_taken() -> None:
    most = {**OFFICE, "opening": {"mon": [window(places=MOST_PLACES)]}}
    assert office_of(most).opening[0][0].places == MOST_PLACES == 100


def test_windows_may_follow_one_another_at_once() -> None:
    two = {**OFFICE, "opening": {"fri": [window(), window("09:00", "10:00")]}}
    assert len(office_of(two).opening[4]) == 2


def test_what_is_left_out_is_as_for_any_office() -> None:
    short = {name: value for name, value in OFFICE.items() if name not in ("closures",)}
    del short["release_by"], short["free_after_minutes"], short["free_within_minutes"]
    office = office_of(short)
    standard = type(office)._field_defaults
    assert office.closures == {}
    assert (office.release_by, office.free_after) == (
        standard["release_by"],
        standard["free_after"],
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"office_id": "kantor#1"}, "office_id"),
        ({"office_id": ""}, "office_id"),
        ({"name": ""}, "name"),
        ({"city": 5}, "city"),
        ({"province": None}, "province"),
        ({"time_zone": "Asia/Jakarta "}, "time_zone"),
        ({"time_zone": "Europe/Berlin"}, "time_zone"),
        ({"time_zone": ["Asia/Jakarta"]}, "time_zone"),
        ({"latitude": 91}, "latitude"),
        ({"latitude": "-7.9"}, "latitude"),
        ({"longitude": float("nan")}, "longitude"),
        ({"horizon_days": -1}, "horizon_days"),
        ({"horizon_days": 10**6}, "horizon_days"),
        ({"horizon_days": True}, "horizon_days"),
        ({"release_at": "24:00"}, "release_at"),
        ({"release_at": "08:00+07:00"}, "release_at"),
        ({"release_by": "year"}, "release_by"),
        ({"free_after_minutes": 10, "free_within_minutes": 5}, "free_within_minutes"),
        ({"opening": []}, "opening"),
        ({"opening": {"monday": []}}, "opening"),
        ({"opening": {"mon": {"start": "08:00"}}}, "opening.mon"),
        ({"opening": {"mon": ["08:00"]}}, "opening.mon[0]"),
        ({"opening": {"mon": [{"start": "08:00", "places": 1}]}}, "opening.mon[0].end"),
        ({"opening": {"mon": [window("09:00", "09:00")]}}, "opening.mon[0].end"),
        ({"opening": {"mon": [window("9:00")]}}, "opening.mon[0].start"),
        ({"opening": {"mon": [window(places=0)]}}, "opening.mon[0].places"),
        ({"opening": {"mon": [window(places=101)]}}, "opening.mon[0].places"),
        ({"opening": {"mon": [window(places=2.5)]}}, "opening.mon[0].places"),
        ({"opening": {"mon": [window(), window("08:30", "10:00")]}}, "opening.mon[1].start"),
        ({"opening": {"mon": [window("10:00", "11:00"), window()]}}, "opening.mon[1].start"),
        ({"counters": 0}, "counters"),
        ({"counters": 201}, "counters"),
        ({"step_minutes": []}, "step_minutes"),
        ({"step_minutes": [1] * 10}, "step_minutes"),
        ({"step_minutes": [6, 0]}, "step_minutes[1]"),
        ({"step_minutes": [float("nan")]}, "step_minutes[0]"),
        ({"breaks": {"start": "11:00"}}, "breaks"),
        ({"breaks": ["11:00"]}, "breaks[0]"),
        ({"breaks": [{"start": "11:00"}]}, "breaks[0].end"),
        ({"breaks": [{"start": "12:00", "end": "11:00"}]}, "breaks[0].end"),
        ({"show_rate": 1.2}, "show_rate"),
        ({"show_rate": "0.8"}, "show_rate"),
        ({"walk_in_share": -0.1}, "walk_in_share"),
        ({"walk_in_share": True}, "walk_in_share"),
        ({"closures": "none"}, "closures"),
        ({"closures": {"2026-02-30": {"id": "x", "en": "x"}}}, "closures"),
        ({"closures": {"20261126": {"id": "x", "en": "x"}}}, "closures"),
        ({"closures": {"2026-11-26": {"id": "x"}}}, "closures"),
        ({"closures": {"2026-11-26": {"id": "x", "en": 5}}}, "closures.en"),
    ],
)
def test_what_is_wrong_is_named_and_not_repeated(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(NotAnOffice) as refused:
        office_of({**OFFICE, **changed})
    assert refused.value.field == field
    assert str(refused.value) == f"{field} {refused.value.rule}"


@pytest.mark.parametrize("name", ["time_zone", "opening", "office_id", "horizon_days"])
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(NotAnOffice, match=f"{name} is missing"):
        office_of({key: value for key, value in OFFICE.items() if key != name})


def test_a_misspelt_field_is_refused_where_an_office_is_given() -> None:
    with pytest.raises(NotAnOffice, match="horizon_day is none of"):
        check_known({**OFFICE, "horizon_day": 3})


def test_what_a_later_release_has_added_is_no_reason_not_to_read_an_office() -> None:
    assert office_of({**OFFICE, "lifts": [1, 2]}) == an_office(closures={})


def test_a_day_is_read_as_a_date() -> None:
    closed = {**OFFICE, "closures": {"2026-11-26": {"id": "Banjir", "en": "Flood"}}}
    assert list(office_of(closed).closures) == [date(2026, 11, 26)]

"""Who stands in the queue: what a NIK, a phone, a name, an address and a date of birth may be."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import Invalid
from chalicelib.domain.people import (
    MOBILE_PREFIXES,
    PROVINCES,
    Ktp,
    NationalId,
    Phone,
    Sex,
    check_birth_date,
    parse_email,
    parse_name,
)

TODAY = date(2026, 11, 24)

provinces = st.sampled_from(sorted(PROVINCES))
births = st.dates(date(1900, 1, 1), TODAY)
sexes = st.sampled_from(Sex)
serials = st.integers(1, 9999)
no_deadline = settings(deadline=None)


def nik_of(province: str, born: date, sex: Sex, serial: int) -> str:
    """A NIK as the registry would give it."""
    day = born.day + 40 if sex is Sex.FEMALE else born.day
    return f"{province}7301{day:02}{born:%m%y}{serial:04}"


def nik_with(day: int, month: int, year: int = 90) -> str:
    return f"357301{day:02}{month:02}{year:02}0001"


def read(parse: Callable[[str], Any], text: str) -> Any:
    """What was read, or the name of the field that was refused."""
    try:
        return parse(text)
    except Invalid as refusal:
        return refusal.more["field"]


def rule_of(refused: pytest.ExceptionInfo[Invalid]) -> tuple[str, str]:
    return refused.value.more["field"], refused.value.more["rule"]


# ---- NIK ----------------------------------------------------------------------------------------


@no_deadline
@given(provinces, births, sexes, serials)
def test_every_nik_of_the_registry_is_read_as_it_is_written(
    province: str, born: date, sex: Sex, serial: int
) -> None:
    digits = nik_of(province, born, sex, serial)
    assert NationalId.parse(digits).digits == digits


@no_deadline
@given(provinces, births, sexes, serials)
def test_every_nik_agrees_with_the_birth_date_and_sex_it_was_made_of(
    province: str, born: date, sex: Sex, serial: int
) -> None:
    assert NationalId(nik_of(province, born, sex, serial)).agrees_with(born, sex)


@no_deadline
@given(provinces, births, sexes, serials)
def test_no_nik_agrees_with_the_other_sex(province: str, born: date, sex: Sex, serial: int) -> None:
    other = Sex.MALE if sex is Sex.FEMALE else Sex.FEMALE
    assert not NationalId(nik_of(province, born, sex, serial)).agrees_with(born, other)


@no_deadline
@given(provinces, births, births, sexes, serials)
def test_a_nik_agrees_with_another_birth_date_only_if_its_digits_are_the_same(
    province: str, born: date, told: date, sex: Sex, serial: int
) -> None:
    agrees = NationalId(nik_of(province, born, sex, serial)).agrees_with(told, sex)
    assert agrees == (f"{born:%d%m%y}" == f"{told:%d%m%y}")


@no_deadline
@given(st.text(alphabet="0123456789", min_size=16, max_size=16))
def test_any_sixteen_digits_are_a_nik_or_break_a_rule_of_the_nik(digits: str) -> None:
    assert read(NationalId.parse, digits) in (NationalId(digits), "nik")


two_digits = st.integers(0, 99)


@no_deadline
@given(
    st.sampled_from([*sorted(PROVINCES), "00", "20", "99"]),
    st.integers(0, 79),
    st.integers(0, 14),
    two_digits,
    st.integers(0, 9999),
)
def test_a_nik_is_read_exactly_if_some_registry_could_have_given_it(
    province: str, day: int, month: int, year: int, serial: int
) -> None:
    digits = f"{province}7301{day:02}{month:02}{year:02}{serial:04}"
    could = province in PROVINCES and serial > 0 and some_day(day, month, year)
    assert read(NationalId.parse, digits) == (NationalId(digits) if could else "nik")


def some_day(day: int, month: int, year: int) -> bool:
    """Whether somebody, man or woman, could be born on it in either century."""
    for born_on, century in product((day, day - 40), (1900, 2000)):
        with suppress(ValueError):
            date(century + year, month, born_on)
            return True
    return False


@no_deadline
@given(st.text(max_size=40))
def test_any_text_is_a_nik_or_refused(text: str) -> None:
    nik = read(NationalId.parse, text)
    assert nik == "nik" or len(nik.digits) == 16


@pytest.mark.parametrize(
    "text",
    ["3573 0101 0190 0001", " 3573010101900001\n", "35.73.01.010190.0001", "3573010101900001"],
)
def test_a_nik_may_be_written_with_spaces_and_dots(text: str) -> None:
    assert NationalId.parse(text).digits == "3573010101900001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "357301010190000",
        "35730101019000010",
        "357301010190000A",
        "3573-0101-0190-0001",
        "３５７３０１０１０１９０００００１",
        "٣٥٧٣٠١٠١٠١٩٠٠٠٠١",
    ],
)
def test_what_is_not_sixteen_digits_is_no_nik(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        NationalId.parse(text)
    assert rule_of(refused) == ("nik", "nik-digits")


@pytest.mark.parametrize("province", sorted({f"{number:02}" for number in range(100)} - PROVINCES))
def test_two_digits_that_no_province_has_are_refused(province: str) -> None:
    with pytest.raises(Invalid) as refused:
        NationalId.parse(nik_of(province, date(1990, 1, 1), Sex.MALE, 1))
    assert rule_of(refused) == ("nik", "nik-province")


def test_the_serial_number_zero_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        NationalId.parse("3573010101900000")
    assert rule_of(refused) == ("nik", "nik-serial")


@pytest.mark.parametrize("day", [0, 32, 39, 40, 72, 80, 81, 99])
def test_a_day_that_no_month_has_is_refused(day: int) -> None:
    with pytest.raises(Invalid) as refused:
        NationalId.parse(nik_with(day, 1))
    assert rule_of(refused) == ("nik", "nik-date")


@pytest.mark.parametrize("day", [1, 31, 41, 71])
def test_the_first_and_the_last_day_of_a_month_are_read_for_men_and_women(day: int) -> None:
    assert NationalId.parse(nik_with(day, 1)).digits == nik_with(day, 1)


@pytest.mark.parametrize("month", [0, 13, 99])
def test_a_month_that_no_year_has_is_refused(month: int) -> None:
    with pytest.raises(Invalid) as refused:
        NationalId.parse(nik_with(1, month))
    assert rule_of(refused) == ("nik", "nik-date")


@pytest.mark.parametrize(("day", "month"), [(31, 4), (71, 4), (30, 2), (70, 2), (31, 11)])
def test_a_day_that_this_month_does_not_have_is_refused(day: int, month: int) -> None:
    with pytest.raises(Invalid) as refused:
        NationalId.parse(nik_with(day, month))
    assert rule_of(refused) == ("nik", "nik-date")


@pytest.mark.parametrize("year", [0, 4, 88, 96])
def test_the_29th_of_february_of_a_leap_year_of_either_century_is_read(year: int) -> None:
    assert NationalId.parse(nik_with(29, 2, year))


@pytest.mark.parametrize("year", [1, 2, 90, 99])
def test_the_29th_of_february_is_refused_where_neither_century_had_one(year: int) -> None:
    with pytest.raises(Invalid) as refused:
        NationalId.parse(nik_with(29, 2, year))
    assert rule_of(refused) == ("nik", "nik-date")


def test_a_person_whose_nik_says_something_else_is_looked_at_at_the_counter() -> None:
    nik = NationalId.parse("3573010101900001")
    assert Ktp(nik, "Budi", date(1990, 1, 2), Sex.MALE).check_at_counter


def test_a_person_whose_nik_agrees_is_not_looked_at_at_the_counter() -> None:
    nik = NationalId.parse("3573010101900001")
    assert not Ktp(nik, "Budi", date(1990, 1, 1), Sex.MALE).check_at_counter


# ---- phones -------------------------------------------------------------------------------------

subscribers = st.builds(
    lambda prefix, rest: prefix + rest,
    st.sampled_from(sorted(MOBILE_PREFIXES)),
    st.text(alphabet="0123456789", min_size=6, max_size=9),
)
separators = st.sampled_from(["", " ", "-", ".", "  "])


@no_deadline
@given(subscribers, st.sampled_from(["0", "62", "+62"]), st.data())
def test_every_spelling_of_a_phone_is_one_number(
    subscriber: str, start: str, data: st.DataObject
) -> None:
    written = start + "".join(digit + data.draw(separators) for digit in subscriber)
    assert Phone.parse(written).number == f"+62{subscriber}"


@no_deadline
@given(subscribers)
def test_a_phone_as_it_is_stored_is_read_as_itself(subscriber: str) -> None:
    phone = Phone.parse(f"0{subscriber}")
    assert Phone.parse(phone.number) == phone


@no_deadline
@given(st.text(max_size=30))
def test_any_text_is_an_indonesian_mobile_or_refused(text: str) -> None:
    phone = read(Phone.parse, text)
    assert phone == "phone" or phone.number.startswith("+628")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "081234",
        "0812345678901234",
        "+6581234567",
        "0215551234",
        "8123456789",
        "00628123456789",
        "+6208123456789",
        "++628123456789",
        "0812345678x",
        "０８１２３４５６７８９",
    ],
)
def test_what_is_no_indonesian_mobile_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        Phone.parse(text)
    assert rule_of(refused) == ("phone", "phone")


@pytest.mark.parametrize("prefix", ["800", "810", "820", "841", "861", "871", "891"])
def test_a_prefix_that_no_operator_has_is_refused(prefix: str) -> None:
    with pytest.raises(Invalid) as refused:
        Phone.parse(f"0{prefix}1234567")
    assert rule_of(refused) == ("phone", "phone-prefix")


# ---- names, addresses, dates of birth -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Budi Santoso", "Budi Santoso"),
        ("  Budi \t Santoso\n", "Budi Santoso"),
        ("O", "O"),
        ("Ni Luh Ayu, S.H.", "Ni Luh Ayu, S.H."),
        ("Ma'ruf-Al 2", "Ma'ruf-Al 2"),
        ("A" * 100, "A" * 100),
    ],
)
def test_a_name_is_kept_with_its_spaces_tidied(text: str, name: str) -> None:
    assert parse_name(text) == name


@pytest.mark.parametrize("text", ["", "   ", "12345", "- .", "A" * 101, "Bu\x00di", "Bu\u200bdi"])
def test_what_nobody_is_called_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_name(text)
    assert rule_of(refused) == ("name", "name")


@pytest.mark.parametrize(
    "text", ["budi@example.id", "b.s+paspor@mail.example.co.id", "b" * 249 + "@a.id"]
)
def test_an_address_that_mail_could_reach_is_kept(text: str) -> None:
    assert parse_email(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "budi",
        "budi@",
        "@example.id",
        "budi@example",
        "budi@@example.id",
        "budi@example..id",
        "bu di@example.id",
        "Budi <budi@example.id>",
        "budi@example.id\n",
        "b" * 250 + "@a.id",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_email(text)
    assert rule_of(refused) == ("email", "email")


MIDDAY = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("born", [date(1900, 1, 1), TODAY])
def test_a_birth_date_of_somebody_alive_is_kept(born: date) -> None:
    assert check_birth_date(born, MIDDAY) == born


@pytest.mark.parametrize("born", [date(1899, 12, 31), date(2026, 11, 25), date.min, date.max])
def test_a_birth_date_of_nobody_alive_is_refused(born: date) -> None:
    with pytest.raises(Invalid) as refused:
        check_birth_date(born, MIDDAY)
    assert rule_of(refused) == ("birth_date", "birth-date")


def test_somebody_is_born_on_a_date_as_soon_as_it_begins_in_papua() -> None:
    midnight = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert check_birth_date(TODAY, midnight) == TODAY
    with pytest.raises(Invalid):
        check_birth_date(TODAY, midnight - timedelta(microseconds=1))

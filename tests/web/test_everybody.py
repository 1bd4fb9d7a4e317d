"""Every screen, for everybody: axe, small screens, large text, fingers, both languages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.machine import Machine, crowd
from tests.web.axe import faults
from tests.web.browser import CHEAP_PHONE, OFFICE, Visitor, booked, somebody

pytestmark = pytest.mark.server


@pytest.fixture(params=["id", "en"])
def reader(request: pytest.FixtureRequest, browser: Browser, machine: Machine) -> Iterator[Visitor]:
    """A visitor who has chosen a language; transitions would blur what is measured."""
    context = browser.new_context(
        viewport=CHEAP_PHONE,  # type: ignore[arg-type]
        reduced_motion="reduce",
        service_workers="block",
    )
    context.add_init_script(f"localStorage['antrian-language'] = '{request.param}'")
    try:
        who = Visitor(context.new_page(), machine)
        who.open()
        assert who.page.get_attribute("html", "lang") == request.param
        yield who
        assert who.complaints == []
    finally:
        context.close()


class Look:
    """Looks at screens, and remembers what is wrong with each."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.found: dict[str, list[str]] = {}
        self.screens = 0

    def at(self, name: str, selector: str = "h1") -> None:
        """Look at what is shown once that is there."""
        self.visitor.page.locator(selector).first.wait_for()
        self.screens += 1
        if found := faults(self.visitor.page):
            self.found[name] = found

    def go(self, place: str, selector: str) -> None:
        """Go to a place, and look."""
        self.visitor.open(place)
        self.at(place, selector)


def test_the_screens_of_whoever_is_not_signed_in(reader: Visitor) -> None:
    page, look, person = reader.page, Look(reader), somebody()
    look.at("offices", ".offices a")
    page.fill("#search", "xyzzy")
    look.at("no office")
    page.fill("#search", OFFICE)
    page.click(".offices a")
    look.at("calendar", ".month")
    page.locator("a.day.open").last.click()
    look.at("times", ".slot")
    page.locator("a.slot").first.click()
    look.at("service", "[name=service]")
    page.click("form > .button")
    look.at("service, nothing chosen", ".notice.bad")
    page.check("[value=new]")
    page.click("form > .button")
    look.at("who", "[name=who]")
    page.check("[value=me]")
    page.click("form > .button")
    look.at("check", ".facts")
    page.click(".actions .button")
    for name, value in (("name", person["name"]), ("nik", "12"), ("nik", person["nik"])):
        page.fill(f"[name={name}]", value)
        look.at(f"register: {name}")
        page.click("form > .button")
        if value == "12":
            look.at("register: nik, wrong", ".notice.bad")
    look.at("register: born", "[name=birth_date]")
    page.click("form > .button")
    look.at("register: sex", "[name=sex]")
    page.click("form > .button")
    page.fill("[name=phone]", person["phone"])
    look.at("register: phone")
    page.click("form > .button")
    page.check("[name=consent]")
    look.at("register: consent")
    page.click("form > .button")
    look.at("code", "[name=code]")
    for place in ("pesanan", "masuk"):
        look.go(place, "main a")
    page.route("**/v1/offices", lambda route: route.abort())
    reader.open()
    page.reload()  # or the offices are known already
    look.at("no offices", ".notice.bad")
    assert look.found == {}
    assert look.screens == 20


def test_the_screens_of_whoever_is_signed_in(reader: Visitor, machine: Machine) -> None:
    look = Look(reader)
    me, friend, asked = crowd(machine, 3)
    add_to_family(machine, friend.token, me.nik, "sibling")
    add_to_family(machine, me.token, asked.nik, "spouse")
    child = add_to_family(machine, me.token, somebody()["nik"], "child")
    booking = booked(machine, me).json
    code, day = booking["code"], booking["date"]
    later = machine.call("GET", f"/v1/offices/{OFFICE}/days/{day}").json["slots"][-1]["start"]
    booked(machine, friend)
    reader.signs_in(me)
    for place, selector in (
        ("pesanan", ".card"),
        (f"tiket/{code}", ".qr"),
        (f"pindah/{code}", ".notice"),
        (f"pindah/{code}/{OFFICE}/{day}/{later}", ".facts"),
        (f"batal/{code}", ".danger"),
        (f"keluar-dari/{code}", ".danger"),
        ("akun", ".facts"),
        ("pengingat", "h2"),
        ("tanpa-sms", "h2"),
        ("keluarga", ".card"),
        ("keluarga/tambah", "[name=nik]"),
        (f"keluarga/hapus/{child}", ".danger"),
        ("permintaan", ".card"),
        ("telepon", "[name=phone]"),
        ("data", ".facts"),
        ("hapus", "[name=sure]"),
        ("tiket/0123456789AB", ".notice.bad"),
    ):
        look.go(place, selector)
    reader.open("telepon")
    reader.page.fill("[name=phone]", somebody()["phone"])
    reader.page.click("form > .button")
    look.at("code of a new phone", "[name=code]")
    reader.open()
    reader.page.fill("#search", OFFICE)
    reader.page.click(".offices a")
    reader.page.locator("a.day.open").last.click()
    reader.page.locator("a.slot").first.click()
    reader.page.check("[value=new]")
    reader.page.click("form > .button")
    look.at("who", "[name=people]")
    reader.page.click("form > .button")
    look.at("check", ".facts")
    reader.page.click("main > .button")
    look.at("already booked", ".notice.bad")
    assert look.found == {}


def add_to_family(machine: Machine, token: str, nik: str, relation: str) -> str:
    """The id of the new relative."""
    person = {"nik": nik, "name": "Kerabat", "birth_date": "1980-01-01", "sex": "male"}
    added = machine.call("POST", "/v1/me/family", {**person, "relation": relation}, token=token)
    assert added.status == 201, added.content
    return str(added.json["applicant_id"])


def test_a_relative_is_removed_after_a_question_only(visitor: Visitor, machine: Machine) -> None:
    (me,) = crowd(machine, 1)
    add_to_family(machine, me.token, somebody()["nik"], "child")
    visitor.signs_in(me)
    visitor.open("keluarga")
    visitor.taps("Hapus Kerabat")
    visitor.sees("Hapus dari keluarga Anda?")
    visitor.taps("Tidak, biarkan")
    visitor.taps("Hapus Kerabat")
    visitor.taps("Ya, hapus")
    visitor.sees("Belum ada anggota keluarga")


# ---- by keyboard alone ---------------------------------------------------------------------------


def test_a_whole_journey_by_keyboard_alone(visitor: Visitor) -> None:
    person, keyboard = somebody(), visitor.page.keyboard
    visitor.page.wait_for_selector(".offices a")
    visitor.tabs_to("Cari kota")
    keyboard.type(OFFICE)
    visitor.presses("Kantor Imigrasi Kelas I Yogyakarta")
    visitor.page.wait_for_selector("a.day.open")
    assert visitor.page.evaluate("document.activeElement.textContent") == "Pilih hari"
    visitor.presses(visitor.page.locator("a.day.open").first.text_content() or "")
    visitor.page.wait_for_selector("a.slot")
    visitor.presses(visitor.page.locator("a.slot strong").first.inner_text())
    visitor.sees("Untuk apa Anda datang?")
    visitor.presses("Paspor baru", "Space")
    visitor.presses("Lanjut")
    visitor.sees("Siapa yang datang?")
    visitor.presses("Saya sendiri", "Space")
    visitor.presses("Lanjut")
    visitor.sees("Periksa pesanan Anda")
    visitor.presses("Daftar untuk memesan")
    for label, text in (("Nama lengkap", person["name"]), ("NIK", person["nik"])):
        visitor.page.wait_for_selector(f"label:has-text('{label}')")
        visitor.tabs_to(label)
        keyboard.type(text)
        keyboard.press("Enter")
    visitor.sees("Kapan Anda lahir?")
    visitor.presses("Lanjut")
    visitor.sees("Jenis kelamin")
    visitor.presses("Lanjut")
    visitor.sees("Berapa nomor ponsel")
    visitor.tabs_to("Nomor ponsel")
    keyboard.type(person["phone"])
    keyboard.press("Enter")
    visitor.sees("Periksa dan setujui")
    visitor.presses("Saya menyetujui", "Space")
    visitor.presses("Setuju dan kirim kode")
    visitor.page.wait_for_selector("[name=code]")
    visitor.tabs_to("Kode")
    keyboard.type(visitor.machine.codes()[person["e164"]])
    keyboard.press("Enter")
    visitor.sees("Tempat Anda sudah dipesan")


# ---- as a screen reader hears it -----------------------------------------------------------------


def test_days_and_numbers_are_heard_as_words(visitor: Visitor) -> None:
    visitor.open(f"kantor/{OFFICE}")
    visitor.page.wait_for_selector(".month")
    heard = visitor.page.locator("a.day.open").first.aria_snapshot()
    assert "2026, ada tempat" in heard or "2027, ada tempat" in heard
    closed = visitor.page.locator("td .day.closed .unseen").first.text_content()
    assert closed
    assert ", tutup" in closed
    headers = visitor.page.locator(".month").first.get_by_role("columnheader")
    assert headers.first.aria_snapshot() == '- columnheader "Senin"'

"""From a cheap phone to a place: what a visitor does, and what can go wrong on the way."""

import json
import re

import pytest
from playwright.sync_api import Route

from tests.machine import Machine, crowd, register
from tests.web.browser import OFFICE, Visitor, booked, bookings, somebody

pytestmark = pytest.mark.server


def test_somebody_new_books_a_place_and_gets_a_ticket_over_a_slow_network(
    visitor: Visitor,
) -> None:
    person = somebody()
    visitor.is_far_away()
    visitor.chooses_a_time()
    visitor.answers_up_to_the_check()
    visitor.taps("Daftar untuk memesan")
    visitor.registers(person)
    visitor.enters_the_code(person["e164"])
    visitor.sees("Tempat Anda sudah dipesan")
    visitor.sees("Nomor antrean")
    ticket = visitor.page.inner_text(".ticket")
    assert re.search(r"Nomor antrean\s+\d+", ticket)
    assert re.search(r"Datang mulai\s+\d\d\.\d\d WIB", ticket)
    assert visitor.page.get_by_role("img", name="Kode QR tiket Anda").is_visible()


def test_the_nearest_office_is_found_without_telling_where_one_is(visitor: Visitor) -> None:
    context, asked = visitor.page.context, list[str]()
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": -7.98, "longitude": 112.63})
    visitor.page.wait_for_selector("link[rel=manifest]", state="attached")  # all is loaded
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.taps("Kantor terdekat")
    visitor.sees("km dari sini")
    assert "Malang" in visitor.page.locator(".offices a").first.inner_text()
    assert asked == []


def test_the_calendar_file_is_the_one_of_the_booking(visitor: Visitor, machine: Machine) -> None:
    who = register(machine)
    code = booked(machine, who).json["code"]
    visitor.signs_in(who)
    visitor.open(f"tiket/{code}")
    with visitor.page.expect_download() as file:
        visitor.taps("Simpan ke kalender")
    assert file.value.suggested_filename == f"antrian-paspor-{code}.ics"
    assert f"UID:{code}@" in file.value.path().read_text()


def test_what_was_typed_survives_a_reload(visitor: Visitor) -> None:
    person = somebody()
    visitor.chooses_a_time()
    visitor.answers_up_to_the_check()
    visitor.taps("Daftar untuk memesan")
    visitor.fills("name", person["name"])
    visitor.page.fill("[name=nik]", person["nik"])
    visitor.page.reload()
    assert visitor.page.input_value("[name=nik]") == person["nik"]
    visitor.page.go_back()
    visitor.page.wait_for_selector("[name=name]")
    assert visitor.page.input_value("[name=name]") == person["name"]


def test_a_corrected_nik_does_not_keep_the_birth_date_of_the_wrong_one(visitor: Visitor) -> None:
    visitor.chooses_a_time()
    visitor.answers_up_to_the_check()
    visitor.taps("Daftar untuk memesan")
    visitor.fills("name", "Siti Aminah")
    for nik, born in [
        ("3573015705900001", ["17", "05", "1990"]),
        ("3573010102810001", ["01", "02", "1981"]),
    ]:
        visitor.fills("nik", nik)
        visitor.sees("Kapan Anda lahir?")
        date = visitor.page.locator(".date input")
        assert [date.nth(part).input_value() for part in range(3)] == born
        visitor.page.go_back()
        visitor.page.wait_for_selector("[name=nik]")


def test_a_visitor_who_has_an_account_signs_in_and_books_for_the_family(
    visitor: Visitor, machine: Machine
) -> None:
    who = register(machine)
    child = somebody()
    visitor.chooses_a_time()
    visitor.page.check("[value=renewal]")
    visitor.taps("Lanjut")
    visitor.page.check("[name=who][value=family]")
    visitor.taps("Lanjut")
    visitor.taps("Saya sudah punya akun")
    visitor.page.fill("[name=phone]", who.phone)
    visitor.taps("Kirim kode")
    visitor.page.wait_for_selector("[name=code]")
    visitor.enters_the_code(who.phone)
    visitor.taps("Tambah anggota keluarga")
    visitor.page.fill("[name=name]", child["name"])
    visitor.page.fill("[name=nik]", child["nik"])
    visitor.page.check("[value=child]")
    visitor.taps("Simpan")
    visitor.page.get_by_label(child["name"]).check()
    visitor.taps("Lanjut")
    visitor.sees("Periksa pesanan Anda")
    visitor.taps("Pesan tempat")  # in the menu above: nothing is lost by it
    visitor.page.go_back()
    visitor.page.locator("main").get_by_role("link", name="Pesan tempat").click()
    visitor.sees("Tempat Anda sudah dipesan")
    (made,) = bookings(machine, who)
    assert len(made["places"]) == 2
    visitor.page.locator(".ticket").get_by_text(child["name"]).wait_for()
    assert made["service"] == "renewal"


def test_a_booking_is_moved_once_and_cancelled_with_what_it_costs_by_keyboard_alone(
    visitor: Visitor, machine: Machine
) -> None:
    who = register(machine)
    code = booked(machine, who).json["code"]
    visitor.signs_in(who)
    visitor.open(f"tiket/{code}")
    visitor.presses("Pindahkan")
    visitor.sees("hanya dapat dipindahkan satu kali")
    visitor.presses("Pilih waktu baru")
    visitor.sees(f"memindahkan pesanan {code}")
    visitor.page.wait_for_selector("a.day.open")
    # Not the first: it may be today, on which nothing is moved or cancelled any more.
    visitor.presses(visitor.page.locator("a.day.open").nth(1).text_content() or "")
    visitor.page.wait_for_selector("a.slot")
    visitor.presses(visitor.page.locator("a.slot strong").last.inner_text())
    visitor.presses("Pindahkan pesanan")
    visitor.sees("sudah pernah dipindahkan")
    visitor.presses("Batalkan pesanan")
    visitor.sees("dua kali dalam 30 hari")
    visitor.presses("Ya, batalkan pesanan")
    visitor.sees("Dibatalkan")
    assert bookings(machine, who)[0]["status"] == "cancelled"


def test_consent_is_asked_given_and_used_and_a_booking_left(
    visitor: Visitor, machine: Machine
) -> None:
    me, friend = crowd(machine, 2)
    sibling = {"nik": me.nik, "name": "Saudara", "birth_date": "1980-01-01", "sex": "male"}
    added = machine.call(
        "POST", "/v1/me/family", {**sibling, "relation": "sibling"}, token=friend.token
    )
    assert added.json["consent"] == "asked"
    visitor.signs_in(me)
    visitor.open("permintaan")
    visitor.sees("menambahkan Anda sebagai saudara kandung")
    visitor.taps("Setujui")
    visitor.sees("Anda menyetujui")
    code = booked(machine, friend, added.json["applicant_id"]).json["code"]
    visitor.open("pesanan")
    visitor.sees("Dipesankan oleh orang lain")
    visitor.open(f"keluar-dari/{code}")
    visitor.taps("Ya, keluarkan saya")
    visitor.sees("Anda tidak memiliki pesanan yang berlaku")
    visitor.open("permintaan")
    visitor.sees("Tidak ada yang meminta")


def test_another_phone_is_proven_by_its_code(visitor: Visitor, machine: Machine) -> None:
    who, other = register(machine), somebody()
    visitor.signs_in(who)
    visitor.open("telepon")
    visitor.page.fill("[name=phone]", other["phone"])
    visitor.taps("Kirim kode")
    visitor.page.wait_for_selector("[name=code]")
    visitor.enters_the_code(other["e164"])
    visitor.sees(other["e164"])


def test_everything_held_is_shown_downloaded_and_erased(visitor: Visitor, machine: Machine) -> None:
    who = register(machine)
    visitor.signs_in(who)
    visitor.open("data")
    visitor.sees(who.nik)
    visitor.sees("Selain Anda sendiri, belum ada")
    with visitor.page.expect_download() as file:
        visitor.taps("Unduh semua data")
    assert json.loads(file.value.path().read_text())["account"]["nik"] == who.nik
    visitor.taps("Hapus akun dan semua data")
    visitor.page.check("[name=sure]")
    visitor.taps("Hapus akun saya")
    visitor.sees("Pilih kantor imigrasi")
    assert machine.call("GET", "/v1/me", token=who.token).status == 401


# ---- what can go wrong ---------------------------------------------------------------------------


def at_the_check(visitor: Visitor, number: int = 0) -> None:
    """A visitor who is signed in and has only to send what they chose."""
    visitor.open()
    visitor.chooses_a_time(number=number)
    visitor.page.check("[value=new]")
    visitor.taps("Lanjut")
    visitor.page.wait_for_selector("[name=people]")
    visitor.taps("Lanjut")
    visitor.sees("Periksa pesanan Anda")


def sends(visitor: Visitor) -> None:
    visitor.page.locator("main").get_by_role("link", name="Pesan tempat").click()


def test_an_impatient_double_tap_books_once(visitor: Visitor, machine: Machine) -> None:
    who = register(machine)
    visitor.signs_in(who)
    at_the_check(visitor)
    visitor.page.evaluate(
        """async () => {
          const drawn = () => new Promise((done) => setTimeout(done));
          const link = document.querySelector("main > .button");
          link.click();
          link.click();
          await drawn();
          location.hash = "#/periksa";
          await drawn();
          location.hash = "#/kirim";
        }"""
    )
    # The ticket; or the list of bookings, if the second tap came when the first was through.
    visitor.page.locator(".ticket, .card").first.wait_for()
    assert len(bookings(machine, who)) == 1


def test_a_slot_that_fills_up_meanwhile_leads_to_another(
    visitor: Visitor, machine: Machine
) -> None:
    who = register(machine)
    visitor.signs_in(who)
    at_the_check(visitor, number=1)
    trip = json.loads(visitor.page.evaluate("sessionStorage['draft-trip']"))["fields"]
    full = machine.beside("infra.ops.office", "places", OFFICE, trip["date"], trip["start"], "0")
    assert full.returncode == 0, full.stderr
    sends(visitor)
    visitor.sees("Tempat pada jam tersebut sudah habis")
    visitor.page.locator("a.slot").first.click()
    visitor.sees("Periksa pesanan Anda")
    sends(visitor)
    visitor.sees("Tempat Anda sudah dipesan")


def test_signing_in_from_the_menu_books_nothing(visitor: Visitor, machine: Machine) -> None:
    who = register(machine)
    visitor.chooses_a_time()
    visitor.answers_up_to_the_check()
    visitor.taps("Masuk")  # in the menu above, only to see what they have
    visitor.page.fill("[name=phone]", who.phone)
    visitor.taps("Kirim kode")
    visitor.page.wait_for_selector("[name=code]")
    visitor.enters_the_code(who.phone)
    visitor.sees("Periksa pesanan Anda")
    visitor.page.locator("main").get_by_role("link", name="Pesan tempat").wait_for()
    assert bookings(machine, who) == []


def test_whoever_has_a_booking_is_shown_it(visitor: Visitor, machine: Machine) -> None:
    who = register(machine)
    booked(machine, who)
    visitor.signs_in(who)
    at_the_check(visitor)
    sends(visitor)
    visitor.sees("Sudah memiliki pemesanan")
    visitor.taps("Lihat pesanan saya")
    visitor.sees("Yang berlaku")


def test_the_offices_can_be_asked_for_again(visitor: Visitor) -> None:
    visitor.page.route("**/v1/offices", lambda route: route.abort(), times=1)
    visitor.page.reload()
    visitor.sees("Layanan tidak menjawab")
    visitor.taps("Coba lagi")
    visitor.page.wait_for_selector(".offices a")


def test_a_long_wait_has_words(visitor: Visitor) -> None:
    def once_there_are_words(route: Route) -> None:
        visitor.sees("Memuat …")
        route.continue_()

    visitor.page.route("**/v1/offices", once_there_are_words, times=1)
    visitor.page.reload()
    visitor.page.wait_for_selector(".offices a")


def test_an_old_access_token_is_renewed_without_a_word(visitor: Visitor, machine: Machine) -> None:
    who = register(machine)
    visitor.signs_in(who)
    visitor.page.reload()  # the token was in the memory of the page
    visitor.open("akun")
    visitor.sees(who.nik)


def test_a_page_that_the_browser_brings_back_has_heard_of_a_sign_out(
    visitor: Visitor, machine: Machine
) -> None:
    visitor.signs_in(register(machine))
    visitor.open("akun")
    visitor.page.evaluate("delete localStorage['antrian-signed-in']")  # elsewhere, and unheard
    visitor.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    visitor.sees("Masuklah dahulu")


def test_a_token_that_comes_after_a_sign_out_signs_nobody_in(
    visitor: Visitor, machine: Machine
) -> None:
    who = register(machine)
    visitor.signs_in(who)
    visitor.open("akun")
    visitor.sees(who.nik)
    tokens = {"access_token": "late", "token_type": "Bearer", "expires_in": 900}

    def after_a_sign_out(route: Route) -> None:
        visitor.page.get_by_role("button", name="Keluar").click()
        visitor.sees("Pilih kantor imigrasi")
        route.fulfill(json=tokens)

    visitor.page.route("**/v1/sessions/refresh", after_a_sign_out)
    with visitor.page.expect_response("**/v1/sessions/refresh"):
        visitor.page.reload()
    visitor.open("pesanan")
    visitor.sees("Masuklah dahulu")


def test_an_expired_session_is_told_and_what_was_chosen_is_kept(
    visitor: Visitor, machine: Machine
) -> None:
    who = register(machine)
    visitor.signs_in(who)
    at_the_check(visitor)
    visitor.page.context.clear_cookies()
    visitor.page.reload()
    visitor.sees("Sesi Anda telah berakhir")
    visitor.taps("Masuk dan pesan tempat")
    visitor.page.fill("[name=phone]", who.phone)
    visitor.taps("Kirim kode")
    visitor.page.wait_for_selector("[name=code]")
    visitor.enters_the_code(who.phone)
    visitor.sees("Tempat Anda sudah dipesan")


def test_a_wrong_code_says_how_many_tries_are_left(visitor: Visitor, machine: Machine) -> None:
    who = register(machine)
    visitor.open("masuk")
    visitor.page.fill("[name=phone]", who.phone)
    visitor.taps("Kirim kode")
    visitor.page.wait_for_selector("[name=code]")
    wrong = f"{(int(machine.codes()[who.phone]) + 1) % 10**6:06}"
    visitor.page.fill("[name=code]", wrong)
    visitor.taps("Lanjut")
    visitor.sees("Sisa percobaan: 4")
    assert visitor.page.evaluate("document.activeElement.getAttribute('role')") == "alert"


MOVES_AT_ONCE = """new MutationObserver((_, watch) => {
  if (!document.querySelector("header")) return;
  watch.disconnect();
  location.hash = "#/masuk";
}).observe(document, {childList: true, subtree: true});"""


def test_a_move_before_the_page_has_settled_is_not_lost(visitor: Visitor) -> None:
    visitor.page.add_init_script(MOVES_AT_ONCE)
    visitor.page.reload()
    visitor.sees("Masukkan nomor ponsel yang Anda daftarkan.")

"""Staff in a browser: a passkey is made by a link, signs in, and is bound to where it was made."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.machine import Machine
from tests.web.authenticator import with_key
from tests.web.axe import faults
from tests.web.browser import CHEAP_PHONE
from tests.web.hall import Staff

pytestmark = pytest.mark.server

OFFICE, NAME = "merauke", "Kantor Imigrasi Merauke"
"""Where these tests work, and no others."""

REFRESH = "**/v1/staff/sessions/refresh"


@pytest.fixture
def staff(browser: Browser, machine: Machine) -> Iterator[Staff]:
    context = browser.new_context(locale="id-ID", reduced_motion="reduce")
    try:
        who = Staff(context.new_page(), machine)
        yield who
        assert who.complaints == []
    finally:
        context.close()


def invited(machine: Machine, role: str = "clerk") -> tuple[str, str]:
    """The id and the link of somebody new, as an operator adds them."""
    done = machine.beside("infra.ops.staff", "add", OFFICE, role, "Dewi Lestari")
    assert done.returncode == 0, done.stderr
    staff_id, link, _ = done.stdout.splitlines()
    return staff_id, link


def test_a_passkey_is_made_signs_in_and_is_of_no_use_once_it_is_disabled(
    staff: Staff, machine: Machine
) -> None:
    staff_id, link = invited(machine)
    with with_key(staff.page) as (tools, key):
        staff.opens(link)
        assert link.partition("=")[2] not in staff.page.url
        assert faults(staff.page) == []
        staff.taps("Buat kunci sandi")
        staff.sees("Kunci sandi Anda sudah dibuat")
        (made,) = tools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
        assert (made["rpId"], made["isResidentCredential"]) == ("localhost", True)
        staff.taps("Masuk dengan kunci sandi")
        staff.sees(NAME)
        assert staff.page.inner_text(".brand") == f"Petugas loket, {NAME}"
        assert staff.page.title() == "Pilih loket Anda · Kanim Merauke"
        staff.page.set_viewport_size(CHEAP_PHONE)  # type: ignore[arg-type]
        assert staff.page.inner_text(".brand") == "Petugas loket, Kanim Merauke"
        assert faults(staff.page) == []

        staff.page.reload()
        staff.sees("Kanim Merauke")
        kept = staff.kept()
        assert "eyJ" not in kept
        staff.taps("Keluar")
        staff.sees("Masuk sebagai petugas")
        assert faults(staff.page) == []
        staff.page.reload()
        staff.sees("Masuk sebagai petugas")
        staff.taps("Masuk dengan kunci sandi")
        staff.sees("Pilih loket Anda")

        assert machine.beside("infra.ops.staff", "disable", staff_id).returncode == 0
        staff.page.reload()
        staff.taps("Masuk dengan kunci sandi")
        staff.sees("Kunci sandi tidak diterima")
    listed = machine.beside("infra.ops.staff", "list", OFFICE).stdout
    assert f"{staff_id}  {OFFICE}  clerk  Dewi Lestari: disabled" in listed
    told = machine.state.joinpath("logs.jsonl").read_text()
    assert staff_id in told, "else this finds nothing"
    assert link.partition("=")[2] not in told


def test_a_page_whose_first_question_is_lost_asks_again_by_itself(staff: Staff) -> None:
    staff.page.route(REFRESH, lambda route: route.abort(), times=1)
    staff.page.goto(f"{staff.base}/meja")
    staff.sees("Layanan tidak menjawab")
    assert faults(staff.page) == []
    staff.sees("Masuk sebagai petugas")


def test_whoever_does_not_want_to_wait_asks_again_at_once(staff: Staff) -> None:
    far = {"Retry-After": "3600"}
    down = {"type": "unavailable", "title": "Layanan sedang terganggu", "status": 503, "detail": ""}
    staff.page.route(
        REFRESH, lambda route: route.fulfill(status=503, headers=far, json=down), times=1
    )
    staff.page.goto(f"{staff.base}/meja")
    staff.sees("Layanan sedang terganggu")
    staff.taps("Coba lagi")
    staff.sees("Masuk sebagai petugas")


def test_a_link_that_was_used_says_so(staff: Staff, machine: Machine) -> None:
    _, link = invited(machine, "supervisor")
    with with_key(staff.page):
        staff.opens(link)
        staff.taps("Buat kunci sandi")
        staff.sees("Kunci sandi Anda sudah dibuat")
        staff.page.goto("about:blank")
        staff.opens(link)
        staff.taps("Buat kunci sandi")
        staff.sees("Tautan tidak berlaku lagi")


def test_a_key_whose_user_is_not_verified_makes_no_passkey(staff: Staff, machine: Machine) -> None:
    with with_key(staff.page, isUserVerified=False):
        staff.opens(invited(machine)[1])
        staff.taps("Buat kunci sandi")
        staff.sees("Kunci sandi tidak dipakai")


def test_make_desk_prints_a_link_that_signs_a_browser_in(staff: Staff, machine: Machine) -> None:
    done = machine.beside("infra.local.staff", OFFICE)
    assert done.returncode == 0, done.stderr
    staff.opens(done.stdout.strip())
    for _ in range(2):
        staff.sees(NAME)
        assert staff.page.inner_text(".brand") == f"Penyelia, {NAME}"
        staff.page.reload()
    nowhere = machine.beside("infra.local.staff", "nowhere")
    assert (nowhere.returncode, "OFFICE=malang" in nowhere.stderr) == (1, True)

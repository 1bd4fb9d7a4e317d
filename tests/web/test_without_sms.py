"""Signing in without an SMS: offered after one, tried first the next time, taken back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.machine import Applicant, Machine, register
from tests.web.authenticator import with_key
from tests.web.axe import faults
from tests.web.browser import CHEAP_PHONE, Visitor

pytestmark = pytest.mark.server

OFFER = "Aktifkan masuk tanpa SMS"
TRY = "Masuk tanpa SMS"


class Named(Visitor):
    """Somebody who came by the name of the service, for passkeys take no address."""

    @property
    def base(self) -> str:
        assert isinstance(self.machine, Machine)
        return f"http://localhost:{self.machine.port}"


@pytest.fixture
def person(machine: Machine) -> Applicant:
    return register(machine)


@pytest.fixture
def phone(browser: Browser, machine: Machine) -> Iterator[Named]:
    context = browser.new_context(
        viewport=CHEAP_PHONE,  # type: ignore[arg-type]
        locale="id-ID",
        reduced_motion="reduce",
        service_workers="block",
    )
    try:
        who = Named(context.new_page(), machine)
        yield who
        assert who.complaints == []
    finally:
        context.close()


def texts(machine: Machine, who: Applicant) -> int:
    sent = machine.call("GET", "/_local/sms").json
    return len([one for one in sent if one["phone"] == who.phone])


def signs_out(phone: Visitor) -> None:
    phone.open("akun")
    phone.page.get_by_role("button", name="Keluar", exact=True).click()
    phone.page.wait_for_selector("nav [href='#/masuk']")


def test_a_passkey_is_offered_after_the_sms_signs_in_and_is_taken_back(
    phone: Named, machine: Machine, person: Applicant
) -> None:
    with with_key(phone.page) as (tools, key):
        phone.signs_in(person)
        phone.sees(OFFER)
        assert faults(phone.page) == []
        phone.taps(OFFER)
        phone.sees("Lain kali Anda dapat masuk tanpa SMS")
        (made,) = tools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
        assert (made["rpId"], made["isResidentCredential"]) == ("localhost", True)
        assert made["userName"] == f"•••• {person.phone[-4:]}"
        kept = phone.kept()
        assert person.phone[3:] not in kept
        assert person.account_id not in kept

        before = texts(machine, person)
        signs_out(phone)
        phone.open("masuk")
        phone.sees("kunci layar ponsel ini")
        assert faults(phone.page) == []
        phone.taps("Pakai kode lewat SMS")
        phone.sees("Nomor ponsel")
        phone.page.reload()
        phone.taps(TRY)
        phone.sees("Pesanan saya")
        phone.page.wait_for_selector("nav [href='#/akun']")
        assert texts(machine, person) == before
        phone.page.reload()
        phone.page.wait_for_selector("nav [href='#/akun']")
        assert phone.page.get_by_role("button", name=OFFER).count() == 0

        phone.open("akun")
        phone.taps("Masuk tanpa SMS")
        phone.sees("Ponsel ini dapat masuk tanpa SMS.")
        phone.sees("Terakhir masuk")
        assert faults(phone.page) == []
        phone.taps("Hapus")
        phone.sees("Belum ada.")
        assert machine.call("GET", "/v1/me/passkeys", token=person.token).json == {"passkeys": []}
        signs_out(phone)
        phone.open("masuk")
        phone.sees("Nomor ponsel")
        assert phone.page.get_by_role("button", name=TRY).count() == 0


def test_a_passkey_that_was_taken_back_elsewhere_leads_to_the_sms(
    phone: Named, machine: Machine, person: Applicant
) -> None:
    with with_key(phone.page):
        phone.signs_in(person)
        phone.taps(OFFER)
        phone.sees("Lain kali Anda dapat masuk tanpa SMS")
        signs_out(phone)
        (made,) = machine.call("GET", "/v1/me/passkeys", token=person.token).json["passkeys"]
        gone = f"/v1/me/passkeys/{made['passkey_id']}"
        assert machine.call("DELETE", gone, token=person.token).status == 204
        phone.open("masuk")
        phone.taps(TRY)
        phone.sees("Masuklah dengan kode lewat SMS")
        assert phone.page.get_by_role("button", name=TRY).count() == 0
        phone.signs_in(person)
        phone.sees(OFFER)


def test_who_does_not_want_it_is_not_asked_again(phone: Named, person: Applicant) -> None:
    with with_key(phone.page):
        phone.signs_in(person)
        phone.sees(OFFER)
        phone.taps("Tidak, terima kasih")
        phone.page.reload()
        phone.sees("Anda tidak memiliki pesanan")
        assert phone.page.get_by_role("button", name=OFFER).count() == 0
        phone.open("tanpa-sms")
        phone.sees(OFFER)


@pytest.mark.parametrize("without", ["WebAuthn", "a lock"])
def test_where_a_phone_cannot_nothing_is_said(
    without: str, phone: Named, person: Applicant
) -> None:
    if without == "WebAuthn":
        phone.page.add_init_script("delete window.PublicKeyCredential")
    phone.signs_in(person)
    phone.sees("Anda tidak memiliki pesanan")
    phone.page.wait_for_load_state("networkidle")
    assert phone.page.get_by_role("button", name=OFFER).count() == 0
    phone.open("tanpa-sms")
    phone.sees("Anda masuk dengan kode lewat SMS.")

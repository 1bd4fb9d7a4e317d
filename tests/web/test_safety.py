"""What the pages keep, what they let in, and who is signed in where."""

import json
from typing import Any

import pytest
from playwright.sync_api import Route

from infra.stack import pages
from tests.machine import Applicant, Machine, register
from tests.web.browser import OFFICE, Visitor, booked, somebody

pytestmark = pytest.mark.server

INJECTED = """<img src=x onerror="window.hit=1"><script>window.hit=1</script>'"&lt;b&gt;"""


REFRESH, DEVICE = "__Secure-antrian", "__Secure-antrian-device"


def traces(who: Applicant) -> set[str]:
    return {who.nik, who.phone, "0" + who.phone[3:], who.account_id, who.applicant_id}


def test_the_pages_come_with_their_headers(machine: Machine) -> None:
    page = machine.call("GET", "/", headers={"Accept-Encoding": "gzip"})
    assert page.status == 200
    assert pages.HEADERS.items() <= page.headers.items()
    assert page.headers["Cache-Control"] == "no-cache"
    assert machine.call("GET", "/sw.js").headers["Cache-Control"] == "no-cache"
    icon = machine.call("GET", "/icon.svg")
    assert icon.headers["Cache-Control"] == "public, max-age=86400"


def test_what_the_policy_forbids_is_blocked(visitor: Visitor) -> None:
    """The control: without the policy all of this would run."""
    assert (
        visitor.page.evaluate(
            """() => { try { document.body.innerHTML = "<b>x</b>"; return "set" }
                   catch { return "blocked" } }"""
        )
        == "blocked"
    )
    assert (
        visitor.page.evaluate(
            """async () => { try { await fetch("http://127.0.0.1:9/"); return "sent" }
                         catch { return "blocked" } }"""
        )
        == "blocked"
    )
    assert visitor.complaints
    visitor.complaints.clear()


def test_the_refresh_token_is_in_no_reach_of_a_script(visitor: Visitor, machine: Machine) -> None:
    who = register(machine)
    visitor.signs_in(who)
    cookies = visitor.page.context.cookies(f"{visitor.base}/v1/sessions/refresh")
    assert {cookie["name"] for cookie in cookies} == {REFRESH, DEVICE}
    for cookie in cookies:
        assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Strict")
    assert visitor.page.context.cookies(f"{visitor.base}/v1/me") == []
    assert "ey" not in visitor.page.evaluate("JSON.stringify({...localStorage})")


def test_nothing_personal_is_kept_after_the_sign_out(resident: Visitor, machine: Machine) -> None:
    who = register(machine)
    resident.signs_in(who)
    code = booked(machine, who).json["code"]
    for place in ("akun", "pesanan", "data", f"tiket/{code}"):
        resident.open(place)
        resident.page.wait_for_load_state("networkidle")
    resident.open()
    resident.chooses_a_time()
    resident.page.check("[value=new]")
    resident.taps("Lanjut")
    resident.page.wait_for_selector("[name=people]")
    resident.taps("Lanjut")
    resident.sees("Periksa pesanan Anda")
    assert who.applicant_id in resident.kept(), "else this finds nothing"
    resident.open("keluarga/tambah")
    resident.page.fill("[name=name]", "Nama Yang Diketik")
    resident.page.fill("[name=nik]", who.nik)
    assert who.nik in resident.kept(), "else this finds nothing"
    assert code in resident.kept(), "else this finds nothing"
    assert "/assets/bookings" in resident.kept(), "else nothing is cached"
    assert who.applicant_id not in resident.page.evaluate("JSON.stringify({...localStorage})")
    resident.open("akun")
    resident.page.get_by_role("button", name="Keluar").click()
    resident.sees("Pilih kantor imigrasi")
    kept = resident.kept()
    assert {trace for trace in traces(who) | {"Nama Yang Diketik", code} if trace in kept} == set()
    left = resident.page.context.cookies(f"{resident.base}/v1/sessions/refresh")
    assert [cookie["name"] for cookie in left] == [DEVICE]


def test_what_was_typed_is_forgotten_once_it_is_sent(visitor: Visitor) -> None:
    person = somebody()
    visitor.chooses_a_time()
    visitor.answers_up_to_the_check()
    visitor.taps("Daftar untuk memesan")
    visitor.registers(person)
    assert person["nik"] in visitor.kept()
    visitor.enters_the_code(person["e164"])
    visitor.sees("Tempat Anda sudah dipesan")
    kept = visitor.kept()
    assert person["nik"] not in kept
    assert person["phone"] not in kept


def test_a_session_that_ends_in_one_tab_ends_in_the_other(
    visitor: Visitor, machine: Machine
) -> None:
    who = register(machine)
    visitor.signs_in(who)
    other = Visitor(visitor.page.context.new_page(), machine)
    other.open("akun")
    other.sees(who.nik)
    visitor.open("akun")
    visitor.page.get_by_role("button", name="Keluar").click()
    other.sees("Masuklah dahulu")
    assert who.nik not in other.page.content()


def inject(route: Route) -> None:
    """Let an answer say worse things than the service would ever hold."""

    def worse(value: Any) -> Any:
        if isinstance(value, dict):
            told = ("name", "city", "province", "reason", "title", "detail", "by", "phone", "nik")
            return {key: INJECTED if key in told else worse(one) for key, one in value.items()}
        return [worse(one) for one in value] if isinstance(value, list) else value

    answer = route.fetch()
    route.fulfill(response=answer, body=json.dumps(worse(answer.json())))


def test_no_text_becomes_a_part_of_a_page(visitor: Visitor, machine: Machine) -> None:
    who = register(machine)
    code = booked(machine, who).json["code"]
    visitor.signs_in(who)
    visitor.page.route("**/v1/offices*", inject)
    visitor.page.route("**/v1/offices/*", inject)
    visitor.page.route("**/v1/me*", inject)
    visitor.page.route("**/v1/me/*", inject)
    for place in (
        "akun",
        "data",
        "keluarga",
        f"tiket/{code}",
        "tiket/%3Cimg%20src=x%20onerror=alert(1)%3E",
        f"kantor/{OFFICE}",
        "kantor/%3Cscript%3Ealert(1)%3C%2Fscript%3E/2026-12-07",
        "",
    ):
        visitor.open(place)
        visitor.page.wait_for_load_state("networkidle")
        assert visitor.page.evaluate("window.hit") is None
        assert visitor.page.locator("img, body script").count() == 0
    visitor.page.reload()
    visitor.sees(INJECTED)
    assert visitor.page.evaluate("window.hit") is None
    visitor.page.unroute_all(behavior="wait")


def test_what_is_typed_stays_text(visitor: Visitor, machine: Machine) -> None:
    """Into every field that takes letters, sent, and gone back to."""
    for place in ("", "daftar/nama", "masuk", "keluarga/tambah", "telepon"):
        if place == "keluarga/tambah":
            visitor.signs_in(register(machine))
        visitor.open(place)
        fields = visitor.page.locator("input:not([type=radio], [type=checkbox])")
        fields.first.wait_for()
        for at in range(fields.count()):
            fields.nth(at).fill(INJECTED[: int(fields.nth(at).get_attribute("maxlength") or 999)])
        fields.first.press("Enter")
        visitor.page.wait_for_load_state("networkidle")
        assert visitor.page.evaluate("window.hit") is None
        assert visitor.page.locator("img, body script").count() == 0


@pytest.mark.parametrize("place", ["undian", "kantor"])
def test_an_address_with_no_date_in_it_is_told_so(visitor: Visitor, place: str) -> None:
    visitor.open(f"{place}/{OFFICE}/besok")
    visitor.page.get_by_role("alert").wait_for()
    assert "besok" in visitor.page.inner_text("main")

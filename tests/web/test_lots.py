"""Places by lot, from asking over a draw to the ticket: at an office of its own, whose clock is
moved to the draw.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser

from infra.ops.verify_draw import check, fetched
from tests.machine import ROOT, Api, Applicant, crowd, new_key
from tests.web.axe import faults
from tests.web.browser import Visitor, somebody
from tests.web.conftest import visiting
from tests.web.lottery import OFFICE

pytestmark = pytest.mark.server

PHONE = {"service_workers": "block", "reduced_motion": "reduce"}
"""Transitions would blur what is measured."""

RIVALS = 3
"""Who ask for the one place at eight."""


@dataclass
class Lottery:
    """The office, and how its clock is moved."""

    api: Api
    process: "subprocess.Popen[str]"
    date: str
    """The day that is drawn next."""
    draw_at: str

    def draws(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        print(self.draw_at, file=self.process.stdin, flush=True)
        assert self.process.stdout.readline().strip() == self.draw_at

    def signed_in(self, who: Applicant) -> str:
        """A token of somebody, whose first one is hours old."""
        again = {"refresh_token": who.refresh_token}
        return str(self.api.call("POST", "/v1/sessions/refresh", again).json["access_token"])

    def entry(self, token: str) -> dict[str, Any]:
        """What somebody asks for."""
        (found,) = self.api.call("GET", "/v1/waitlist", token=token).json["entries"]
        entry: dict[str, Any] = found
        return entry


@pytest.fixture(scope="module")
def lottery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lottery]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.web.lottery", str(tmp_path_factory.mktemp("lottery"))],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        told = json.loads(next(line for line in process.stdout if line.startswith("{")))
        api = Api(int(told["address"].rpartition(":")[2]))
        days = api.call("GET", f"/v1/offices/{OFFICE}/calendar?days=20").json["days"]
        day = next(one for one in days if "draw_at" in one)
        yield Lottery(api, process, day["date"], day["draw_at"])
        process.stdin.close()
        process.wait(timeout=60)


def asks(lottery: Lottery, who: Applicant, *windows: str) -> None:
    body = {
        "office_id": OFFICE,
        "from": lottery.date,
        "to": lottery.date,
        "windows": windows,
        "service": "renewal",
        "applicants": [who.applicant_id],
    }
    made = lottery.api.call("POST", "/v1/waitlist", body, token=who.token, key=new_key())
    assert made.status == 201, made.content


class Looks:
    """Looks at every screen for what is wrong with it."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.found: dict[str, list[str]] = {}

    def at(self, name: str, text: str) -> None:
        self.visitor.page.wait_for_selector("h1")
        self.visitor.sees(text)
        if found := faults(self.visitor.page):
            self.found[name] = found


def test_somebody_asks_is_drawn_has_a_ticket_and_declines(
    browser: Browser, lottery: Lottery
) -> None:
    """And somebody else is not drawn, sees where they were, and withdraws."""
    rivals = crowd(lottery.api, RIVALS)
    with visiting(browser, lottery.api, **PHONE) as visitor:  # type: ignore[arg-type]
        look, person = Looks(visitor), somebody()
        chooses(visitor, look, lottery.date)
        registers(visitor, person)
        asks_for_it(visitor, look)
        for who in rivals:
            asks(lottery, who, "08:00")
        lottery.draws()
        has_won(visitor, look)
        everybody_sees_the_draw(visitor, look)
        declines(visitor, look)
        assert look.found == {}
    tokens = {lottery.signed_in(who): who for who in rivals}
    lost = next(one for one in tokens if lottery.entry(one)["status"] == "waiting")
    with visiting(browser, lottery.api, **PHONE) as visitor:  # type: ignore[arg-type]
        look = Looks(visitor)
        visitor.signs_in(tokens[lost])
        was_not_drawn(visitor, look, lottery)
        withdraws(visitor, look)
        assert look.found == {}
    assert lottery.entry(lost)["status"] == "withdrawn"


def chooses(visitor: Visitor, look: Looks, date: str) -> None:
    """From the calendar to the check: at nine, or else at eight, for a new passport."""
    page = visitor.page
    visitor.open(f"kantor/{OFFICE}")
    visitor.sees("pukul 23.50 WIB")
    look.at("calendar", "Kantor ini mengundi tempatnya")
    page.click(f"a.day[href$='{date}']")
    look.at("day", "Ajukan permohonan paling lambat satu menit sebelumnya.")
    visitor.taps("Ajukan permohonan")
    visitor.sees("Pada hari apa saja Anda dapat datang?")
    assert page.input_value("[name=from]") == page.input_value("[name=to]") == date
    look.at("days", "Menunggu sampai")
    visitor.taps("Lanjut")
    visitor.sees("Kantor ini belum pernah mengundi")
    page.check("[name=which][value=some]")
    visitor.taps("Lanjut")
    look.at("times, nothing chosen", "Pilih satu jam atau lebih, atau jam berapa pun.")
    page.check("[value='09:00']")
    page.check("[value='08:00']")
    look.at("times", "pilihan ke-2")
    visitor.taps("Lanjut")
    page.check("[value=new]")
    visitor.taps("Lanjut")
    page.check("[name=who][value=me]")
    visitor.taps("Lanjut")
    look.at("check of a visitor", "Daftar untuk mengajukan")
    visitor.sees("09.00, lalu 08.00")


def registers(visitor: Visitor, person: dict[str, Any]) -> None:
    visitor.taps("Daftar untuk mengajukan")
    visitor.registers(person)
    visitor.enters_the_code(person["e164"])
    visitor.sees("Periksa permohonan Anda")


def asks_for_it(visitor: Visitor, look: Looks) -> None:
    look.at("check", "Ajukan permohonan")
    visitor.taps("Ajukan permohonan")
    look.at("asked", "Permohonan Anda sudah masuk")
    visitor.sees("Undian berikutnya")
    visitor.taps("Pesanan saya")
    visitor.page.get_by_role("heading", name="Pesanan saya").wait_for()
    look.at("mine, waiting", "Menunggu undian")


def has_won(visitor: Visitor, look: Looks) -> None:
    page = visitor.page
    visitor.open("pesanan")
    page.reload()
    look.at("mine, won", "Didapat lewat undian")
    page.click("summary")
    page.click("details a.card")
    look.at("entry, won", "Permohonan ini mendapat tempat.")
    entry = page.inner_text("main .facts code")
    visitor.open(f"tarik/{entry}")
    visitor.taps("Ya, tarik permohonan")
    look.at("already won", "Sudah mendapat tempat")
    visitor.taps("Lihat tiket")
    look.at("ticket", "Didapat lewat undian")
    visitor.sees("Untuk menerimanya Anda tidak perlu berbuat apa-apa.")


def everybody_sees_the_draw(visitor: Visitor, look: Looks) -> None:
    page = visitor.page
    visitor.open("pesanan")
    page.click("summary")
    page.click("details a.card")
    visitor.taps("Lihat undian itu")
    visitor.sees("Permohonan ini mendapat tempat.")
    look.at("the draw", "Cara memeriksa undian ini")
    assert page.locator("table.listed", has_text="Daftar peserta").locator("tbody tr").count() == 4
    assert page.locator("table.listed", has_text="Hasil").locator("tr.wanted").count() == 1
    page.fill("[name=entry]", "malang-0")
    visitor.sees("Tidak ada dalam daftar undian ini.")
    program, url = page.inner_text("pre").rsplit(" ", 1)
    assert program == "python -m infra.ops.verify_draw"
    (draw,) = fetched(url)
    assert check(draw, OFFICE) is None
    visitor.taps("Muat undian berikutnya")
    visitor.sees("Tidak ada undian lain sampai saat ini.")


def declines(visitor: Visitor, look: Looks) -> None:
    visitor.open("pesanan")
    visitor.page.click("a.card[href^='#/tiket']")
    visitor.taps("Batalkan pesanan")
    look.at("decline", "Tempat ini didapat lewat undian.")
    visitor.taps("Ya, batalkan pesanan")
    visitor.sees("Dibatalkan")


def was_not_drawn(visitor: Visitor, look: Looks, lottery: Lottery) -> None:
    visitor.open("pesanan")
    visitor.page.click("a.card[href^='#/permohonan']")
    look.at("entry, not drawn", "dari 4 (")
    visitor.open(f"ajukan/{OFFICE}/hari/{lottery.date}")
    visitor.taps("Lanjut")
    visitor.sees("Peluang terbesar: sekitar 50%")
    visitor.page.check("[name=which][value=some]")
    look.at("chances", "2 dari 4 permohonan mendapat tempat")
    visitor.sees("peluang sekitar 100%")
    visitor.page.check("[name=which][value=any]")
    visitor.taps("Lanjut")
    visitor.page.check("[value=renewal]")
    visitor.taps("Lanjut")
    visitor.sees("Anda")
    visitor.taps("Lanjut")
    visitor.sees("Periksa permohonan Anda")
    visitor.taps("Ajukan permohonan")
    look.at("already asking", "Tarik permohonan itu dahulu.")
    visitor.taps("Lihat permohonan dan pesanan saya")


def withdraws(visitor: Visitor, look: Looks) -> None:
    visitor.page.click("a.card[href^='#/permohonan']")
    visitor.taps("Tarik permohonan")
    look.at("withdraw", "Anda tidak ikut diundi lagi")
    visitor.taps("Ya, tarik permohonan")
    look.at("withdrawn", "Permohonan ini sudah ditarik")


# ---- a long list ---------------------------------------------------------------------------------


def test_a_long_list_is_loaded_and_shown_a_part_at_a_time(
    browser: Browser, lottery: Lottery
) -> None:
    """As of 45 entries, of which the service tells 30 in one page of its answer."""
    ids = [f"{OFFICE}-{n:020x}" for n in range(45)]
    rows = [[one, 1, lottery.date, lottery.date, [], n % 7] for n, one in enumerate(ids)]
    draw = {
        "at": "2026-11-26T16:50:00Z",
        "state": "settled",
        "cap": 5,
        "rooms": [[lottery.date, "08:00", 25]],
        "entries": len(ids),
        "list_hash": "0" * 64,
        "results": [[one, 1, lottery.date, "08:00", "placed"] for one in ids[:25]],
    }
    answers = {
        False: {"draws": [{**draw, "list": rows[:30]}], "next": "20261126165000-1"},
        True: {"draws": [{**draw, "list": rows[30:]}], "next": "20261126165001-0"},
    }
    with visiting(browser, lottery.api, **PHONE) as visitor:  # type: ignore[arg-type]
        page = visitor.page
        page.route(
            "**/v1/offices/*/days/*/draw*",
            lambda route: route.fulfill(json=answers["page=" in route.request.url]),
        )
        visitor.open(f"undian/{OFFICE}/{lottery.date}/{ids[44]}")
        visitor.sees("Tidak ada di antara 30 dari 45 baris yang sudah dimuat.")
        table = page.locator(".pages", has_text="Daftar peserta")
        assert table.locator("tbody tr").count() == 20
        table.get_by_role("button", name="Berikutnya").click()
        visitor.sees("21–30 dari 30")
        assert table.locator("tbody tr").count() == 10
        visitor.taps("Muat seluruh daftar")
        visitor.sees("Ada dalam daftar, baris 45.")
        visitor.sees("Permohonan ini tidak mendapat tempat dalam undian ini.")
        assert ids[44] in table.locator("tr.wanted").inner_text()
        visitor.sees("41–45 dari 45")
        assert page.get_by_role("button", name="Muat seluruh daftar").count() == 0

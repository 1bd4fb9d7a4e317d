"""A morning of thirty people in five windows: two desks, a board, a kiosk and a phone.

Some have booked, some come late or not at all, some have no booking or have priority; one misses
their call and comes back, and a counter's PC dies while somebody is served there. At the end
everybody was called, heard and served once; only who had a reason to be, twice.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.machine import ROOT, Api
from tests.web.browser import CHEAP_PHONE, Visitor
from tests.web.hall import PC, Clerk
from tests.web.morning import LAST, MINUTES, OFFICE, OPENS
from tests.web.offices import WIDE

pytestmark = pytest.mark.server

LISTENS = """
  window.said = [];
  addEventListener("said", ({ detail }) => said.push(detail.ticket));
  const decode = AudioContext.prototype.decodeAudioData;
  AudioContext.prototype.decodeAudioData = async function (clip) {
    await decode.call(this, clip);
    return this.createBuffer(1, 480, 48000);
  };
"""
"""Keeps which tickets were said to their end; the words are cut short, or it would take minutes."""

A_MOMENT = 2 / 60
"""Minutes of the day that go by whenever somebody has done something."""

SILENT, LATE, FORGETFUL, RECALLED, HAS_PHONE = "A5", {"A3": 26, "B2": 21}, "A8", "A2", "B5"
LOOK_MS, BEAT_MS = 3000, 1000
"""How often the board looks, and how often it goes on with what it has to say."""

SEEN = 7
"""After so many minutes of the day the board has looked."""

AWAY = 7
"""For so many minutes the forgetful one is away."""

DIES, RELEASED, BACK = OPENS + 33, OPENS + 36, OPENS + 44
"""When the second desk's PC dies, its counter is released, and there is another PC."""

WALK_INS = {OPENS + 12 * n: "Tidak ada" for n in range(1, 8)} | {
    OPENS + 9: "Lanjut usia",
    OPENS + 41: "Ibu hamil",
    OPENS + 75: "Penyandang disabilitas",
}
"""Who comes when without a booking, and what they answer when they are asked for priority."""


class Morning:
    """The office, whose clock is moved by hand, and all who are there."""

    def __init__(
        self, process: "subprocess.Popen[str]", browser: Browser, stack: ExitStack
    ) -> None:
        self._process, self._browser, self._stack = process, browser, stack
        told = json.loads(next(line for line in iter(self._line, "") if line.startswith("{")))
        self.people: list[dict[str, Any]] = told["people"]
        self.api = Api(int(told["address"].rpartition(":")[2]))
        self.now = self.looked = 0.0
        self.reach(OPENS - 30)
        self.visitors = list[Visitor]()
        chief = self._staff("supervisor")
        self.token = chief["access_token"]
        self.board = self._board()
        self.kiosk = self._opened(self._staff("kiosk")["link"], WIDE, "Selamat datang")
        self.phone = self._phone()
        clerk = self._staff("clerk")["link"]
        self.desks = {one: self._desk(clerk, one) for one in ("1", "2")}
        self.busy = dict[str, tuple[str, str, float]]()
        """Who is at a counter: the ticket, its state, and since when."""
        self.called = Counter[str]()
        self.served = list[str]()
        self.numbers = list[str]()
        self.comes_back = float("inf")
        self.told = (0.0, 0.0)
        """Between which minutes the phone said that its owner would be called."""
        self.phone_called = 0.0

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()

    def reach(self, minute: float) -> None:
        assert self._process.stdin
        print(minute, file=self._process.stdin, flush=True)
        assert float(self._line()) == minute
        self.now = minute

    def board_looks(self) -> None:
        """Let the board look until it shows how it is now, and say what it can. What is ten minutes
        old it does not say."""
        time = f"{int(self.now) // 60:02}.{int(self.now) % 60:02}"
        while self.board.inner_text(".clock time") < time:
            with self.board.expect_response("**/today"):
                self.board.clock.run_for(LOOK_MS)
            self.board.clock.run_for(BEAT_MS)
        self.looked = self.now

    def is_heard(self, wanted: Counter[str]) -> None:
        """Let the board say what is left, for a minute at most."""
        for _ in range(60):
            if len(self.board.evaluate("said")) >= wanted.total():
                break
            self.board.clock.run_for(BEAT_MS)
        assert Counter(self.board.evaluate("said")) == wanted

    def moment(self) -> None:
        self.reach(self.now + A_MOMENT)

    def _staff(self, role: str) -> dict[str, str]:
        asked = {"office_id": OFFICE, "role": role}
        return dict(self.api.call("POST", "/_local/staff", asked).json)

    def _page(self, size: dict[str, int]) -> Page:
        made = self._browser.new_context(viewport=size, locale="id-ID", reduced_motion="reduce")  # type: ignore[arg-type]
        self._stack.callback(made.close)
        page = made.new_page()
        self.visitors.append(Visitor(page, self.api))
        return page

    def _opened(self, link: str, size: dict[str, int], title: str) -> Page:
        page = self._page(size)
        page.goto(link)
        page.get_by_role("heading", name=title).wait_for()
        return page

    def _board(self) -> Page:
        page = self._page(WIDE)
        page.add_init_script(LISTENS)
        page.clock.install()
        page.goto(self._staff("board")["link"])
        page.wait_for_selector(".digits")
        page.mouse.click(300, 300)  # or there is no sound
        return page

    def _phone(self) -> Page:
        """The phone of somebody who has signed in before."""
        self.owner = next(one for one in self.people if one["label"] == HAS_PHONE)
        page = self._page(CHEAP_PHONE)
        page.context.add_cookies(
            [
                {
                    "name": "__Secure-antrian",
                    "value": self.owner["refresh_token"],
                    "domain": "127.0.0.1",
                    "path": "/v1/sessions",
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "Strict",
                }
            ]
        )
        page.add_init_script("localStorage['antrian-signed-in'] = '1'")
        page.goto(f"{self.api.address}/#/hari-ini/{self.owner['code']}")
        page.wait_for_selector("[name=presence]")
        return page

    def _desk(self, link: str, counter: str) -> Clerk:
        clerk = Clerk(self._page(PC), self.api)
        clerk.opens(link)
        clerk.takes(counter)
        return clerk

    # ---- who comes ---------------------------------------------------------------------------

    def checks_in(self, person: dict[str, Any]) -> None:
        """By the phone, at the kiosk or at a desk, where a scanner reads the ticket."""
        label, qr = person["label"], person["qr"]
        if label == HAS_PHONE:
            digits = self.api.call("GET", "/v1/desk/presence", token=self.token).json["presence"]
            self.board.locator(".four", has_text=digits).wait_for()
            self.phone.fill("[name=presence]", self.board.inner_text(".four"))
            self.phone.click("form > .button")
            told = self.phone.get_by_text("Perkiraan dipanggil").inner_text()
            self.told = minutes(told.split()[4]), minutes(told.split()[6])
        elif int(label[1:]) % 2:
            self.desks["1"].scans(qr)
            assert label in self.desks["1"].is_told("Hadir", "good")
        else:
            scans(self.kiosk, qr)
            self.kiosk.get_by_role("heading", name="Anda sudah lapor hadir").wait_for()
            assert self.kiosk.inner_text(".huge") == label
            self.kiosk.get_by_role("button", name="Selesai").click()
        self.moment()

    def takes_number(self, priority: str) -> None:
        for name in ("Tanpa pesanan", "Paspor baru", "1 orang", priority):
            self.kiosk.get_by_role("button", name=name).first.click()
        self.kiosk.get_by_role("heading", name="Ini nomor Anda").wait_for()
        self.numbers.append(self.kiosk.inner_text(".huge"))
        self.kiosk.get_by_role("button", name="Selesai").click()
        self.moment()

    # ---- who is served -----------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        counters = self.api.call("GET", "/v1/desk/counters/1", token=self.token)
        return int(counters.json["waiting"])

    def works(self, counter: str) -> None:
        """What a clerk does now, if there is anything to do."""
        clerk = self.desks[counter]
        ticket, state, since = self.busy.get(counter, ("", "", 0.0))
        if not ticket:
            if self.waiting:
                self.calls(counter)
        elif state == "called" and ticket == FORGETFUL and self.called[ticket] == 1:
            clerk.presses_key("n")
            clerk.page.get_by_text("Tidak ada orang di loket").wait_for()
            del self.busy[counter]
            self.comes_back = self.now + AWAY
        elif state == "called" and self.now < since + 1:
            return
        elif state == "called" and ticket == RECALLED and self.called[ticket] == 1:
            self.board_looks()
            with clerk.page.expect_response("**/presses"):
                clerk.presses_key("r")
            clerk.waits()
            self.called[ticket] += 1
        elif state == "called":
            clerk.presses_key("Enter")
            clerk.page.locator(".present.serving").wait_for()
            self.busy[counter] = (ticket, "serving", self.now)
        elif state == "serving" and self.now >= since + MINUTES - 1:
            self.served.append(ticket)
            if self.waiting:
                self.calls(counter)
            else:
                clerk.presses_key("f")
                clerk.page.get_by_text("Tidak ada orang di loket").wait_for()
                del self.busy[counter]
        self.moment()

    def calls(self, counter: str) -> None:
        ticket = self.desks[counter].calls()
        self.called[ticket] += 1
        self.busy[counter] = (ticket, "called", self.now)
        if ticket == HAS_PHONE:
            self.phone_called = self.now

    def dies(self) -> None:
        """The window of the second desk is gone, whoever stands there."""
        assert "2" in self.busy, "nobody is there"
        self.board_looks()
        self.desks.pop("2").page.context.close()

    def is_released(self) -> None:
        path = "/v1/desk/counters/2/release"
        assert self.api.call("POST", path, token=self.token).status == 200
        self.released = self.busy.pop("2")[0]
        self.moment()


def minutes(clock: str) -> float:
    """Of the day, of a time as the pages write it: `09.14`."""
    hour, minute = clock.strip(".").split(".")
    return 60 * int(hour) + int(minute)


def scans(page: Page, text: str) -> None:
    """What the scanner of the kiosk types, faster than anybody."""
    page.evaluate(
        """text => [...text, "Enter"].forEach(key => document.activeElement.dispatchEvent(
          new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))""",
        text,
    )


@pytest.fixture
def morning(browser: Browser, tmp_path: Path) -> Iterator[Morning]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.morning", str(tmp_path / "state")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        with ExitStack() as stack:
            yield Morning(process, browser, stack)
    finally:
        process.communicate(timeout=60)


def test_everybody_is_called_heard_and_served_once(morning: Morning) -> None:
    people, minute = morning.people, OPENS - 15
    comes = {
        one["label"]: one["told"] + LATE.get(one["label"], int(one["label"][1:]) % 4 - 1)
        for one in people
        if one["label"] != SILENT
    }
    while minute < LAST or morning.busy or morning.waiting:
        morning.reach(max(minute, morning.now))
        if minute > morning.looked + SEEN:
            morning.board_looks()
        if minute == DIES:
            morning.dies()
        if minute == RELEASED:
            morning.is_released()
        if minute == BACK:
            morning.desks["2"] = morning._desk(morning._staff("clerk")["link"], "2")
        for person in people:
            if comes.get(person["label"]) == minute:
                morning.checks_in(person)
        if minute >= morning.comes_back:
            morning.comes_back = float("inf")
            scans_again(morning)
        if minute in WALK_INS:
            morning.takes_number(WALK_INS[minute])
        for counter in sorted(morning.desks):
            morning.works(counter)
        minute += 1

    everybody = {*comes, *morning.numbers}
    assert len(everybody) == len(people) - 1 + len(WALK_INS) == 29
    twice = {RECALLED, FORGETFUL, morning.released}
    wanted = Counter(everybody) + Counter(twice)
    assert morning.called == wanted
    assert Counter(morning.served) == Counter(everybody)
    morning.board_looks()
    morning.is_heard(wanted)
    assert morning.told[0] <= morning.phone_called <= morning.told[1] + 1
    assert [who.complaints for who in morning.visitors] == [[]] * len(morning.visitors)


def scans_again(morning: Morning) -> None:
    """Who has missed their call comes back, and waits again."""
    forgetful = next(one for one in morning.people if one["label"] == FORGETFUL)
    morning.desks["1"].scans(forgetful["qr"])
    assert FORGETFUL in morning.desks["1"].is_told("Mengantre lagi", "good")
    morning.moment()

"""Chromium, driven by Playwright, and a visitor with a phone in it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as NotThere

from infra.local import pictures
from tests.machine import Api, Applicant, Reply, new_key
from tests.made_up import identity

CHROMIUM = pictures.chromium()

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

OFFICE = "yogyakarta"
"""Where these tests book, and no others."""

CHEAP_PHONE = {"width": 360, "height": 740}

PATIENCE_MS = 20_000

FOCUSED = """() => {
  const one = document.activeElement;
  const text = one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent;
  const shown = getComputedStyle(one.closest("label.choice") ?? one);
  return [text.trim(), shown.outlineStyle];
}"""
"""What the thing is called that has the focus, and how that is shown."""


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser, as it is until the block ends."""
    assert CHROMIUM
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=FLAGS,
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """Somebody who looks at the pages; everything is on the page that they see."""

    page: Page
    machine: Api
    complaints: list[str] = field(default_factory=list)
    """What the browser complained of: errors of a script, and what the policy blocked."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message: Any) -> None:
        if "Content Security Policy" in message.text or "TrustedScript" in message.text:
            self.complaints.append(message.text)

    @property
    def base(self) -> str:
        return self.machine.address

    @property
    def heading(self) -> str:
        return self.page.inner_text("h1")

    def is_far_away(self) -> None:
        """Everything takes 300 ms there and back, and comes at 700 kbit/s."""
        phone = self.page.context.new_cdp_session(self.page)
        phone.send("Network.enable")
        speed = {"downloadThroughput": 87_500, "uploadThroughput": 87_500}
        phone.send("Network.emulateNetworkConditions", {"offline": False, "latency": 300, **speed})

    def open(self, place: str = "") -> None:
        """Go to a page by its place, and wait until it has a heading."""
        self.page.goto(f"{self.base}/#/{place}")
        self.page.wait_for_selector("h1")

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until a text is on the page."""
        try:
            self.page.get_by_text(text).first.wait_for()
        except NotThere:
            shown = self.page.inner_text("main")
            raise AssertionError(f"{text} is not on the page, but: {shown}") from None

    def taps(self, name: str) -> None:
        """Tap the link or button of that name."""
        named = re.compile(rf"^{re.escape(name)}")
        link = self.page.get_by_role("link", name=named)
        try:
            self.page.get_by_role("button", name=named).or_(link).first.click()
        except NotThere as error:
            shown = self.page.inner_text("body")
            raise AssertionError(f"{name} cannot be tapped on: {shown}") from error

    def tabs_to(self, name: str) -> None:
        """Press Tab until what has the focus is called that; it must be seen to have it."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            called, outline = self.page.evaluate(FOCUSED)
            if called.startswith(name):
                assert outline == "solid", f"{name} does not show that it has the focus"
                return
        raise AssertionError(f"Tab never comes to {name}")

    def presses(self, name: str, key: str = "Enter") -> None:
        """Go to what is called that, and press a key, without touching anything."""
        self.page.get_by_text(name).first.wait_for()
        self.tabs_to(name)
        self.page.keyboard.press(key)

    def chooses_a_time(self, office: str = OFFICE, number: int = 0) -> None:
        """From the front page to the first question: the last day that has places."""
        self.page.fill("#search", office)
        self.page.click(".offices a")
        self.page.locator("a.day.open").last.click()
        self.page.locator("a.slot").nth(number).click()
        self.sees("Untuk apa Anda datang?")

    def answers_up_to_the_check(self) -> None:
        """A new passport, only for me."""
        self.page.check("[value=new]")
        self.taps("Lanjut")
        self.sees("Siapa yang datang?")
        self.page.check("[name=who][value=me]")
        self.taps("Lanjut")
        self.sees("Periksa pesanan Anda")

    def registers(self, person: dict[str, Any]) -> None:
        """Fill in the small pages and send them; the code is asked for then."""
        self.fills("name", person["name"])
        self.fills("nik", person["nik"])
        self.sees("Kapan Anda lahir?")
        self.taps("Lanjut")
        self.sees("Jenis kelamin pada KTP Anda")
        self.taps("Lanjut")
        self.fills("phone", person["phone"])
        self.page.check("[name=consent]")
        self.taps("Setuju dan kirim kode")
        self.page.wait_for_selector("[name=code]")

    def fills(self, name: str, text: str) -> None:
        """Fill in a field, and go on to the next page."""
        self.page.fill(f"[name={name}]", text)
        self.taps("Lanjut")

    def enters_the_code(self, phone: str) -> None:
        """Type what came by SMS to a phone (as the service writes it)."""
        self.page.fill("[name=code]", self.machine.codes()[phone])
        self.page.click("form > .button")

    def signs_in(self, who: Applicant) -> None:
        """Sign in by SMS, as the holder of an account."""
        self.open("masuk")
        self.page.fill("[name=phone]", who.phone)
        self.page.click("form > .button")
        self.page.wait_for_selector("[name=code]")
        self.enters_the_code(who.phone)
        self.page.wait_for_selector("nav [href='#/akun']")

    def kept(self) -> str:
        """All that the browser keeps for this page, but for the cookie that no script sees."""
        found = self.page.evaluate(
            """async () => {
              const cached = [];
              for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys()) {
                  const answer = await cache.match(request);
                  cached.push([request.url, await answer.text()]);
                }
              }
              return JSON.stringify([
                {...localStorage}, {...sessionStorage}, document.cookie, history.state, cached,
                await indexedDB.databases(), location.href,
              ]);
            }"""
        )
        assert isinstance(found, str)
        return found


def somebody() -> dict[str, Any]:
    """A new person, with their phone as the service writes it under `e164`."""
    person = identity()
    return {**person, "e164": "+62" + str(person["phone"])[1:]}


def booked(machine: Api, who: Applicant, *applicants: str, number: int = 0) -> Reply:
    """Book a place over HTTP, in a slot of the day before the last that has places."""
    path = f"/v1/offices/{OFFICE}"
    days = machine.call("GET", f"{path}/calendar").json["days"]
    day = [one["date"] for one in days if one["status"] == "open"][-2]
    slots = machine.call("GET", f"{path}/days/{day}").json["slots"]
    body = {
        "office_id": OFFICE,
        "date": day,
        "start": slots[number]["start"],
        "service": "new",
        "applicants": list(applicants or (who.applicant_id,)),
    }
    reply = machine.call("POST", "/v1/bookings", body, token=who.token, key=new_key())
    assert reply.status == 201, reply.content
    return reply


def bookings(machine: Api, who: Applicant) -> list[dict[str, Any]]:
    found = json.loads(machine.call("GET", "/v1/bookings", token=who.token).content)
    listed: list[dict[str, Any]] = found["bookings"]
    return listed

"""`make pictures`: screens of the app and of an office for the README, beside a run.

A new person books a place on the way, and a clerk calls somebody, as in the tests.
"""

import os
import random
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize

from infra.local.state import Run, State
from tests.machine import ROOT, Api
from tests.web.browser import CHEAP_PHONE, Visitor, launched
from tests.web.hall import Hall, at_work

CITY = "Malang"

DOCS = ROOT / "docs"

SCREEN: ViewportSize = {"width": 1280, "height": 720}


def main() -> None:
    run = Run.find(State(Path(os.environ.get("STATE", ".local"))))
    if run is None:
        raise SystemExit("Nothing runs here: start make run first.")
    api = Api(int(run.base_url.rpartition(":")[2]))
    number = f"{random.randrange(10**8):08}"
    person = {
        "name": "Siti Aminah",
        "nik": f"35730157059{number[:1]}{random.randrange(1, 9999):04}",
        "phone": f"0812{number}",
    }
    with launched() as browser:
        page = browser.new_page(viewport=CHEAP_PHONE, device_scale_factor=2, locale="id-ID")  # type: ignore[arg-type]
        visitor = Visitor(page, api)
        visitor.open()
        page.fill("#search", CITY)
        page.click(".offices a")
        page.wait_for_selector(".month")
        page.screenshot(path=DOCS / "app-calendar.png")
        page.locator("a.day.open").last.click()
        page.locator("a.slot").nth(1).click()
        visitor.answers_up_to_the_check()
        visitor.taps("Daftar untuk memesan")
        visitor.registers(person)
        visitor.enters_the_code(f"+62812{number}")
        page.wait_for_selector(".qr")
        page.screenshot(path=DOCS / "app-ticket.png")
        page.close()
        an_office(browser, api)


def an_office(browser: Browser, api: Api) -> None:
    """Three people wait in the hall for trials; the counter, the board, and the kiosk."""
    hall = Hall(api)
    hall.empty()
    for _ in range(3):
        hall.gives_number()
    with at_work(browser, api) as clerk:
        clerk.takes("1")
        clerk.calls()
        hall.press("2", "open")
        hall.press("2", "next")
        clerk.page.screenshot(path=DOCS / "app-desk.png")
    for role, found in (("board", ".last td"), ("kiosk", ".ways")):
        page = browser.new_page(viewport=SCREEN, locale="id-ID", reduced_motion="reduce")
        page.goto(hall.signed_in(role)["link"])
        page.wait_for_selector(found)
        page.mouse.click(640, 20)
        if role == "board":
            page.locator(".trouble").wait_for(state="detached")
            page.locator(".last .just").first.wait_for(state="detached")
        page.screenshot(path=DOCS / f"app-{role}.png")
        page.close()
    hall.empty()


if __name__ == "__main__":
    main()

"""`make pictures`: two screens of the app for the README, beside a run.

A new person books a place on the way, as in the tests.
"""

import os
import random
from pathlib import Path

from infra.local.state import Run, State
from tests.machine import ROOT, Api
from tests.web.browser import CHEAP_PHONE, Visitor, launched

CITY = "Malang"


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
        page.screenshot(path=ROOT / "docs" / "app-calendar.png")
        page.locator("a.day.open").last.click()
        page.locator("a.slot").nth(1).click()
        visitor.answers_up_to_the_check()
        visitor.taps("Daftar untuk memesan")
        visitor.registers(person)
        visitor.enters_the_code(f"+62812{number}")
        page.wait_for_selector(".qr")
        page.screenshot(path=ROOT / "docs" / "app-ticket.png")


if __name__ == "__main__":
    main()

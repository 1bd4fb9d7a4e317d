"""The hall of the office for trials, as a clerk at a counter sees it in a browser.

Other tests work there too. So whoever leaves closes the counters, and leaves nobody waiting.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser

from chalicelib.domain.offices import TRIAL
from tests.machine import Api, Applicant, new_key
from tests.web.browser import Visitor

PC = {"width": 1366, "height": 768}

SCAN = """text => {
  for (const key of [...text, "Enter"]) {
    const how = { key, bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", how));
    document.activeElement.dispatchEvent(new KeyboardEvent("keyup", how));
  }
}"""
"""What a USB scanner does: the keys of a text and Enter, faster than anybody types."""

READY = ".first:not([aria-disabled])"
"""The one big button, when it can be pressed."""


class Staff(Visitor):
    """Somebody at a desk's PC; a name leads there, for passkeys take no address."""

    @property
    def base(self) -> str:
        return f"http://localhost:{self.machine.port}"

    def opens(self, link: str) -> None:
        self.page.goto(link)
        self.page.wait_for_selector("h1")


class Clerk(Staff):
    """A clerk with a keyboard and a scanner."""

    def takes(self, counter: str) -> None:
        """Choose a counter, and open it unless it is open."""
        self.page.wait_for_selector(".tiles")
        self.page.check(f"[name=counter][value='{counter}']")
        self.page.keyboard.press("Enter")
        self.waits()

    def waits(self) -> None:
        """Wait until something can be pressed."""
        self.page.wait_for_selector(READY)

    def presses_key(self, key: str) -> None:
        self.waits()
        self.page.keyboard.press(key)

    def scans(self, text: str) -> None:
        self.page.evaluate(SCAN, text)

    def is_told(self, word: str, tone: str) -> str:
        """Wait for what came of a scan; returns all that is told."""
        self.page.locator(f".result.{tone} h2", has_text=word).wait_for()
        return self.page.inner_text(".result")

    def calls(self) -> str:
        """Call the next one; returns the ticket."""
        before = self.ticket
        self.presses_key("Enter")
        self.page.locator(".present.called").wait_for()
        self.waits()
        assert self.ticket != before
        return self.ticket

    @property
    def ticket(self) -> str:
        """Who is called or served here; nothing if nobody is."""
        found = self.page.locator(".present .label")
        return found.inner_text() if found.count() else ""

    @property
    def first(self) -> str:
        """What the one big button says."""
        self.waits()
        return self.page.inner_text(".first").partition("\n")[0]


class Hall:
    """The office for trials over HTTP."""

    def __init__(self, machine: Api) -> None:
        self.machine = machine
        self.token = self.signed_in("supervisor")["access_token"]

    def signed_in(self, role: str) -> dict[str, str]:
        body = {"office_id": TRIAL, "role": role}
        return dict(self.machine.call("POST", "/_local/staff", body).json)

    def counter(self, counter: str) -> Any:
        return self.machine.call("GET", f"/v1/desk/counters/{counter}", token=self.token).json

    def press(self, counter: str, what: str, **more: Any) -> Any:
        """Press as somebody else who sees the counter as it is."""
        body = {"turn": self.counter(counter)["turn"], "press": what, **more}
        path = f"/v1/desk/counters/{counter}/presses"
        return self.machine.call("POST", path, body, token=self.token, key=new_key()).json

    def gives_number(self, **more: Any) -> str:
        body = {"service": "new", "people": 1, **more}
        taken = self.machine.call(
            "POST", "/v1/desk/walk-ins", body, token=self.token, key=new_key()
        )
        assert taken.status == 201, taken.content
        return str(taken.json["ticket"])

    def comes(self, qr: str) -> str:
        checked = self.machine.call("POST", "/v1/desk/check-ins", {"qr": qr}, token=self.token)
        assert checked.status == 200, checked.content
        return str(checked.json["ticket"])

    def booked(self, who: Applicant, day: int = 0) -> Any:
        """A booking of the last window of today, or of a later day: others book the next ones."""
        office = f"/v1/offices/{TRIAL}"
        date = self.machine.call("GET", f"{office}/calendar").json["days"][day]["date"]
        slots = self.machine.call("GET", f"{office}/days/{date}").json["slots"]
        wish = {
            "office_id": TRIAL,
            "date": date,
            "start": slots[-1]["start"],
            "service": "new",
            "applicants": [who.applicant_id],
        }
        made = self.machine.call("POST", "/v1/bookings", wish, token=who.token, key=new_key())
        assert made.status == 201, made.content
        return made.json

    def empty(self) -> None:
        """Close all counters, and let nobody wait: who does is called, and does not come."""
        listed = self.machine.call("GET", "/v1/desk/counters", token=self.token).json["counters"]
        for one in listed:
            path = f"/v1/desk/counters/{one['counter']}/release"
            self.machine.call("POST", path, token=self.token)
        self.press("6", "open")
        while "ticket" in self.press("6", "next"):
            self.press("6", "no_show")
        self.press("6", "leave")


@contextmanager
def at_work(browser: Browser, machine: Api, role: str = "clerk", **how: Any) -> Iterator[Clerk]:
    """A browser in which somebody of the staff is signed in, and nothing breaks on the way."""
    context = browser.new_context(
        **{"locale": "id-ID", "reduced_motion": "reduce", "viewport": PC, **how}
    )
    try:
        clerk = Clerk(context.new_page(), machine)
        clerk.opens(Hall(machine).signed_in(role)["link"])
        yield clerk
        assert clerk.complaints == []
    finally:
        context.close()

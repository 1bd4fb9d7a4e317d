"""From the ticket to the shown notice: a reminder that is asked for, comes by push, and is told to
the service, so that no SMS goes out.

Headless Chromium has no push service, so what it says of one is made up, and the message that would
come from there is delivered by DevTools. The office is closed for a day, so it is of its own.
"""

import json
import re
import subprocess
from typing import Any

import pytest

from tests.machine import Applicant, Machine, new_key, register
from tests.web.browser import Visitor

pytestmark = pytest.mark.server

OFFICE = "sorong"

ENDPOINT = "https://fcm.googleapis.com/fcm/send/of-a-test"

SUBSCRIBED = """(endpoint) => {
  let made = null;
  PushManager.prototype.getSubscription = async () => made;
  PushManager.prototype.subscribe = async (options) => {
    made = {
      endpoint,
      options: { applicationServerKey: options.applicationServerKey.buffer },
      unsubscribe: async () => { made = null; return true; },
    };
    return made;
  };
}"""

SHOWN = """async () => {
  const { getNotifications } = ServiceWorkerRegistration.prototype;
  const found = await getNotifications.call(await navigator.serviceWorker.ready);
  return found.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
}"""


@pytest.fixture
def person(machine: Machine) -> Applicant:
    return register(machine)


@pytest.fixture
def phone(resident: Visitor) -> Visitor:
    """A phone whose browser has a push service, as far as the pages can tell."""
    resident.page.context.grant_permissions(["notifications"])
    resident.page.context.add_init_script(f"({SUBSCRIBED})({json.dumps(ENDPOINT)})")
    resident.page.reload()
    return resident


def booked(machine: Machine, who: Applicant) -> Any:
    """A place on the last day that has some."""
    path = f"/v1/offices/{OFFICE}"
    days = machine.call("GET", f"{path}/calendar").json["days"]
    day = [one["date"] for one in days if one["status"] == "open"][-1]
    slots = machine.call("GET", f"{path}/days/{day}").json["slots"]
    body = {
        "office_id": OFFICE,
        "date": day,
        "start": slots[0]["start"],
        "service": "new",
        "applicants": [who.applicant_id],
    }
    reply = machine.call("POST", "/v1/bookings", body, token=who.token, key=new_key())
    assert reply.status == 201, reply.content
    return reply.json


class Chromium:
    """The browser, as its push service would reach it."""

    def __init__(self, visitor: Visitor) -> None:
        self.devtools = visitor.page.context.new_cdp_session(visitor.page)
        self.registrations: list[str] = []
        self.devtools.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self.devtools.send("ServiceWorker.enable")
        self.origin = visitor.base
        self.visitor = visitor

    def _note(self, event: Any) -> None:
        self.registrations += [
            one["registrationId"]
            for one in event["registrations"]
            if one["scopeURL"].startswith(self.origin) and not one["isDeleted"]
        ]

    def delivers(self) -> None:
        """A message without a payload reaches the worker."""
        while not self.registrations:
            self.visitor.page.wait_for_timeout(50)
        self.devtools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self.origin, "registrationId": self.registrations[-1], "data": ""},
        )

    def shows(self) -> list[dict[str, Any]]:
        """What is shown, once something is."""
        for _ in range(400):
            if found := self.visitor.page.evaluate(SHOWN):
                assert isinstance(found, list)
                return found
            self.visitor.page.wait_for_timeout(50)
        raise AssertionError("nothing is shown")


def pushes(machine: Machine) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = machine.call("GET", "/_local/pushes").json
    return found


def texts_about_a_closure(machine: Machine, who: Applicant) -> list[str]:
    sent = machine.call("GET", "/_local/sms").json
    return [one["text"] for one in sent if one["phone"] == who.phone and "tutup" in one["text"]]


def closed(machine: Machine, day: str) -> subprocess.CompletedProcess[str]:
    said = ("--id", "Banjir", "--en", "Flood")
    done = machine.beside("infra.ops.office", "close", OFFICE, day, *said)
    assert done.returncode == 0, done.stderr
    return done


def all_that_is_kept(machine: Machine) -> str:
    """Every item of every table of the emulator."""
    dynamodb = machine.aws("dynamodb")
    tables = dynamodb.list_tables()["TableNames"]
    return "".join(str(dynamodb.scan(TableName=table)["Items"]) for table in tables)


def test_a_reminder_is_asked_for_on_the_ticket_comes_by_push_and_is_receipted(
    phone: Visitor, machine: Machine, person: Applicant
) -> None:
    made = booked(machine, person)
    phone.signs_in(person)
    phone.open(f"tiket/{made['code']}")
    phone.sees("Jika tidak sampai, kami mengirim SMS.")
    phone.taps("Ingatkan saya di ponsel ini")
    phone.sees("Pengingat aktif di ponsel ini.")
    assert "of-a-test" not in all_that_is_kept(machine)

    closed(machine, made["date"])
    machine.job("send_reminders")
    (came,) = [one for one in pushes(machine) if one["endpoint"] == ENDPOINT]
    assert (came["kind"], came["answered"], came["urgency"]) == ("closure", 201, "high")

    chromium = Chromium(phone)
    receipt = re.compile(r"/v1/me/notices/[\w-]+/shown$")
    with phone.page.context.expect_event(
        "response", lambda answer: bool(receipt.search(answer.url))
    ) as said:
        chromium.delivers()
    assert said.value.status == 204
    (shown,) = chromium.shows()
    assert "Sorong tutup pada" in shown["title"]
    assert shown["data"] == made["code"]
    machine.job("send_reminders")
    assert texts_about_a_closure(machine, person) == []
    held = machine.call("GET", "/v1/me/export", token=person.token).json
    assert [(one["kind"], one["state"]) for one in held["notices"]] == [("closure", "shown")]

    phone.open("akun")
    phone.taps("Pengingat di ponsel")
    phone.sees("Pengingat aktif di ponsel ini.")
    phone.taps("Hentikan di ponsel ini")
    phone.sees("Belum ada.")
    assert machine.call("GET", "/v1/me/pushes", token=person.token).json == {"pushes": []}


def test_a_phone_on_which_nobody_is_signed_in_shows_something_all_the_same(
    phone: Visitor,
) -> None:
    chromium = Chromium(phone)
    chromium.delivers()
    (shown,) = chromium.shows()
    assert (shown["tag"], shown["body"]) == ("antrian", "Buka aplikasi untuk melihat pesanan Anda.")


def test_what_is_shown_speaks_the_language_that_was_chosen_and_not_the_phones(
    phone: Visitor,
) -> None:
    phone.taps("English")
    phone.page.wait_for_function(
        "() => caches.match('/spoken').then((kept) => kept?.text()).then((text) => text === 'en')"
    )
    assert phone.page.evaluate("navigator.language") == "id-ID"
    chromium = Chromium(phone)
    chromium.delivers()
    (shown,) = chromium.shows()
    assert shown["body"] == "Open the app to see your bookings."


def test_nobody_is_asked_before_they_have_booked(phone: Visitor, person: Applicant) -> None:
    phone.page.context.add_init_script(
        "Notification.requestPermission = () => { throw new Error('asked') };"
    )
    phone.signs_in(person)
    for place in ("", f"kantor/{OFFICE}", "pesanan", "akun"):
        phone.open(place)
        assert phone.page.get_by_role("button", name="Ingatkan saya").count() == 0


def test_an_iphone_is_told_that_it_works_from_the_home_screen(
    phone: Visitor, machine: Machine, person: Applicant
) -> None:
    phone.page.context.add_init_script(
        """delete window.Notification; delete window.PushManager;
        Object.defineProperty(navigator, "userAgent", {get: () => "Mozilla/5.0 (iPhone; CPU"});"""
    )
    made = booked(machine, person)
    phone.signs_in(person)
    phone.page.reload()
    phone.open(f"tiket/{made['code']}")
    phone.sees("Tambah ke Layar Utama")

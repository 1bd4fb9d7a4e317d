"""The board in the hall: what it shows and says, and that it does so for a month by itself."""

import json
import re
import struct
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from chalicelib import clock
from chalicelib.domain.boards import Press
from chalicelib.domain.staff import Role
from chalicelib.services.desk import close, presence
from chalicelib.services.staff import enrolment, members
from infra import offices
from infra.local import site
from tests.machine import ROOT, Api
from tests.web.axe import faults
from tests.web.crowd import DENO
from tests.web.offices import (
    TALL,
    WIDE,
    beats_until,
    clerk,
    comes,
    device,
    opened,
    screen,
)

pytestmark = pytest.mark.server

HALL, QUIET, CLOSING = "sorong", "ternate", "ambon"
"""Offices of the API of this file: with a clerk, with nobody in it, closing its day."""

POLL = "**/v1/offices/*/today"

LISTENS = """
  window.said = []; window.played = 0;
  addEventListener("said", ({ detail }) => said.push(`${detail.ticket} ${detail.counter}`));
  const decode = AudioContext.prototype.decodeAudioData;
  AudioContext.prototype.decodeAudioData = async function (clip) {
    await decode.call(this, clip);
    return this.createBuffer(1, 480, 48000);
  };
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...at) {
    window.played += 1;
    return start.apply(this, at);
  };
"""
"""Counts the recorded words that are played, and keeps what was said to its end. The words are cut
short: how long a call takes is measured on the recordings."""


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with opened(HALL, QUIET, CLOSING, counters=20, step_minutes=[2]) as running:
        yield running


def board(page: Page, api: Api, office: str = HALL) -> None:
    """Open the board of an office, and wait until it has a day to show."""
    page.add_init_script(LISTENS)
    page.goto(f"{api.address}/papan?office={office}")
    page.wait_for_selector(".clock")
    page.wait_for_load_state("networkidle")  # its words have come


def is_said(page: Page, *calls: str) -> None:
    """Wait until these calls were said, and nothing else."""
    beats_until(page, lambda: page.evaluate("said.length") >= len(calls))
    assert page.evaluate("said") == list(calls)


def looks(*pages: Page) -> None:
    """These boards look again now, and not in a few seconds."""
    for page in pages:
        page.clock.run_for(3000)


def comes_to_say(page: Page, words: str) -> None:
    beats_until(page, lambda: page.get_by_text(words).count() > 0)


def as_it_stands(api: Api, office: str = QUIET, **changed: Any) -> dict[str, Any]:
    return {**api.call("GET", f"/v1/offices/{office}/today").json, **changed}


def called(*tickets: str, seconds_ago: float = 1, now: datetime | None = None) -> list[Any]:
    """Calls of these tickets, the latest first, a second apart."""
    last = (now or clock.now()) - timedelta(seconds=seconds_ago)
    return [
        {"ticket": one, "counter": "3", "at": (last - timedelta(seconds=n)).isoformat()}
        for n, one in enumerate(tickets)
    ]


# ---- what is shown -------------------------------------------------------------------------------


def test_two_boards_of_a_hall_show_and_say_the_same(browser: Browser, api: Api) -> None:
    with screen(browser, api) as one, screen(browser, api, TALL) as other:
        for page in (one, other):
            page.clock.install()
            board(page, api)
            page.get_by_text("Suara mati. Petugas: sentuh layar ini satu kali.").wait_for()
            page.mouse.click(300, 300)
            page.get_by_text("Suara mati").wait_for(state="detached")
            page.get_by_text("Belum ada yang dipanggil").wait_for()
        first, second = comes(HALL), comes(HALL)
        clerk(HALL, Press.OPEN, Press.NEXT)
        looks(one, other)
        for page in (one, other):
            is_said(page, f"{first} 1")
            assert page.inner_text(".huge") == first
        clerk(HALL, Press.RECALL)
        looks(one, other)
        for page in (one, other):
            is_said(page, f"{first} 1", f"{first} 1")
        one.wait_for_timeout(1000)  # a call is of a second, and the later one is shown
        clerk(HALL, Press.OPEN, Press.NEXT, counter="2")
        looks(one, other)
        for page in (one, other):
            is_said(page, f"{first} 1", f"{first} 1", f"{second} 2")
            assert page.inner_text(".huge") == second
            assert page.inner_text(".counter strong") == "2"
            assert page.locator(".last td").all_inner_texts() == [first, "Loket 1"]
        parts = "main > :not(header)"
        shown = one.locator(parts).all_inner_texts()
        assert shown
        assert shown == other.locator(parts).all_inner_texts()
        assert one.evaluate("played") == len(["nomor", "w", "1", "loket", "1"]) * 3


def test_the_digits_are_on_the_screen_of_the_device_alone(browser: Browser, api: Api) -> None:
    staff_id, link = device(api, HALL, Role.BOARD)
    with screen(browser, api) as page:
        page.clock.install()
        board(page, api)
        assert page.locator(".digits").count() == 0
        page.goto("about:blank")
        page.goto(link)
        beats_until(page, lambda: page.locator(".digits").count() > 0)
        shown = page.inner_text(".four")
        assert shown in {
            presence.digits(HALL, clock.now() - timedelta(minutes=ago)) for ago in (0, 1)
        }
        assert page.url == f"{api.address}/papan?office={HALL}"
        page.reload()
        beats_until(page, lambda: page.locator(".digits").count() > 0)
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert link.partition("=")[2].partition("=")[2] not in kept
        # Of another office it has none to show.
        page.goto(f"{api.address}/papan?office={QUIET}")
        page.get_by_text("Belum ada yang dipanggil").wait_for()
        assert page.locator(".digits").count() == 0
        members.disable(staff_id, clock.now())
        page.goto(f"{api.address}/papan?office={HALL}")
        page.wait_for_selector(".clock")
        assert page.locator(".digits").count() == 0


def test_the_link_of_a_board_opens_it_once_though_the_answer_was_lost(
    browser: Browser, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, link = device(api, HALL, Role.BOARD)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    with screen(browser, api) as page:
        page.clock.install()
        page.route("**/v1/staff/enrolments/*", lose, times=1)
        page.goto(link)
        beats_until(page, lambda: page.locator(".digits").count() > 0)
        monkeypatch.setattr(enrolment, "AGAIN", timedelta())  # the minute is over
        # A machine that opens the whole link at each start has its session all the same.
        page.goto("about:blank")
        page.goto(link)
        beats_until(page, lambda: page.locator(".digits").count() > 0)
        # It asks for its session once a day, for as long as it hangs there.
        with page.expect_request("**/v1/staff/sessions/refresh"):
            page.clock.fast_forward("24:00:05")
    with screen(browser, api) as page, page.expect_response("**/sessions/refresh") as refused:
        page.goto(link)
    assert refused.value.status == 401


CAP = """() => {
  const number = document.querySelector(".huge"), style = getComputedStyle(number);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return pen.measureText("C").actualBoundingBoxAscent;
}"""
"""How many pixels the letters of the number are high."""

OVERFLOWS = """() => {
  const { scrollWidth, scrollHeight } = document.documentElement;
  const wide = [...document.querySelectorAll(".huge, td, .fact, .four, h1, .last")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1);
  const tall = [...document.querySelectorAll(".last")]
    .filter((one) => one.scrollHeight > one.clientHeight);
  return [scrollWidth - innerWidth, scrollHeight - innerHeight,
    ...[...wide, ...tall].map((one) => one.outerHTML)];
}"""


def overflowing(page: Page) -> list[Any]:
    """What overflows where the screen lies and where it stands."""
    found: list[Any] = []
    for size in (WIDE, TALL):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += page.evaluate(OVERFLOWS)
    return [one for one in found if one != 0]


def test_it_is_read_from_ten_metres_and_nothing_overflows(browser: Browser, api: Api) -> None:
    full = called("C17", "B12", "W3", "A104", "P2", "AA999", "B9", "A28")
    day = as_it_stands(api, called=full, lag_minutes=125, walk_ins="later")
    _, link = device(api, QUIET, Role.BOARD)
    with screen(browser, api, TALL) as page:
        page.clock.install()
        page.route(POLL, lambda route: route.fulfill(json=day))
        page.goto(link)
        page.wait_for_selector(".digits")
        for size in (WIDE, TALL):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            # A metre of distance for each five millimetres, on a screen of 43 inches.
            assert page.evaluate(CAP) >= 1080 / 5, "in pixels of 0.5 mm"
        assert overflowing(page) == []
        assert faults(page) == []
        page.context.set_offline(True)
        page.get_by_text("Sambungan terputus.").wait_for()
        assert overflowing(page) == []
        assert faults(page) == []
        page.context.set_offline(False)
        page.unroute(POLL)
        page.route(
            POLL, lambda route: route.fulfill(json=as_it_stands(api, called=called("AA999")))
        )
        looks(page)
        page.get_by_text("AA999").wait_for()
        assert overflowing(page) == []


def test_a_day_without_calls_says_why(browser: Browser, api: Api) -> None:
    early = {"as_of": "2026-11-24T06:30:00+07:00", "called": [], "serving": [], "line": []}
    later = {**early, "as_of": "2026-11-24T06:31:00+07:00"}
    days: dict[str, dict[str, Any]] = {
        "Layanan mulai pukul 09.00": early,
        "Hari ini tidak ada layanan": {**later, "status": "closed"},
        "Belum ada yang dipanggil": {},
        "Layanan hari ini sudah selesai": {"status": "closed"},
    }
    shown: dict[str, Any] = early
    with screen(browser, api) as page:
        page.clock.install()
        page.route(POLL, lambda route: route.fulfill(json=as_it_stands(api, **shown)))
        board(page, api, QUIET)
        for words, changed in days.items():
            shown = changed
            comes_to_say(page, words)
            assert page.evaluate(OVERFLOWS) == [0, 0]
        assert faults(page) == []
        page.goto(f"{api.address}/papan")
        page.get_by_text("Kantor mana?").wait_for()
        page.goto(f"{api.address}/papan?office=atlantis")
        page.get_by_text('Kantor "atlantis" tidak dikenal').wait_for()
        assert faults(page) == []


def test_a_day_that_is_closed_stays_on_the_screen_until_nobody_waits(
    browser: Browser, api: Api
) -> None:
    comes(CLOSING)
    clerk(CLOSING, Press.OPEN, Press.NEXT)
    close.close(CLOSING, clock.now())
    with screen(browser, api) as page:
        page.clock.install()
        board(page, api, CLOSING)
        assert page.inner_text(".huge") == "W1"
        clerk(CLOSING, Press.SERVE, Press.FINISH)
        looks(page)
        page.get_by_text("Layanan hari ini sudah selesai").wait_for()


# ---- what goes wrong -----------------------------------------------------------------------------


def test_a_lost_connection_and_old_data_are_told_and_go_by_themselves(
    browser: Browser, api: Api
) -> None:
    with screen(browser, api) as page:
        page.clock.install()
        stuck = as_it_stands(api)
        page.route(POLL, lambda route: route.fulfill(json=stuck))
        board(page, api, QUIET)
        page.get_by_text("Belum ada").wait_for()
        assert page.locator(".trouble", has_text="Data lama").count() == 0
        page.clock.run_for(31_000)
        page.get_by_text("Data lama. Keadaan pukul").wait_for()
        page.unroute(POLL)
        page.clock.run_for(3000)
        page.get_by_text("Data lama").wait_for(state="detached")
        hung: list[Route] = []
        page.route(POLL, lambda route: hung.append(route))
        beats_until(page, lambda: len(hung) == 3)  # a look that hangs holds up no other
        page.clock.run_for(9000)
        page.get_by_text("Sambungan terputus. Keadaan pukul").wait_for()
        page.unroute(POLL)
        page.clock.run_for(12_000)
        page.get_by_text("Sambungan terputus").wait_for(state="detached")


def test_calls_that_came_while_nobody_heard_them_are_said_once_and_old_ones_are_not(
    browser: Browser, api: Api
) -> None:
    old = called("A1", seconds_ago=61)
    day: dict[str, Any] = {"called": called("A2", seconds_ago=5) + old}
    with screen(browser, api) as page:
        page.clock.install()
        page.route(POLL, lambda route: route.fulfill(json=as_it_stands(api, **day)))
        board(page, api, QUIET)
        page.mouse.click(300, 300)
        is_said(page, "A2 3")
        day["called"] = called("A4", "A3") + day["called"]
        looks(page)
        is_said(page, "A2 3", "A3 3", "A4 3")
        for _ in range(2):
            with page.expect_response(POLL):
                looks(page)
        page.clock.run_for(3000)
        is_said(page, "A2 3", "A3 3", "A4 3")


def test_an_answer_older_than_what_is_known_changes_nothing(browser: Browser, api: Api) -> None:
    """Two edges may answer, and one of them has kept its answer for longer."""
    with screen(browser, api) as page:
        before = as_it_stands(api, called=called("A1", seconds_ago=90))
        then = as_it_stands(api, called=called("A2"))
        then["as_of"] = (clock.now() + timedelta(seconds=5)).isoformat()
        answers = iter([then, before, before])
        told: list[dict[str, Any]] = []

        def answer(route: Route) -> None:
            told.append(next(answers, before))
            route.fulfill(json=told[-1])

        page.clock.install()
        page.route(POLL, answer)
        board(page, api, QUIET)
        page.get_by_text("A2").wait_for()
        beats_until(page, lambda: len(told) > 3)
        assert page.inner_text(".huge") == "A2"


# ---- the voice -----------------------------------------------------------------------------------


def seconds(word: str) -> float:
    """How long a recording is: Ogg Opus (RFC 7845) counts samples of 1/48,000 s."""
    clip = (ROOT / "web" / "static" / "voice" / f"{word}.opus").read_bytes()
    skipped: int = struct.unpack_from("<H", clip, clip.index(b"OpusHead") + 10)[0]
    last: int = struct.unpack_from("<q", clip, clip.rindex(b"OggS") + 6)[0]
    return (last - skipped) / 48_000


@pytest.fixture(scope="module")
def spelled() -> dict[str, list[str]]:
    """What is said for every number of a window, and at every counter."""
    script = """
      import { spelled, WORDS } from "./src/board/spelling.ts";
      const names = ["A", "Z", ...Array.from({length: 999}, (_, n) => String(n + 1))];
      const parts = names.map((name) => [name, spelled(name, "").slice(1, -1)]);
      console.log(JSON.stringify(Object.fromEntries([...parts, ["all", WORDS],
        ["C17 3", spelled("C17", "3")]])));
    """
    done = subprocess.run(
        [DENO, "eval", "--ext=ts", script],
        cwd=ROOT / "web",
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_numbers_are_said_as_people_say_them(spelled: dict[str, list[str]]) -> None:
    told = {
        "7": "7",
        "10": "10",
        "11": "11",
        "17": "7 belas",
        "20": "2 puluh",
        "21": "2 puluh 1",
        "100": "100",
        "111": "100 11",
        "215": "2 ratus 5 belas",
        "999": "9 ratus 9 puluh 9",
        "C17 3": "nomor-antrean c 7 belas loket 3",
    }
    assert {name: " ".join(spelled[name]) for name in told} == told


def test_every_word_is_there(spelled: dict[str, list[str]]) -> None:
    there = {file.stem for file in (site.BUILT / "voice").iterdir()}
    assert set(spelled["all"]) == there
    assert {word for words in spelled.values() for word in words} <= there


def test_every_call_is_said_in_under_five_seconds(spelled: dict[str, list[str]]) -> None:
    voice = (ROOT / "web" / "src" / "board" / "voice.ts").read_text()
    found = re.search(r"CHIME_S = ([\d.]+);", voice)
    assert found
    counters = max(int(office["counters"]) for office in offices.every())
    length = {name: sum(map(seconds, words)) for name, words in spelled.items()}
    letter = max(seconds(one) for one in "abcdefghijklmnopqrstuvwxyz")
    number = max(length[str(n)] for n in range(1, 1000))
    counter = max(length[str(n)] for n in range(1, counters + 1))
    phrases = seconds("nomor-antrean") + seconds("loket")
    longest = 0.05 + float(found[1]) + phrases + letter + number + counter
    assert 4 < longest < 5


def test_what_cannot_be_said_whole_is_only_chimed(browser: Browser, api: Api) -> None:
    with screen(browser, api) as page:
        page.clock.install()
        page.route("**/voice/b.opus", lambda route: route.abort())
        day = as_it_stands(api, called=called("B2"))
        page.route(POLL, lambda route: route.fulfill(json=day))
        board(page, api, QUIET)
        page.mouse.click(300, 300)
        page.get_by_text("Suara belum lengkap").wait_for()
        is_said(page, "B2 3")
        assert page.evaluate("played") == 0


# ---- a month -------------------------------------------------------------------------------------


def usage(page: Page) -> dict[str, float]:
    """What the page holds, once all that can go has gone."""
    tools = page.context.new_cdp_session(page)
    tools.send("HeapProfiler.enable")
    tools.send("HeapProfiler.collectGarbage")
    tools.send("Performance.enable")
    found = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    tools.detach()
    return {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


MONTH = """
  // The network of this test: a day with another call at every look, answered in the page itself.
  let looks = 0;
  const real = window.fetch, began = Date.UTC(2026, 10, 24, 2);
  const at = (seconds) => new Date(began + 1000 * seconds + 7 * 3_600_000).toISOString()
    .slice(0, 19) + "+07:00";
  window.fetch = (path, ...more) => {
    if (!String(path).endsWith("/today")) return real(path, ...more);
    const n = ++looks;
    window.looks = n;
    const called = [...Array(8).keys()].map((k) =>
      ({ ticket: `A${(n - k + 999) % 999}`, counter: "3", at: at(3 * (n - k)) }));
    return Promise.resolve(new Response(JSON.stringify({
      date: "2026-11-24", as_of: at(3 * n), status: "open", lag_minutes: n % 50, serving: [],
      called, line: [], walk_ins: "open", poll_after: 5,
    })));
  };
"""


def test_a_thousand_looks_leave_nothing_behind(browser: Browser, api: Api) -> None:
    with screen(browser, api) as page:
        page.clock.install()
        page.add_init_script(MONTH)
        board(page, api, QUIET)
        page.mouse.click(300, 300)
        steps = []
        for _ in range(4):
            page.clock.run_for(3000 * 250)
            steps.append(usage(page))
        assert page.evaluate("looks") > 950
        assert page.locator(".trouble").count() == 0
    for before, after in pairwise(steps[1:]):
        assert after["Nodes"] <= before["Nodes"] + 100  # of 250 looks with eight calls each
        assert after["JSEventListeners"] == before["JSEventListeners"]
        assert after["JSHeapUsedSize"] < before["JSHeapUsedSize"] + 100_000


NIGHT, DAY = "2026-11-24T02:10:00+07:00", "2026-11-24T10:10:00+07:00"


@pytest.mark.parametrize("at", [DAY, NIGHT], ids=["by day", "at night"])
def test_a_new_version_is_taken_at_night(browser: Browser, api: Api, at: str) -> None:
    with screen(browser, api) as page:
        days: list[int] = []

        def day(route: Route) -> None:
            passed = timedelta(hours=bool(looked), seconds=len(days))
            days.append(1)
            told = datetime.fromisoformat(at) + passed
            route.fulfill(json=as_it_stands(api, as_of=told.isoformat()))

        page.clock.install()
        page.route(POLL, day)
        opens, looked = published(page)
        board(page, api, QUIET)
        assert looked == []
        if at == NIGHT:
            opened_anew(page, "01:01:00")
        else:
            with page.expect_request("**/assets/new-1.js"):
                page.clock.fast_forward("01:01:00")
            with page.expect_response(POLL):
                looks(page)
        page.wait_for_selector(".clock")
        assert len(opens) == (2 if at == NIGHT else 1)


def test_what_has_been_wrong_for_long_is_opened_anew_once_the_page_can_come(
    browser: Browser, api: Api
) -> None:
    with screen(browser, api) as page:
        page.clock.install()
        opens, looked = published(page)
        board(page, api, QUIET)
        page.route("**/assets/new-1.js", lambda route: route.abort())
        page.route(POLL, lambda route: route.abort())
        for _ in range(12):
            page.clock.fast_forward("01:00")
            page.clock.run_for(1000)
        page.get_by_text("Sambungan terputus").wait_for()
        assert len(looked) > 3
        assert len(opens) == 1, "it may not leave for a page that does not come whole"
        page.unroute("**/assets/new-1.js")
        page.route("**/assets/new-1.js", lambda route: route.fulfill(body="//"))
        opened_anew(page, "01:30")
        assert len(opens) == 2


def opened_anew(page: Page, after: str) -> None:
    """Wait until the page opens anew by itself. Its clock is moved once: a page that is left while
    its clock is moved never says that this is done."""
    with page.expect_event("domcontentloaded"):
        page.clock.fast_forward(after)


def published(page: Page) -> tuple[list[str], list[str]]:
    """From now on there is a new version: when the page is opened, and when it is looked at."""
    opens: list[str] = []
    looked: list[str] = []
    html = (site.BUILT / "papan.html").read_text()
    new = re.sub(r"/assets/main-\w+\.js", "/assets/new-1.js", html)

    def answer(route: Route) -> None:
        if route.request.is_navigation_request():
            opens.append(route.request.url)
            return route.continue_()
        looked.append(route.request.url)
        return route.fulfill(body=new)

    page.route("**/assets/new-1.js", lambda route: route.fulfill(body="//"))
    page.route(re.compile(r"/papan(\?|$)"), answer)
    return opens, looked

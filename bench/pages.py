"""The pages on a cheap phone: what the first load costs, and when the offices are there.

Chromium plays the phone: 700 kbit/s, 300 ms there and back, a CPU four times as slow as this one,
and nothing in its cache. What is asked for once the offices are there (the service worker, the
manifest) is no part of it. Bytes and requests can be compared; the time differs with the machine.
"""

import statistics
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from playwright.sync_api import Browser

from bench.rows import Row
from tests.machine import started
from tests.web.browser import CHEAP_PHONE, CHROMIUM, launched

ROUNDS = 5
BYTES_PER_SECOND = 700_000 / 8
LATENCY_MS = 300
SLOWER_CPU = 4

HOW = f"{ROUNDS} first loads at 700 kbit/s and {LATENCY_MS} ms, CPU / {SLOWER_CPU}, nothing cached"

WATCH = """
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".offices a")) return;
    observer.disconnect();
    requestAnimationFrame(() => { window.shown = performance.now(); });
  }).observe(document, { childList: true, subtree: true });
"""


class Load(NamedTuple):
    shown_ms: float
    """From the start of the navigation until the offices are drawn."""
    sent: int
    """Bytes over the wire, headers too."""
    requests: int
    shift: float
    """Cumulative layout shift."""


def rows() -> Iterator[Row]:
    """Nothing where there is no Chromium."""
    if CHROMIUM is None:
        return
    with (
        TemporaryDirectory() as directory,
        started(Path(directory), limits="off") as machine,
        launched() as browser,
    ):
        loads = [first_load(browser, f"http://127.0.0.1:{machine.port}/") for _ in range(ROUNDS)]
    shown = statistics.median(load.shown_ms for load in loads)
    yield Row("pages: offices are shown after", shown, "ms", HOW)
    yield Row("pages: first load", max(load.sent for load in loads), "bytes", HOW)
    yield Row("pages: first load", max(load.requests for load in loads), "requests", HOW)
    yield Row("pages: layout shift", max(load.shift for load in loads), "CLS", HOW)


def first_load(browser: Browser, url: str) -> Load:
    """What a phone goes through that opens the front page for the first time."""
    context = browser.new_context(viewport=CHEAP_PHONE)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        phone = context.new_cdp_session(page)
        sent: list[Any] = []
        asked: list[Any] = []
        phone.on("Network.loadingFinished", lambda event: sent.append(event))
        phone.on("Network.requestWillBeSent", lambda event: asked.append(event))
        phone.send("Network.enable")
        phone.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY_MS,
                "downloadThroughput": BYTES_PER_SECOND,
                "uploadThroughput": BYTES_PER_SECOND,
            },
        )
        phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
        page.goto(url)
        page.wait_for_selector(".offices a")
        page.wait_for_load_state("networkidle")
        shown = page.evaluate("window.shown")
        until = (page.evaluate("performance.timeOrigin") + shown) / 1000
        first = {one["requestId"] for one in asked if one["wallTime"] < until}
        return Load(
            shown,
            int(sum(one["encodedDataLength"] for one in sent if one["requestId"] in first)),
            len(first),
            page.evaluate("window.shift"),
        )
    finally:
        context.close()

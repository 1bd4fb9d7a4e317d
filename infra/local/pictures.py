"""`make pictures`: the dashboards as pictures for docs/, beside a running `make run`.

People come for two minutes, so that there is something to see, and meanwhile a day is played at a
run of its own; what is measured at its desk, this run gets too. Then Chromium, which must be
installed, takes a picture of each dashboard as it is on that page.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.local import beside, console, functions, platform, visitors
from infra.local.cloudwatch.metrics import read
from infra.local.state import Run, State

DOCS = Path(__file__).parents[2] / "docs"

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = "there is no Chromium on this machine"

PEOPLE, SECONDS = 240, 120

DESK = (
    *("Visits", "Wait", "EstimateError", "LineLag"),
    *("CallUnserved", "PressesRefused", "BoardBytes", "DaysNotClosed"),
)
"""Metrics that only a day at an office has."""

WIDTH = 1476


def main() -> None:
    browser = chromium()
    if browser is None:
        raise SystemExit(f"No browser was found: install one of {', '.join(CHROMIUM)}.")
    own = dict(os.environ)
    state = beside.entered()
    run = Run.find(state)
    assert run
    with console.sieved(sys.stderr, state):
        from app import app  # only now: it reads the environment
        from infra.local.cloudwatch import dashboards

        platform.measure_tables()
        jobs = functions.scheduled(app)

        def job(name: str, at: datetime | None) -> None:
            functions.call(jobs[name], at)

        began = time.time()
        with played(state, own):
            visitors.come(run.base_url, job, PEOPLE, SECONDS)
    for name, body in dashboards.bodies().items():
        picture = DOCS / f"dashboard-{name}.png"
        html = dashboards.page([name], state, began, time.time())
        take(browser, html, dashboards.height(body), picture)
        print(f"{picture.relative_to(DOCS.parent)}: {picture.stat().st_size / 1000:.0f} kB")


@contextmanager
def played(state: State, environment: dict[str, str]) -> Iterator[None]:
    """Play a day during the block; what was measured at its desk is in ``state`` after it."""
    with TemporaryDirectory() as kept:
        command = [sys.executable, "-m", "infra.local.day"]
        with subprocess.Popen(command, env={**environment, "STATE": kept, "PORT": "0"}) as day:
            yield
        if day.returncode:
            raise SystemExit("The day was not played.")
        with State(Path(kept)).metrics.open() as its, state.metrics.open("a") as ours:
            ours.writelines(line for line in its if any(one.name in DESK for one in read(line)))


def chromium() -> str | None:
    """The browser of this machine, or None."""
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


def take(browser: str, html: str, height: int, picture: Path) -> None:
    """Write a PNG of a page, as wide as a dashboard and so many pixels high."""
    shown(browser, html, f"--screenshot={picture}", f"--window-size={WIDTH},{height}")


def shown(browser: str, html: str, *options: str) -> str:
    """Open a page without a window; returns what the browser prints."""
    with TemporaryDirectory() as directory:
        page = Path(directory) / "page.html"
        page.write_text(html, encoding="utf-8")
        done = subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",  # for root, who has no other way; the pages are our own
                "--disable-gpu",
                "--disable-dev-shm-usage",  # which is small in a container
                "--hide-scrollbars",
                f"--user-data-dir={directory}/profile",
                *options,
                page.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    return done.stdout


if __name__ == "__main__":
    main()

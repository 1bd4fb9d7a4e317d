"""`make pictures`: the dashboards as pictures for docs/, beside a running `make run`.

People come for two minutes, so that there is something to see; then Chromium, which must be there,
takes a picture of each dashboard's page.
"""

import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.local import beside, console, functions, platform, visitors
from infra.local.state import Run

DOCS = Path(__file__).parents[2] / "docs"

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

PEOPLE, SECONDS = 240, 120
WIDTH = 1476


def main() -> None:
    browser = chromium()
    if browser is None:
        raise SystemExit(f"No browser was found: install one of {', '.join(CHROMIUM)}.")
    state = beside.entered()
    run = Run.find(state)
    assert run
    with console.sieved(sys.stderr, state):
        from app import app  # only now: it reads the environment
        from infra.local import dashboards

        platform.measure_tables()
        jobs = functions.scheduled(app)

        def job(name: str, at: datetime | None) -> None:
            functions.call(jobs[name], at)

        visitors.come(run.base_url, job, PEOPLE, SECONDS)
        bodies = dashboards.bodies()
    for name, body in bodies.items():
        picture = DOCS / f"dashboard-{name}.png"
        take(browser, f"{run.base_url}/_local/dashboards/{name}", dashboards.height(body), picture)
        print(f"{picture.relative_to(DOCS.parent)}: {picture.stat().st_size / 1000:.0f} kB")


def chromium() -> str | None:
    """The browser of this machine, or None."""
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


def take(browser: str, url: str, height: int, picture: Path) -> None:
    """Write a PNG of the page at ``url``, as wide as a dashboard and so high."""
    shown(browser, url, f"--screenshot={picture}", f"--window-size={WIDTH},{height}")


def shown(browser: str, url: str, *options: str) -> str:
    """Open a page without a window; returns what the browser prints."""
    with TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",  # its own pages only, and root has no other way
                "--disable-gpu",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
                *options,
                url,
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    return done.stdout


if __name__ == "__main__":
    main()

"""The first load stays small: everything that a phone fetches, in bytes as they are sent.

What is loaded once the offices are shown is no part of it: the manifest, and the service worker
with the files that it keeps for when there is no network.
"""

import gzip
import re

import pytest
from playwright.sync_api import Route

from infra.local import site
from tests.machine import Machine
from tests.web.browser import Visitor

KB = 1000

FIRST = "index.html"


def sent(name: str) -> int:
    return len(gzip.compress((site.BUILT / name).read_bytes(), mtime=0))


@pytest.fixture(scope="module")
def first_load() -> list[str]:
    """The page, and all files that it names to be loaded at once."""
    html = (site.BUILT / FIRST).read_text(encoding="utf-8")
    named = re.findall(r'(?:href|src)="/([^"]+)"', html)
    assert named
    return [FIRST, *named]


def test_the_first_load_takes_at_most_six_requests_with_the_offices(first_load: list[str]) -> None:
    assert len(first_load) + 1 <= 6


@pytest.mark.server
def test_the_first_load_is_at_most_20_kb_with_the_offices(
    first_load: list[str], machine: Machine
) -> None:
    offices = machine.call("GET", "/v1/offices", headers={"Accept-Encoding": "gzip"})
    assert offices.headers["Content-Encoding"] == "gzip"
    assert sum(sent(name) for name in first_load) + len(offices.content) <= 20 * KB


def test_its_scripts_are_at_most_15_kb(first_load: list[str]) -> None:
    assert sum(sent(name) for name in first_load if name.endswith(".js")) <= 15 * KB


@pytest.mark.server
def test_the_rest_is_asked_for_once_the_offices_are_there(resident: Visitor) -> None:
    page, asked, early = resident.page, list[str](), list[str]()
    later = ("/sw.js", "/manifest.webmanifest", "/assets/stay-")

    def once_the_page_is_loaded(route: Route) -> None:
        page.wait_for_load_state("load")
        page.evaluate("fetch('/health').then(() => 0)")  # what was asked for before it is known now
        early.extend(url for url in asked for name in later if name in url)
        route.continue_()

    page.context.route("**/v1/offices", once_the_page_is_loaded, times=1)
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_selector("link[rel=manifest]", state="attached")
    assert early == []
    assert any("/assets/stay-" in url for url in asked)


def test_a_script_loads_no_other_before_it_is_asked_for(first_load: list[str]) -> None:
    """Or a first load would be longer than the page says."""
    for name in first_load:
        if name.endswith(".js"):
            text = (site.BUILT / name).read_text(encoding="utf-8")
            at_once = re.findall(r'from"\./([^"]+)"|import"\./([^"]+)"', text)
            assert {f"assets/{one or other}" for one, other in at_once} <= set(first_load)

"""One browser for all tests of the pages, and a phone of its own for each."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser

from infra.local import site
from infra.local.pictures import NO_CHROMIUM
from tests.machine import Machine
from tests.web.browser import CHEAP_PHONE, CHROMIUM, Visitor, launched


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """It ends with these tests: while it is there, its event loop runs in this thread."""
    if CHROMIUM is None:
        if os.environ.get("CHROMIUM") == "required":
            pytest.fail(f"{NO_CHROMIUM}, and here it is required")
        pytest.skip(NO_CHROMIUM)
    assert site.BUILT.is_dir(), "the pages are not built: make pages"
    with launched() as running:
        yield running


@pytest.fixture
def visitor(browser: Browser, machine: Machine) -> Iterator[Visitor]:
    """Somebody with a cheap phone who opens the front page; nothing may break on the way."""
    with visiting(browser, machine, service_workers="block") as who:
        yield who


@pytest.fixture
def resident(browser: Browser, machine: Machine) -> Iterator[Visitor]:
    """The same on a phone that keeps the pages for when there is no network."""
    with visiting(browser, machine, service_workers="allow") as who:
        who.page.wait_for_selector(".offices a")
        who.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        yield who


@contextmanager
def visiting(browser: Browser, machine: Machine, **more: Any) -> Iterator[Visitor]:
    context = browser.new_context(viewport=CHEAP_PHONE, locale="id-ID", has_touch=True, **more)  # type: ignore[arg-type]
    try:
        who = Visitor(context.new_page(), machine)
        who.open()
        yield who
        assert who.complaints == []
    finally:
        context.close()

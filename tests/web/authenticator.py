"""An authenticator that the browser has built in, and whose user is there at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def with_key(page: Page, **changed: Any) -> Iterator[tuple[Any, str]]:
    """The session of the browser's tools, and the id of the authenticator."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, **changed}})
    yield tools, made["authenticatorId"]

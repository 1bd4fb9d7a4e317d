"""Who asked, where a distribution is in front of the API (docs/adr/0055).

API Gateway then names the edge of CloudFront that called it. CloudFront puts the address of who
called the edge at the end of X-Forwarded-For, and API Gateway that of the edge behind it; whatever
stands before comes from the caller, who may have made it up. It is believed only beside a secret
that the distribution sends: without it, nobody knows who has written the header.
"""

import hmac
from collections.abc import Mapping
from ipaddress import ip_address

from chalicelib import keyring
from chalicelib.config import settings

HEADER = "antrian-edge"
"""Where the distribution sends its secret; it overwrites what a caller has sent there."""


def address(headers: Mapping[str, str], peer: str) -> str:
    """The address of who asked, given that of who called API Gateway.

    Raises BotoCoreError or ClientError if Secrets Manager does not answer where it has to be asked.
    """
    if not _passed_on(headers):
        return peer
    hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",")]
    if hops[-1] == peer:
        hops.pop()
    return hops[-1] if hops and _is_address(hops[-1]) else peer


def _passed_on(headers: Mapping[str, str]) -> bool:
    """Whether the distribution has passed a request on. A second secret is fetched only for who
    does not show the first."""
    shown = headers.get(HEADER, "").encode()
    secrets = (settings.edge_secret, settings.second_edge_secret)
    return any(
        hmac.compare_digest(shown, keyring.edge(secret)) for secret in secrets if secret and shown
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True

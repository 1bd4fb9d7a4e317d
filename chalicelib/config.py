"""Settings, read from the environment once, when the process starts."""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

REQUEST_LIMIT = timedelta(seconds=10)
"""The longest that a request may take: the time-out of the API's Lambda function."""

PATIENCE = timedelta(seconds=5)
"""How long a request goes on; what it has taken by then it can still give back."""

GRACE = 2 * REQUEST_LIMIT
"""How old a hold must be before the sweep doubts it."""


PUSH_SERVICES = (
    "fcm.googleapis.com",  # Chrome, Edge and Samsung Internet on Android
    "updates.push.services.mozilla.com",  # Firefox
    "web.push.apple.com",  # Safari; on iOS the apps on the home screen
    "*.notify.windows.com",  # Edge on Windows
)
"""The hosts of those whom a browser may name as its push service; nobody else is ever called."""


NOBODY = "http://127.0.0.1:9/"
"""Where nothing answers."""


class Settings(NamedTuple):
    stage: str
    """``dev`` or ``prod``; ``local`` on one machine."""
    region: str
    table_prefix: str
    """What the names of all tables begin with."""
    data_key: str
    """The KMS key that seals personal data."""
    index_key: str
    """The KMS key (HMAC) of the index by which a NIK or a phone is found."""
    second_index_key: str
    """A second such key while the index goes from one key to the other; otherwise empty."""
    push_key: str
    """The KMS key that signs for push services (VAPID)."""
    push_contact: str
    """Whom a push service may turn to: an address (mailto: or https:)."""
    push_stand_in: str
    """What is called in the place of every push service; empty on AWS, always."""
    draw_key: str
    """The KMS key (RSA) that signs the lists of draws."""
    tokens_secret: str
    """The secret in Secrets Manager that holds the keys of access tokens."""
    root_secret: str
    """The secret that holds the root, from which keys are derived, one for each purpose."""
    replica_region: str
    """Where the secrets are too, for while Secrets Manager is silent here; empty for nowhere."""
    identity_url: str
    """Where the civil register is asked (HTTPS); empty where there is none to ask."""
    identity_secret: str
    """Where the credential for it is kept in Secrets Manager."""
    edge_secret: str
    """Where the secret is kept that the distribution in front of the API sends; empty without."""
    second_edge_secret: str
    """A second such secret while the distribution goes from one to the other; otherwise empty."""
    desk_origin: str
    """Where the pages are: passkeys are bound to its host. Empty where nobody signs in by one."""
    sms_region: str
    """The region of SNS, which need not be the one of everything else."""
    sms_sender: str
    """The sender that a phone shows."""
    sms_per_second: float
    """How many notices are sent; fewer than SNS takes from the account, for codes need the rest."""
    codes_a_day: int
    """How many codes by SMS all people together may be sent in a day, from midnight UTC on."""
    proof_to_register: bool
    """Whether a registration needs a proof of work."""
    proof_to_book: bool
    """Whether a booking does."""
    limited: bool
    """False lifts the budget of codes and the limits per address, account and phone, for load
    tests. On AWS it is always true."""

    @classmethod
    def read(cls, env: Mapping[str, str]) -> "Settings":
        region = env.get("AWS_REGION", "ap-southeast-3")
        return cls(
            stage=env.get("STAGE", "local"),
            region=region,
            table_prefix=env.get("TABLE_PREFIX", "antrian-paspor-local-"),
            data_key=env.get("DATA_KEY_ID", "alias/antrian-paspor-local-data"),
            index_key=env.get("INDEX_KEY_ID", "alias/antrian-paspor-local-index"),
            second_index_key=env.get("SECOND_INDEX_KEY_ID", ""),
            push_key=env.get("PUSH_KEY_ID", "alias/antrian-paspor-local-push"),
            push_contact=env.get("PUSH_CONTACT", "https://www.imigrasi.go.id"),
            # Only an emulator has an endpoint of its own; from there no push service is called.
            push_stand_in=(env.get("PUSH_STAND_IN") or NOBODY) if "AWS_ENDPOINT_URL" in env else "",
            draw_key=env.get("DRAW_KEY_ID", "alias/antrian-paspor-local-draws"),
            tokens_secret=env.get("TOKENS_SECRET", "antrian-paspor-local/tokens"),
            root_secret=env.get("ROOT_SECRET", "antrian-paspor-local/root"),
            replica_region=env.get("SECRETS_REPLICA_REGION", ""),
            identity_url=_address(env.get("IDENTITY_URL", "")),
            identity_secret=env.get("IDENTITY_SECRET", "antrian-paspor-local/identity"),
            edge_secret=env.get("EDGE_SECRET", ""),
            second_edge_secret=env.get("SECOND_EDGE_SECRET", ""),
            desk_origin=env.get("DESK_ORIGIN", "http://localhost:8000"),
            sms_region=env.get("SMS_REGION", region),
            sms_sender=env.get("SMS_SENDER_ID", "IMIGRASI"),
            sms_per_second=float(env.get("SMS_PER_SECOND", "15")),
            codes_a_day=int(env.get("SMS_CODES_A_DAY", "20000")),
            proof_to_register=env.get("PROOF_TO_REGISTER") == "yes",
            proof_to_book=env.get("PROOF_TO_BOOK") == "yes",
            # Only an emulator has an endpoint of its own, so the limits cannot be lifted on AWS.
            limited=not ("AWS_ENDPOINT_URL" in env and env.get("LIMITS") == "off"),
        )


def _address(url: str) -> str:
    """The address of the register: data of people go there encrypted, or stay on this machine."""
    if url and not re.match(r"https://|http://127\.0\.0\.1:[0-9]+(/|$)", url):
        raise ValueError("IDENTITY_URL must begin with https://")
    return url


settings = Settings.read(os.environ)

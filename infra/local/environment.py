"""What tells the code that it runs on one machine; on AWS the template says all of this."""

import os
import sys

from infra.stack.stages import Stage

REGION = "ap-southeast-3"

STAGE = Stage(
    "local",
    guarded=False,
    log_days=0,
    requests_per_second=0,
    burst=0,
    codes_a_day=0,
    push_contact="",
)
"""It names the dashboards and metrics of this machine; nothing else of a stage is needed here."""

TABLE_PREFIX = f"antrian-paspor-{STAGE.name}-"


def environment(
    endpoint_url: str,
    limits: str = "on",
    register: str = "",
    port: int = 8000,
    pushes: str = "",
) -> dict[str, str]:
    """The environment variables for code that works against the emulator at `endpoint_url`.

    `register` is the address of the civil register; none if it is empty. `port` is where the pages
    are, under a name: passkeys take no address. `pushes` stands in for every push service.
    """
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "STAGE": STAGE.name,
        "TABLE_PREFIX": TABLE_PREFIX,
        "DATA_KEY_ID": "alias/antrian-paspor-local-data",
        "INDEX_KEY_ID": "alias/antrian-paspor-local-index",
        "PUSH_KEY_ID": "alias/antrian-paspor-local-push",
        "TOKENS_SECRET": "antrian-paspor-local/tokens",
        "ROOT_SECRET": "antrian-paspor-local/root",
        "LIMITS": limits,
        "IDENTITY_URL": register,
        "PUSH_STAND_IN": pushes,
        "DESK_ORIGIN": f"http://localhost:{port}",
        "no_proxy": "127.0.0.1",  # else requests for the emulator would go to an office's proxy
    }


def enter(
    endpoint_url: str,
    limits: str = "on",
    register: str = "",
    port: int = 8000,
    pushes: str = "",
) -> None:
    """Set these variables for this process."""
    assert "chalicelib.config" not in sys.modules, "chalicelib has read the environment already"
    os.environ.update(environment(endpoint_url, limits, register, port, pushes))

"""`make run`: PORT, STATE, LIMITS and REGISTER come from the environment.

REGISTER=on starts a stand-in for the civil register (docs/identity.md).
"""

import os
from pathlib import Path

from infra.local import signals


def main() -> None:
    """Run until told to stop. Ends with a sentence and exit code 1 if that cannot be."""
    signals.end_in_order()
    from infra.local.run import run  # takes a moment, in which a signal ends us in order already

    run(
        port=_port(os.environ.get("PORT", "8000")),
        directory=Path(os.environ.get("STATE", ".local")),
        limits=_switch("LIMITS", "on"),
        registers=_switch("REGISTER", "off") == "on",
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise SystemExit(f"PORT={text} is no port: say a number such as PORT=8000.")
    return int(text)


def _switch(name: str, default: str) -> str:
    text = os.environ.get(name, default)
    if text not in ("on", "off"):
        raise SystemExit(f"{name}={text} is neither on nor off: say {name}=on or {name}=off.")
    return text


if __name__ == "__main__":
    main()

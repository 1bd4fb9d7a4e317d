"""`make run`: PORT, STATE and LIMITS come from the environment."""

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
        limits=_limits(os.environ.get("LIMITS", "on")),
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise SystemExit(f"PORT={text} is no port: say a number such as PORT=8000.")
    return int(text)


def _limits(text: str) -> str:
    if text not in ("on", "off"):
        raise SystemExit(f"LIMITS={text} is neither on nor off: say LIMITS=on or LIMITS=off.")
    return text


if __name__ == "__main__":
    main()

"""Signing in as staff or as a device, on one machine only: on AWS nobody does, without a passkey.

``python -m infra.local.staff OFFICE`` prints a link that signs a browser in, beside a run.
"""

import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

from infra.local import beside
from infra.local.gateway import Answer


class SignedIn(NamedTuple):
    access_token: str
    link: str


def signed_in(office_id: str, role: str) -> SignedIn:
    """Somebody new of the staff, or a device. Raises `ValueError`, `NoSuchOffice`."""
    # Imported only now: chalicelib has read the environment once it is imported.
    from chalicelib import clock
    from chalicelib.api import tokens
    from chalicelib.api.staff import page_of
    from chalicelib.domain.staff import Role
    from chalicelib.services.desk import shifts
    from chalicelib.store import offices

    now = clock.now()
    asked = Role(role)
    offices.get(office_id, now)
    started = shifts.start(office_id, asked, now)
    link = f"{page_of(started.staff)}#masuk={started.refresh_token}"
    return SignedIn(tokens.issue_to_desk(started, now), link)


def answering() -> Callable[[bytes | None], Answer]:
    """The handle of POST /_local/staff."""
    from chalicelib.domain.errors import NoSuchOffice
    from chalicelib.domain.staff import Role

    def answer(body: bytes | None) -> Answer:
        try:
            asked = json.loads(body or b"null")
            done = signed_in(str(asked["office_id"]), str(asked["role"]))
        except (ValueError, KeyError, TypeError, NoSuchOffice):
            roles = ", ".join(Role)
            return _json(422, {"detail": f"Say an office_id that there is, and a role of {roles}."})
        return _json(201, done._asdict())

    return answer


def _json(status: int, content: object) -> Answer:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Answer(HTTPStatus(status), headers, json.dumps(content).encode())


def main() -> None:
    office_id, role = (*sys.argv[1:], "supervisor", "")[:2]
    beside.entered()
    from chalicelib.domain.errors import NoSuchOffice
    from chalicelib.domain.staff import Role

    try:
        print(signed_in(office_id, role).link)
    except ValueError:
        raise SystemExit(f"ROLE is one of {', '.join(Role)}.") from None
    except NoSuchOffice:
        raise SystemExit("Which office? As in make desk OFFICE=malang.") from None


if __name__ == "__main__":
    main()

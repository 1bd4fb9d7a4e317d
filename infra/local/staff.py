"""Signing in as staff or as a device, on one machine only: on AWS nobody can, without a passkey."""

import json
from collections.abc import Callable
from http import HTTPStatus

from infra.local.gateway import Answer


def answering(base_url: str) -> Callable[[bytes | None], Answer]:
    """The handle of POST /_local/staff; the link that it gives leads to ``base_url``."""
    # Imported only now: chalicelib has read the environment once it is imported.
    from chalicelib import clock
    from chalicelib.api import tokens
    from chalicelib.domain.errors import NoSuchOffice
    from chalicelib.domain.staff import Role
    from chalicelib.services.desk import shifts
    from chalicelib.store import offices

    def answer(body: bytes | None) -> Answer:
        try:
            asked = json.loads(body or b"null")
            office_id, role = str(asked["office_id"]), Role(asked["role"])
            offices.get(office_id, clock.now())
        except (ValueError, KeyError, TypeError, NoSuchOffice):
            roles = ", ".join(Role)
            return _json(422, {"detail": f"Say an office_id that there is, and a role of {roles}."})
        now = clock.now()
        token = tokens.issue_to_desk(shifts.start(office_id, role, now), now)
        # The token is behind a # sign, which no browser sends to any server.
        return _json(201, {"access_token": token, "link": f"{base_url}/desk#{token}"})

    return answer


def _json(status: int, content: object) -> Answer:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Answer(HTTPStatus(status), headers, json.dumps(content).encode())

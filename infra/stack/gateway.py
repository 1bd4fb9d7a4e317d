"""What API Gateway answers by itself, in the form of the service's own problems.

These bodies are fixed, so they cannot follow Accept-Language; they speak both languages.
The local server gives the same.
"""

import json
from typing import Any

from chalicelib.api.words import KINDS, MEDIA_TYPE


def _both(slug: str, status: int | None = None) -> tuple[int, dict[str, Any]]:
    kind = KINDS[slug]
    status = status or kind.status
    return status, {
        "type": slug,
        "title": f"{kind.title['id']} / {kind.title['en']}",
        "status": status,
        "detail": f"{kind.detail['id']} / {kind.detail['en']}",
    }


RESPONSES: dict[str, tuple[int, dict[str, Any]]] = {
    "MISSING_AUTHENTICATION_TOKEN": _both("no-such-path"),
    "RESOURCE_NOT_FOUND": _both("no-such-path"),
    "ACCESS_DENIED": _both("not-signed-in"),
    "UNAUTHORIZED": _both("not-signed-in"),
    "INVALID_SIGNATURE": _both("not-signed-in"),
    "BAD_REQUEST_BODY": _both("malformed"),
    "BAD_REQUEST_PARAMETERS": _both("malformed"),
    "REQUEST_TOO_LARGE": _both("too-large"),
    "UNSUPPORTED_MEDIA_TYPE": _both("unsupported-media-type"),
    "THROTTLED": _both("busy"),
    "QUOTA_EXCEEDED": _both("busy"),
    "WAF_FILTERED": _both("blocked"),
    "INTEGRATION_TIMEOUT": _both("try-again"),
    "INTEGRATION_FAILURE": _both("try-again"),
    "DEFAULT_4XX": _both("malformed"),
    "DEFAULT_5XX": _both("try-again"),
}
"""{gateway response type: (status, problem)}"""


def headers(status: int) -> dict[str, str]:
    """The headers of an answer with this status."""
    return {
        "Content-Type": MEDIA_TYPE,
        "Cache-Control": "no-store",
        "Access-Control-Allow-Origin": "*",  # else a browser keeps the error from the page
        **({"WWW-Authenticate": "Bearer"} if status == 401 else {}),
        **({"Retry-After": "1"} if status in (429, 503) else {}),
    }


def responses() -> dict[str, Any]:
    """All of `RESPONSES` as SAM writes them; a header's value has quotes of its own.

    A body is taken as it is but for ``$context`` and the like (API Gateway developer guide,
    "Gateway responses": a non-VTL template). It is kept in ASCII.
    """
    return {
        kind: {
            "StatusCode": str(status),
            "ResponseParameters": {
                "Headers": {name: f"'{value}'" for name, value in headers(status).items()}
            },
            "ResponseTemplates": {"application/json": json.dumps(problem)},
        }
        for kind, (status, problem) in RESPONSES.items()
    }

"""The service about itself: is it there, and what does it offer."""

import msgspec

import chalicelib
from chalicelib.api import answers
from chalicelib.api.routes import Raw, Request, Routes

bp = Routes(__name__)


@bp.on(
    "GET",
    "/v1/health",
    answer=answers.Health,
    summary="Whether the service is there",
    public=True,
)
def health(request: Request) -> answers.Health:
    return answers.Health("ok", chalicelib.__version__)


@bp.on(
    "GET",
    "/v1/openapi.json",
    answer=dict,
    summary="The OpenAPI 3.1 document of all this",
    public=True,
    cache="public, max-age=300",
)
def openapi(request: Request) -> Raw:
    from chalicelib.api.openapi import document

    return Raw(msgspec.json.encode(document()).decode())

"""The service about itself: is it there, and what does it offer."""

import msgspec

import chalicelib
from chalicelib.api import answers
from chalicelib.api.responses import Raw
from chalicelib.api.routes import Request, Routes, Who

bp = Routes(__name__)


@bp.on(
    "GET",
    "/v1/health",
    answer=answers.Health,
    summary="Whether the service is there",
    who=Who.PUBLIC,
)
def health(request: Request) -> answers.Health:
    return answers.Health("ok", chalicelib.__version__)


@bp.on(
    "GET",
    "/v1/openapi.json",
    answer=dict,
    summary="The OpenAPI 3.1 document of all this",
    who=Who.PUBLIC,
    cache="public, max-age=300",
)
def openapi(request: Request) -> Raw:
    from chalicelib.api.openapi import document

    return Raw(msgspec.json.encode(document()).decode())

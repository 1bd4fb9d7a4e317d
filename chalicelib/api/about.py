"""What the service says about itself: whether it is up, and what it offers."""

import msgspec

import chalicelib
from chalicelib.api import answers
from chalicelib.api.responses import Raw
from chalicelib.api.routes import Request, Routes, Who
from chalicelib.store import offices
from chalicelib.store.dynamo import Unavailable

bp = Routes(__name__)


@bp.on(
    "GET",
    "/v1/health",
    answer=answers.Health,
    summary="Whether the service is up",
    who=Who.PUBLIC,
)
def health(request: Request) -> answers.Health:
    try:
        skipped = list(offices.skipped(request.now))
    except Unavailable:
        skipped = None
    return answers.Health("ok", chalicelib.__version__, skipped)


@bp.on(
    "GET",
    "/v1/openapi.json",
    answer=dict,
    summary="This OpenAPI 3.1 document",
    who=Who.PUBLIC,
    cache="public, max-age=300",
)
def openapi(request: Request) -> Raw:
    from chalicelib.api.openapi import document

    return Raw(msgspec.json.encode(document()).decode())

"""The HTTP API, behind its gateway in functions with walls between them; and the jobs."""

from typing import Any

from chalice.app import Chalice, CORSConfig

from chalicelib import jobs
from chalicelib.api import (
    about,
    accounts,
    bookings,
    desk,
    offices,
    proof_of_work,
    reports,
    sessions,
    staff,
    waitlist,
)
from chalicelib.api.routes import Function, refuse_other_methods

app = Chalice(app_name="antrian-paspor", configure_logs=False)
app.api.cors = CORSConfig(
    allow_headers=["Accept-Language", "Altcha", "Idempotency-Key"],
    expose_headers=["Retry-After"],
    max_age=600,
)
app.api.binary_types = []  # no body is binary, and Chalice would look at each of them twice
for routes in (
    offices.bp,
    sessions.bp,
    accounts.bp,
    bookings.bp,
    waitlist.bp,
    desk.bp,
    reports.bp,
    staff.bp,
    proof_of_work.bp,
    about.bp,
):
    app.register_blueprint(routes)
app.register_blueprint(refuse_other_methods())
app.register_blueprint(jobs.bp)


@app.lambda_function(name=Function.PEOPLE)
def people_handler(event: dict[str, Any], context: Any) -> Any:
    """The same API in a function of its own; the gateway leads the routes of people here."""
    return app(event, context)


@app.lambda_function(name=Function.DESK)
def desk_handler(event: dict[str, Any], context: Any) -> Any:
    """The same again for the desks of offices."""
    return app(event, context)


@app.lambda_function(name=Function.STAFF)
def staff_handler(event: dict[str, Any], context: Any) -> Any:
    """And for the sign-in of staff, in a package of its own (infra/stack/package.py)."""
    return app(event, context)

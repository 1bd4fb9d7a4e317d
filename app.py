"""The HTTP API, behind its gateway in functions with walls between them; and the jobs.

A function starts with its own routes. Whatever is no function of this API (a test, the package as
it is made, one machine) has them all.
"""

import gc

gc.disable()  # what a start loads stays: to look for garbage in it took a twentieth of the time

import os
from importlib import import_module
from itertools import chain
from typing import Any

from chalice.app import Chalice, CORSConfig

from chalicelib.api.routes import ROUTES_OF, Function, refuse_other_methods

app = Chalice(app_name="antrian-paspor", configure_logs=False)
app.api.cors = CORSConfig(
    allow_headers=["Accept-Language", "Altcha", "Idempotency-Key"],
    expose_headers=["Retry-After"],
    max_age=600,
)
app.api.binary_types = []  # no body is binary

# As Lambda has it: antrian-paspor-prod-people_handler (infra/stack/functions.py).
started_as = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "").rpartition("-")[2]
for module in ROUTES_OF.get(started_as) or dict.fromkeys(chain(*ROUTES_OF.values())):
    app.register_blueprint(import_module(f"chalicelib.api.{module}").bp)
app.register_blueprint(refuse_other_methods())
if started_as not in ROUTES_OF:
    app.register_blueprint(import_module("chalicelib.jobs").bp)
gc.freeze()  # nor does anybody look through it later
gc.enable()


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
    """And for the sign-in of staff, in a package of its own (infra/stack/passkeys.py)."""
    return app(event, context)


@app.lambda_function(name=Function.PASSKEYS)
def passkeys_handler(event: dict[str, Any], context: Any) -> Any:
    """And for applicants who sign in by passkey, in the same package."""
    return app(event, context)

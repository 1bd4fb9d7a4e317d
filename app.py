"""The HTTP API, the one function behind API Gateway, and the scheduled functions beside it."""

from chalice.app import Chalice, CORSConfig

from chalicelib import jobs
from chalicelib.api import about, accounts, bookings, desk, offices, proof_of_work, sessions
from chalicelib.api.routes import refuse_other_methods

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
    desk.bp,
    proof_of_work.bp,
    about.bp,
):
    app.register_blueprint(routes)
app.register_blueprint(refuse_other_methods())
app.register_blueprint(jobs.bp)

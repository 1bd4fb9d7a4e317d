"""The running service, fuzzed from its own OpenAPI document by Schemathesis.

`python -m tests.fuzz` does it at length, with other requests each time (`make fuzz`).
"""

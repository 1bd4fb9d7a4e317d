"""Measures how fast the service is and what it costs: `make bench`."""

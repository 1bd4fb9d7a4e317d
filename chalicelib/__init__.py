"""Antrian Paspor: places in the passport queue of Indonesia's immigration offices."""

__version__ = "0.1.0"

"""Holding places: booked, changed, given back, and compared with what was promised."""

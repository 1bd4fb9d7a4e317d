"""How long people wait at an office, simulated, and how many places that allows it.

Nothing here was measured on people. Times of day are minutes after the office's midnight.
"""

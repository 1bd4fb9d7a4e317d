"""The rules of the queue: no AWS, no clock, no web; the standard library alone."""

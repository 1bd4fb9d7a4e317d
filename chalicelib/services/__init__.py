"""What the service does: one function a use case, with the time passed in as ``now``."""

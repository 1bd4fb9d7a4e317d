"""What the service stands on: tables, keys, offices; for AWS and for one machine alike."""

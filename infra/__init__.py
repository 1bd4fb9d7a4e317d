"""What the service needs around it: tables, keys, offices; on AWS and on one machine alike."""

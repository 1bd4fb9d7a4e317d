"""What an operator runs: one command a file."""

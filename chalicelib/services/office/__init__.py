"""What an office does to its own days, places and people."""

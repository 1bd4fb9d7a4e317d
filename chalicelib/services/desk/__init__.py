"""The office's day: people come, are called and served, and the day is closed."""

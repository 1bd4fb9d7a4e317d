"""Who people are: registered, corrected, shown, forgotten."""

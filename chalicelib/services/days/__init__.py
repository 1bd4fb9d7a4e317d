"""The days of an office: released by the clock, and what anybody may see of them."""

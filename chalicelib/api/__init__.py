"""HTTP and nothing else: routes, what comes in, what goes out, problems, tokens."""

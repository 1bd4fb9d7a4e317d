"""The staff of offices: who belongs to it, and how they sign in with a passkey."""

"""Proving a phone by SMS, and staying signed in."""

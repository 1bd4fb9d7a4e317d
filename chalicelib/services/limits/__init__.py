"""How often is too often."""

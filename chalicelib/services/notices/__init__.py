"""What people are told by SMS."""

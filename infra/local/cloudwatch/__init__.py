"""What CloudWatch shows, on one machine."""

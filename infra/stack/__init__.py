"""What CloudFormation gets."""

"""DynamoDB behind functions: one module a table, each speaking the domain's own types."""

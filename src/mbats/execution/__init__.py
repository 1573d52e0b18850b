"""What is sent to a market and what it costs: orders, fill rules, cost models."""

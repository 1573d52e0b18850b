"""What a notebook types."""

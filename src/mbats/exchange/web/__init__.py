"""A page that shows the exchange live; it reads, and changes nothing."""

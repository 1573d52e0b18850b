"""Everything that can go wrong between a client and a venue, on demand."""

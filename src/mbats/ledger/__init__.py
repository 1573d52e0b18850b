"""What happened to the money: the journal, Decimal accounts, round trips, equity and performance."""

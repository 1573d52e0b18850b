"""What is left of a run when trading it is worse than assumed: wider spreads, slippage, size, delay."""

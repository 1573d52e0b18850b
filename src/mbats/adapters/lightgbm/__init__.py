"""Boosted trees by LightGBM: one thread, one seed, one result."""

"""LightGBM: boosted trees as an estimator, kept as text."""

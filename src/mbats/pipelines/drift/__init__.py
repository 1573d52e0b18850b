"""Drift of a registered model: what it was trained on beside what has come since."""

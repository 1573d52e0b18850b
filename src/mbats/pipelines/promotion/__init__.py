"""Challengers against the champion on the same later period, which neither has touched; the verdict moves the alias."""

"""Torture: sessions that die at every point, on an exchange that fails in every way, held against its own log."""

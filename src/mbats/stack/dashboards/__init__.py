"""Superset's dashboards, described in Python and carried there as a bundle of assets."""

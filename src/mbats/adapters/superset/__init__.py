"""Superset's assets API."""

"""Prices and transactions as they happen, line by line over HTTP."""

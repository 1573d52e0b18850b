"""Strategies written for Backtrader itself, as anybody would, to be run unmodified."""

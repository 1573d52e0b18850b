"""Causal columns made from bars."""

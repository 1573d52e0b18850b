"""Candles of every granularity, cut from the bars that the exchange has lived through."""

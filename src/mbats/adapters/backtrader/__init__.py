"""Backtrader as simulator: feed, brokers, bridges, analyzers. The only room that imports it, since it is GPL."""

"""Backtrader as simulator: feed, brokers, bridges, analyzers. The only room that imports it, since it is GPL."""

import warnings

# Backtrader predates Python's warning about "\*" in plain strings; on 3.12 and up its first import would show it.
warnings.filterwarnings("ignore", "invalid escape sequence", module=".*backtrader")

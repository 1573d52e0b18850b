"""Analyzers for any Cerebro, ours or plain, that rest on the journal of the run."""

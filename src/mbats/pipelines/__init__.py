"""Use cases: import, check, snapshot, backtest."""

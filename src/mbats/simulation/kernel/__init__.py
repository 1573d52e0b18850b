"""The compiled simulator of signal and target strategies: Backtrader's trades and a venue's, bit for bit."""

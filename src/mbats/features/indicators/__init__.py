"""Indicators that equal Backtrader's bit for bit; one RSI for strategies and features alike."""

"""OANDA v20 over HTTP: orders, prices, candles and streams; the paper exchange is another address of it."""

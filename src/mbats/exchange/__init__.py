"""The paper exchange: a venue of our own that speaks OANDA's v20 protocol, and a second opinion on every simulator."""

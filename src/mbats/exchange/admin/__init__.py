"""The operator of the exchange: what the market and the network do to its clients, and whose turn it is."""

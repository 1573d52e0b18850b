"""OANDA's v20 protocol over HTTP: what clients send and what they read, down to the digit."""

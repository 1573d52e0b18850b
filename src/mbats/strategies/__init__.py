"""Strategies decide. They see bars and return what they want; nothing here knows an order, a broker or an account."""

"""Bars from a vendor into the securities master: what lacks is planned, fetched, judged and stored page by page."""

VENDOR = "reference"

NOTICE = (
    "Generated market: one mid price a day is real and is an ECB reference rate; hours, spreads and swaps are "
    "generated; a profit here is luck or a bug."
)
"""Stands on every chart, report and JSON made from the reference market."""

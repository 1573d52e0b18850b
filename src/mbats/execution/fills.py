from enum import StrEnum


class FillRules(StrEnum):
    """By which rules a simulated order meets its price."""

    BACKTRADER = "backtrader"
    VENUE = "venue"

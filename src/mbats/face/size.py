"""How big a position is, in the words of a notebook."""

from mbats.portfolio.sizing import FixedUnits, PercentRisk, VolatilityTarget


def fixed_units(units: float = 1_000.0) -> FixedUnits:
    """Trade so many units each time."""
    return FixedUnits(units)


def percent_risk(percent: float = 0.25) -> PercentRisk:
    """Lose so many percent of the net asset value if the stop is hit."""
    return PercentRisk(percent)


def volatility_target(percent: float = 10.0) -> VolatilityTarget:
    """Hold positions whose yearly volatility is so many percent of the net asset value."""
    return VolatilityTarget(percent)

"""The plain functions of market and execution that compiled code calls: one definition of each rule for all worlds."""

from mbats.compiled import compilable
from mbats.execution import costs, fills, financing, margin
from mbats.market import path, rounding

compilable(rounding.to_tick)
compilable(path.waypoints, path.price_at, path.first_at_or_below, path.first_at_or_above, path.crossing)
compilable(fills.price_along, fills.falls_to, fills.rises_to, fills.stop_point, fills.limit_point)
compilable(fills.stop_price, fills.limit_price, fills.trail, fills.tightened, fills.slipped)
compilable(fills.stop_on_wrong_side, fills.target_on_wrong_side)
compilable(margin.margin_needed, margin.affordable, margin.closeout_percent, margin.converted)
compilable(costs.commission, financing.charge)

"""The plain functions of other rooms that compiled code calls: one definition of each rule for all worlds."""

from mbats.compiled import compilable
from mbats.execution import rules  # noqa: F401 - registers those of market and execution
from mbats.portfolio import plan, signal_rows, sizing

compilable(plan.plan, plan.bracket, plan.broke_even)
compilable(signal_rows.risk_distance, sizing.affordable_units, sizing.whole_lots)

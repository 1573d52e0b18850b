"""Half an hour at real time and a year at high speed: does anything grow, drift or fall behind?"""
